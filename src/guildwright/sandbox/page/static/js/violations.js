/** The inspector's violations: what Discord would punish the bot for, in words. */

import { violations } from "./api.js";
import { h, replace } from "./dom.js";
import { relative } from "./times.js";
import { complain } from "./toast.js";

const panel = h("section", { class: "inspector-panel inspector-scroll" });

/** @returns {import("./inspector.js").Tab} */
export function setUpViolations() {
  replace(panel, h("p", { class: "inspector-empty" }, "Reading …"));
  return { label: "Violations", panel, open, hear };
}

async function open() {
  const answer = await violations();
  const shown = answer.violations.length
    ? h("ul", { class: "cards" }, answer.violations.map(drawViolation))
    : h("p", { class: "inspector-empty" }, "None: Discord would have nothing to complain about.");
  const invalid = `${answer.invalid_requests.toLocaleString()} answers of 401, 403 and 429 in ten minutes; at 10,000 Discord bans the address.`;
  replace(panel, shown, h("p", { class: "inspector-note" }, invalid));
}

/** @param {string} type */
function hear(type) {
  if (type === "violation" && !panel.hidden) open().catch(complain);
}

/** @param {any} violation */
function drawViolation(violation) {
  const often = violation.count === 1 ? "once" : `${violation.count} times`;
  return h(
    "li",
    { class: "card card-bad" },
    h("h4", {}, violation.title, h("span", { class: "state state-bad" }, often)),
    h("p", {}, violation.sentence),
    h("p", { class: "card-note" }, `Last ${relative(new Date(violation.at * 1000))}`),
  );
}
