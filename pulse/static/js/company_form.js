// Two comforts of the settings and the first page; without this script both work as well.
// 1. Shows how a group's Spanish name sounds after "de" and "a" (as pulse/companies/group_names.py).
// 2. Proposes the time zone of this browser where none is chosen yet.
"use strict";

const withArticle = /^el /i;
const afterDe = (name) => (withArticle.test(name) ? "del " + name.slice(3) : "de " + name);
const afterA = (name) => (withArticle.test(name) ? "al " + name.slice(3) : "a " + name);

for (const hint of document.querySelectorAll("[data-spanish-hint]")) {
  const input = document.getElementById(hint.dataset.spanishHint);
  const show = () => {
    const name = input.value.trim().replace(/\s+/g, " ") || "…";
    hint.querySelector('[data-form="de"]').textContent = afterDe(name);
    hint.querySelector('[data-form="a"]').textContent = afterA(name);
  };
  input.addEventListener("input", show);
  show();
}

const zone = document.getElementById("time_zone");
if (zone && !zone.value) {
  zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone;
}
