"""What Discord should know of our commands: collected, counted, hashed and compared before anything is sent.

Owner-only commands are planned for the guilds of `sync.owner_guilds` only; everywhere else they work by
prefix, and the hundred global slots stay for the commands that people use (SLASH-45).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import discord
import orjson
from discord import app_commands
from discord.ext import commands

from guildwright.bot.marks import is_owner_only
from guildwright.kernel import limits

GLOBAL_SCOPE = "global"

AppCommand = app_commands.Command[Any, Any, Any] | app_commands.Group | app_commands.ContextMenu
_CAPACITY = {
    discord.AppCommandType.chat_input: limits.GLOBAL_COMMANDS,
    discord.AppCommandType.user: limits.USER_COMMANDS,
    discord.AppCommandType.message: limits.MESSAGE_COMMANDS,
}


@dataclass(frozen=True, slots=True)
class ScopePlan:
    """The commands of one scope, `global` or a guild, as they are sent."""

    guild_id: int | None
    payload: tuple[dict[str, Any], ...]
    hash: str

    @property
    def scope(self) -> str:
        return GLOBAL_SCOPE if self.guild_id is None else str(self.guild_id)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(command["name"] for command in self.payload)


@dataclass(frozen=True, slots=True)
class CommandPlan:
    """Everything that Discord should know, one plan per scope."""

    scopes: tuple[ScopePlan, ...]

    def of(self, guild_id: int | None) -> ScopePlan | None:
        """Return the plan of a scope; None if nothing is planned there."""
        return next((scope for scope in self.scopes if scope.guild_id == guild_id), None)


@dataclass(frozen=True, slots=True)
class PlanDifference:
    """What a sync of a scope would change."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)


def is_for_owners(bot: commands.AutoShardedBot, command: AppCommand) -> bool:
    """Say whether the command is marked for the bot's owners, itself or in its text form.

    The slash form of a hybrid group has no callback that could carry the mark.
    """
    if is_owner_only(command):
        return True
    text_form = bot.get_command(command.name)
    return (
        isinstance(text_form, commands.HybridGroup)
        and text_form.app_command is command
        and is_owner_only(text_form)
    )


async def collect(bot: commands.AutoShardedBot, owner_guilds: Iterable[int] = ()) -> CommandPlan:
    """Plan every scope of the command tree."""
    tree = bot.tree
    everybody: list[AppCommand] = []
    owners: list[AppCommand] = []
    for command in tree.get_commands():
        (owners if is_for_owners(bot, command) else everybody).append(command)
    scopes = [await _plan_scope(tree, None, everybody)]
    wanted = dict.fromkeys(owner_guilds)
    own_guilds = [guild.id for guild in bot.guilds if tree.get_commands(guild=guild)]
    for guild_id in dict.fromkeys((*wanted, *own_guilds)):
        local = list(tree.get_commands(guild=discord.Object(guild_id)))
        taken = {(command.name, _type_of(command)) for command in local}
        if guild_id in wanted:
            local += [command for command in owners if (command.name, _type_of(command)) not in taken]
        scopes.append(await _plan_scope(tree, guild_id, local))
    return CommandPlan(tuple(scopes))


def count(payload: Iterable[Mapping[str, Any]]) -> dict[discord.AppCommandType, int]:
    """Return how many slots of each kind a payload uses."""
    used = dict.fromkeys(_CAPACITY, 0)
    for command in payload:
        used[discord.AppCommandType(command.get("type", 1))] += 1
    return used


def find_excess(payload: Iterable[Mapping[str, Any]]) -> dict[discord.AppCommandType, int]:
    """Return by how many each kind exceeds what Discord takes; empty if all fit."""
    return {kind: used - _CAPACITY[kind] for kind, used in count(payload).items() if used > _CAPACITY[kind]}


def hash_payload(payload: Sequence[Mapping[str, Any]]) -> str:
    """Return a hash that depends on the definitions only, not on the order in which they were loaded."""
    ordered = sorted(payload, key=lambda command: (command.get("type", 1), command["name"]))
    return hashlib.sha256(
        orjson.dumps(ordered, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS)
    ).hexdigest()


def compare(plan: ScopePlan, registered: Iterable[Mapping[str, Any]]) -> PlanDifference:
    """Compare a plan with what Discord has, by kind and name."""
    ours = {_key(command): command for command in plan.payload}
    theirs = {_key(command): command for command in registered}
    return PlanDifference(
        added=tuple(name for (_, name) in ours.keys() - theirs.keys()),
        changed=tuple(key[1] for key in ours.keys() & theirs.keys() if not _agrees(ours[key], theirs[key])),
        removed=tuple(name for (_, name) in theirs.keys() - ours.keys()),
    )


async def _plan_scope(
    tree: app_commands.CommandTree[Any], guild_id: int | None, members: Sequence[AppCommand]
) -> ScopePlan:
    translator = tree.translator
    payload = [
        command.to_dict(tree)
        if translator is None
        else await command.get_translated_payload(tree, translator)
        for command in members
    ]
    return ScopePlan(guild_id, tuple(payload), hash_payload(payload))


def _type_of(command: AppCommand) -> discord.AppCommandType:
    return (
        command.type if isinstance(command, app_commands.ContextMenu) else discord.AppCommandType.chat_input
    )


def _key(command: Mapping[str, Any]) -> tuple[int, str]:
    return command.get("type", 1), command["name"]


def _agrees(ours: Any, theirs: Any) -> bool:
    """Compare only what we define: Discord adds IDs, versions and defaults of its own."""
    if isinstance(ours, Mapping):
        return isinstance(theirs, Mapping) and all(
            _agrees(value, theirs.get(key)) for key, value in ours.items()
        )
    if isinstance(ours, list | tuple):
        theirs = theirs or []
        return len(ours) == len(theirs) and all(map(_agrees, ours, theirs))
    return ours == theirs or (not ours and not theirs) or str(ours) == str(theirs)
