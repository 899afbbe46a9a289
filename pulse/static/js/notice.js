// The keys of this page are those that were made public for everybody, or nothing is sent.
//
// The wave's notice lies at a public address; it names the digest of each key. The same checks in
// Python: pulse/notices/notice.py. What people compare with the poster, the safety number, is the
// beginning of the digest of the wave's first notice; a correction may change dates or program, never
// a key. The QR code of the poster carries that number behind #, so that this page compares as well.

import { digest, fromBase64url, hex, importIssuanceKey } from "./blind_rsa.js";

const NUMBER_DIGITS = 32;

class NoticeError extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

const sha256 = async (bytes) => hex(await digest("SHA-256", bytes));

const [, printed] = /^#([0-9a-f]{32})$/.exec(location.hash) ?? [];
if (printed) history.replaceState(history.state, "", location.pathname);

let number = null;
let isChanged = false;

function insist(condition) {
  if (!condition) throw new NoticeError("keys_differ");
}

async function read(name) {
  const wanted = { credentials: "omit", referrerPolicy: "no-referrer", cache: "no-store", redirect: "error" };
  let response, bytes;
  try {
    response = await fetch(`/notice/${name}.json`, wanted);
    bytes = new Uint8Array(await response.arrayBuffer());
  } catch {
    throw new NoticeError("unreachable");
  }
  if (response.status >= 500) throw new NoticeError("unreachable");
  insist(response.ok);
  return { bytes, digest: await sha256(bytes) };
}

function parsed({ bytes }, wave) {
  try {
    const { wave: named, corrects, envelope, groups } = JSON.parse(new TextDecoder().decode(bytes));
    insist(named === wave);
    const keys = [envelope, groups.first.issuance, groups.second.issuance];
    insist(new Set(keys).size === keys.length && Object.keys(groups).length === 2);
    return { corrects, keys };
  } catch {
    throw new NoticeError("keys_differ");
  }
}

// Digests of envelope key, first and second group's key, as published for the wave.
async function publishedKeys(wave) {
  const newest = await read(wave);
  const { corrects, keys } = parsed(newest, wave);
  const first = corrects ? await read(corrects) : newest;
  const original = parsed(first, wave);
  insist(!original.corrects && (!corrects || first.digest === corrects));
  insist(String(original.keys) === String(keys));
  number = first.digest.slice(0, NUMBER_DIGITS);
  isChanged = Boolean(corrects);
  insist(!printed || printed === number);
  return keys;
}

async function check({ wave, envelope, groups }) {
  const published = await publishedKeys(wave);
  insist(Object.keys(groups).sort().join() === "first,second");
  const spkis = [envelope, groups.first.spki, groups.second.spki].map(fromBase64url);
  insist(String(await Promise.all(spkis.map(sha256))) === String(published));
  for (const group of ["first", "second"]) {
    const key = await importIssuanceKey(groups[group].spki).catch(() => null); // size, e, odd n
    insist(key?.kid === groups[group].kid);
  }
}

const checked = new Map();

// Resolves where all keys of a page {wave, envelope, groups} are the published ones. The error says
// why not: "keys_differ" stays so; after "unreachable" the next call asks again.
export function requireKeys(page) {
  if (!checked.has(page.wave)) checked.set(page.wave, check(page));
  return checked.get(page.wave).catch((error) => {
    if (error.reason === "unreachable") checked.delete(page.wave);
    throw error.reason ? error : new NoticeError("keys_differ");
  });
}

// The safety number to compare, once it is known.
export function numberElement(t) {
  if (!number) return "";
  const made = document.createElement("p");
  made.className = "hint safety";
  const digits = document.createElement("span");
  digits.className = "number";
  digits.textContent = number.match(/.{4}/g).join(" ");
  made.append(t("number"), " ", digits, " ", t("number_hint"), isChanged ? ` ${t("number_changed")}` : "");
  return made;
}
