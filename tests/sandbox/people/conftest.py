"""The people of a fresh world at the control API, and a bot to talk to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import discord
import pytest
from discord.gateway import DiscordWebSocket
from yarl import URL

from guildwright.sandbox.server import Sandbox
from guildwright.sandbox.world import World

from .actor import Actor
from .answering_bot import AnsweringBot
from .places import Places


@pytest.fixture
async def people(sandbox: Sandbox, world: World) -> AsyncIterator[dict[str, Actor]]:
    """Everybody, listening."""
    headers = {"Authorization": f"Bearer {sandbox.control_token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        base = sandbox.address().control
        everyone = {
            user.name: Actor(session, base, sandbox.control_token, str(user.id))
            for user in world.backend.users.values()
            if not user.bot
        }
        for actor in everyone.values():
            await actor.listen()
        yield everyone
        for actor in everyone.values():
            await actor.close()


@pytest.fixture
def olivia(people: dict[str, Actor]) -> Actor:
    return people["olivia"]


@pytest.fixture
def marco(people: dict[str, Actor]) -> Actor:
    return people["marco"]


@pytest.fixture
def mia(people: dict[str, Actor]) -> Actor:
    return people["mia"]


@pytest.fixture
def max_(people: dict[str, Actor]) -> Actor:
    return people["max"]


@pytest.fixture
def places(world: World) -> Places:
    guilds = {guild.name: guild for guild in world.backend.guilds.values()}
    guild = guilds["Sandbox"]
    channels = {world.backend.channels[item].name: str(item) for item in guild.channel_ids}
    roles = {role.name: str(role.id) for role in guild.roles.values()}
    return Places(
        guild=str(guild.id),
        workshop=str(guilds["Mia's workshop"].id),
        general=channels["general"],
        commands=channels["bot-commands"],
        log=channels["mod-log"],
        lounge=channels["Lounge"],
        forum=channels["questions"],
        news=channels["announcements"],
        moderator=roles["Moderator"],
        member=roles["Member"],
        bot=str(world.bot_id),
    )


@pytest.fixture
async def bot(sandbox: Sandbox, world: World, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[AnsweringBot]:
    """A plain discord.py bot, connected and with its commands synced."""
    monkeypatch.setattr(discord.http.Route, "BASE", sandbox.address().api_base)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", URL(world.gateway.url))
    client = AnsweringBot()
    running = asyncio.create_task(client.start(world.token))
    async with asyncio.timeout(5):
        await client.ready.wait()
        await client.tree.sync()
    yield client
    client.release.set()
    await client.close()
    await running


@pytest.fixture
async def panel(bot: AnsweringBot, mia: Actor, places: Places) -> dict[str, Any]:
    """The message with every kind of component."""
    await mia.do("send", channel_id=places.general, content="!panel")
    return await mia.hears("message", lambda message: message["content"] == "Panel")
