/** "Acting as": shows who acts in this window and lets another person take over. */

import { announce, byId, h, replace } from "./dom.js";
import { icon } from "./icons.js";
import { avatar, findMember, plainName, rolesOf } from "./identity.js";
import { joinGuild } from "./membership.js";
import { closePopup, showPopup } from "./popup.js";
import { openWindow } from "./profile.js";
import { actAs } from "./session.js";
import { currentGuild, on, store, world } from "./store.js";
import { complain } from "./toast.js";

/** @typedef {import("./types.js").User} User */

export function setUpPeople() {
  on("state", drawMe);
  on("channel", drawMe);
}

function drawMe() {
  const me = world().me;
  const button = h(
    "button",
    {
      type: "button",
      class: "me-button",
      "aria-haspopup": "dialog",
      "aria-label": `Acting as ${plainName(me)}. Switch person`,
    },
    avatar(me, { presence: true }),
    h(
      "span",
      { class: "me-text" },
      h("span", { class: "me-caption" }, "Acting as"),
      h("span", { class: "me-name", dir: "auto" }, plainName(me)),
    ),
    icon("chevron"),
  );
  button.addEventListener("click", () => showPeople(button));
  replace(byId("me"), button);
}

/** @param {HTMLElement} anchor */
function showPeople(anchor) {
  const rows = h("div", { class: "people-rows" }, world().people.map(personRow));
  const content = h(
    "div",
    { class: "people" },
    h("div", { class: "menu-heading" }, "Who acts in this window?"),
    rows,
    h(
      "p",
      { class: "people-hint" },
      "Each person has their own permissions, direct messages and private answers. Open a second window to be two people at once.",
    ),
  );
  showPopup(anchor, content, { className: "popup-people", label: "Switch person", prefer: "above" });
  rows.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => moveFocus(rows, event));
  rows.querySelector(".person-switch")?.focus();
}

/** @param {User} user */
function personRow(user) {
  const acting = user.id === world().me.id;
  const main = h(
    "button",
    { type: "button", class: "person-switch", "aria-current": acting, "data-person": user.id },
    avatar(user),
    h(
      "span",
      { class: "person-text" },
      h("span", { class: "person-name", dir: "auto" }, plainName(user)),
      h("span", { class: "person-note", dir: "auto" }, describe(user)),
    ),
    acting && icon("check"),
  );
  main.addEventListener("click", () => switchTo(user));
  const extra = h(
    "button",
    {
      type: "button",
      class: "icon-button",
      title: "Open in a new window",
      "aria-label": `${plainName(user)} in a new window`,
    },
    icon("window"),
  );
  extra.addEventListener("click", () => {
    closePopup();
    openWindow(user.id);
  });
  const guild = currentGuild();
  const join =
    guild && !findMember(user.id, guild) && h("button", { type: "button", class: "button button-small" }, "Join");
  if (join) join.addEventListener("click", () => joinGuild(user, guild).then(closePopup));
  return h("div", { class: "person" }, main, join, extra);
}

/** @param {User} user */
async function switchTo(user) {
  closePopup();
  try {
    await actAs(user.id, store.channelId);
    announce(`Acting as ${plainName(user)}`);
  } catch (error) {
    complain(error);
  }
}

/** @param {User} user */
function describe(user) {
  const guild = currentGuild();
  const member = findMember(user.id, guild);
  if (!guild) return user.username;
  if (!member) return `Not in ${guild.name}`;
  const names = rolesOf(member, guild).map((role) => role.name);
  if (guild.owner_id === user.id) names.unshift("Owner");
  return names.slice(0, 3).join(", ") || "Member";
}

/** @param {HTMLElement} rows @param {KeyboardEvent} event */
function moveFocus(rows, event) {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  event.preventDefault();
  const buttons = /** @type {HTMLElement[]} */ ([...rows.querySelectorAll(".person-switch")]);
  const at = buttons.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const step = event.key === "ArrowDown" ? 1 : -1;
  buttons[(at + step + buttons.length) % buttons.length]?.focus();
}
