// From answers to one confirmed ballot: credential, seal, submission. Each step is stored before the
// next one is sent, so that a lost reply, a reload or a second click ends in the same one ballot.

import { finalizeCredential, importIssuanceKey, label, makeCredentialRequest, sealBallot } from "./blind_rsa.js";
import { requireKeys } from "./notice.js";
import { dropCode, dropRecord, keepRecord, readRecord } from "./store.js";

const WAITS_MS = [500, 1000, 2000, 4000, 8000];
const PATIENCE_MS = 20000;
const REASONS = {
  CodeUnknownError: "code_unknown",
  CodeUsedError: "code_used",
  SlipsUsedUpError: "slips_used_up",
  SurveyClosedError: "closed",
  WaveClosedError: "closed",
  WaveKeysGoneError: "closed",
  RateLimitError: "busy",
};

// `reason` is the name of a text; `page` what the server shows now, where the wave is over.
export class Refusal extends Error {
  constructor(reason) {
    super(reason);
    this.reason = reason;
  }
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// No cookie, no referrer, and no connection shared with a request that carries either.
function send(path, content) {
  const stop = new AbortController();
  setTimeout(() => stop.abort(), PATIENCE_MS);
  return fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(content),
    credentials: "omit",
    referrerPolicy: "no-referrer",
    cache: "no-store",
    redirect: "error",
    signal: stop.signal,
  });
}

async function post(path, content, onRetry) {
  for (const wait of [...WAITS_MS, null]) {
    try {
      const response = await send(path, content);
      const reply = await response.json();
      if (response.ok) return reply;
      if (response.status < 500) throw new Refusal(REASONS[reply.error] ?? "refused");
    } catch (error) {
      if (error instanceof Refusal) throw error;
    }
    if (wait === null) break;
    onRetry();
    await pause(wait * (0.5 + Math.random()));
  }
  throw new Refusal("unreachable");
}

export async function obtainCredential(name, record, { page, code, onRetry }) {
  if (!record.request) {
    const key = await importIssuanceKey(page.groups[record.group].spki);
    record.request = await makeCredentialRequest({ wave: page.wave, group: record.group, key });
    keepRecord(name, record);
  }
  const { signature } = await post("/issue", { code, blinded: record.request.blinded }, onRetry);
  record.credential = await finalizeCredential(record.request, signature);
  delete record.request;
  keepRecord(name, record);
  dropCode();
}

async function sealInto(record, { page, body }) {
  const { msg, sig, token } = record.credential;
  const { group } = record;
  const bound = label(page.wave, group, page.groups[group].kid);
  const sealed = await sealBallot({ envelopeKey: page.envelope, label: bound, token, body });
  record.ballot = { wave: page.wave, group, msg, sig, body: sealed };
}

// The page as it is now, where this wave is over; null while it is open. A code is unknown as soon as
// its wave is over, so this tells the one from the other.
async function pageAfterClosing(page) {
  const response = await fetch(location.pathname, { credentials: "omit", cache: "no-store" });
  const now = new DOMParser().parseFromString(await response.text(), "text/html");
  const data = now.getElementById("survey-data");
  return data && JSON.parse(data.textContent).wave === page.wave ? null : now;
}

async function explained(error, page) {
  const refusal = error instanceof Refusal ? error : new Refusal(error.reason ?? "refused");
  if (refusal.reason !== "closed" && refusal.reason !== "code_unknown") return refusal;
  refusal.page = await pageAfterClosing(page).catch(() => null);
  if (refusal.page) refusal.reason = "closed";
  return refusal;
}

// One at a time, in all tabs of this browser.
export const alone = (work) => (navigator.locks ? navigator.locks.request("pulse", work) : work());

export const recordOf = (name, { page, group, mode }) =>
  readRecord(name) ?? { closes: page.closes, group, mode };

// Resolves when the server has confirmed the ballot; throws a Refusal else. `body` may be missing
// where the record holds a sealed ballot already.
export function cast(name, { page, group, mode, code, body, onRetry }) {
  return alone(async () => {
    const record = recordOf(name, { page, group, mode });
    try {
      if (!record.ballot) await requireKeys(page);
      if (!record.credential) await obtainCredential(name, record, { page, code, onRetry });
      if (!record.ballot) await sealInto(record, { page, body });
      keepRecord(name, record);
      await post("/submit", record.ballot, onRetry);
      dropRecord(name);
    } catch (error) {
      const refusal = await explained(error, page);
      if (["code_unknown", "code_used", "slips_used_up", "closed"].includes(refusal.reason)) dropRecord(name);
      throw refusal;
    }
  });
}
