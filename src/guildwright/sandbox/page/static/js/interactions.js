/** Commands, clicks and modals between their start and the bot's answer. */

import * as api from "./api.js";
import { showModal } from "./modal.js";
import { say, store } from "./store.js";
import { complain } from "./toast.js";

/** @type {Set<string>} interactions that began in this window, whose modals it may show */
const mine = new Set();
/** @type {Set<Promise<unknown>>} starts of which the id is not known yet; an answer may overtake it */
const starting = new Set();

/**
 * Start an interaction and show that it waits for the bot.
 * @param {string} action of the control API @param {Record<string, any>} body
 * @param {{label: string, channelId?: string, messageId?: string, customId?: string}} shown
 * @returns {Promise<boolean>} false when the sandbox refused it
 */
export async function start(action, body, shown) {
  try {
    await begin(action, body, shown);
    return true;
  } catch (error) {
    complain(error);
    return false;
  }
}

/** @param {string} action @param {Record<string, any>} body @param {{label: string, channelId?: string, messageId?: string, customId?: string}} shown */
async function begin(action, body, shown) {
  const call = api.act(action, body);
  starting.add(call);
  try {
    const { interaction_id: id } = await call;
    mine.add(id);
    store.waiting.set(id, { id, channelId: body.channel_id, state: "waiting", ...shown });
    say("waiting");
  } finally {
    starting.delete(call);
  }
}

/** @param {{interaction_id: string, state: string, reason?: string}} change */
export async function interactionChanged({ interaction_id: id, state, reason }) {
  await Promise.allSettled(starting);
  const waiting = store.waiting.get(id);
  if (!waiting || state === "pending") return;
  if (state === "failed") Object.assign(waiting, { state: "failed", reason });
  else store.waiting.delete(id);
  say("waiting");
}

/** The bot answered with a modal. @param {{interaction_id: string, channel_id: string, modal: import("./types.js").ModalPayload}} data */
export async function modalArrived({ interaction_id: id, channel_id: channelId, modal }) {
  await Promise.allSettled(starting);
  if (!mine.has(id)) return;
  dismissWaiting(id);
  const shown = { label: modal.title, channelId };
  showModal(modal, (values) => begin("modal", { interaction_id: id, values }, shown));
}

/** Take an interaction off the screen. @param {string} id */
export function dismissWaiting(id) {
  store.waiting.delete(id);
  say("waiting");
}
