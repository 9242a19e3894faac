/** The people of the open guild, by their highest separate role and presence. */

import { byId, h, replace } from "./dom.js";
import { icon } from "./icons.js";
import { avatar, botMark, nameElement, nameOf, presenceOf, rolesOf } from "./identity.js";
import { activityText, showProfile, showUserMenu } from "./profile.js";
import { currentGuild, on } from "./store.js";

/** @typedef {import("./types.js").Member} Member */
/** @typedef {import("./types.js").Guild} Guild */

export function setUpMembers() {
  on("state", draw);
  on("channel", draw);
}

function draw() {
  const guild = currentGuild();
  document.body.classList.toggle("without-members", guild === null);
  replace(byId("member-list"), guild ? groups(guild).map((group) => drawGroup(guild, group)) : null);
}

/** @param {Guild} guild @returns {{name: string, members: Member[], offline: boolean}[]} */
function groups(guild) {
  /** @type {Map<string, {name: string, order: number, members: Member[], offline: boolean}>} */
  const known = new Map();
  for (const member of guild.members) {
    const offline = presenceOf(member.user) === "offline";
    const role = offline ? undefined : rolesOf(member, guild).find((one) => one.hoist);
    const key = offline ? "offline" : role?.id || "online";
    const group = known.get(key) || {
      name: offline ? "Offline" : role?.name || "Online",
      order: offline ? -2 : (role?.position ?? -1),
      members: [],
      offline,
    };
    group.members.push(member);
    known.set(key, group);
  }
  for (const group of known.values()) group.members.sort((a, b) => nameOf(a.user).localeCompare(nameOf(b.user)));
  return [...known.values()].sort((a, b) => b.order - a.order);
}

/** @param {Guild} guild @param {{name: string, members: Member[], offline: boolean}} group */
function drawGroup(guild, { name, members, offline }) {
  return h(
    "section",
    { class: offline ? "members-offline" : "" },
    h("h3", { class: "members-heading", dir: "auto" }, `${name} — ${members.length}`),
    h(
      "ul",
      {},
      members.map((member) => h("li", {}, memberButton(guild, member))),
    ),
  );
}

/** @param {Guild} guild @param {Member} member */
function memberButton(guild, member) {
  const { user } = member;
  const button = h(
    "button",
    { type: "button", class: "member-button", "data-user": user.id },
    avatar(user, { presence: true }),
    h(
      "span",
      { class: "member-text" },
      h(
        "span",
        { class: "member-line" },
        nameElement(user),
        botMark(user),
        guild.owner_id === user.id && h("span", { class: "owner-mark", title: "Owner of the guild" }, "owner"),
        isTimedOut(member) && h("span", { class: "timeout-mark", title: "Timed out" }, icon("lock", "timed out")),
      ),
      h("span", { class: "member-note", dir: "auto" }, activityText(user)),
    ),
  );
  button.addEventListener("click", () => showProfile(user, button));
  button.addEventListener("contextmenu", (/** @type {MouseEvent} */ event) => {
    event.preventDefault();
    showUserMenu(user, { x: event.clientX, y: event.clientY });
  });
  return button;
}

/** @param {Member} member */
function isTimedOut(member) {
  const until = member.communication_disabled_until;
  return Boolean(until && new Date(until) > new Date());
}
