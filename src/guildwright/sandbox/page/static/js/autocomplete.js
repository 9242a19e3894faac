/** Choices that the bot offers while an option is typed: asked after a short pause, the latest answer wins. */

import * as api from "./api.js";

/** @typedef {import("./listbox.js").Item} Item */

const PAUSE = 120;

export class Autocomplete {
  /** @param {import("./types.js").Command} command @param {string} channelId */
  constructor(command, channelId) {
    this.command = command;
    this.channelId = channelId;
    this.asked = 0;
    this.open = new AbortController();
  }

  /**
   * @param {string} focused @param {Record<string, any>} options what is typed so far
   * @returns {Promise<{items: Item[], problem?: string} | null>} null when a later question overtook this one
   */
  async ask(focused, options) {
    this.asked += 1;
    const mine = this.asked;
    this.open.abort();
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
    if (mine !== this.asked) return null;
    this.open = new AbortController();
    try {
      const body = { channel_id: this.channelId, path: this.command.path, options, focused };
      const { choices } = await api.autocomplete(body, this.open.signal);
      return mine === this.asked ? { items: choices.map(asItem) } : null;
    } catch (error) {
      return mine === this.asked ? { items: [], problem: /** @type {Error} */ (error).message } : null;
    }
  }

  stop() {
    this.asked += 1;
    this.open.abort();
  }
}

/** @param {import("./types.js").Choice} choice @returns {Item} */
const asItem = (choice) => ({ value: choice.value, label: choice.name });
