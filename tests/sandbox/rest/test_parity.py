"""The page that tells what the sandbox serves is true, and nothing that we ship needs more than that."""

from __future__ import annotations

import ast
import inspect
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

import discord
import pytest
from discord import (
    abc,
    app_commands,
    automod,
    channel,
    client,
    emoji,
    guild,
    http,
    interactions,
    invite,
    member,
    message,
    role,
    scheduled_event,
    stage_instance,
    state,
    sticker,
    template,
    threads,
    user,
)
from discord.webhook import async_
from tools.sandbox_parity import DELIBERATELY_NOT, PAGE, key_of, page, routes_in, served_routes, wanted_routes

from .rest_client import Api

ROOT = Path(__file__).resolve().parents[3]
SPEAKING: tuple[ModuleType, ...] = (
    abc,
    automod,
    channel,
    client,
    emoji,
    guild,
    interactions,
    invite,
    member,
    message,
    role,
    scheduled_event,
    stage_instance,
    state,
    sticker,
    template,
    threads,
    user,
    app_commands.tree,
    async_,
)
"""discord.py's modules whose methods send requests."""


@pytest.mark.req("SAND-301")
def test_the_page_says_what_the_route_table_and_discord_py_say() -> None:
    written = PAGE.read_text(encoding="utf-8")

    assert written == page(), "Run .venv/bin/python -m tools.sandbox_parity and commit the page."


@pytest.mark.req("SAND-301")
def test_every_call_of_discord_py_stands_on_the_page_once_with_one_of_three_answers() -> None:
    rows = re.findall(r"^\| `(\w+ \S+)` \| .+ \| (yes|no|deliberately not: .+) \|$", page(), re.MULTILINE)

    routes = [route for route, _ in rows]
    assert sorted(routes) == sorted(f"{one.method} {one.template}" for one in wanted_routes())
    assert len(routes) == len(set(routes)) > 180
    assert {answer.split(":")[0] for _, answer in rows} >= {"yes", "deliberately not"}


def test_what_is_deliberately_not_served_is_a_call_of_discord_py_and_is_not_served() -> None:
    assert set(DELIBERATELY_NOT) <= {one.key for one in wanted_routes()}
    assert set(DELIBERATELY_NOT).isdisjoint(served_routes())


@pytest.mark.req("SAND-301")
async def test_what_the_page_calls_not_served_answers_501(api: Api) -> None:
    api.world.application_settings.limits = "off"
    absent = [one for one in wanted_routes() if one.key not in served_routes()]

    for one in absent:
        path = one.template.replace("{guild_id}", api.names["guild"])
        reply = await api.call(one.method, re.sub(r"{[^}]+}", api.names["general"], path))
        assert (reply.status, reply.body["code"]) == (501, 0), one.key


@pytest.mark.req("SAND-301")
@pytest.mark.parametrize("folder", ["src/guildwright/features", "src/guildwright/bot", "src/guildwright/api"])
def test_everything_that_what_we_ship_calls_is_served(folder: str) -> None:
    unserved = {
        f"{file.relative_to(ROOT)}: {name}() needs {', '.join(sorted(missing))}"
        for file in (ROOT / folder).rglob("*.py")
        for name in _calls(file.read_text(encoding="utf-8"))
        if (missing := _missing(name))
    }

    assert unserved == set()


@pytest.mark.req("SAND-301")
def test_everything_that_the_documentation_shows_is_served() -> None:
    blocks = [
        block
        for file in (ROOT / "docs").rglob("*.md")
        if "spec" not in file.parts
        for block in re.findall(
            r"```py(?:thon)?[^\n]*\n(.*?)```", file.read_text(encoding="utf-8"), re.DOTALL
        )
    ]

    assert {name for block in blocks for name in re.findall(r"\.(\w+)\(", block) if _missing(name)} == set()


def _calls(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.func.attr


def _missing(name: str) -> set[str]:
    """What a method name of discord.py needs and the sandbox lacks; any of several meanings will do."""
    needed = _needs().get(name, set())
    missing = needed - served_routes()
    return missing if missing == needed else set()


@cache
def _needs() -> dict[str, set[str]]:
    """The routes behind the public methods of discord.py, by the methods' names."""
    routes: dict[str, set[str]] = defaultdict(set)
    for module in (http, async_):
        for function, method, path in routes_in(module):
            routes[function].add(key_of(method, path))
    needs: dict[str, set[str]] = defaultdict(set)
    for module in SPEAKING:
        for function in ast.walk(ast.parse(inspect.getsource(module))):
            if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and function.name[0] != "_":
                for called in _calls(ast.unparse(function)):
                    needs[function.name] |= routes.get(called, set())
    return needs


def test_the_routes_behind_discord_pys_methods_are_found() -> None:
    assert discord.Guild.create_template is not None
    assert _needs()["create_template"] == {"POST /guilds/{}/templates"}
    assert _needs()["create_webhook"] == {"POST /channels/{}/webhooks"}
