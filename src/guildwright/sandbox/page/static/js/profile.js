/** The card of a person and the menu of what can be done with them. */

import { addressFor } from "./address.js";
import { h } from "./dom.js";
import { icon } from "./icons.js";
import { avatar, botMark, cssColor, findMember, nameOf, plainName, presenceOf, rolesOf } from "./identity.js";
import { start } from "./interactions.js";
import { memberEntries } from "./membership.js";
import { showMenu } from "./menu.js";
import { closePopup, showPopup } from "./popup.js";
import { actAs, openDirect } from "./session.js";
import { currentGuild, store, world } from "./store.js";
import { dayName } from "./times.js";

/** @typedef {import("./types.js").User} User */

const USER_COMMAND = 2;
const MESSAGE_COMMAND = 3;
/** @type {Record<number, string>} */
const ACTIVITY = { 0: "Playing ", 1: "Streaming ", 2: "Listening to ", 3: "Watching ", 5: "Competing in " };

/** @param {User} user @param {Element} anchor */
export function showProfile(user, anchor) {
  const member = findMember(user.id);
  const roles = rolesOf(member);
  const card = h(
    "div",
    { class: "profile" },
    h(
      "div",
      { class: "profile-head" },
      avatar(user, { size: "large", presence: true }),
      h(
        "div",
        {},
        h("div", { class: "profile-name", dir: "auto" }, nameOf(user), botMark(user)),
        h("div", { class: "profile-username", dir: "auto" }, user.username),
      ),
    ),
    activityText(user) && h("p", { class: "profile-activity", dir: "auto" }, activityText(user)),
    member?.joined_at && h("p", { class: "profile-fact" }, h("b", {}, "Member since "), dayName(member.joined_at)),
    roles.length > 0 && h("ul", { class: "profile-roles", "aria-label": "Roles" }, roles.map(roleChip)),
    h("div", { class: "profile-actions" }, profileActions(user)),
  );
  showPopup(anchor, card, { className: "popup-profile", label: `About ${plainName(user)}` });
}

/** @param {import("./types.js").Role} role */
function roleChip(role) {
  return h(
    "li",
    { dir: "auto" },
    h("span", { class: "role-dot", style: { "--role-color": role.color ? cssColor(role.color) : null } }),
    role.name,
  );
}

/** @param {User} user */
function profileActions(user) {
  return userEntries(user).map((entry) => {
    const button = h(
      "button",
      { type: "button", class: "button button-small" },
      entry.icon && icon(entry.icon),
      entry.label,
    );
    button.addEventListener("click", () => {
      closePopup();
      entry.run();
    });
    return button;
  });
}

/** What somebody is doing, in words. @param {User} user */
export function activityText(user) {
  const activities = world().bot.id === user.id ? world().bot.activities : findMember(user.id)?.presence?.activities;
  const first = presenceOf(user) === "offline" ? undefined : activities?.[0];
  if (!first) return null;
  return first.type === 4 ? first.state || "" : `${ACTIVITY[first.type] ?? ""}${first.name}`;
}

/** @param {User} user @param {Element | {x: number, y: number}} anchor */
export function showUserMenu(user, anchor) {
  const apps = appEntries(USER_COMMAND, user.id, nameOf(user));
  showMenu(anchor, `What to do with ${plainName(user)}`, [
    ...userEntries(user),
    ...memberEntries(user),
    ...(apps.length ? [/** @type {const} */ ("line"), { heading: "Apps" }, ...apps] : []),
    "line",
    { label: "Copy ID", icon: "copy", run: () => navigator.clipboard?.writeText(user.id) },
  ]);
}

/** @param {User} user @returns {{label: string, icon: string, run: () => void}[]} */
function userEntries(user) {
  if (user.id === world().bot.id) return [{ label: "Message", icon: "home", run: () => openDirect(user.id) }];
  const isPerson = world().people.some((person) => person.id === user.id) && user.id !== world().me.id;
  if (!isPerson) return [];
  return [
    { label: "Act as", icon: "user", run: () => actAs(user.id, store.channelId) },
    { label: "New window", icon: "window", run: () => openWindow(user.id) },
  ];
}

/** Open a window of its own for another person. @param {string} userId */
export function openWindow(userId) {
  window.open(addressFor(userId, store.channelId), "_blank", "noopener");
}

/** The commands that the application offers on a message. @param {import("./types.js").Message} message */
export const messageApps = (message) => appEntries(MESSAGE_COMMAND, message.id, "the message");

/** @param {number} type @param {string} targetId @param {string} target */
function appEntries(type, targetId, target) {
  const channelId = store.channelId;
  if (!channelId || (type === USER_COMMAND && !currentGuild())) return [];
  const commands = (store.commands.get(channelId) || []).filter((command) => command.type === type);
  return commands.map((command) => ({
    label: command.name,
    icon: "apps",
    run: () =>
      void start(
        "context",
        { channel_id: channelId, command_id: command.id, target_id: targetId },
        { label: `${command.name} on ${target}` },
      ),
  }));
}
