/** The authorize page: shows who asks for what, and sends the person's answer. */

import { byId, h, replace } from "./dom.js";

/** @typedef {{id: string, name: string, username: string, owner: boolean}} Person */

const form = byId("form");

async function open() {
  const asked = await ask(`authorize/request${location.search}`);
  if (asked) show(asked);
  byId("consent").setAttribute("aria-busy", "false");
}

/** @param {{application: string, scopes: string[], redirect_to: string, people: Person[]}} asked */
function show(asked) {
  document.title = `Log in to ${asked.application} · Guildwright sandbox`;
  replace(byId("application"), asked.application);
  replace(byId("redirect"), asked.redirect_to);
  replace(byId("scopes"), ...asked.scopes.map((scope) => h("li", {}, scope)));
  replace(byId("people"), ...asked.people.map(row));
  form.addEventListener("submit", (/** @type {Event} */ event) => {
    event.preventDefault();
    answer({ authorize: true, person: new FormData(form).get("person") });
  });
  byId("cancel").addEventListener("click", () => answer({ authorize: false }));
  form.hidden = false;
}

/** @param {Person} person @param {number} index */
function row(person, index) {
  return h(
    "label",
    { class: "consent-person" },
    h("input", { type: "radio", name: "person", value: person.id, checked: index === 0 }),
    h("span", { class: "consent-who", dir: "auto" }, h("b", {}, person.name), h("span", {}, person.username)),
    person.owner && h("span", { class: "mark" }, "Owner"),
  );
}

/** @param {Record<string, any>} decision */
async function answer(decision) {
  const told = await ask(`authorize${location.search}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(decision),
  });
  if (told) location.assign(told.location);
}

/** Ask the sandbox; a refusal is shown and undefined comes back. @param {string} path @param {RequestInit} [options] */
async function ask(path, options = {}) {
  try {
    const reply = await fetch(new URL(path, document.baseURI), { ...options, cache: "no-store" });
    const body = await reply.json();
    if (reply.ok) return body;
    complain(body.message);
  } catch {
    complain("The sandbox does not answer. Is it still running?");
  }
  return undefined;
}

/** @param {string} sentence */
function complain(sentence) {
  replace(byId("error"), sentence);
  byId("error").hidden = false;
  form.hidden = true;
}

open();
