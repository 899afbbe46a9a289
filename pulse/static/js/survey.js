// The survey page: from the code in the address to a confirmed ballot, one question a screen.
//
// The page came with everything in it, so nothing is asked of the server before Send. Answers live in
// `state` and nowhere else; the history of the browser holds only the name of a screen.

import { cast } from "./ballot.js";
import { groupOf, isSlip, normalise, written } from "./code.js";
import { numberElement, requireKeys } from "./notice.js";
import {
  codeScreen,
  commentScreen,
  groupScreen,
  introScreen,
  languageScreen,
  languageSwitch,
  messageScreen,
  questionScreen,
} from "./screens.js";
import { dropCode, keepCode, readCode, readRecord, recordName, recordNames } from "./store.js";

const page = JSON.parse(document.getElementById("survey-data").textContent);
const place = document.getElementById("survey");
const progress = document.getElementById("progress");
const switchPlace = document.getElementById("language");
const simpleForm = document.getElementById("simple-form");
const firstHeading = place.querySelector("h1");
const firstTitle = document.title;
// A tablet that many people use one after the other (kiosk.js): slips only, no history, no code kept.
const isKiosk = document.body.classList.contains("kiosk");
// Screens of an earlier visit to this tab have another number.
const visit = crypto.getRandomValues(new Uint32Array(1))[0];

const state = {
  screen: "language",
  language: document.documentElement.lang,
  typed: "", // a code as it was typed
  code: null,
  mode: null, // "link", "slip" or "kiosk"
  isRefused: false, // a personal link on a kiosk
  hasKey: false, // a code or credential is there, so none has to be typed
  record: null, // the name of a stored record that waits for its ballot
  kept: {}, // such names by group, where this browser keeps ballots of both
  group: null,
  asked: [],
  answers: {},
  comment: "",
  error: null,
  isSending: false,
  closedPage: null,
};

const t = (name, values = {}) =>
  Object.entries(values).reduce(
    (text, [field, value]) => text.replace(`{${field}}`, value),
    page.languages[state.language].texts[name],
  );

// ---- Which questions ----

// Uniform below `limit`: a value from the uneven rest is drawn again.
function below(limit) {
  const fair = 2 ** 32 - (2 ** 32 % limit);
  for (;;) {
    const [value] = crypto.getRandomValues(new Uint32Array(1));
    if (value < fair) return value % limit;
  }
}

function drawn(items, count) {
  const rest = [...items];
  return Array.from({ length: count }, () => rest.splice(below(rest.length), 1)[0]);
}

function setGroup(group) {
  if (group === state.group) return;
  const { core, rotating, draw, last } = page.groups[group];
  const pair = rotating.length > draw ? drawn(rotating, draw) : rotating;
  Object.assign(state, { group, asked: [...core, ...pair, last], answers: {} });
}

// ---- Where we are ----

const screens = () => [
  "language",
  "intro",
  ...(Object.keys(state.kept).length ? ["group"] : []),
  ...(state.hasKey ? [] : ["code"]),
  ...state.asked,
  "comment",
];

const after = (screen) => screens()[screens().indexOf(screen) + 1];

const entry = (screen) => ({ visit, screen, wave: page.wave, language: state.language });

const before = (screen) => screens()[screens().indexOf(screen) - 1];

const back = () => (isKiosk ? show(before(state.screen)) : history.back());

const next = () => go(after(state.screen));

// On a kiosk nothing is noted: there is nothing behind Back.
function note(screen, change = "replaceState") {
  if (!isKiosk) history[change](entry(screen), "");
}

function go(screen, error = null) {
  if (screen !== state.screen) note(screen, "pushState");
  const isRefused = state.isRefused && screen === "code";
  show(screen, error ?? (isRefused ? problem("code_personal", { target: "code" }) : null));
}

function show(screen, error = null) {
  Object.assign(state, { screen, error });
  render();
  window.scrollTo(0, 0);
  const place = document.getElementById("problem") ?? document.getElementById("heading");
  place.focus({ preventScroll: true });
}

