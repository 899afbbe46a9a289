// What the survey shows: one function per screen, each returns its elements. `t` gives a text by its
// name in the present language. No decision is taken here.

const LANGUAGES = { en: "English", es: "Español" };
const KEYS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

// A function among the attributes listens to the event of that name.
export function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value !== false && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

const heading = (text) => element("h1", { id: "heading", tabindex: "-1" }, text);

// As on a slip: 4-4-3.
const grouped = (text) =>
  text.replaceAll("-", "").replace(/^(.{4})(.{1,4})(.*)$/, (_, ...parts) => parts.slice(0, 3).filter(Boolean).join("-"));

const button = (text, kind, click) =>
  element("button", { type: click ? "button" : "submit", class: `button ${kind}`, click }, text);

function steps(t, { back, next }) {
  return element("div", { class: "steps" }, back && button(t("back"), "quiet", back), button(next, "primary"));
}

function form(content, submit) {
  return element(
    "form",
    {
      novalidate: "",
      autocomplete: "off",
      submit: (event) => {
        event.preventDefault();
        submit();
      },
    },
    ...content,
  );
}

// An error: its text, and where its link leads: the id of a field, or `act`.
function summary(t, error) {
  if (!error) return "";
  const follow = (event) => {
    event.preventDefault();
    if (error.act) error.act();
    else document.getElementById(error.target).focus();
  };
  const hasLink = error.target || error.act;
  return element(
    "div",
    { class: "error-summary", role: "alert", tabindex: "-1", id: "problem", "aria-labelledby": "problem-title" },
    element("h2", { id: "problem-title" }, t("problem")),
    hasLink
      ? element("a", { href: `#${error.target ?? "heading"}`, click: follow }, error.text)
      : element("p", {}, error.text),
  );
}

const errorAt = (error, target) =>
  error?.target === target ? element("p", { class: "error", id: `${target}-error` }, error.text) : "";

const described = (id, error) => `${id}-hint${error?.target === id ? ` ${id}-error` : ""}`;

export function languageScreen(title, choose) {
  const choice = ([code, name]) =>
    element("button", { type: "button", class: "button choice", lang: code, click: () => choose(code) }, name);
  return [title, element("div", { class: "choices" }, ...Object.entries(LANGUAGES).map(choice))];
}

export function languageSwitch(language, choose) {
  const other = language === "en" ? "es" : "en";
  return element(
    "button",
    { type: "button", class: "button language", lang: other, click: () => choose(other) },
    LANGUAGES[other],
  );
}

export function introScreen(t, { back, next }) {
  const sentences = ["anonymous", "no_name", "duration", "minimum"];
  return [
    heading(t("title")),
    element("div", { class: "intro" }, ...sentences.map((name) => element("p", {}, t(name)))),
    form([steps(t, { back, next: t("start") })], next),
  ];
}

export function groupScreen(t, groups, { back, choose }) {
  const choice = ([code, name]) =>
    element("button", { type: "button", class: "button choice", click: () => choose(code) }, name);
  return [
    heading(t("group_title")),
    element("p", {}, t("group_hint")),
    element("div", { class: "choices" }, ...groups.map(choice)),
    element("div", { class: "steps" }, button(t("back"), "quiet", back)),
  ];
}

export function codeScreen(t, { value, error, hasKeys, back, next, change }) {
  const input = element("input", {
    id: "code",
    name: "code",
    class: "code",
    value,
    autocomplete: "off",
    autocapitalize: "characters",
    spellcheck: "false",
    inputmode: hasKeys ? "none" : "text",
    "aria-describedby": described("code", error),
    "aria-invalid": error ? "true" : undefined,
    input: () => change(input.value),
  });
  const type = (text) => {
    input.value = grouped(text);
    change(input.value);
  };
  const key = (symbol) => button(symbol, "key", () => type(input.value + symbol));
  const erase = button(t("erase"), "key erase", () => type(input.value.slice(0, -1)));
  return [
    summary(t, error),
    form(
      [
        heading(t("code_title")),
        element("label", { for: "code" }, t("code_label")),
        element("p", { class: "hint", id: "code-hint" }, t("code_hint")),
        errorAt(error, "code"),
        input,
        hasKeys ? element("div", { class: "keys" }, ...[...KEYS].map(key), erase) : "",
        t("elsewhere") && element("p", { class: "card" }, t("elsewhere")),
        steps(t, { back, next: t("next") }),
      ],
      next,
    ),
  ];
}

export function questionScreen(t, { text, options, answer, back, next, change }) {
  const tile = (value, label, kind = "") =>
    element(
      "label",
      { class: `tile${kind}` },
      element("input", {
        type: "radio",
        name: "answer",
        value,
        checked: String(answer) === String(value) && "",
        change: () => change(value),
      }),
      element("span", {}, label),
    );
  return [
    form(
      [
        element("p", { class: "stem", id: "stem" }, t("stem")),
        element(
          "fieldset",
          { "aria-describedby": "stem" },
          element("legend", {}, heading(text)),
          ...options.map((label, index) => tile(index, label)),
          tile("na", t("na"), " apart"),
        ),
        steps(t, { back, next: t("next") }),
      ],
      next,
    ),
  ];
}

export function commentScreen(t, { comment, error, back, send, change }) {
  const area = element(
    "textarea",
    {
      id: "comment",
      name: "comment",
      rows: "5",
      autocomplete: "off",
      spellcheck: "false",
      "aria-describedby": described("comment", error),
      "aria-invalid": error?.target === "comment" ? "true" : undefined,
      input: () => change(area.value),
    },
    comment,
  );
  return [
    summary(t, error),
    form(
      [
        element("h1", { id: "heading", tabindex: "-1" }, element("label", { for: "comment" }, t("comment"))),
        element("p", { class: "hint", id: "comment-hint" }, t("comment_hint")),
        errorAt(error, "comment"),
        area,
        steps(t, { back, next: t("send") }),
      ],
      send,
    ),
  ];
}

export function messageScreen(title, ...sentences) {
  return [heading(title), ...sentences.filter(Boolean).map((text) => element("p", {}, text))];
}
