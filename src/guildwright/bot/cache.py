"""Decides before the client is built whether members are cached and presences are wanted.

The member cache is half of a large bot's memory, so it is off unless an extension needs it. Extensions are
read, never run: a listener on member changes or a look into a member list tells.
"""

from __future__ import annotations

import ast
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import discord

logger = logging.getLogger("guildwright.cache")

BYTES_PER_MEMBER = 1_000
MEMBER_EVENTS = frozenset({"member_update", "user_update", "member_remove", "presence_update"})
PRESENCE_EVENTS = frozenset({"presence_update", "raw_presence_update"})
MEMBER_LISTS = frozenset({"members", "get_member", "get_member_named", "get_all_members"})
PRESENCE_FIELDS = frozenset({"raw_status", "desktop_status", "mobile_status", "web_status", "activities"})
# `intents.members` asks for events, not for a list.
NOT_A_GUILD = frozenset({"intents", "Intents", "flags"})


@dataclass(frozen=True, slots=True)
class Need:
    """One place in an extension that needs something kept."""

    extension: str
    what: str
    line: int

    def __str__(self) -> str:
        return f"{self.extension} ({self.what}, line {self.line})"


@dataclass(frozen=True, slots=True)
class Needs:
    """What a set of extensions needs kept."""

    members: tuple[Need, ...] = ()
    presences: tuple[Need, ...] = ()


@dataclass(frozen=True, slots=True)
class CacheProfile:
    """What the client is built with."""

    members: bool
    presences: bool
    flags: discord.MemberCacheFlags
    reason: str


def judge(files: Iterable[tuple[str, Path]]) -> Needs:
    """Read extensions, given as name and file, and tell what they need; unreadable ones need nothing."""
    members: list[Need] = []
    presences: list[Need] = []
    for name, path in files:
        for source in sorted(path.parent.rglob("*.py")) if path.name == "__init__.py" else (path,):
            for kind, what, line in _read(source):
                (presences if kind == "presences" else members).append(Need(name, what, line))
    return Needs(tuple(members), tuple(presences))


def choose_profile(wanted: str, needs: Needs, intents: discord.Intents) -> CacheProfile:
    """Turn `cache.members` and the needs of the extensions into the client's options."""
    presences = intents.presences or bool(needs.presences)
    keeps = intents.members and (wanted == "all" or (wanted == "auto" and bool(needs.members)))
    flags = discord.MemberCacheFlags.none()
    flags.joined = keeps
    flags.voice = intents.voice_states
    return CacheProfile(keeps, presences, flags, _explain(wanted, needs, intents))


def _explain(wanted: str, needs: Needs, intents: discord.Intents) -> str:
    if wanted == "all":
        return "Members are cached because cache.members is all."
    if wanted == "none" or not needs.members:
        return ""
    if not intents.members:
        return f"{needs.members[0]} needs members, but intents.members is off: they are not cached."
    users = ", ".join(str(need) for need in _first_of_each(needs.members))
    return (
        f"Members are cached, about {BYTES_PER_MEMBER // 1000} kB each, because of: {users}. "
        "Set cache.members to none to keep the memory."
    )


def _first_of_each(needs: Iterable[Need]) -> Iterator[Need]:
    seen: set[str] = set()
    for need in needs:
        if need.extension not in seen:
            seen.add(need.extension)
            yield need


def _read(path: Path) -> Iterator[tuple[str, str, int]]:
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError, OSError):
        # Loading the extension will report it, with file and line.
        return
    for node in ast.walk(tree):
        yield from _needs_of(node)


def _needs_of(node: ast.AST) -> Iterator[tuple[str, str, int]]:
    if isinstance(node, ast.AsyncFunctionDef) and node.name.startswith("on_"):
        yield from _event(node.name.removeprefix("on_"), node.lineno)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        if node.value.startswith("on_"):
            yield from _event(node.value.removeprefix("on_"), node.lineno)
    elif isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "wait_for":
        for argument in node.args[:1]:
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield from _event(argument.value, node.lineno)
    elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
        if node.attr in MEMBER_LISTS and _name_of(node.value) not in NOT_A_GUILD:
            yield "members", f".{node.attr}", node.lineno
        elif node.attr in PRESENCE_FIELDS:
            yield "presences", f".{node.attr}", node.lineno


def _event(name: str, line: int) -> Iterator[tuple[str, str, int]]:
    if name in MEMBER_EVENTS:
        yield "members", f"on_{name}", line
    if name in PRESENCE_EVENTS:
        yield "presences", f"on_{name}", line


def _name_of(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""