function render() {
  const { language, screen, error } = state;
  const isFirst = screen === "language";
  document.documentElement.lang = language;
  place.replaceChildren(...(CONTENT[screen] ?? question)(screen).filter(Boolean));
  switchPlace.replaceChildren(...(isFirst ? [] : [languageSwitch(language, chooseLanguage)]));
  simpleForm.hidden = !isFirst;
  progress.textContent = progressText(screen);
  const title = `${place.querySelector("h1").textContent} - ${t("survey")}`;
  document.title = isFirst ? firstTitle : `${error ? `${t("error")} ` : ""}${title}`;
  document.dispatchEvent(new CustomEvent("pulse:screen", { detail: screen }));
}

function progressText(screen) {
  if (screen === "comment") return t("last_step");
  const number = state.asked.indexOf(screen) + 1;
  return number ? t("progress", { n: number, total: state.asked.length }) : "";
}

const CONTENT = {
  language: () => languageScreen(firstHeading, startIn),
  intro: () => [...introScreen(t, { back, next }), numberElement(t)],
  group: () =>
    groupScreen(
      t,
      Object.keys(page.groups).map((code) => [code, page.groups[code].names[state.language]]),
      { back, choose: (code) => (use(state.kept[code]), go(state.asked[0])) },
    ),
  code: () =>
    codeScreen(t, {
      value: state.typed,
      error: state.error,
      hasKeys: isKiosk || matchMedia("(min-width: 48rem) and (pointer: coarse)").matches,
      back,
      next: takeTypedCode,
      change: (text) => (state.typed = text),
    }),
  comment: () =>
    commentScreen(t, {
      comment: state.comment,
      error: state.error,
      back,
      send,
      change: (text) => (state.comment = text),
    }),
  sending: () => messageScreen(t("sending")),
  done: () => messageScreen(t("saved"), isKiosk ? "" : t("close_page"), t("results")),
  closed: () => messageScreen(t("closed_title"), closingDay(), t("closed")),
  keys: () => messageScreen(t("keys_title"), t("keys_differ")),
  insecure: () => messageScreen(t("insecure_title"), t("insecure")),
};

// The server's own sentence about the day, in the present language.
const closingDay = () =>
  state.closedPage?.querySelector(`[lang=${state.language}] .closed`)?.textContent ?? "";

function question(item) {
  const { questions, scales } = page.groups[state.group];
  return questionScreen(t, {
    text: questions[state.language][item],
    options: page.languages[state.language].scales[scales[item]],
    answer: state.answers[item],
    back,
    next,
    change: (value) => (state.answers[item] = value),
  });
}

// ---- Language and code ----

function startIn(language) {
  state.language = language;
  go(window.isSecureContext ? "intro" : "insecure");
}

function chooseLanguage(language) {
  state.language = language;
  note(state.screen);
  if (state.error) state.error = problem(state.error.name, state.error);
  render();
  switchPlace.firstChild.focus();
}

// An error: the name of its text and its values, and where its link leads: a field, or `act`.
function problem(name, { target, act, values } = {}) {
  return { name, values, target, act, text: t(name, values) };
}

// Others can look on, and a link is a person's own: a kiosk takes slips only.
const isAllowed = (code) => !isKiosk || isSlip(code);

function takeCode(code) {
  const typed = written(code);
  Object.assign(state, { code, typed, mode: isKiosk ? "kiosk" : isSlip(code) ? "slip" : "link" });
  if (!isKiosk) keepCode(code);
  setGroup(groupOf(code));
}

function takeTypedCode() {
  const code = normalise(state.typed);
  if (!code) {
    const name = state.typed.trim() ? "code_mistyped" : "code_missing";
    return show("code", problem(name, { target: "code" }));
  }
  if (!isAllowed(code)) {
    state.typed = "";
    return show("code", problem("code_personal", { target: "code" }));
  }
  takeCode(code);
  return go(Object.keys(state.answers).length ? "comment" : state.asked[0]);
}

// The code leaves the address bar at once; it never was in a request.
function readAddress() {
  const text = location.hash.slice(1);
  if (!text || (isKiosk && text.startsWith("place="))) return false;
  history.replaceState(isKiosk ? null : entry("language"), "", location.pathname);
  const code = normalise(text);
  state.isRefused = code !== null && !isAllowed(code);
  if (state.isRefused) return true;
  state.typed = text;
  if (code) takeCode(code);
  return true;
}

// ---- Send ----

const bytes = (text) => new TextEncoder().encode(text).length;

// Trimmed, and half a symbol made whole: JSON could not carry it.
const comment = () => new TextDecoder().decode(new TextEncoder().encode(state.comment.trim()));

