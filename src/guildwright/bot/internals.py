"""Every private name of discord.py that Guildwright touches, and every place where it stores an address.

The names are checked when this module is imported: a discord.py that moved one of them is refused with a
sentence that names it, instead of failing hours later in the middle of an outage.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

import aiohttp
import discord
import yarl
from aiohttp import ClientTimeout
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.client_reqrep import ClientRequest
from aiohttp.connector import Connection
from aiohttp.resolver import ThreadedResolver
from aiohttp.tracing import Trace
from discord import app_commands, shard
from discord.asset import Asset
from discord.backoff import ExponentialBackoff
from discord.client import Client
from discord.ext import commands
from discord.gateway import DiscordWebSocket, ReconnectWebSocket
from discord.http import HTTPClient, Ratelimit, Route
from discord.shard import EventItem, EventType, Shard, ShardInfo
from discord.state import AutoShardedConnectionState, ConnectionState
from discord.ui.view import ViewStore

from guildwright.bot.budget import RestBudget
from guildwright.kernel.errors import GuildwrightError

if TYPE_CHECKING:
    from guildwright.bot.client import GuildwrightBot

# Voice is not part of the bot: two warnings at every start would only worry people.
discord.VoiceClient.warn_nacl = False
discord.VoiceClient.warn_dave = False

REAL_API_BASE = Route.BASE
REAL_CDN_BASE = Asset.BASE
HTTP_SCHEMES = frozenset({"http", "https"})
REAL_HOSTS = ("discord.com", "discordapp.com", "discordapp.net", "discord.gg", "discord.media")

__all__ = ["EventItem", "EventType", "ReconnectWebSocket", "Shard"]


class MovedNameError(GuildwrightError):
    """discord.py no longer has a private name that Guildwright needs."""

    code = "discord_internals"


def _stored_by(function: Callable[..., Any]) -> tuple[str, ...]:
    return function.__code__.co_names


def _expected_names() -> dict[str, bool]:
    """Tell for each name whether it is where this module looks for it."""
    return {
        "Client._listeners": "_listeners" in _stored_by(Client.__init__),
        "Client._connection": "_connection" in _stored_by(Client.__init__),
        "Client._schedule_event": hasattr(Client, "_schedule_event"),
        "Client._async_setup_hook": hasattr(Client, "_async_setup_hook"),
        "BotBase._checks": "_checks" in _stored_by(commands.bot.BotBase.__init__),
        "BotBase._check_once": "_check_once" in _stored_by(commands.bot.BotBase.__init__),
        "BotBase._remove_module_references": hasattr(commands.bot.BotBase, "_remove_module_references"),
        "BotBase._call_module_finalizers": hasattr(commands.bot.BotBase, "_call_module_finalizers"),
        "BotBase.__extensions": "_BotBase__extensions" in _stored_by(commands.bot.BotBase.__init__),
        "CommandTree._call": hasattr(app_commands.CommandTree, "_call"),
        "Interaction._cs_response": "_cs_response" in discord.Interaction.__slots__,
        "Interaction._cs_followup": "_cs_followup" in discord.Interaction.__slots__,
        "Webhook.from_state": hasattr(discord.Webhook, "from_state"),
        "Command._buckets": "_buckets" in _stored_by(commands.Command.__init__),
        "ConnectionState._intents": "_intents" in _stored_by(ConnectionState.__init__),
        "ConnectionState._chunk_guilds": "_chunk_guilds" in _stored_by(ConnectionState.__init__),
        "ConnectionState.guild_ready_timeout": "guild_ready_timeout" in _stored_by(ConnectionState.__init__),
        "AutoShardedConnectionState.parse_ready": hasattr(AutoShardedConnectionState, "parse_ready"),
        "ConnectionState._view_store": "_view_store" in _stored_by(ConnectionState.clear),
        "ViewStore._views": "_views" in _stored_by(ViewStore.__init__),
        "ViewStore._modals": "_modals" in _stored_by(ViewStore.__init__),
        "ViewStore._dynamic_items": "_dynamic_items" in _stored_by(ViewStore.__init__),
        "Shard._queue_put": "_queue_put" in _stored_by(Shard.__init__),
        "Shard._backoff": "_backoff" in _stored_by(Shard.__init__),
        "Shard.launch": hasattr(Shard, "launch"),
        "ShardInfo._parent": "_parent" in ShardInfo.__slots__,
        "ExponentialBackoff._max": "_max" in _stored_by(ExponentialBackoff.__init__),
        "EventType.terminate": hasattr(shard.EventType, "terminate"),
        "DiscordWebSocket._keep_alive": "_keep_alive" in _stored_by(DiscordWebSocket.__init__),
        "DiscordWebSocket.from_client": hasattr(DiscordWebSocket, "from_client"),
        "DiscordWebSocket.DEFAULT_GATEWAY": hasattr(DiscordWebSocket, "DEFAULT_GATEWAY"),
        "HTTPClient.get_bot_gateway": hasattr(HTTPClient, "get_bot_gateway"),
        "HTTPClient._buckets": "_buckets" in _stored_by(HTTPClient.__init__),
        "Ratelimit._sleeping": "_sleeping" in Ratelimit.__slots__,
        "ViewStore.dispatch_view": hasattr(ViewStore, "dispatch_view"),
        "Route.BASE": hasattr(Route, "BASE"),
        "Asset.BASE": hasattr(Asset, "BASE"),
    }


def check_names(expected: dict[str, bool] | None = None) -> None:
    """Refuse a discord.py whose private names moved.

    Raises:
        MovedNameError: with all the names that are gone.
    """
    found = _expected_names() if expected is None else expected
    missing = [name for name, present in found.items() if not present]
    if missing:
        raise MovedNameError(
            f"discord.py {discord.__version__} no longer has {', '.join(missing)}.",
            hint='Install a version that has them: pip install "discord.py==2.7.1".',
        )


check_names()


# --- where Discord is -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GatewayFacts:
    """What `GET /gateway/bot` answered."""

    url: str
    shards: int
    max_concurrency: int
    remaining: int
    total: int
    reset_after: float


def point_at(api_base: str | None, cdn_base: str | None) -> None:
    """Send REST and CDN requests to these addresses; None means the real Discord."""
    Route.BASE = (api_base or REAL_API_BASE).rstrip("/")
    Asset.BASE = (  # pyright: ignore[reportAttributeAccessIssue] - declared as a literal
        cdn_base or REAL_CDN_BASE
    ).rstrip("/")


async def find_gateway(bot: GuildwrightBot) -> GatewayFacts:
    """Ask Discord for its gateway and make it the only one discord.py knows.

    discord.py falls back to the address in `DEFAULT_GATEWAY` after op 9, in `Shard.reconnect` and with a
    given shard count: left alone, a bot of the sandbox would turn to the real Discord (SAND-104).
    """
    shards, url, limit = await bot.http.get_bot_gateway()
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(url)
    return GatewayFacts(
        url=url,
        shards=shards,
        max_concurrency=max(1, limit["max_concurrency"]),
        remaining=limit["remaining"],
        total=limit["total"],
        reset_after=limit["reset_after"] / 1000,
    )


class ConfinedResolver(AbstractResolver):
    """Resolves every host but the real Discord's: some addresses are written out in discord.py's code."""

    def __init__(self) -> None:
        self._resolver = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        if any(host == real or host.endswith("." + real) for real in REAL_HOSTS):
            raise OSError(f"{host} is the real Discord; this bot is pointed at {Route.BASE}")
        return await self._resolver.resolve(host, port, family)

    async def close(self) -> None:
        await self._resolver.close()


class CountingConnector(aiohttp.TCPConnector):
    """Connects for discord.py's HTTP client as far as the budget allows, and counts every response."""

    def __init__(self, budget: RestBudget, *, resolver: AbstractResolver | None) -> None:
        # Discord's rate limits are kept by discord.py, which therefore opens as many connections as it needs.
        super().__init__(limit=0, resolver=resolver)
        self._check = budget.check
        self._counted = budget.response_class()

    async def connect(
        self,
        req: ClientRequest,
        traces: list[Trace],
        timeout: ClientTimeout,  # noqa: ASYNC109 - aiohttp's name
    ) -> Connection:
        """Find a connection for a request. Raises BudgetSpentError."""
        if req.url.scheme in HTTP_SCHEMES:
            self._check(req.url.path)
        req.response_class = self._counted
        return await super().connect(req, traces, timeout)


