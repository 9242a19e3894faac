/** The open channel's name and topic, and the drawers of narrow windows. */

import { byId, h, replace } from "./dom.js";
import { channelTitle } from "./channels.js";
import { channelIcon } from "./entities.js";
import { icon } from "./icons.js";
import { isThread } from "./order.js";
import { currentChannel, currentGuild, findChannel, on, store } from "./store.js";

export function setUpHeader() {
  on("state", draw);
  on("channel", draw);
  on("connection", drawBanner);
  on("state", drawBanner);
  byId("open-channels").append(icon("menu"));
  byId("open-members").append(icon("users"));
  byId("open-channels").addEventListener("click", () => toggle("drawer-left"));
  byId("open-members").addEventListener("click", toggleMembers);
  byId("scrim").addEventListener("click", () => document.body.classList.remove("drawer-left", "drawer-right"));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") document.body.classList.remove("drawer-left", "drawer-right");
  });
}

/** @param {string} name */
function toggle(name) {
  const open = document.body.classList.toggle(name);
  if (open && name === "drawer-left") byId("channel-list").querySelector("[aria-current]")?.focus();
}

function toggleMembers() {
  if (matchMedia("(max-width: 1000px)").matches) toggle("drawer-right");
  else document.body.classList.toggle("members-hidden");
}

function draw() {
  const channel = currentChannel();
  const title = channel ? channelTitle(channel) : "No channel is open";
  const parent = channel && isThread(channel) ? findChannel(channel.parent_id || "") : null;
  document.title = `${channel?.guild_id ? "#" : ""}${title} · Guildwright sandbox`;
  replace(
    byId("channel-title"),
    icon(channel?.guild_id ? channelIcon(channel.type) : "home"),
    parent &&
      h("button", { type: "button", class: "channel-parent", dir: "auto", "data-channel": parent.id }, parent.name),
    parent && h("span", { class: "channel-slash", "aria-hidden": true }, "/"),
    h("h1", { dir: "auto" }, title),
  );
  byId("channel-topic").textContent = channel?.topic || "";
  byId("open-members").hidden = currentGuild() === null;
}

/** Say that the bot or the sandbox is away; say nothing while both are there. */
function drawBanner() {
  const banner = byId("banner");
  const bot = store.world?.bot;
  const lost = !store.connected && store.timelines.size > 0;
  const text = lost
    ? "The sandbox does not answer. This page comes back by itself as soon as it does."
    : bot && !bot.online
      ? `${bot.global_name || bot.username} is offline. Messages are kept; it answers what comes after its return.`
      : "";
  banner.classList.toggle("banner-lost", lost);
  if (banner.textContent !== text) replace(banner, text);
  banner.hidden = text === "";
}
