/** The beginning of a channel, and what a newcomer can try in it. */

import { channelTitle } from "./channels.js";
import { fillDraft } from "./composer.js";
import { h } from "./dom.js";
import { channelIcon } from "./entities.js";
import { icon } from "./icons.js";
import { plainName } from "./identity.js";
import { store, timeline, world } from "./store.js";

/** @typedef {import("./types.js").Channel} Channel */

/** @param {Channel} channel */
export function drawIntro(channel) {
  const title = channelTitle(channel);
  const direct = !channel.guild_id;
  return h(
    "section",
    { class: "intro" },
    h("div", { class: "intro-icon" }, icon(direct ? "home" : channelIcon(channel.type))),
    h("h2", { dir: "auto" }, direct ? title : `Welcome to #${title}`),
    h(
      "p",
      { class: "intro-text" },
      direct
        ? `The beginning of your direct messages with ${title}.`
        : channel.topic || "The beginning of this channel. Everything here stays on this machine.",
    ),
    timeline(channel.id).messages.length === 0 && channel.can?.send !== false && suggestions(channel),
  );
}

/** @param {Channel} channel */
function suggestions(channel) {
  const slash = (store.commands.get(channel.id) || []).find(
    (command) => command.type === 1 && command.path.join(" ") === "help",
  );
  return h(
    "div",
    { class: "suggestions" },
    h("p", {}, `Say something to ${plainName(world().bot)}:`),
    h(
      "div",
      { class: "suggestion-row" },
      suggestion("!help", "what it can do"),
      slash && suggestion("/help", "the same as a slash command"),
      suggestion("/", "all slash commands"),
    ),
  );
}

/** @param {string} text @param {string} note */
function suggestion(text, note) {
  return h(
    "button",
    { type: "button", class: "suggestion", onclick: () => fillDraft(text) },
    h("code", {}, text),
    h("span", {}, note),
  );
}
