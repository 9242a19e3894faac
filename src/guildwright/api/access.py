"""Which roles a guild demands for which command, and why a person may or may not run one."""

from collections.abc import Mapping
from typing import Any

import discord

from guildwright.bot.client import GuildwrightBot
from guildwright.bot.examination import Examination, examine
from guildwright.bot.marks import AnyCommand
from guildwright.kernel.access import Decision, Obstacle, Rule, Tier

__all__ = [
    "AnyCommand",
    "Decision",
    "Examination",
    "Obstacle",
    "Rule",
    "Tier",
    "allow_role",
    "clear_rule",
    "commands_here",
    "drop_role",
    "examine",
    "find_rule",
    "remove_role",
    "rules",
]


def rules(bot: GuildwrightBot, guild_id: int) -> Mapping[str, frozenset[int]]:
    """Return the rules of a guild: qualified name of the command → IDs of the roles that may use it."""
    return bot.role_rules.of(guild_id)


def find_rule(bot: GuildwrightBot, guild_id: int | None, command: str) -> Rule | None:
    """Return the rule that holds for a command: its own, else that of the nearest group around it."""
    return bot.role_rules.find(guild_id, command)


async def allow_role(
    bot: GuildwrightBot, guild_id: int, command: str, role_id: int, *, by: int | None
) -> bool:
    """Let a role use a command; False if it could already. The first role closes it to everybody else.

    It holds when this returns. Raises StoreError when it could not be saved; nothing has changed then.
    """
    return await bot.role_rules.add(guild_id, command, role_id, by=by)


async def remove_role(
    bot: GuildwrightBot, guild_id: int, command: str, role_id: int, *, by: int | None
) -> bool:
    """Take a role out of a rule, with the last one the rule itself; False if it was not there.

    Raises like `allow_role`.
    """
    return await bot.role_rules.remove(guild_id, command, role_id, by=by)


async def clear_rule(bot: GuildwrightBot, guild_id: int, command: str, *, by: int | None) -> bool:
    """Remove the rule of a command; False if there was none. Raises like `allow_role`."""
    return await bot.role_rules.clear(guild_id, command, by=by)


async def drop_role(bot: GuildwrightBot, guild_id: int, role_id: int) -> None:
    """Take a deleted role out of all rules. As the last one of a rule it stays: the rule denies on."""
    await bot.role_rules.drop_role(guild_id, role_id)


def commands_here(bot: GuildwrightBot, guild: discord.Guild | None) -> dict[str, AnyCommand]:
    """Return every command that people can call in a guild, by qualified name; hybrid ones once."""
    found: dict[str, AnyCommand] = {command.qualified_name: command for command in bot.walk_commands()}
    types = (
        discord.AppCommandType.chat_input,
        discord.AppCommandType.user,
        discord.AppCommandType.message,
    )
    for place in (None, guild) if guild is not None else (None,):
        for kind in types:
            walked: Any = bot.tree.walk_commands(guild=place, type=kind)
            for command in walked:
                found.setdefault(command.qualified_name, command)
    return found
