// The page of the result mail: gets the ballot for the next survey, by a press and never by itself,
// and keeps it in this browser. No answer is given here.

import { groupOf, isSlip, normalise } from "./code.js";
import { dropCode, isLasting, keepCode, readCode, readRecord, recordName, recordNames } from "./store.js";
import { take } from "./take.js";

const LANGUAGES = { en: "English", es: "Español" };
const page = JSON.parse(document.getElementById("survey-data").textContent);
const place = document.getElementById("ballot");
const progress = document.getElementById("progress");
const switchPlace = document.getElementById("language");

const state = { language: document.documentElement.lang, show: page.state, error: null, code: null };

const t = (name) => page.languages[state.language].texts[name];

function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

const lines = (...names) => names.map((name) => element("p", {}, t(name)));

const alarm = () => (state.error ? [element("p", { class: "error", role: "alert" }, t(state.error) ?? t("refused"))] : []);

const button = () => element("button", { type: "button", class: "button primary", click: get }, t("get"));

const title = (name) => element("h2", { tabindex: "-1", id: "outcome" }, t(name));

const CONTENT = {
  nothing: () => lines("nothing"),
  open: () => [
    ...lines("open", "open_there"),
    element("a", { class: "button primary", href: page.survey }, t("go")),
  ],
  ahead: () => [...alarm(), ...lines("why", "how"), button()],
  getting: () => lines("getting"),
  kept: () => [title("kept_title"), ...lines("kept")],
  no_code: () => lines("no_code"),
  insecure: () => lines("insecure"),
  keeps_nothing: () => lines("keeps_nothing"),
  // Nothing can be done here any more: only the words.
  over: () => alarm(),
};

function render() {
  const { language } = state;
  const other = language === "en" ? "es" : "en";
  document.documentElement.lang = language;
  for (const part of document.querySelectorAll("main [lang]")) part.hidden = part.lang !== language;
  for (const part of document.querySelectorAll(".between")) part.hidden = true;
  const choose = () => {
    state.language = other;
    render();
    switchPlace.firstChild.focus();
  };
  const attributes = { type: "button", class: "button language", lang: other, click: choose };
  switchPlace.replaceChildren(element("button", attributes, LANGUAGES[other]));
  place.replaceChildren(...CONTENT[state.show]());
}

function show(name, error = null) {
  Object.assign(state, { show: name, error });
  progress.textContent = "";
  render();
  document.getElementById("outcome")?.focus();
}

// One press, one credential: a second press or a lost reply asks for the same one again.
async function get() {
  show("getting");
  const name = await recordName(page.wave, state.code);
  const onRetry = () => (progress.textContent = t("retrying"));
  const asked = { page, code: state.code, group: groupOf(state.code), mode: "link", onRetry };
  const refusal = await take(name, asked).then(
    () => null,
    (found) => found.reason,
  );
  if (!refusal) return show("kept");
  const isOver = ["closed", "code_used", "code_unknown", "keys_differ"].includes(refusal);
  if (isOver) dropCode();
  if (refusal === "closed") return show("over", "code_unknown"); // of an earlier survey
  return show(isOver ? "over" : "ahead", refusal);
}

// The code leaves the address bar at once; it never was in a request.
function readAddress() {
  const text = location.hash.slice(1);
  if (text) history.replaceState(null, "", location.pathname);
  const code = normalise(text) ?? readCode();
  if (!code || isSlip(code)) return;
  state.code = code;
  keepCode(code);
}

async function holdsBallot() {
  const names = recordNames(page.wave, new Date());
  const held = state.code ? [await recordName(page.wave, state.code)] : names;
  return held.some((name) => names.includes(name) && readRecord(name).credential);
}

async function begin() {
  const wanted = navigator.languages.map((tag) => tag.slice(0, 2)).find((tag) => tag in LANGUAGES);
  state.language = wanted ?? state.language;
  readAddress();
  if (page.state === "ahead" && !window.isSecureContext) return show("insecure");
  if (page.state === "ahead" && (await holdsBallot())) return show("kept");
  if (page.state === "ahead" && !state.code) return show("no_code");
  if (page.state === "ahead" && !isLasting) return show("keeps_nothing");
  return render();
}

window.addEventListener("hashchange", () => location.reload());

begin();
