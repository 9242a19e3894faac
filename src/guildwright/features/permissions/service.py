"""Reads what people type about rules, and takes over the rules of an older configuration."""

import difflib
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass

import discord

from guildwright.api import access
from guildwright.api.checks import is_for_owners
from guildwright.api.commands import Bot

logger = logging.getLogger("guildwright.permissions")

OLD_RULES = "command_permissions"
_MENTION = re.compile(r"<@&(\d+)>")
_SHOWN = 3


class UnclearError(Exception):
    """What was typed names no command or role; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Named:
    """A command that was found in what somebody typed, and the words behind it."""

    command: access.AnyCommand
    rest: str

    @property
    def name(self) -> str:
        """The qualified name, under which its rule is kept."""
        return self.command.qualified_name


def find_command(bot: Bot, guild: discord.Guild | None, typed: str) -> Named:
    """Return the command whose name or alias opens `typed`, the longest that fits. Raises UnclearError."""
    known = _by_name(access.commands_here(bot, guild))
    words = typed.split()
    for count in range(len(words), 0, -1):
        name = " ".join(words[:count]).casefold().removeprefix("/")
        if name in known:
            return Named(known[name], " ".join(words[count:]))
    names = [command.qualified_name for command in known.values()]
    close = difflib.get_close_matches(words[0] if words else "", dict.fromkeys(names), n=_SHOWN, cutoff=0.5)
    meant = ", ".join(f"`{name}`" for name in close)
    raise UnclearError(f"There is no such command.{f' Did you mean {meant}?' if meant else ''}")


def _by_name(found: Mapping[str, access.AnyCommand]) -> dict[str, access.AnyCommand]:
    named = {name.casefold(): command for name, command in found.items()}
    for command in found.values():
        for alias in getattr(command, "aliases", ()):
            parent = getattr(command, "full_parent_name", "")
            named.setdefault(f"{parent} {alias}".strip().casefold(), command)
    return named


def find_role(guild: discord.Guild, typed: str) -> discord.Role:
    """Return the role of this guild that is mentioned, or has this ID or name. Raises UnclearError."""
    mention = _MENTION.fullmatch(typed)
    number = mention[1] if mention else typed
    if number.isdecimal() and (role := guild.get_role(int(number))) is not None:
        return role
    found = [role for role in guild.roles if role.name.casefold() == typed.casefold()]
    if len(found) > 1:
        raise UnclearError("Several roles have that name. Mention the one you mean.")
    if not found:
        raise UnclearError("There is no such role in this server. Mention one, or give its ID or name.")
    return found[0]


def check_rule(command: access.AnyCommand, role: discord.Role | None) -> None:
    """Refuse rules that could not do what they promise. Raises UnclearError."""
    if is_for_owners(command):
        raise UnclearError(
            f"`{command.qualified_name}` is for the owner of the bot alone. No rule can open it."
        )
    if role is not None and role.is_default():
        raise UnclearError("Everybody has @everyone. To open a command to all, remove its rule with `none`.")


async def import_old_rules(bot: Bot) -> None:
    """Give each guild the rules that an older configuration has for its roles; the rest stays in the file."""
    old: dict[str, list[str | int]] = bot.config.get(OLD_RULES)
    if not old:
        return
    known = _by_name(access.commands_here(bot, None))
    homes = {role.id: guild.id for guild in bot.guilds for role in guild.roles}
    left: dict[str, list[str | int]] = {}
    taken = 0
    for command, role_ids in old.items():
        # Under the name that is asked for later: a rule under an alias would leave the command open.
        found = known.get(command.strip().casefold())
        name = found.qualified_name if found else command.strip()
        for role_id in role_ids:
            guild_id = homes.get(int(role_id))
            if guild_id is None:
                left.setdefault(command, []).append(role_id)
            else:
                taken += await access.allow_role(bot, guild_id, name, int(role_id), by=None)
    if left != old:
        await bot.config.set(OLD_RULES, left)
    logger.info("Taken over from %s: %d rules.", OLD_RULES, taken)
    for command, role_ids in left.items():
        unknown = ", ".join(map(str, role_ids))
        logger.warning(
            "%s: %s belongs to no server I am in (%s); left in the file.", OLD_RULES, unknown, command
        )
