/** People, roles and channels as items to choose from. */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { avatar, cssColor, findUser, nameOf, plainName } from "./identity.js";
import { compareChannels } from "./order.js";
import { currentGuild, findChannel, store } from "./store.js";

/** @typedef {import("./listbox.js").Item} Item */

/** @type {Record<number, string>} */
const CHANNEL_ICONS = {
  2: "speaker",
  4: "folder",
  5: "megaphone",
  10: "thread",
  11: "thread",
  12: "thread",
  13: "speaker",
  15: "forum",
  16: "forum",
};

/** @param {number} type */
export const channelIcon = (type) => CHANNEL_ICONS[type] || "hash";

/** @returns {Item[]} */
export function userItems() {
  const guild = currentGuild();
  const users = guild
    ? guild.members.map((member) => member.user)
    : [store.world?.me, store.world?.bot].filter((user) => user !== undefined);
  const items = users.map((user) => ({
    value: user.id,
    label: nameOf(user),
    detail: user.username,
    search: `${user.username} ${plainName(user)}`,
    picture: () => avatar(user, { size: "small" }),
    heading: "People",
  }));
  return items.sort((a, b) => a.label.localeCompare(b.label));
}

/** @returns {Item[]} */
export function roleItems() {
  const roles = [...(currentGuild()?.roles || [])].sort((a, b) => b.position - a.position);
  return roles.map((role) => ({
    value: role.id,
    label: role.name.startsWith("@") ? role.name : `@${role.name}`,
    search: role.name,
    picture: () =>
      h("span", { class: "role-dot", style: { "--role-color": role.color ? cssColor(role.color) : null } }),
    heading: "Roles",
  }));
}

/** @param {number[]} [types] none means every type @returns {Item[]} */
export function channelItems(types = []) {
  const channels = [...(currentGuild()?.channels || [])].sort(compareChannels);
  const wanted = channels.filter((channel) => (types.length ? types.includes(channel.type) : true));
  return wanted.map((channel) => ({
    value: channel.id,
    label: channel.name || "",
    detail: channels.find((one) => one.id === channel.parent_id)?.name,
    picture: () => icon(channelIcon(channel.type)),
    heading: "Channels",
  }));
}

/** The items of an option or a select by what it asks for. @param {"user" | "role" | "channel" | "mentionable"} kind @param {number[]} [channelTypes] */
export function entityItems(kind, channelTypes) {
  if (kind === "user") return userItems();
  if (kind === "role") return roleItems();
  if (kind === "channel") return channelItems(channelTypes);
  return [...userItems(), ...roleItems()];
}

/** How a chosen person, role or channel is called. @param {string} id */
export function entityName(id) {
  const user = findUser(id);
  if (user) return `@${nameOf(user)}`;
  const role = currentGuild()?.roles.find((one) => one.id === id);
  if (role) return role.name.startsWith("@") ? role.name : `@${role.name}`;
  const channel = findChannel(id);
  return channel ? `#${channel.name}` : id;
}
