"""A raw client per test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import discord
import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route
from discord.webhook.async_ import Route as WebhookRoute
from yarl import URL

from guildwright.sandbox.server import Sandbox
from guildwright.sandbox.world import World

from .rest_client import Api, grant


@pytest.fixture
async def api(sandbox: Sandbox, world: World) -> AsyncIterator[Api]:
    async with aiohttp.ClientSession() as session:
        yield Api(session, sandbox, world)


@pytest.fixture
async def guild(api: Api, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[discord.Guild]:
    """Guild "Sandbox" as a bot with administrator rights sees it."""
    address = sandbox.address()
    api.world.application_settings.limits = "off"
    grant(api, "administrator")
    monkeypatch.setattr(Route, "BASE", address.api_base)
    monkeypatch.setattr(WebhookRoute, "BASE", address.api_base)
    monkeypatch.setattr(discord.Asset, "BASE", address.cdn_base)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", URL(address.gateway))
    client = discord.Client(intents=discord.Intents.all(), guild_ready_timeout=0.05)
    ready = asyncio.Event()

    @client.event
    async def on_ready() -> None:
        ready.set()

    running = asyncio.create_task(client.start(api.world.token))
    await asyncio.wait_for(ready.wait(), 5)
    found = client.get_guild(int(api.names["guild"]))
    assert found is not None
    yield found
    await client.close()
    await running
    refused = [
        entry.title for entry in api.world.traffic.entries() if int(entry.facts.get("status") or 0) >= 400
    ]
    assert refused == []
