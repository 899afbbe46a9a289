// A tablet that many people use one after the other. The survey itself is the same page and script as
// everywhere; this one watches over it. After a ballot and after a minute without a touch everything
// is erased and the page is loaded anew, so that no line of the next visit has seen the last one.

const IDLE_MS = 60_000;
const WARNING_MS = 30_000;
const DONE_MS = 10_000;
const FRESH_MS = { open: 600_000, waiting: 60_000 }; // a survey may open or close
const RETRY_MS = 5_000;
const CLEAN = new Set(["language"]); // nothing was said yet

const byId = (id) => document.getElementById(id);
const dialog = byId("kiosk-idle");
const isOpen = dialog !== null; // else: no survey now

// rest, using, sending, warning, done, erasing
let stage = "rest";
let deadline = Infinity;

function enter(next, ms = Infinity) {
  stage = next;
  deadline = Date.now() + ms;
  if (!isOpen) return;
  byId("kiosk-done").hidden = next !== "done";
  if (next === "warning" && !dialog.open) dialog.showModal();
  if (next !== "warning" && dialog.open) dialog.close();
  showSeconds();
}

function showSeconds() {
  const left = Math.max(0, Math.ceil((deadline - Date.now()) / 1000));
  for (const place of document.querySelectorAll(".seconds")) place.textContent = String(left);
}

const rest = () => enter("rest", isOpen ? FRESH_MS.open : FRESH_MS.waiting);
const use = () => enter("using", IDLE_MS);

// ---- Erasing ----

async function emptyStorage() {
  localStorage.clear();
  sessionStorage.clear();
  for (const { name } of (await indexedDB.databases?.()) ?? []) indexedDB.deleteDatabase(name);
}

const isReachable = () =>
  fetch(location.pathname, { cache: "no-store", credentials: "omit" }).then(
    (reply) => reply.status < 500,
    () => false,
  );

// What was on the screen goes at once; the new page comes as soon as there is a connection.
async function erase() {
  if (stage === "erasing") return;
  enter("erasing");
  document.dispatchEvent(new CustomEvent("pulse:forget"));
  byId("content").hidden = true;
  byId("survey")?.replaceChildren();
  await emptyStorage();
  await startAnew();
}

async function startAnew() {
  if (await isReachable()) {
    history.replaceState(null, "");
    location.reload();
    return;
  }
  if (isOpen) document.body.append(byId("kiosk-waiting"));
  if (isOpen) byId("kiosk-waiting").hidden = false;
  setTimeout(startAnew, RETRY_MS);
}

// A kiosk at rest looks now and then whether a survey has opened or closed.
async function refresh() {
  rest();
  if ((await isReachable()) && stage === "rest") location.reload();
}

// ---- Watching ----

const WHEN_OVER = {
  rest: refresh,
  using: () => enter("warning", WARNING_MS),
  warning: erase,
  done: erase,
};

function tick() {
  if (stage === "warning" || stage === "done") showSeconds();
  if (Date.now() >= deadline) WHEN_OVER[stage]?.();
}

function onScreen({ detail: screen }) {
  if (stage === "erasing") return;
  if (screen === "done") enter("done", DONE_MS);
  else if (screen === "sending") enter("sending");
  else if (!CLEAN.has(screen)) use();
  else if (stage !== "rest") erase(); // back at the start: the next person may be standing there
}

const onTouch = () => stage === "using" && use();

document.addEventListener("pulse:screen", onScreen);
for (const kind of ["pointerdown", "keydown", "input", "wheel"]) {
  document.addEventListener(kind, onTouch, { capture: true, passive: true });
}
document.addEventListener("visibilitychange", tick);
document.addEventListener("contextmenu", (event) => event.preventDefault());
// A page out of the browser's own memory would bring back what was erased.
window.addEventListener("pageshow", (event) => event.persisted && erase());
window.addEventListener("pagehide", () => sessionStorage.clear());

if (isOpen) {
  dialog.querySelector("button").addEventListener("click", use);
  dialog.addEventListener("cancel", use);
  byId("kiosk-done").querySelector("button").addEventListener("click", erase);
  const place = new URLSearchParams(location.hash.slice(1)).get("place");
  if (place) byId("kiosk-place").textContent = ` · ${place.slice(0, 40)}`;
}
history.scrollRestoration = "manual";
setInterval(tick, 1000);
rest();
