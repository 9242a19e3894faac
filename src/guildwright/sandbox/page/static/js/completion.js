/** Completes @people, @roles and #channels while a message is written. */

import { currentDraft } from "./drafts.js";
import { channelItems, roleItems, userItems } from "./entities.js";
import { Listbox, matching } from "./listbox.js";

/** @typedef {import("./listbox.js").Item} Item */

const BEGUN = /(?:^|\s)([@#])([\p{L}\p{N}_. -]{0,32})$/u;
const MOST = 8;

/**
 * @param {{field: HTMLTextAreaElement, open: (list: Listbox, field: HTMLElement) => void, close: () => void}} parts
 * @returns {{update: () => boolean, takeKey: (event: KeyboardEvent) => boolean, stop: () => void}}
 */
export function mentionCompletion({ field, open, close }) {
  let active = false;
  const list = new Listbox({ label: "People and channels", onChoose: insert });

  /** @returns {boolean} does a list of names show? */
  function update() {
    const begun = BEGUN.exec(field.value.slice(0, field.selectionStart));
    const items = begun && !isFinished(begun) ? found(begun[1], begun[2]) : [];
    if (items.length === 0) {
      stop();
      return false;
    }
    if (!active) open(list, field);
    active = true;
    list.show(items);
    return true;
  }

  /** @param {Item} item */
  function insert(item) {
    const before = field.value.slice(0, field.selectionStart);
    const begun = BEGUN.exec(before);
    if (!begun) return;
    const start = before.length - begun[2].length - 1;
    field.setRangeText(`${item.value.shown} `, start, field.selectionStart, "end");
    currentDraft().names.set(item.value.shown, item.value.raw);
    stop();
    field.dispatchEvent(new Event("input"));
  }

  function stop() {
    if (active) close();
    active = false;
  }

  /** @param {KeyboardEvent} event */
  function takeKey(event) {
    if (!active) return false;
    if (list.takeKey(event)) return true;
    if (event.key === "Escape") stop();
    else if (event.key === "Enter" || event.key === "Tab") list.choose();
    else return false;
    event.preventDefault();
    return true;
  }

  return { update, takeKey, stop };
}

/** Was this name chosen already, and a space written after it? @param {RegExpExecArray} begun */
const isFinished = ([, sign, words]) => words.endsWith(" ") && currentDraft().names.has(`${sign}${words.trimEnd()}`);

/** @param {string} sign @param {string} words @returns {Item[]} */
function found(sign, words) {
  if (/ {2}|^ /.test(words)) return [];
  const items =
    sign === "#"
      ? matching(channelItems([0, 2, 5, 10, 11, 12, 13, 15]), words).map(asChannel)
      : [...matching(userItems(), words).map(asUser), ...matching(roleItems(), words).map(asRole)];
  return items.slice(0, MOST);
}

/** @param {Item} item */
const asUser = (item) => ({ ...item, value: { shown: `@${item.label}`, raw: `<@${item.value}>` } });
/** @param {Item} item */
const asRole = (item) => ({
  ...item,
  value: { shown: item.label, raw: item.label === "@everyone" ? item.label : `<@&${item.value}>` },
});
/** @param {Item} item */
const asChannel = (item) => ({ ...item, value: { shown: `#${item.label}`, raw: `<#${item.value}>` } });
