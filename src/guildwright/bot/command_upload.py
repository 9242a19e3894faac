"""Sends one scope of commands to Discord and explains what Discord has against it.

discord.py would sleep out a 429 by itself, silently and up to five times; a sync has to count, tell and bound
its waits (CORE-906), so the request is our own, through discord.py's connector.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
import orjson
from discord.http import Route

from guildwright.bot.command_plan import ScopePlan
from guildwright.kernel.errors import GuildwrightError

if TYPE_CHECKING:
    from guildwright.bot.client import GuildwrightBot

DEFAULT_WAIT = 60.0
REQUEST_TIMEOUT = 30.0


class SyncError(GuildwrightError):
    """Discord did not accept our commands."""

    code = "sync"


async def upload(bot: GuildwrightBot, scope: ScopePlan) -> float | None:
    """Send one scope; returns the seconds to wait if Discord limits us, None when it accepted."""
    http = bot.http
    headers = {
        "Authorization": f"Bot {http.token}",
        "User-Agent": http.user_agent,
        "Content-Type": "application/json",
    }
    session = aiohttp.ClientSession(
        connector=http.connector, connector_owner=False, timeout=aiohttp.ClientTimeout(REQUEST_TIMEOUT)
    )
    async with (
        session,
        session.put(
            _route(application_id_of(bot), scope).url, data=orjson.dumps(list(scope.payload)), headers=headers
        ) as response,
    ):
        data = await _read(response)
        if response.status == 429:
            return _waiting_time(response, data)
        if response.status >= 400:
            raise _explain(scope, response, data)
        return None


def _route(application_id: int, scope: ScopePlan) -> Route:
    if scope.guild_id is None:
        return Route("PUT", "/applications/{application_id}/commands", application_id=application_id)
    return Route(
        "PUT",
        "/applications/{application_id}/guilds/{guild_id}/commands",
        application_id=application_id,
        guild_id=scope.guild_id,
    )


def _explain(scope: ScopePlan, response: aiohttp.ClientResponse, data: Any) -> GuildwrightError:
    """Put the names of our commands where Discord names their positions."""
    error = discord.HTTPException(response, data)
    problems = _field_problems(data.get("errors", {}) if isinstance(data, Mapping) else {}, scope.names)
    detail = "; ".join(problems) or error.text or str(response.reason)
    return SyncError(
        f"Discord refused the commands of {scope.scope} ({response.status}): {detail}",
        hint="Correct the definition and sync again; until then Discord keeps what it accepted last.",
    )


def application_id_of(bot: GuildwrightBot) -> int:
    """Return the application whose commands these are.

    Raises:
        SyncError: the bot is not logged in yet.
    """
    if bot.application_id is None:
        raise SyncError("Commands can be synced only after the login.", hint="Wait until the bot is ready.")
    return bot.application_id


async def _read(response: aiohttp.ClientResponse) -> Any:
    text = await response.text()
    if response.content_type == "application/json" and text:
        return orjson.loads(text)
    return text


def _waiting_time(response: aiohttp.ClientResponse, data: Any) -> float:
    given = data.get("retry_after") if isinstance(data, Mapping) else None
    if given is None:
        given = response.headers.get("Retry-After")
    try:
        return max(0.0, float(given)) if given is not None else DEFAULT_WAIT
    except ValueError:
        return DEFAULT_WAIT


def _field_problems(errors: Mapping[str, Any], names: tuple[str, ...]) -> list[str]:
    """Turn Discord's nested errors into sentences that begin with the command at fault."""
    problems: list[str] = []
    for index, inner in errors.items():
        named = index.isdigit() and int(index) < len(names)
        problems += _flatten(inner, f"command {names[int(index)]}" if named else index)
    return problems


def _flatten(errors: Any, path: str) -> list[str]:
    if not isinstance(errors, Mapping):
        return [f"{path}: {errors}"]
    found = [f"{path}: {entry.get('message', entry)}" for entry in errors.get("_errors", ())]
    for key, inner in errors.items():
        if key != "_errors":
            found += _flatten(inner, f"{path}.{key}")
    return found
