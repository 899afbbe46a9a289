// What this browser keeps until its ballot is confirmed, and nothing longer: the code until the
// credential is issued, then the credential, then the sealed ballot. Never an answer.
//
// A record {closes, group, mode, request | credential, ballot} has a name of the wave and two bytes of a
// hash of the code: enough to tell two people apart who share a browser, too little to find a code.

const CODE = "pulse/code";
const RECORD = "pulse/ballot/";
const GRACE_MS = 30 * 24 * 3600 * 1000; // the clock of a phone may be wrong

// Some browsers forbid storage; then this page's memory has to do.
function open(name) {
  try {
    window[name].setItem("pulse/probe", "1");
    window[name].removeItem("pulse/probe");
    return window[name];
  } catch {
    const memory = new Map();
    return {
      getItem: (key) => memory.get(key) ?? null,
      setItem: (key, value) => memory.set(key, value),
      removeItem: (key) => memory.delete(key),
      key: (index) => [...memory.keys()][index],
      get length() {
        return memory.size;
      },
    };
  }
}

const perTab = open("sessionStorage");
const perBrowser = open("localStorage");

// Whether a ballot would still be here after this tab is closed.
export const isLasting = perBrowser instanceof Storage;

export const readCode = () => perTab.getItem(CODE);
export const keepCode = (code) => perTab.setItem(CODE, code);
export const dropCode = () => perTab.removeItem(CODE);

export async function recordName(wave, code) {
  const text = new TextEncoder().encode(`pulse/v1|${wave}|${code}`);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", text));
  return `${RECORD}${wave}/${hash[0]}.${hash[1]}`;
}

export const readRecord = (name) => JSON.parse(perBrowser.getItem(name));
export const keepRecord = (name, record) => perBrowser.setItem(name, JSON.stringify(record));
export const dropRecord = (name) => perBrowser.removeItem(name);

// Names of this wave's records; those of waves that are over are dropped on the way.
export function recordNames(wave, now) {
  const all = Array.from({ length: perBrowser.length }, (_, i) => perBrowser.key(i));
  const names = all.filter((name) => name.startsWith(RECORD));
  names.filter((name) => now - new Date(readRecord(name).closes) > GRACE_MS).forEach(dropRecord);
  return names.filter((name) => name.startsWith(`${RECORD}${wave}/`) && readRecord(name));
}
