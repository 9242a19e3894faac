"""Running any discord.py client against a world, for tests that do not start the whole application."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

import discord
import yarl
from discord.asset import Asset
from discord.gateway import DiscordWebSocket
from discord.http import Route

from guildwright.testing.settling import Watcher

if TYPE_CHECKING:
    from guildwright.testing.world import World

ClientT = TypeVar("ClientT", bound=discord.Client)


class PlainRunner:
    """Starts clients in the test's own loop and closes them at its end."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._addresses = (Route.BASE, Asset.BASE, DiscordWebSocket.DEFAULT_GATEWAY)
        self._running: list[tuple[discord.Client, asyncio.Task[None], Watcher]] = []

    async def __call__(self, bot: ClientT) -> ClientT:
        """Log the client in and return it when it is ready."""
        point_discord_py_at(self._world.api_base, self._world.cdn_base, yarl.URL(self._world.gateway))
        watcher = Watcher(self._world)
        self._world.watcher = watcher
        watcher.listen_to(bot.http)
        await bot.login(self._world.token)
        connected = asyncio.create_task(bot.connect(), name="testing: plain bot")
        watcher.adopt_reader(connected)
        self._running.append((bot, connected, watcher))
        ready = asyncio.create_task(bot.wait_until_ready(), name="testing: ready")
        await asyncio.wait({connected, ready}, return_when=asyncio.FIRST_COMPLETED)
        if connected.done():
            ready.cancel()
            await connected
        return bot

    async def close(self) -> None:
        for bot, connected, watcher in reversed(self._running):
            await bot.close()
            await asyncio.gather(connected, return_exceptions=True)
            watcher.stop()
        point_discord_py_at(*self._addresses)


def point_discord_py_at(api_base: str, cdn_base: str, gateway: yarl.URL) -> None:
    Route.BASE = api_base
    Asset.BASE = cdn_base  # type: ignore[misc]  # discord.py declares the one address it knows as a literal
    DiscordWebSocket.DEFAULT_GATEWAY = gateway