function body() {
  const { language, mode, answers } = state;
  return JSON.stringify({ v: 1, language, mode, answers, comment: comment() });
}

function flaw() {
  if (!Object.keys(state.answers).length) {
    return problem("nothing", { act: () => go(state.asked[0]) });
  }
  const excess = Math.max(
    bytes(comment()) - page.commentBytes,
    bytes(JSON.stringify(comment())) - page.commentJsonBytes,
  );
  return excess > 0 && problem("comment_long", { target: "comment", values: { excess } });
}

async function send() {
  if (state.isSending) return;
  const error = flaw();
  if (error) return show("comment", error);
  state.isSending = true;
  const name = state.record ?? (await recordName(page.wave, state.code));
  return deliver(name, body());
}

async function deliver(name, text) {
  state.isSending = true;
  show("sending");
  const onRetry = () => (progress.textContent = t("retrying"));
  const { code, group, mode } = state;
  const refusal = await cast(name, { page, code, group, mode, body: text, onRetry }).then(
    () => null,
    (found) => found,
  );
  state.isSending = false;
  return refusal ? refused(refusal) : finish();
}

// Nothing of the ballot remains, in memory or in the browser.
function forget() {
  dropCode();
  const nothing = { code: null, record: null, kept: {}, typed: "", answers: {}, comment: "" };
  Object.assign(state, nothing);
}

function finish() {
  forget();
  note("done");
  show("done");
}

document.addEventListener("pulse:forget", forget);

function refused({ reason, page: closedPage }) {
  if (reason === "closed") {
    dropCode();
    state.closedPage = closedPage;
    return show("closed", problem("closed_title"));
  }
  if (["code_unknown", "code_used", "slips_used_up"].includes(reason)) {
    dropCode();
    Object.assign(state, { hasKey: false, record: null, code: null });
    return go("code", problem(reason, { target: "code" }));
  }
  return show("comment", problem(reason));
}

// ---- Begin ----

window.addEventListener("popstate", ({ state: target }) => {
  if (state.screen === "done" || state.isSending) return;
  const isKnown = target?.visit === visit && screens().includes(target.screen);
  show(isKnown ? target.screen : "language");
});

// A second link opened in the same tab: begin again with its code.
window.addEventListener("hashchange", () => {
  if (readAddress()) location.reload();
});

// A reload after Send: a sealed ballot is sent again, a credential waits for its answers.
async function resume() {
  const names = recordNames(page.wave, new Date());
  const name = state.code ? await recordName(page.wave, state.code) : ready(names)[0];
  const record = names.includes(name) ? readRecord(name) : {};
  // On a kiosk a credential waits for its own slip, and for no other person.
  if (!record.ballot && (isKiosk || !record.credential)) return render();
  const kept = state.code || record.ballot ? [] : ready(names);
  const byGroup = Object.fromEntries(kept.map((each) => [readRecord(each).group, each]));
  if (Object.keys(byGroup).length > 1) Object.assign(state, { kept: byGroup, hasKey: true });
  else use(name);
  return record.ballot ? deliver(name) : render();
}

// Records with a ballot first: it was answered already and waits to be sent.
function ready(names) {
  const rank = (name) => (readRecord(name).ballot ? 0 : 1);
  return names.filter((name) => readRecord(name).credential).sort((a, b) => rank(a) - rank(b));
}

function use(name) {
  const { mode, group } = readRecord(name);
  Object.assign(state, { record: name, mode, hasKey: true });
  setGroup(group);
}

function begin() {
  const last = history.state?.wave === page.wave ? history.state : {};
  state.language = last.language ?? state.language;
  const hasNewCode = readAddress();
  if (!hasNewCode && last.screen === "done") return show("done");
  note("language");
  if (!window.isSecureContext) return render();
  if (!state.code && readCode()) takeCode(readCode());
  state.hasKey = state.code !== null;
  return resume();
}

// Keys that are not public end the visit before anybody has answered; a notice that could not be
// fetched now is fetched again at Send.
async function watchKeys() {
  const reason = await requireKeys(page).then(
    () => null,
    (error) => error.reason,
  );
  if (reason === "keys_differ") show("keys");
  else if (state.screen === "intro") render();
}

begin();
if (window.isSecureContext) watchKeys();