def prepare_http(bot: GuildwrightBot) -> None:
    """Give the bot its connections; call inside the running loop.

    With an address of its own to talk to, the bot's HTTP client cannot reach the real Discord.
    """
    resolver = None if Route.BASE == REAL_API_BASE else ConfinedResolver()
    bot.http.connector = CountingConnector(bot.budget, resolver=resolver)


# --- events -----------------------------------------------------------------------------------------


def waiters(bot: Client) -> dict[str, Any]:
    """Return the live table of those who wait with `wait_for`, by event name."""
    return bot._listeners


def schedule(
    bot: Client, listener: Callable[..., Coroutine[Any, Any, Any]], event: str, *args: Any
) -> asyncio.Task[None]:
    """Run one listener the way discord.py does: in a task, failures to `on_error`."""
    return bot._schedule_event(listener, event, *args)


def set_cooldown(command: commands.Command[Any, Any, Any], buckets: commands.CooldownMapping[Any]) -> None:
    """Give a command its buckets, as the decorator `commands.cooldown` does with a mapping of its own."""
    command._buckets = buckets


async def prepare_loop(bot: Client) -> None:
    """Give the bot its loop before the login, so that extensions can be loaded first (CORE-110)."""
    await bot._async_setup_hook()


class CallTree(app_commands.CommandTree["GuildwrightBot"]):
    """A command tree whose calls can be wrapped; discord.py offers a hook before a call but none around."""

    async def run_call(
        self, interaction: discord.Interaction[GuildwrightBot], call: Callable[[], Coroutine[Any, Any, None]]
    ) -> None:
        """Run `call`; to be overridden."""
        del interaction
        await call()

    async def _call(self, interaction: discord.Interaction[GuildwrightBot]) -> None:
        parent = super()._call
        await self.run_call(interaction, lambda: parent(interaction))


