/** The `/` palette: the commands this person may use here, then the options of the chosen one. */

import { CommandLine } from "./commandline.js";
import { byId, h } from "./dom.js";
import { icon } from "./icons.js";
import { plainName } from "./identity.js";
import { Listbox } from "./listbox.js";
import { on, store, world } from "./store.js";

/**
 * @typedef {import("./types.js").Command} Command
 * @typedef {import("./listbox.js").Item} Item
 * @typedef {{field: HTMLTextAreaElement, open: (list: Listbox, field: HTMLElement, head?: HTMLElement | null) => void, close: () => void, done: () => void}} Parts
 */

const CHAT_INPUT = 1;

/** @param {Parts} parts */
export function commandPalette({ field, open, close, done }) {
  let showing = false;
  /** @type {CommandLine | null} */
  let line = null;
  const list = new Listbox({
    label: "Slash commands",
    empty: "No command matches. Enter sends this as a message.",
    onChoose: (item) => choose(item.value),
  });
  on("commands", () => showing && update());

  /** @returns {boolean} is a slash command being written? */
  function update() {
    if (!field.value.startsWith("/") || field.value.includes("\n")) {
      hide();
      return false;
    }
    const words = field.value.slice(1);
    const typed = words.endsWith(" ")
      ? commands().find((command) => command.path.join(" ") === words.trimEnd().toLowerCase())
      : undefined;
    if (typed && !isPrefix(typed)) {
      choose(typed);
      return true;
    }
    if (!showing) open(list, field);
    showing = true;
    list.show(found(words));
    return true;
  }

  /** @param {Command} command */
  function choose(command) {
    hide();
    const channelId = store.channelId || "";
    line = new CommandLine(command, channelId, { open, close, leave: () => leave(true), ran: () => leave(true) });
    byId("composer").classList.add("commanding");
    byId("command-line").append(line.root);
    line.focus();
  }

  /** Back to plain text. @param {boolean} [clear] */
  function leave(clear = false) {
    hide();
    if (!line) return;
    line.end();
    line = null;
    byId("composer").classList.remove("commanding");
    byId("command-line").replaceChildren();
    if (clear) done();
  }

  function hide() {
    if (showing) {
      close();
      list.detach();
    }
    showing = false;
  }

  /** @param {KeyboardEvent} event */
  function takeKey(event) {
    if (!showing) return false;
    if (list.takeKey(event)) return true;
    if (event.key === "Escape") hide();
    else if (event.key === "Tab" || (event.key === "Enter" && list.items.length > 0)) list.choose();
    else return false;
    event.preventDefault();
    return true;
  }

  /** @returns {boolean} was it a command? */
  function submit() {
    if (!line) return false;
    line.submit();
    return true;
  }

  return { update, leave, takeKey, submit };
}

const commands = () =>
  (store.commands.get(store.channelId || "") || []).filter((command) => command.type === CHAT_INPUT);

/** Do longer commands begin with this one's words? @param {Command} command */
const isPrefix = (command) =>
  commands().some(
    (other) =>
      other.path.length > command.path.length && command.path.every((name, index) => other.path[index] === name),
  );

/** Commands that begin with the words, then those that contain them. @param {string} words @returns {Item[]} */
function found(words) {
  const wanted = words.trim().toLowerCase();
  const items = commands().map(asItem);
  const begins = items.filter((item) => item.search?.startsWith(wanted));
  const contains = items.filter((item) => !begins.includes(item) && item.search?.includes(wanted));
  return [...begins, ...contains];
}

/** @param {Command} command @returns {Item} */
function asItem(command) {
  const path = command.path.join(" ");
  const options = command.options.map((option) => (option.required ? option.name : `${option.name}?`)).join("  ");
  return {
    value: command,
    label: `/${path}`,
    detail: options,
    note: command.description,
    search: path.toLowerCase(),
    heading: plainName(world().bot),
    picture: () => h("span", { class: "command-sign" }, icon("slash")),
  };
}
