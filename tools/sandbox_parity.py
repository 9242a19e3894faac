"""Writes docs/reference/sandbox-parity.md: discord.py's REST calls, and which of them the sandbox serves.

discord.py's calls are read from the source of its two clients, so that a new version of it makes the page
stale (a test compares); what is served comes from the sandbox's own routes and simcord's.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import discord
import discord.http
import discord.webhook.async_
from simcord.parity import implemented_routes

from guildwright.sandbox.rest import endpoint
from guildwright.sandbox.rest.routes import table

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "sandbox-parity.md"

_PERSON = "only the account of a person may do this, a bot never"
_OUTSIDE = "needs a person's account at Twitch or YouTube; the world has no outside services"
_MONEY = "nothing is sold in the world"
_SILENT = "voice is state only: nobody hears anything"
DELIBERATELY_NOT = {
    "POST /auth/logout": _PERSON,
    "POST /users/{}/channels": _PERSON,
    "POST /guilds/{}/integrations": _OUTSIDE,
    "PATCH /guilds/{}/integrations/{}": _OUTSIDE,
    "POST /guilds/{}/integrations/{}/sync": _OUTSIDE,
    "GET /skus/{}/subscriptions": _MONEY,
    "GET /skus/{}/subscriptions/{}": _MONEY,
    "POST /channels/{}/send-soundboard-sound": _SILENT,
    "GET /guilds/{}/soundboard-sounds": _SILENT,
    "POST /guilds/{}/soundboard-sounds": _SILENT,
    "GET /guilds/{}/soundboard-sounds/{}": _SILENT,
    "PATCH /guilds/{}/soundboard-sounds/{}": _SILENT,
    "DELETE /guilds/{}/soundboard-sounds/{}": _SILENT,
    "GET /soundboard-default-sounds": _SILENT,
}
"""Routes that answer 501 for good, with the reason a reader is given."""

HEAD = """\
# What the sandbox serves

Written by `tools/sandbox_parity.py`; do not edit. It compares the calls of discord.py {version} with the
sandbox's routes: {served} served, {missing} not served, {refused} deliberately not. What is not served
answers 501 and names the route.
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One route that discord.py calls, and the methods of its client that call it."""

    method: str
    template: str
    callers: tuple[str, ...]

    @property
    def key(self) -> str:
        return key_of(self.method, self.template)

    @property
    def area(self) -> str:
        return self.template.split("/")[1].replace("-", " ").capitalize()


def key_of(method: str, template: str) -> str:
    """A route without the names of its parameters, which differ from library to library."""
    return f"{method} {re.sub(r'{[^}]+}', '{}', template)}"


def wanted_routes() -> list[Wanted]:
    """Every route of discord.py's client and its webhooks, by path and method."""
    callers: dict[tuple[str, str], list[str]] = defaultdict(list)
    for module in (discord.http, discord.webhook.async_):
        for caller, method, template in routes_in(module):
            if caller not in callers[method, template]:
                callers[method, template].append(caller)
    found: dict[str, Wanted] = {}
    for (method, template), names in callers.items():
        wanted = Wanted(method, template, tuple(names))
        same = found.get(wanted.key)
        found[wanted.key] = wanted if same is None else Wanted(method, template, (*same.callers, *names))
    return sorted(found.values(), key=lambda wanted: (wanted.template, wanted.method))


def routes_in(module: ModuleType) -> Iterator[tuple[str, str, str]]:
    """The function, method and path of every ``Route(…)`` of a module."""
    for function in ast.walk(ast.parse(inspect.getsource(module))):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Route":
                method, path = (_text(argument) for argument in node.args[:2])
                yield function.name, method, path if path.startswith("/") else f"/{path}"


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) for part in node.values)
    if isinstance(node, ast.FormattedValue):
        return f"{{{ast.unparse(node.value)}}}"
    raise ValueError(f"A route of discord.py cannot be read: {ast.unparse(node)}")


def served_routes() -> set[str]:
    """What the sandbox answers, by itself or through simcord."""
    assert endpoint.ROUTES, "importing the endpoint fills the table"
    own = {key_of(route.method, route.template) for route in table}
    return own | {key_of(method, template) for method, template in implemented_routes()}


def page() -> str:
    """The whole page."""
    served = served_routes() - set(DELIBERATELY_NOT)
    areas: dict[str, list[Wanted]] = defaultdict(list)
    wanted = wanted_routes()
    for one in wanted:
        areas[one.area].append(one)
    states = [_state(one, served) for one in wanted]
    counts = {"served": states.count("yes"), "missing": states.count("no")}
    head = HEAD.format(version=discord.__version__, refused=len(states) - sum(counts.values()), **counts)
    return "\n".join(
        [head, *(line for area in sorted(areas) for line in _section(area, areas[area], served))]
    )


def _section(area: str, wanted: list[Wanted], served: set[str]) -> Iterator[str]:
    yield f"## {area}\n\n| Route | discord.py | Served |\n|---|---|---|"
    for one in wanted:
        names = ", ".join(f"`{name}`" for name in one.callers)
        yield f"| `{one.method} {one.template}` | {names} | {_state(one, served)} |"
    yield ""


def _state(one: Wanted, served: set[str]) -> str:
    if one.key in DELIBERATELY_NOT:
        return f"deliberately not: {DELIBERATELY_NOT[one.key]}"
    return "yes" if one.key in served else "no"


if __name__ == "__main__":
    text = page()
    if "--check" in sys.argv and PAGE.read_text(encoding="utf-8") != text:
        sys.exit(f"{PAGE.name} is stale: run tools/sandbox_parity.py.")
    PAGE.write_text(text, encoding="utf-8")