def holds_back(bot: Client, channel_id: int | None) -> bool:
    """Say whether discord.py keeps calls of a channel from returning, because its rate limit is used up."""
    ending = f":{channel_id}"
    buckets = bot.http._buckets
    return any(key.endswith(ending) and bucket._sleeping.locked() for key, bucket in buckets.items())


def deliver_click(bot: Client, interaction: discord.Interaction[Any]) -> None:
    """Hand a click on a component to its view, as discord.py does when it arrives."""
    data: Any = interaction.data
    bot._connection._view_store.dispatch_view(data["component_type"], data["custom_id"], interaction)


def takes_click(bot: Client, interaction: discord.Interaction[Any]) -> bool:
    """Say whether a view or modal of this process takes this click; discord.py drops others silently."""
    data: Any = interaction.data or {}
    custom_id = data.get("custom_id", "")
    store = bot._connection._view_store
    if interaction.type is discord.InteractionType.modal_submit:
        return custom_id in store._modals
    if any(pattern.fullmatch(custom_id) for pattern in store._dynamic_items):
        return True
    key = (data.get("component_type"), custom_id)
    message_id = interaction.message.id if interaction.message else None
    return any(key in store._views.get(owner, {}) for owner in (message_id, None))


FollowupT = TypeVar("FollowupT", bound=discord.Webhook)


def replace_response(
    interaction: discord.Interaction[Any], response: discord.InteractionResponse[Any]
) -> None:
    """Make this what `interaction.response` returns."""
    interaction._cs_response = response


def replace_followup(interaction: discord.Interaction[Any], kind: type[FollowupT]) -> FollowupT:
    """Make a webhook of this class what `interaction.followup` returns."""
    payload: Any = {"id": interaction.application_id, "type": 3, "token": interaction.token}
    followup = kind.from_state(data=payload, state=interaction._state)
    interaction._cs_followup = followup
    return followup


# --- state ------------------------------------------------------------------------------------------


def set_ready_patience(bot: commands.AutoShardedBot, seconds: float) -> None:
    """Set how long `on_ready` waits for one more guild; discord.py reads it anew after each guild."""
    bot._connection.guild_ready_timeout = seconds


# Discord ends a session after 1000 and 1001 only.
RESUMABLE_CLOSE = 4000
CLOSE_SECONDS = 2.0
PRIVILEGED = ("members", "presences", "message_content")


def privileged(intents: discord.Intents) -> frozenset[str]:
    """Return those of the intents that have a switch in the developer portal."""
    return frozenset(name for name in PRIVILEGED if getattr(intents, name))


def refused_intents(bot: commands.AutoShardedBot) -> frozenset[str]:
    """Return the requested intents whose switch is off, as far as the application's flags tell."""
    flags = bot.application_flags
    allowed = {
        "members": flags.gateway_guild_members or flags.gateway_guild_members_limited,
        "presences": flags.gateway_presence or flags.gateway_presence_limited,
        "message_content": flags.gateway_message_content or flags.gateway_message_content_limited,
    }
    return frozenset(name for name in privileged(bot.intents) if not allowed[name])


def drop_intents(bot: commands.AutoShardedBot, names: frozenset[str]) -> None:
    """Go on without these intents: the next IDENTIFY carries the rest."""
    state = bot._connection
    for name in names:
        setattr(state._intents, name, False)
    if "members" in names:
        state._chunk_guilds = False
        state.member_cache_flags.joined = False


