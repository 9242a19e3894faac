/** One option of a slash command: its field, its choices, and what is wrong with its value. */

import { h } from "./dom.js";
import { entityItems } from "./entities.js";
import { matching } from "./listbox.js";
import { encodeFile } from "./uploads.js";

/**
 * @typedef {import("./types.js").Option} Option
 * @typedef {import("./listbox.js").Item} Item
 */

const STRING = 3;
const INTEGER = 4;
const BOOLEAN = 5;
const CHANNEL = 7;
const NUMBER = 10;
const ATTACHMENT = 11;

/** @type {Record<number, "user" | "channel" | "role" | "mentionable">} */
const ENTITIES = { 6: "user", 7: "channel", 8: "role", 9: "mentionable" };
/** @type {Record<number, string>} */
const KIND_NAMES = {
  3: "text",
  4: "whole number",
  5: "yes or no",
  6: "person",
  7: "channel",
  8: "role",
  9: "person or role",
  10: "number",
  11: "file",
};

export class OptionField {
  /** @param {Option} option @param {{focused: () => void, typed: () => void}} tell */
  constructor(option, tell) {
    this.option = option;
    /** @type {Item | null} */
    this.item = null;
    this.kindName = KIND_NAMES[option.type] || "text";
    this.isList = Boolean(
      option.autocomplete || option.choices?.length || option.type === BOOLEAN || option.type in ENTITIES,
    );
    this.error = h("span", { class: "option-error", role: "alert" });
    this.input = this.makeInput();
    this.root = h(
      "label",
      { class: "option", "data-option": option.name },
      h("span", { class: "option-name", dir: "auto" }, option.name),
      this.input,
      this.error,
    );
    this.input.addEventListener("focus", tell.focused);
    this.input.addEventListener("input", () => {
      this.item = null;
      this.fit();
      tell.typed();
    });
    this.fit();
  }

  makeInput() {
    const shared = { "aria-label": `${this.option.name}, ${this.kindName}`, title: this.option.description };
    if (this.option.type === ATTACHMENT) return h("input", { ...shared, type: "file" });
    const numeric = this.option.type === INTEGER ? "numeric" : this.option.type === NUMBER ? "decimal" : "text";
    return h("input", {
      ...shared,
      type: "text",
      autocomplete: "off",
      spellcheck: "false",
      dir: "auto",
      inputmode: numeric,
    });
  }

  get text() {
    return this.option.type === ATTACHMENT ? this.input.files[0]?.name || "" : this.input.value;
  }

  focus() {
    this.input.focus();
  }

  fit() {
    if (this.option.type !== ATTACHMENT) this.input.size = Math.max(4, Math.min(40, this.input.value.length + 1));
  }

  /** What can be chosen for what is typed so far. @returns {Item[]} */
  choices() {
    const { type, choices, channel_types: channelTypes } = this.option;
    const typed = this.item ? "" : this.text;
    if (choices?.length)
      return matching(
        choices.map((choice) => ({ value: choice.value, label: choice.name })),
        typed,
      );
    if (type === BOOLEAN)
      return matching(
        [
          { value: true, label: "True" },
          { value: false, label: "False" },
        ],
        typed,
      );
    return type in ENTITIES ? matching(entityItems(ENTITIES[type], channelTypes), typed.replace(/^[@#]/, "")) : [];
  }

  /** @param {Item} item */
  choose(item) {
    this.item = item;
    this.input.value = item.label;
    this.fit();
    this.show("");
  }

  isFilled() {
    return this.text !== "" && this.problem() === null;
  }

  /** What is wrong with the value, as a sentence, or null. */
  problem() {
    if (this.text === "") return this.option.required ? "This option is required." : null;
    if (this.option.type === STRING && !this.option.choices?.length) return this.item ? null : this.lengthProblem();
    if (this.option.type === INTEGER || this.option.type === NUMBER)
      return this.item || this.onlyChoice() ? null : this.numberProblem();
    if (!this.isList || this.item || this.onlyChoice()) return null;
    return this.option.type === CHANNEL
      ? "Choose a channel from the list."
      : `Choose a ${this.option.choices?.length ? "value" : this.kindName} from the list.`;
  }

  /** A choice that was typed out in full counts as chosen. @returns {Item | undefined} */
  onlyChoice() {
    const typed = this.text.trim().toLocaleLowerCase();
    return this.option.autocomplete
      ? undefined
      : this.choices().find((item) => item.label.toLocaleLowerCase() === typed);
  }

  lengthProblem() {
    const length = [...this.text].length;
    const { min_length: least, max_length: most } = this.option;
    if (least !== undefined && length < least) return `Write at least ${least} characters.`;
    return length > (most ?? 6000) ? `Write at most ${most ?? 6000} characters; these are ${length}.` : null;
  }

  numberProblem() {
    if (this.option.choices?.length) return "Choose a value from the list.";
    const value = this.number();
    const { min_value: least, max_value: most, type } = this.option;
    if (!Number.isFinite(value) || (type === INTEGER && !Number.isSafeInteger(value)))
      return `Write a ${this.kindName}, such as ${type === INTEGER ? "7" : "2.5"}.`;
    if (least !== undefined && value < least) return `The smallest value is ${least}.`;
    return most !== undefined && value > most ? `The largest value is ${most}.` : null;
  }

  number() {
    return /^-?\d+(\.\d+)?$/.test(this.text.trim()) ? Number(this.text.trim()) : Number.NaN;
  }

  /** The value as the control API takes it. @returns {Promise<any>} */
  async value() {
    if (this.option.type === ATTACHMENT) return encodeFile(this.input.files[0]);
    return this.typedValue();
  }

  /** The value if it holds already, else the text. @returns {any} */
  typedValue() {
    const item = this.item || this.onlyChoice();
    if (item) return item.value;
    const isNumber = this.option.type === INTEGER || this.option.type === NUMBER;
    return isNumber && this.numberProblem() === null ? this.number() : this.text;
  }

  /** @param {string} problem */
  show(problem) {
    this.error.textContent = problem;
    this.root.classList.toggle("wrong", problem !== "");
    this.input.setAttribute("aria-invalid", String(problem !== ""));
  }
}
