/** The inspector's commands: what the bot has registered, everywhere and in single guilds. */

import { registered } from "./api.js";
import { h, replace } from "./dom.js";
import { complain } from "./toast.js";

const KINDS = ["", "/", "Person: ", "Message: "];
const OPTIONS = ["", "command", "group", "text", "whole number", "yes or no", "person", "channel", "role", "mention", "number", "file"];

const panel = h("section", { class: "inspector-panel inspector-scroll" });

/** @returns {import("./inspector.js").Tab} */
export function setUpRegistered() {
  replace(panel, h("p", { class: "inspector-empty" }, "Reading …"));
  return { label: "Commands", panel, open, hear };
}

async function open() {
  const { scopes } = await registered();
  const given = scopes.filter((/** @type {any} */ scope) => scope.commands.length);
  replace(panel, given.length ? given.map(drawScope) : h("p", { class: "inspector-empty" }, "The bot has registered no command yet."));
}

/** @param {string} type @param {any} data */
function hear(type, data) {
  if (type === "traffic" && !panel.hidden && data.kind === "rest" && data.method !== "GET" && data.path.startsWith("/applications/")) open().catch(complain);
}

/** @param {any} scope */
function drawScope(scope) {
  return h(
    "section",
    { class: "inspector-group" },
    h("h3", {}, `${scope.name} · ${scope.commands.length}`),
    h("ul", { class: "cards" }, scope.commands.map(drawCommand)),
  );
}

/** @param {any} command */
function drawCommand(command) {
  const leaves = leavesOf(command, command.name);
  return h(
    "li",
    { class: "card" },
    h("h4", { dir: "auto" }, `${KINDS[command.type] ?? "/"}${command.name}`),
    command.description && h("p", { dir: "auto" }, command.description),
    leaves.map(({ name, options }) =>
      name === command.name && !options.length
        ? null
        : h("p", { class: "card-note", dir: "auto" }, name === command.name ? "" : `/${name} `, options.map(drawOption).join(", ")),
    ),
  );
}

/** The commands that can be called below this one. @param {any} command @param {string} name @returns {{name: string, options: any[]}[]} */
function leavesOf(command, name) {
  const options = command.options || [];
  const inner = options.filter((/** @type {any} */ option) => option.type === 1 || option.type === 2);
  if (!inner.length) return [{ name, options }];
  return inner.flatMap((/** @type {any} */ option) => leavesOf(option, `${name} ${option.name}`));
}

/** @param {any} option */
function drawOption(option) {
  const kind = OPTIONS[option.type] || "option";
  return option.required ? `${option.name}: ${kind}` : `[${option.name}: ${kind}]`;
}
