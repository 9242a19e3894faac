/** Joining and leaving guilds, nicknames and moderation: what makes a bot's member events happen. */

import * as api from "./api.js";
import { confirm, openDialog } from "./dialog.js";
import { h } from "./dom.js";
import { findMember, nameOf, plainName } from "./identity.js";
import { showMenu } from "./menu.js";
import { hasBit } from "./snowflakes.js";
import { currentGuild, world } from "./store.js";
import { complain, notify } from "./toast.js";

/** @typedef {import("./types.js").User} User */
/** @typedef {import("./types.js").Guild} Guild */
/** @typedef {import("./menu.js").Entry} Entry */

const KICK = 1n << 1n;
const BAN = 1n << 2n;
const MANAGE_GUILD = 1n << 5n;
const CHANGE_NICKNAME = 1n << 26n;
const MANAGE_NICKNAMES = 1n << 27n;
const MODERATE = 1n << 40n;
const TEN_MINUTES = 600;

/** What this person may do with a member of the open guild. @param {User} user @returns {(Entry | false)[]} */
export function memberEntries(user) {
  const guild = currentGuild();
  const member = findMember(user.id, guild);
  if (!guild || !member) return [];
  const me = world().me.id;
  /** @param {bigint} bit */
  const may = (bit) => hasBit(guild.permissions, bit);
  const renames = { label: "Change nickname", icon: "pencil", run: () => askNickname(guild, user) };
  if (user.id === me) return [may(CHANGE_NICKNAME) && renames];
  const until = member.communication_disabled_until;
  const timedOut = Boolean(until && new Date(until) > new Date());
  const target = { guild_id: guild.id, user_id: user.id };
  return [
    may(MANAGE_NICKNAMES) && renames,
    may(MODERATE) &&
      !user.bot &&
      (timedOut
        ? { label: "End the time-out", icon: "check", run: () => attempt("timeout", { ...target, seconds: 0 }) }
        : {
            label: "Time out for 10 minutes",
            icon: "lock",
            danger: true,
            run: () => attempt("timeout", { ...target, seconds: TEN_MINUTES }),
          }),
    may(KICK) && { label: "Kick", icon: "exit", danger: true, run: () => ask("kick", guild, user, "can join again") },
    may(BAN) && { label: "Ban", icon: "close", danger: true, run: () => ask("ban", guild, user, "cannot join again") },
  ];
}

/** The menu under the guild's name. @param {Element} anchor */
export function showGuildMenu(anchor) {
  const guild = currentGuild();
  if (!guild) return;
  const { me, bot } = world();
  const away = !findMember(bot.id, guild);
  showMenu(anchor, guild.name, [
    hasBit(guild.permissions, CHANGE_NICKNAME) && {
      label: "Change my nickname",
      icon: "pencil",
      run: () => askNickname(guild, me),
    },
    away &&
      hasBit(guild.permissions, MANAGE_GUILD) && {
        label: `Invite ${plainName(bot)}`,
        icon: "bot",
        run: () => attempt("invite_bot", { guild_id: guild.id }),
      },
    {
      label: "Copy guild ID",
      icon: "copy",
      run: () => void navigator.clipboard?.writeText(guild.id).then(() => notify("Copied."), complain),
    },
    guild.owner_id !== me.id && {
      label: "Leave guild",
      icon: "exit",
      danger: true,
      run: () =>
        confirm(`Leave ${guild.name}`, "You can join again from the list of people.", "Leave", () =>
          attempt("leave_guild", { guild_id: guild.id }),
        ),
    },
  ]);
}

/** Let another person join the guild that is open. @param {User} user @param {Guild} guild */
export const joinGuild = (user, guild) => attempt("join_guild", { as: user.id, guild_id: guild.id });

/** @param {"kick" | "ban"} action @param {Guild} guild @param {User} user @param {string} consequence */
function ask(action, guild, user, consequence) {
  const verb = action === "kick" ? "Kick" : "Ban";
  confirm(`${verb} ${nameOf(user)}`, `${plainName(user)} leaves ${guild.name} and ${consequence}.`, verb, () =>
    attempt(action, { guild_id: guild.id, user_id: user.id }),
  );
}

/** @param {Guild} guild @param {User} user */
function askNickname(guild, user) {
  const field = h("input", {
    class: "text-input",
    type: "text",
    maxlength: 32,
    dir: "auto",
    "aria-label": "Nickname",
    placeholder: plainName(user),
    value: findMember(user.id, guild)?.nick || "",
  });
  const save = h("button", { type: "submit", class: "button button-primary" }, "Save");
  const dialog = openDialog(`Nickname in ${guild.name}`, field, [save]);
  dialog.addEventListener("submit", (event) => {
    event.preventDefault();
    dialog.close();
    attempt("nick", { guild_id: guild.id, user_id: user.id, nick: field.value.trim() || null });
  });
}

/** @param {string} action @param {Record<string, any>} body */
async function attempt(action, body) {
  try {
    await api.act(action, body);
  } catch (error) {
    complain(error);
  }
}
