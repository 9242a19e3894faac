/** The rail of guilds at the left edge. */

import { byId, h, replace } from "./dom.js";
import { icon } from "./icons.js";
import { guildInitials } from "./identity.js";
import { mediaAddress } from "./media.js";
import { openGuild } from "./session.js";
import { DIRECT, on, store, world } from "./store.js";

export function setUpRail() {
  on("state", draw);
  on("channel", draw);
  on("unread", draw);
}

function draw() {
  const direct = entry(
    DIRECT,
    "Direct messages",
    icon("home"),
    world().dms.map((channel) => channel.id),
  );
  const guilds = world().guilds.map((guild) => {
    const address = guild.icon ? mediaAddress(`${store.info.cdn_base}/icons/${guild.id}/${guild.icon}.png`) : null;
    const face = address
      ? h("img", { src: address, alt: "" })
      : h("span", { class: "rail-letters" }, guildInitials(guild));
    return entry(
      guild.id,
      guild.name,
      face,
      guild.channels.map((channel) => channel.id),
    );
  });
  replace(byId("rail-list"), direct, h("li", { class: "rail-line", "aria-hidden": true }), guilds);
}

/** @param {string} id @param {string} name @param {Node} face @param {string[]} channelIds */
function entry(id, name, face, channelIds) {
  const unread = channelIds.filter((channel) => store.unread.has(channel));
  const mentions = unread.reduce((sum, channel) => sum + (store.unread.get(channel) || 0), 0);
  const open = store.guildId === id;
  const button = h(
    "button",
    {
      type: "button",
      class: "rail-button",
      title: name,
      "aria-label": name,
      "aria-current": open ? "page" : null,
      "data-guild": id,
    },
    face,
  );
  button.addEventListener("click", () => openGuild(id));
  return h(
    "li",
    { class: `rail-entry ${unread.length && !open ? "unread" : ""}` },
    button,
    mentions > 0 && !open && h("span", { class: "badge" }, mentions),
  );
}
