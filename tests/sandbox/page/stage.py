"""A sandbox and its bot on a thread of their own, so that a test can sit in the browser and wait."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, TypeVar
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import discord
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

from guildwright.sandbox.server import Sandbox
from guildwright.sandbox.world import World

from .gallery_bot import GalleryBot

T = TypeVar("T")
PATIENCE = 10


class Stage:
    """Runs coroutines on the sandbox's loop and waits for their results."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, name="stage", daemon=True)
        self.thread.start()
        self.sandbox = Sandbox(limits="off")
        self.bot: GalleryBot | None = None
        self._connection: asyncio.Task[None] | None = None
        self._documented: dict[str, dict[str, Any]] | None = None
        self.run(self.sandbox.start())

    @property
    def world(self) -> World:
        return self.sandbox.worlds["default"]

    def run(self, work: Awaitable[T]) -> T:
        async def awaited() -> T:
            return await work

        return asyncio.run_coroutine_threadsafe(awaited(), self.loop).result(PATIENCE)

    def call(self, function: Callable[..., T], *arguments: Any, **named: Any) -> T:
        """Call something of the world where the world lives."""

        async def called() -> T:
            return function(*arguments, **named)

        return self.run(called())

    def person_id(self, name: str) -> int:
        return next(user.id for user in self.world.backend.users.values() if user.name == name)

    def page_address(self, person: str = "olivia") -> str:
        """The printed address, for this person."""
        return f"{self.sandbox.address().page}&as={self.person_id(person)}"

    def documented_paths(self) -> dict[str, dict[str, Any]]:
        """What the control API documents of itself: methods by path."""
        if self._documented is None:
            self._documented = self._control("openapi.json")["paths"]
        return self._documented or {}

    def acts(self, person: str, action: str, **body: Any) -> None:
        """Let somebody do something over the control API, without a window."""
        guild = next(guild for guild in self.world.backend.guilds.values() if guild.name == "Sandbox")
        self._control(
            f"actions/{action}", {"as": str(self.person_id(person)), "guild_id": str(guild.id), **body}
        )

    def fault_kinds(self) -> list[dict[str, Any]]:
        """Every kind of fault, as the control API tells it."""
        return self._control("faults/kinds")["kinds"]

    def calls(self, path: str) -> int:
        """Ask REST for something as the bot; returns the status."""
        headers = {"Authorization": f"Bot {self.world.token}"}
        request = Request(f"{self.sandbox.address().api_base}{path}", headers=headers)
        try:
            with urlopen(request, timeout=PATIENCE) as answer:
                return answer.status
        except HTTPError as error:
            with error:
                return error.code

    def _control(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        headers = {
            "Authorization": f"Bearer {self.sandbox.control_token}",
            "Content-Type": "application/json",
        }
        data = None if body is None else json.dumps(body).encode()
        request = Request(f"{self.sandbox.address().control}/{path}", data, headers)
        with urlopen(request, timeout=PATIENCE) as answer:
            return json.load(answer)

    def writes(self, person: str, text: str, channel: str = "general") -> None:
        """Let somebody write without a window."""
        backend = self.world.backend
        place = next(one for one in backend.channels.values() if one.name == channel)
        self.call(backend.create_message, place.id, author_id=self.person_id(person), content=text)

    def wipe(self) -> None:
        """Forget what earlier tests wrote."""
        self.call(self._wipe)

    def _wipe(self) -> None:
        backend = self.world.backend
        for messages in backend.messages.values():
            messages.clear()
        threads = [channel for channel in backend.channels.values() if channel.is_thread]
        for thread in threads:
            backend.delete_channel(thread.id)
        if self.bot is not None:
            self.bot.release.clear()
            self.bot.held.clear()
            self.bot.asked.clear()

    def start_bot(self) -> None:
        self.run(self._start_bot())

    async def _start_bot(self) -> None:
        address = self.sandbox.address()
        Route.BASE = address.api_base
        DiscordWebSocket.DEFAULT_GATEWAY = URL(address.gateway)
        discord.Asset.BASE = address.cdn_base
        self.bot = GalleryBot()
        self._connection = asyncio.create_task(self.bot.start(address.token))
        await self.bot.ready.wait()

    def stop_bot(self) -> None:
        self.run(self._stop_bot())

    async def _stop_bot(self) -> None:
        if self.bot is None or self._connection is None:
            return
        self.bot.release.set()
        await self.bot.close()
        with contextlib.suppress(asyncio.CancelledError):
            await self._connection
        self.bot = None

    def close(self) -> None:
        self.stop_bot()
        self.run(self.sandbox.stop())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(PATIENCE)
        self.loop.close()


@contextlib.contextmanager
def open_stage() -> Iterator[Stage]:
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY, discord.Asset.BASE
    stage = Stage()
    try:
        yield stage
    finally:
        stage.close()
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY, discord.Asset.BASE = before
