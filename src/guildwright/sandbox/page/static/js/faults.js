/** The inspector's faults: a button for everything that can go wrong, and what is in force. */

import { endFault, endFaults, faultKinds, faults, strike } from "./api.js";
import { h, newId, replace } from "./dom.js";
import { world } from "./store.js";
import { complain, notify } from "./toast.js";

/** @type {Record<string, string>} */
const SIDES = { gateway: "Gateway", rest: "REST", guild: "Guild", clock: "Clock" };

const REMEMBERED = 4;
const TIME = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });

const active = h("div", {});
const lately = h("ol", { class: "lately", "aria-label": "What happened" });
const kinds = h("div", {});
const pinned = h("section", { class: "inspector-group faults-active" }, active, lately);
const panel = h("section", { class: "inspector-panel inspector-scroll" }, pinned, kinds);

/** What the faults in force say of themselves, by number. @type {Map<number, {fault: any, note: HTMLElement}>} */
let notes = new Map();
/** @type {Record<string, string>} */
let titles = {};

/** @returns {import("./inspector.js").Tab} */
export function setUpFaults() {
  return { label: "Faults", panel, open, hear };
}

async function open() {
  if (!kinds.childElementCount) drawKinds((await faultKinds()).kinds);
  await drawActive();
}

/** @param {string} type @param {any} data */
function hear(type, data) {
  if (type === "faults" && !panel.hidden) drawActive().catch(complain);
  if (type === "traffic" && data.kind === "fault") note(data);
}

/** Say what a fault did, and count it where it is in force. @param {any} entry */
function note(entry) {
  const [kind, ...became] = entry.title.split(" ");
  const struck = became.length === 0 && notes.get(entry.fault);
  if (struck) {
    struck.fault.struck += 1;
    struck.note.textContent = standing(struck.fault);
  }
  const whom = entry.path ? `${entry.method} ${entry.path}` : entry.affected ? `${entry.affected} met` : "";
  const line = [TIME.format(new Date(entry.at * 1000)), titles[kind] || kind, became.join(" "), whom];
  lately.append(h("li", { dir: "auto" }, line.filter(Boolean).join(" ")));
  while (lately.childElementCount > REMEMBERED) lately.firstElementChild?.remove();
}

async function drawActive() {
  const found = (await faults()).faults;
  notes = new Map();
  const all = h("button", { type: "button", class: "button button-small" }, "End all");
  all.addEventListener("click", () => endFaults().catch(complain));
  replace(
    active,
    h("h3", {}, "In force"),
    found.length
      ? [h("ul", { class: "cards" }, found.map(drawOne)), found.length > 1 && all]
      : h("p", { class: "inspector-note" }, "Nothing: everything works."),
  );
}

/** @param {any} fault */
function drawOne(fault) {
  const note = h("p", { class: "card-note" }, standing(fault));
  notes.set(fault.id, { fault, note });
  const end = h("button", { type: "button", class: "button button-small", "aria-label": `End: ${fault.title}` }, "End");
  end.addEventListener("click", () => endFault(fault.id).catch(complain));
  return h("li", { class: "card card-bad card-row" }, h("div", {}, h("h4", {}, fault.title), note), end);
}

/** @param {any} fault */
function standing(fault) {
  const left = fault.seconds_left === null ? "" : ` · ends by itself in ${lasting(fault.seconds_left)}`;
  return `struck ${fault.struck}×${left}`;
}

/** @param {number} seconds */
const lasting = (seconds) => (seconds < 120 ? `${Math.ceil(seconds)} s` : `${Math.round(seconds / 60)} min`);

/** @param {any[]} given */
function drawKinds(given) {
  titles = Object.fromEntries(given.map((kind) => [kind.kind, kind.title]));
  const groups = Object.entries(SIDES).map(([side, name]) =>
    h(
      "section",
      { class: "inspector-group" },
      h("h3", {}, name),
      h("ul", { class: "cards" }, given.filter((kind) => kind.side === side).map(drawKind)),
    ),
  );
  replace(kinds, groups);
}

/** @param {any} kind */
function drawKind(kind) {
  const inputs = kind.parameters.map((/** @type {any} */ parameter) => field(parameter));
  const needed = kind.parameters.some((/** @type {any} */ parameter) => parameter.required);
  const go = h("button", { type: "submit", class: "button button-small", "aria-label": `${kind.title}: ${kind.lasting ? "begin" : "do it"}` }, kind.lasting ? "Begin" : "Do it");
  const fields = h("div", { class: "fault-fields" }, inputs.map((/** @type {any} */ one) => one.label));
  const options = inputs.length ? h("details", { open: needed }, h("summary", {}, "Options"), fields) : null;
  const form = h("form", { class: "card", novalidate: true }, h("div", { class: "card-row" }, h("h4", {}, kind.title), go), h("p", {}, kind.sentence), options);
  form.addEventListener("submit", (/** @type {Event} */ event) => {
    event.preventDefault();
    begin(kind, inputs);
  });
  return h("li", {}, form);
}

/** @param {any} kind @param {{name: string, read: () => any}[]} inputs */
async function begin(kind, inputs) {
  /** @type {Record<string, any>} */
  const body = { kind: kind.kind };
  for (const input of inputs) {
    const value = input.read();
    if (value !== null) body[input.name] = value;
  }
  try {
    const answer = await strike(body);
    const met = `${answer.affected} connection${answer.affected === 1 ? "" : "s"} met`;
    notify(kind.lasting ? `${kind.title}: in force.` : `${kind.title}: ${met}.`);
  } catch (error) {
    complain(error);
  }
}

/** A parameter as a form field. @param {any} parameter */
function field(parameter) {
  const id = newId("fault");
  const label = parameter.name.replaceAll("_", " ");
  const input = control(parameter, id);
  const hint = h("span", { class: "card-note", id: `${id}-hint` }, parameter.sentence);
  input.setAttribute("aria-describedby", `${id}-hint`);
  return { name: parameter.name, label: h("div", { class: "fault-field" }, h("label", { for: id }, label), input, hint), read: () => reading(parameter, input) };
}

/** @param {any} parameter @param {string} id @returns {any} */
function control(parameter, id) {
  if (parameter.type === "boolean") return h("input", { id, type: "checkbox", checked: parameter.default === true });
  if (parameter.type === "guild") {
    return h("select", { id, class: "text-input" }, world().guilds.map((guild) => h("option", { value: guild.id }, guild.name)));
  }
  if (parameter.choices) {
    const choices = parameter.required || parameter.default !== null ? parameter.choices : ["", ...parameter.choices];
    const select = h("select", { id, class: "text-input" }, choices.map((/** @type {any} */ choice) => h("option", { value: String(choice) }, choice === "" ? "any" : String(choice))));
    select.value = String(parameter.default ?? choices[0]);
    return select;
  }
  const type = parameter.type === "string" ? "text" : "number";
  return h("input", { id, class: "text-input", type, step: parameter.type === "integer" ? 1 : "any", placeholder: parameter.default ?? "", autocomplete: "off" });
}

/** The value to send; null leaves it to the default. @param {any} parameter @param {any} input */
function reading(parameter, input) {
  if (parameter.type === "boolean") return input.checked;
  const text = input.value.trim();
  if (text === "") return null;
  return parameter.type === "integer" || parameter.type === "number" ? Number(text) : text;
}
