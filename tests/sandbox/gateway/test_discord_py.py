"""A plain, unmodified discord.py bot lives in the sandbox as it would on Discord."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import discord
import pytest
import yarl
from discord.ext import commands

from guildwright.sandbox.faults.kinds import Close, StopAcks
from guildwright.sandbox.faults.strikes import strike
from guildwright.sandbox.people.components import click
from guildwright.sandbox.people.person import Person
from guildwright.sandbox.server import Sandbox
from guildwright.sandbox.world import Channel, Message, User, World

StartBot = Callable[..., Awaitable[commands.Bot]]


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    running = Sandbox()
    await running.start()
    yield running
    await running.stop()


@pytest.fixture
async def start_bot(
    sandbox: Sandbox, world: World, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[StartBot]:
    """Start bots that answer `!ping`; they are pointed at the sandbox and otherwise plain."""
    address = sandbox.address()
    monkeypatch.setattr(discord.http.Route, "BASE", address.api_base)
    monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(address.gateway))
    running: list[tuple[commands.Bot, asyncio.Task[None]]] = []

    async def start(kind: type[commands.Bot] = commands.Bot, **options: Any) -> commands.Bot:
        # discord.py waits this long for a further guild before it calls itself ready.
        options["guild_ready_timeout"] = 0.1
        bot = kind(command_prefix="!", intents=discord.Intents.all(), **options)
        bot.add_command(commands.Command(ping, name="ping"))
        ready = asyncio.Event()

        @bot.event
        async def on_ready() -> None:
            ready.set()

        running.append((bot, asyncio.create_task(bot.start(world.token))))
        async with asyncio.timeout(8):
            await ready.wait()
        return bot

    yield start
    for bot, task in running:
        await bot.close()
        await asyncio.wait({task})


async def ping(context: commands.Context[Any]) -> None:
    await context.send("pong")


async def answers(world: World, channel: Channel, count: int) -> list[Message]:
    """Wait until the bot has said `count` things in the channel."""
    said: list[Message] = []
    enough = asyncio.Event()

    def look(event: str, payload: dict[str, Any]) -> None:
        del payload
        if event == "MESSAGE_CREATE":
            said[:] = [m for m in world.backend.messages[channel.id].values() if m.author_id == world.bot_id]
            if len(said) >= count:
                enough.set()

    unsubscribe = world.subscribe(look)
    look("MESSAGE_CREATE", {})
    async with asyncio.timeout(8):
        await enough.wait()
    unsubscribe()
    return said


def say_ping(world: World, channel: Channel, person: User) -> None:
    world.backend.create_message(channel.id, person.id, "!ping")


async def back_online(world: World) -> None:
    """Wait until the bot has lost its connection and has a new one."""
    back = asyncio.Event()
    unsubscribe = world.gateway.on_presence(lambda online: back.set() if online else None)
    async with asyncio.timeout(8):
        await back.wait()
    unsubscribe()


def resumes(world: World) -> int:
    return sum(entry.title == "RESUMED" for entry in world.traffic.entries())


async def test_a_plain_bot_answers_ping(
    start_bot: StartBot, world: World, general: Channel, people: dict[str, User]
) -> None:
    bot = await start_bot()
    assert {guild.name for guild in bot.guilds} == {"Sandbox", "Mia's workshop"}
    say_ping(world, general, people["mia"])
    [answer] = await answers(world, general, 1)
    assert answer.content == "pong"


@pytest.mark.req("SAND-205")
async def test_messages_missed_by_a_bot_are_answered_once_after_it_resumed(
    start_bot: StartBot, world: World, general: Channel, people: dict[str, User]
) -> None:
    await start_bot()
    returned = asyncio.create_task(back_online(world))
    await asyncio.sleep(0)
    await strike(world, Close(code=4000))
    for _ in range(3):
        say_ping(world, general, people["mia"])
    await returned
    assert len(await answers(world, general, 3)) == 3
    assert resumes(world) == 1


@pytest.mark.req("SAND-201")
async def test_a_bot_that_gets_no_acknowledgements_comes_back_by_resume(
    start_bot: StartBot, world: World, general: Channel, people: dict[str, User]
) -> None:
    world.application_settings.heartbeat_interval_ms = 200
    await start_bot(heartbeat_timeout=0.5)
    returned = asyncio.create_task(back_online(world))
    await asyncio.sleep(0)
    await strike(world, StopAcks())
    say_ping(world, general, people["mia"])
    await returned
    assert resumes(world) == 1
    say_ping(world, general, people["mia"])
    assert len(await answers(world, general, 2)) == 2


@pytest.mark.req("SAND-203")
async def test_a_sharded_bot_sees_every_guild_once_and_all_members(
    start_bot: StartBot, world: World, people: dict[str, User]
) -> None:
    world.application_settings.shards = 1
    bot = await start_bot(commands.AutoShardedBot)
    assert sorted(guild.name for guild in bot.guilds) == ["Mia's workshop", "Sandbox"]
    sandbox_guild = next(guild for guild in bot.guilds if guild.name == "Sandbox")
    assert {member.name for member in sandbox_guild.members} >= {"olivia", "marco", "mia", "max"}
    assert people["olivia"].id == sandbox_guild.owner_id


@pytest.mark.req("SAND-208")
async def test_the_status_a_bot_sets_is_seen_in_the_world(start_bot: StartBot, world: World) -> None:
    bot = await start_bot()
    shown = asyncio.Event()
    world.gateway.on_presence(lambda _: shown.set())
    await bot.change_presence(status=discord.Status.idle, activity=discord.Game("chess"))
    async with asyncio.timeout(5):
        await shown.wait()
    state = world.presence(world.bot_id)
    assert (state.status, state.activities[0]["name"]) == ("idle", "chess")


class Vote(discord.ui.View):
    """A view that has no end: any process of the bot answers its button."""

    def __init__(self) -> None:
        super().__init__(timeout=None)

    @discord.ui.button(label="Vote", custom_id="vote")
    async def vote(self, interaction: discord.Interaction, button: discord.ui.Button[Vote]) -> None:
        del button
        await interaction.response.send_message(f"{interaction.user.name} voted")


@pytest.mark.req("SAND-108")
async def test_a_persistent_view_is_clicked_after_a_restart_of_the_bot(
    start_bot: StartBot, world: World, general: Channel, people: dict[str, User]
) -> None:
    world.application_settings.limits = "off"
    first = await start_bot()
    channel = first.get_channel(general.id)
    assert isinstance(channel, discord.TextChannel)
    message = await channel.send("Vote now", view=Vote())
    await first.close()

    second = await start_bot()
    second.add_view(Vote())
    click(Person(world, people["mia"].id), general.id, message.id, "vote")
    said = await answers(world, general, 2)
    assert [message.content for message in said] == ["Vote now", "mia voted"]


@pytest.mark.req("SAND-108")
async def test_the_world_survives_a_restart_of_the_bot(
    start_bot: StartBot, world: World, general: Channel, people: dict[str, User]
) -> None:
    world.application_settings.limits = "off"
    first = await start_bot()
    say_ping(world, general, people["mia"])
    await answers(world, general, 1)
    await first.close()
    say_ping(world, general, people["mia"])

    second = await start_bot()
    channel = second.get_channel(general.id)
    assert isinstance(channel, discord.TextChannel)
    history = [message.content async for message in channel.history()]
    assert history == ["!ping", "pong", "!ping"]
    say_ping(world, general, people["mia"])
    assert len(await answers(world, general, 2)) == 2
