/** A slash command being filled in: its options one after another, checked before it is run. */

import { h, replace } from "./dom.js";
import { Autocomplete } from "./autocomplete.js";
import { start } from "./interactions.js";
import { Listbox } from "./listbox.js";
import { OptionField } from "./options.js";

/**
 * @typedef {import("./types.js").Command} Command
 * @typedef {import("./types.js").Option} Option
 * @typedef {{open: (list: Listbox, field: HTMLElement, head?: HTMLElement | null) => void, close: () => void, leave: () => void, ran: () => void}} Surroundings
 */

export class CommandLine {
  /** @param {Command} command @param {string} channelId @param {Surroundings} around */
  constructor(command, channelId, around) {
    this.command = command;
    this.channelId = channelId;
    this.around = around;
    this.autocomplete = new Autocomplete(command, channelId);
    this.list = new Listbox({ label: "Choices", onChoose: (item) => this.chosen(item) });
    this.title = `/${command.path.join(" ")}`;
    /** @type {OptionField[]} */
    this.fields = [];
    /** @type {OptionField | null} */
    this.current = null;
    this.more = h("button", { type: "button", class: "option-more", onclick: () => this.offerOptional() });
    this.root = h(
      "div",
      { class: "command", role: "group", "aria-label": this.title },
      h("span", { class: "command-name", dir: "auto", tabindex: "-1" }, this.title),
      this.more,
    );
    this.root.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => this.keyDown(event));
    for (const option of command.options.filter((one) => one.required)) this.add(option);
    this.showMore();
  }

  /** @param {Option} option */
  add(option) {
    const field = new OptionField(option, {
      focused: () => this.enter(field),
      typed: () => this.suggest(field),
    });
    this.fields.push(field);
    this.more.before(field.root);
    this.showMore();
    return field;
  }

  focus() {
    const first = this.fields.find((field) => !field.isFilled()) || this.fields[0];
    if (first) first.focus();
    else {
      this.more.focus();
      this.offerOptional();
    }
  }

  get missing() {
    return this.command.options.filter((option) => !this.fields.some((field) => field.option.name === option.name));
  }

  showMore() {
    const count = this.missing.length;
    this.more.hidden = count === 0 && this.fields.length > 0;
    this.more.textContent = count > 0 ? `+${count} optional` : "Enter to run";
  }

  /** @param {OptionField} field */
  enter(field) {
    this.current = field;
    this.suggest(field);
  }

  /** @param {OptionField} field */
  async suggest(field) {
    if (this.current !== field) return;
    field.show("");
    if (!field.option.autocomplete) {
      this.showChoices(field, field.choices());
      return;
    }
    this.showChoices(field, [], "Asking the bot for choices…");
    const answer = await this.autocomplete.ask(field.option.name, this.typedValues());
    if (!answer || this.current !== field) return;
    this.showChoices(field, answer.items, answer.problem || "The bot offers no choice for this");
  }

  /** @param {OptionField} field @param {import("./listbox.js").Item[]} items @param {string} [empty] */
  showChoices(field, items, empty = "") {
    const { option } = field;
    const head = h(
      "div",
      { class: "option-head" },
      h("b", { dir: "auto" }, option.name),
      h("span", { class: "option-kind" }, field.kindName),
      h("span", { dir: "auto" }, option.description),
    );
    this.list.empty = field.isList ? empty || "Nothing matches" : "";
    this.list.show(items);
    this.around.open(this.list, field.input, head);
    this.list.root.hidden = !field.isList;
    if (!field.isList) this.list.detach();
  }

  /** @param {import("./listbox.js").Item} item */
  chosen(item) {
    if (this.current) {
      this.current.choose(item);
      this.next();
      return;
    }
    this.add(item.value).focus();
  }

  offerOptional() {
    this.current = null;
    if (this.missing.length === 0) return;
    this.list.empty = "";
    this.list.show(this.missing.map((option) => ({ value: option, label: option.name, note: option.description })));
    this.around.open(this.list, this.more, h("div", { class: "option-head" }, "Add an option, or press Enter to run"));
    this.list.root.hidden = false;
    this.list.active = -1;
    this.list.mark();
  }

  /** Go on to the next option that wants a value; after the last one, offer the optional ones. */
  next() {
    const at = this.current ? this.fields.indexOf(this.current) : -1;
    const later = [...this.fields.slice(at + 1), ...this.fields.slice(0, at + 1)];
    const open =
      later.find((field) => !field.isFilled() && field.option.required) || later.find((field) => !field.isFilled());
    if (open) open.focus();
    else {
      this.more.hidden = false;
      this.more.focus();
      this.offerOptional();
      if (this.missing.length === 0) this.around.close();
    }
  }

  /** @param {KeyboardEvent} event */
  keyDown(event) {
    if (event.isComposing || this.list.takeKey(event)) return;
    if (event.key === "Escape") this.around.leave();
    else if (event.key === "Backspace" && this.isAtStart()) this.goBack();
    else if (event.key === "Enter") this.enterKey();
    else if (event.key === "Tab" && !event.shiftKey && this.current && this.wantsChoice()) this.list.choose();
    else return;
    event.preventDefault();
  }

  wantsChoice() {
    const field = this.current;
    return Boolean(
      field?.isList && !field.item && this.list.items.length > 0 && (field.text !== "" || field.option.required),
    );
  }

  isAtStart() {
    if (!this.current) return true;
    return this.current.text === "";
  }

  goBack() {
    const at = this.current ? this.fields.indexOf(this.current) : this.fields.length;
    const { current } = this;
    if (current && !current.option.required) {
      this.fields.splice(at, 1);
      current.root.remove();
      this.showMore();
    }
    const before = this.fields[at - 1];
    if (before) before.focus();
    else if (at <= 0 || this.fields.length === 0) this.around.leave();
    else this.focus();
  }

  enterKey() {
    if (!this.current && this.list.active >= 0 && this.missing.length > 0) this.list.choose();
    else if (this.wantsChoice()) this.list.choose();
    else if (this.current && !this.current.isFilled() && this.current.option.required) this.submit();
    else if (this.fields.some((field) => field.option.required && !field.isFilled())) this.next();
    else this.submit();
  }

  typedValues() {
    return Object.fromEntries(
      this.fields.filter((field) => field.text !== "").map((field) => [field.option.name, field.typedValue()]),
    );
  }

  /** Run it if every option holds; else say what is wrong with the first that does not. */
  async submit() {
    const wrong = this.fields.find((field) => field.problem() !== null);
    if (wrong) {
      const problem = wrong.problem() || "";
      wrong.focus();
      wrong.show(problem);
      return;
    }
    const filled = this.fields.filter((field) => field.isFilled());
    const values = await Promise.all(filled.map(async (field) => [field.option.name, await field.value()]));
    const body = { channel_id: this.channelId, path: this.command.path, options: Object.fromEntries(values) };
    this.root.classList.add("busy");
    if (await start("command", body, { label: this.title })) this.around.ran();
    this.root.classList.remove("busy");
  }

  end() {
    this.autocomplete.stop();
    this.list.detach();
    this.around.close();
    replace(this.root);
  }
}
