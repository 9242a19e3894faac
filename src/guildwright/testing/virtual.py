"""The application without sockets and with a clock that stands until it is advanced (TEST-03).

For tests in which hours pass: simcord's in-process environment takes the place of the sandbox, and the
waiting of extensions (`asyncio.sleep`, `tasks.loop`, timers) belongs to its clock. What runs in between, a
statement of the database too, is waited for before the clock moves on.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import discord

from guildwright.app import DEFAULT_SLICES, Application
from guildwright.kernel.config import load_instance
from guildwright.sandbox.world import open_environment
from guildwright.testing.application import Wanted, full_name, lay_out, refuse_failures
from guildwright.testing.errors import OutcomeError, require
from guildwright.testing.message import walk_components

if TYPE_CHECKING:
    from simcord.actors import MemberActor
    from simcord.builders import ChannelHandle
    from simcord.env import Env

NAMES = ("Olivia", "Marco", "Mia", "Max")
# The environment puts its own doors in their place: nothing is ever sent there.
NOWHERE = {
    "DISCORD_TOKEN": "virtual.token",
    "DISCORD_API_BASE": "http://127.0.0.1:9/api/v10",
    "SHARD_COUNT": "1",
}


@dataclass(frozen=True, slots=True)
class Said:
    """A message of the bot."""

    id: int
    content: str
    embeds: tuple[discord.Embed, ...]
    at: datetime

    def __contains__(self, text: str) -> bool:
        """Whether the text stands in the message or in one of its embeds."""
        embeds = (f"{embed.title} {embed.description}" for embed in self.embeds)
        return text in " ".join((self.content, *embeds))


class VirtualPerson:
    """Somebody in the guild; `actor` is simcord's, for what has no verb here."""

    def __init__(self, virtual: VirtualApp, actor: MemberActor) -> None:
        self._virtual = virtual
        self.actor = actor
        self.id = actor.id
        self.name = actor.name

    async def says(self, where: str, text: str) -> tuple[Said, ...]:
        """Write in a channel; returns what the bot said there, once it waits again or is done."""
        return await self._virtual.answers(where, lambda channel: self.actor.send(channel, text))

    async def slash(self, where: str, command: str, /, **options: Any) -> tuple[Said, ...]:
        """Use a slash command in a channel; returns what the bot said there."""
        return await self._virtual.answers(
            where, lambda channel: self.actor.slash(channel, command, **options)
        )

    async def click(self, where: str, label: str) -> tuple[Said, ...]:
        """Press the newest button of that label in a channel; returns what the bot said or changed there."""

        async def press(channel: ChannelHandle) -> None:
            await self.actor.click(await self._virtual.find_button(channel, label), label=label)

        return await self._virtual.answers(where, press)


class VirtualApp:
    """The application in a guild of Olivia's with #general, and the four people in it."""

    def __init__(self, application: Application, environment: Env) -> None:
        self.application = application
        self.bot = application.bot
        self._environment = environment
        people = {name: environment.create_user(name.lower(), global_name=name) for name in NAMES}
        self._guild = environment.create_guild("Sandbox", owner=people["Olivia"])
        self._channels: dict[str, ChannelHandle] = {"general": self._guild.create_text_channel("general")}
        self.olivia, self.marco, self.mia, self.max = (
            VirtualPerson(self, self._guild.add_member(user)) for user in people.values()
        )

    def now(self) -> datetime:
        """What the clock shows; `discord.utils.utcnow()` of extensions says the same."""
        return self._environment.now()

    async def advance(
        self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0
    ) -> None:
        """Let time pass: everything that falls due happens in its order, at its time."""
        span = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        await self._environment.advance_time(span.total_seconds())

    def said(self, where: str) -> tuple[Said, ...]:
        """Everything the bot has said in a channel so far."""
        history = self._environment.backend.messages[self._channel(where).id].values()
        bot = require(self.bot.user, "the bot is not there")
        return tuple(
            Said(
                message.id,
                message.content,
                tuple(discord.Embed.from_dict(embed) for embed in message.embeds),
                datetime.fromisoformat(str(message.timestamp)),
            )
            for message in history
            if message.author_id == bot.id
        )

    async def answers(self, where: str, act: Any) -> tuple[Said, ...]:
        before = self.said(where)
        await act(self._channel(where))
        return tuple(message for message in self.said(where) if message not in before)

    async def find_button(self, place: ChannelHandle, label: str) -> discord.Message:
        """Return the newest message of a channel with a button of that label."""
        for message in reversed(self._environment.backend.messages[place.id].values()):
            if any(part.get("label") == label for part in walk_components(message.components)):
                return await self.bot.get_partial_messageable(place.id).fetch_message(message.id)
        raise OutcomeError(f"There is no button {label!r} in #{place.name}.")

    def _channel(self, where: str) -> ChannelHandle:
        name = where.removeprefix("#")
        return require(self._channels.get(name), f"there is no channel {where!r}, only #general")


@asynccontextmanager
async def run_virtual(directory: Path, wanted: Wanted) -> AsyncIterator[VirtualApp]:
    """Start the application in simcord's environment, in the running loop; stop it afterwards."""
    modules = lay_out(directory, wanted)
    instance = load_instance(directory, NOWHERE | dict(wanted.environ), sandbox=True)
    slices = DEFAULT_SLICES if wanted.slices is None else [full_name(name) for name in wanted.slices]
    application = Application(instance, slices=slices, handle_signals=False, log=False)
    bot = application.bot
    bot.readiness.trust()
    await application.open_store()
    await bot.prefixes.start()
    try:
        # In discord.py's hook, so that what extensions start belongs to the environment's clock.
        bot.setup_hook = lambda: _load(application, [*slices, *modules])  # type: ignore[method-assign]
        environment = open_environment(bot)
        virtual = VirtualApp(application, environment)
        await instance.config.set("owner_ids", [virtual.olivia.id])
        await environment.start()
        try:
            refuse_failures(application)
            bot.prefixes.identify(require(bot.user, "the bot is not there").id)
            await bot.tree.sync()
            yield virtual
            await bot.extension_loader.unload_all()
        finally:
            await environment.shutdown()
    finally:
        await asyncio.gather(bot.replies.close(), bot.sync.close(), bot.prefixes.close())
        await application.store.close()


async def _load(application: Application, slices: Sequence[str]) -> None:
    await application.bot.extension_loader.load_bundled(slices)
    await application.bot.extension_loader.load_user()
