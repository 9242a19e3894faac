/** Who somebody is on the page: name, colour, avatar, marks. */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { mediaAddress } from "./media.js";
import { currentGuild, store } from "./store.js";

/**
 * @typedef {import("./types.js").User} User
 * @typedef {import("./types.js").Member} Member
 * @typedef {import("./types.js").Guild} Guild
 * @typedef {import("./types.js").Role} Role
 */

const SHADES = 8;

/** @param {string} userId @param {Guild | null} [guild] @returns {Member | null} */
export function findMember(userId, guild = currentGuild()) {
  return guild?.members.find((member) => member.user.id === userId) || null;
}

/** @param {string} userId @returns {User | null} */
export function findUser(userId) {
  const world = store.world;
  if (!world) return null;
  if (world.bot.id === userId) return world.bot;
  return findMember(userId)?.user || world.people.find((user) => user.id === userId) || null;
}

/** @param {User} user */
export const plainName = (user) => user.global_name || user.username;

/** The name under which this guild knows somebody. @param {User} user */
export const nameOf = (user) => findMember(user.id)?.nick || plainName(user);

/** @param {string} userId */
export function nameById(userId) {
  const user = findUser(userId);
  return user ? nameOf(user) : "unknown person";
}

/** The member's roles, highest first. @param {Member | null} member @param {Guild | null} [guild] @returns {Role[]} */
export function rolesOf(member, guild = currentGuild()) {
  if (!member || !guild) return [];
  const roles = guild.roles.filter((role) => member.roles.includes(role.id));
  return roles.sort((a, b) => b.position - a.position);
}

/** The colour of the highest coloured role. @param {string} userId */
function colorOf(userId) {
  const role = rolesOf(findMember(userId)).find((one) => one.color);
  return role ? cssColor(role.color) : null;
}

/** @param {number} color */
export const cssColor = (color) => `#${color.toString(16).padStart(6, "0")}`;

/** The author's name in the author's colour. @param {User} user @param {string} [className] */
export function nameElement(user, className = "name") {
  return h("span", { class: className, dir: "auto", style: { "--name-color": colorOf(user.id) } }, nameOf(user));
}

/** @param {User} user @param {{size?: "small" | "large", presence?: boolean}} [options] */
export function avatar(user, { size, presence } = {}) {
  const address = user.avatar ? mediaAddress(`${store.info.cdn_base}/avatars/${user.id}/${user.avatar}.png`) : null;
  const face = address
    ? h("img", { class: "avatar-image", src: address, alt: "" })
    : h("span", { class: `avatar-letter shade-${shade(user.id)}` }, user.bot ? icon("bot") : initial(plainName(user)));
  const dot = presence && presenceDot(presenceOf(user));
  return h("span", { class: `avatar ${size ? `avatar-${size}` : ""}`, "aria-hidden": true }, face, dot);
}

/** @param {User} user @returns {string} */
export function presenceOf(user) {
  const bot = store.world?.bot;
  if (bot?.id === user.id) return bot.online ? bot.status || "online" : "offline";
  return findMember(user.id)?.presence?.status || "online";
}

/** @param {string} status */
const presenceDot = (status) => h("span", { class: `presence presence-${status}` });

/** The mark that tells bots from people. @param {User} user @param {boolean} [webhook] */
export function botMark(user, webhook = false) {
  if (webhook) return h("span", { class: "mark" }, "Webhook");
  return user.bot ? h("span", { class: "mark" }, "Bot") : null;
}

/** @param {string} id a snowflake; its last digits differ between people made at once */
function shade(id) {
  return Number(BigInt(id || "0") % BigInt(SHADES * 7)) % SHADES;
}

/** @param {string} name */
const initial = (name) => ([...name.trim()][0] || "?").toUpperCase();

/** @param {{name?: string | null}} guild */
export function guildInitials(guild) {
  const words = (guild.name || "?").split(/\s+/).filter(Boolean);
  return words
    .slice(0, 2)
    .map((word) => [...word][0])
    .join("")
    .toUpperCase();
}