@dataclass(frozen=True, slots=True)
class Registered:
    """The checks and views of a bot at one moment, to return to after a failed load."""

    checks: tuple[Any, ...]
    checks_once: tuple[Any, ...]
    views: frozenset[Any]

    @classmethod
    def of(cls, bot: commands.AutoShardedBot) -> Registered:
        """Remember what is registered now."""
        return cls(tuple(bot._checks), tuple(bot._check_once), frozenset(bot.persistent_views))

    def restore(self, bot: commands.AutoShardedBot) -> None:
        """Remove what was added since."""
        bot._checks[:] = [check for check in bot._checks if check in self.checks]
        bot._check_once[:] = [check for check in bot._check_once if check in self.checks_once]
        for view in set(bot.persistent_views) - self.views:
            view.stop()


async def remove_leftovers(bot: commands.AutoShardedBot, module: str) -> None:
    """Remove cogs, commands and listeners of a module: discord.py leaves them when `setup` was cancelled."""
    await bot._remove_module_references(module)


def forget_module(bot: commands.AutoShardedBot, is_gone: Callable[[str], bool]) -> None:
    """Remove checks, views, modals and events that modules defined which are gone."""
    bot._checks[:] = [check for check in bot._checks if not is_gone(_module_of(check))]
    bot._check_once[:] = [check for check in bot._check_once if not is_gone(_module_of(check))]
    store = bot._connection._view_store
    views = {item.view for items in store._views.values() for item in items.values() if item.view}
    for view in (*views, *store._modals.values()):
        if is_gone(type(view).__module__):
            view.stop()
    bot.remove_dynamic_items(*[item for item in store._dynamic_items.values() if is_gone(item.__module__)])
    for name in [name for name, value in vars(bot).items() if name.startswith("on_")]:
        if is_gone(_module_of(vars(bot)[name])):
            delattr(bot, name)


def _module_of(function: Any) -> str:
    return getattr(function, "__module__", None) or ""


async def detach_extension(bot: commands.AutoShardedBot, name: str, module: ModuleType) -> None:
    """Take out what discord.py knows of an extension, whatever module stands under its name now."""
    await bot._remove_module_references(module.__name__)
    await bot._call_module_finalizers(module, name)


def register_extension(bot: commands.AutoShardedBot, name: str, module: ModuleType) -> None:
    """Make a module that was set up the extension of this name."""
    bot._BotBase__extensions[name] = module  # pyright: ignore[reportAttributeAccessIssue] - mangled


# --- shards -----------------------------------------------------------------------------------------


def shard_of(bot: commands.AutoShardedBot, shard_id: int) -> Shard | None:
    """Return discord.py's own shard object."""
    info = bot.get_shard(shard_id)
    return None if info is None else info._parent


def limit_backoff(shard: Shard, exponent: int) -> None:
    """Keep the wait before a new attempt below 2**exponent seconds (discord.py's grows to 1,024)."""
    shard._backoff._max = exponent


def reroute_events(shard: Shard, route: Callable[[EventItem, Callable[[EventItem], None]], None]) -> None:
    """Hand what the shard reports to `route(item, put)`, where `put` is discord.py's own queue."""
    put = shard._queue_put
    shard._queue_put = lambda item: route(item, put)


async def abandon_socket(shard: Shard) -> None:
    """Close what is left of the shard's connection, so that its session can still be resumed."""
    ws = shard.ws
    if ws._keep_alive is not None:
        ws._keep_alive.stop()
        ws._keep_alive = None
    if not ws.socket.closed:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(ws.socket.close(code=RESUMABLE_CLOSE), CLOSE_SECONDS)


async def reconnect(
    bot: commands.AutoShardedBot, shard: Shard, *, resume: bool, own_address: bool = True
) -> None:
    """Open a new socket for the shard, with its old session if `resume`, and read from it.

    Args:
        bot: the client.
        shard: what to bring back.
        resume: go on with the old session instead of starting a new one.
        own_address: resume at the address that Discord gave this session, else at the common one.

    Raises:
        ReconnectWebSocket: Discord asked for another attempt while this one ran.
        ConnectionClosed: Discord closed the socket with a code that forbids to go on.
        OSError, aiohttp.ClientError: there was no connection.
    """
    old = shard.ws
    shard.ws = await DiscordWebSocket.from_client(
        bot,
        resume=resume,
        gateway=old.gateway if resume and own_address else None,
        shard_id=shard.id,
        session=old.session_id if resume else None,
        sequence=old.sequence if resume else None,
    )
    shard.launch()
