"""Which commands there are for a person, in which category, and what is known about one of them.

Read from the bot each time, so commands of extensions loaded a moment ago are there. Nothing here talks to
Discord.
"""

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from discord import app_commands
from discord.ext import commands

from guildwright.api import checks
from guildwright.api.commands import Context

NO_CATEGORY = "Main"
NO_TEXT = "No description available"

SLASH_AND_PREFIX = "⚡"
PREFIX_ONLY = "🔸"
NO_SLOT = "🔹"
SLASH_ONLY = "◆"
LOCKED = "🔒"

LEGEND = (
    f"{SLASH_AND_PREFIX} slash and prefix · {PREFIX_ONLY} prefix only · "
    f"{NO_SLOT} prefix only, no slash slot · {SLASH_ONLY} slash only"
)

Known = commands.Command[Any, Any, Any] | app_commands.Command[Any, Any, Any] | app_commands.Group


@dataclass(frozen=True, slots=True)
class Entry:
    """One command as help shows it."""

    command: Known
    name: str
    category: str
    sign: str
    opening: str
    aliases: tuple[str, ...] = ()

    @property
    def usage(self) -> str:
        """The command as it is typed: prefix, name and arguments."""
        return f"{self.opening}{self.name} {signature_of(self.command)}".strip()

    @property
    def summary(self) -> str:
        """The first line of the help text."""
        if isinstance(self.command, commands.Command):
            return self.command.short_doc or self.command.description or NO_TEXT
        return NO_TEXT if self.command.description in {"", "…"} else self.command.description

    @property
    def text(self) -> str:
        """The whole help text."""
        if isinstance(self.command, commands.Command):
            return self.command.help or self.command.description or NO_TEXT
        return self.summary


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All entries that one person sees, by category in alphabetical order."""

    categories: dict[str, tuple[Entry, ...]]

    @property
    def entries(self) -> Iterator[Entry]:
        """Every entry of every category."""
        for found in self.categories.values():
            yield from found

    def find_entry(self, wanted: str) -> Entry | None:
        """Return the command of this name or alias; case, prefix and slash in front do not matter."""
        name = _plain(wanted)
        for entry in self.entries:
            if name in {_plain(entry.name), _plain(f"{entry.opening}{entry.name}")}:
                return entry
        return next((e for e in self.entries if name in map(str.casefold, e.aliases)), None)

    def find_category(self, wanted: str) -> str | None:
        """Return the category of this name, whatever its case."""
        return next((name for name in self.categories if name.casefold() == _plain(wanted)), None)

    def closest(self, wanted: str, count: int = 3) -> list[str]:
        """Return the names that look most like `wanted`, best first."""
        names = {name.casefold(): name for name in (*self.categories, *(e.name for e in self.entries))}
        found = difflib.get_close_matches(_plain(wanted), names, n=count, cutoff=0.0)
        return [names[name] for name in found]

    def containing(self, part: str) -> list[str]:
        """Return the names of commands and categories that contain `part`; those beginning with it first."""
        wanted = _plain(part)
        names = dict.fromkeys((*(entry.name for entry in self.entries), *self.categories))
        found = [name for name in names if wanted in name.casefold()]
        return sorted(found, key=lambda name: (not name.casefold().startswith(wanted), name.casefold()))


async def read_catalogue(ctx: Context, *, show_locked: bool) -> Catalogue:
    """Collect what the person of `ctx` sees; without `show_locked` only what they may use."""
    entries = [*_text_entries(ctx), *_slash_entries(ctx)]
    if not show_locked:
        entries = [entry for entry in entries if await checks.may_run(ctx, entry.command)]
    categories: dict[str, list[Entry]] = {}
    for entry in sorted(entries, key=lambda entry: entry.name):
        categories.setdefault(entry.category, []).append(entry)
    return Catalogue({name: tuple(categories[name]) for name in sorted(categories, key=str.casefold)})


async def find_locked(ctx: Context, entries: Iterable[Entry]) -> frozenset[str]:
    """Return the names of those entries that the person of `ctx` may not use."""
    return frozenset([entry.name for entry in entries if not await checks.may_run(ctx, entry.command)])


def _text_entries(ctx: Context) -> Iterator[Entry]:
    prefix = ctx.bot.prefixes.text(ctx.guild.id if ctx.guild else None)
    for command in ctx.bot.walk_commands():
        if command.hidden or any(parent.hidden for parent in command.parents):
            continue
        category = command.cog.qualified_name if command.cog else NO_CATEGORY
        aliases = tuple(f"{command.full_parent_name} {alias}".strip() for alias in command.aliases)
        sign = _sign(ctx, command)
        yield Entry(command, command.qualified_name, category, sign, prefix, aliases)


def _sign(ctx: Context, command: commands.Command[Any, Any, Any]) -> str:
    root = command.root_parent or command
    tree = ctx.bot.tree
    if getattr(command, "app_command", None) is None and tree.get_command(command.qualified_name) is None:
        return PREFIX_ONLY
    if tree.get_command(root.name) is None:
        here = ctx.guild is not None and tree.get_command(root.name, guild=ctx.guild) is not None
        return SLASH_AND_PREFIX if here else NO_SLOT
    if checks.is_owner_only(command):
        here = str(ctx.guild.id) if ctx.guild else ""
        owner_guilds = {str(guild_id) for guild_id in ctx.bot.config.get("sync.owner_guilds")}
        return SLASH_AND_PREFIX if here in owner_guilds else PREFIX_ONLY
    return SLASH_AND_PREFIX


def _slash_entries(ctx: Context) -> Iterator[Entry]:
    """Yield the commands and groups that have no text form, those of the guild included."""
    bot = ctx.bot
    hybrid = {id(getattr(command, "app_command", None)) for command in bot.walk_commands()}
    by_text = {command.qualified_name for command in bot.walk_commands()}
    homes = {
        id(command): cog.qualified_name for cog in bot.cogs.values() for command in cog.walk_app_commands()
    }
    own = bot.tree.walk_commands(guild=ctx.guild) if ctx.guild else ()
    for command in (*bot.tree.walk_commands(), *own):
        if id(command) in hybrid or hasattr(command, "wrapped") or command.qualified_name in by_text:
            continue
        category = homes.get(id(command), NO_CATEGORY)
        yield Entry(command, command.qualified_name, category, SLASH_ONLY, "/")


def signature_of(command: Known) -> str:
    """Return the arguments as people type them: `<needed> [optional]`."""
    if isinstance(command, commands.Command):
        return command.signature
    if isinstance(command, app_commands.Group):
        return ""
    shown = (f"<{p.display_name}>" if p.required else f"[{p.display_name}]" for p in command.parameters)
    return " ".join(shown)


def describe_arguments(command: Known) -> list[tuple[str, bool, str]]:
    """Return name, whether it is needed, and description of each argument."""
    slash: Any = getattr(command, "app_command", command)
    if isinstance(slash, app_commands.Command):
        return [(p.display_name, p.required, _described(p.description)) for p in slash.parameters]
    if isinstance(command, commands.Command):
        return [
            (parameter.displayed_name or name, parameter.required, parameter.description or "")
            for name, parameter in command.clean_params.items()
        ]
    return []


def _described(text: Any) -> str:
    return "" if str(text) == "…" else str(text)


def place_of(command: Known) -> str:
    """Say where a command works."""
    slash: Any = getattr(command, "app_command", None) or command
    names = [getattr(check, "__qualname__", "") for check in getattr(command, "checks", ())]
    if getattr(slash, "guild_only", False) or any(name.startswith("guild_only.") for name in names):
        return "Servers only"
    if any(name.startswith("dm_only.") for name in names):
        return "Direct messages only"
    return "Everywhere"


def children_of(command: Known) -> list[str]:
    """Return the names of the commands in a group, in alphabetical order."""
    if not isinstance(command, commands.Group | app_commands.Group):
        return []
    return sorted(child.qualified_name for child in command.commands if not getattr(child, "hidden", False))


def _plain(name: str) -> str:
    return " ".join(name.casefold().lstrip("/").split())
