"""Clients of a fresh world's gateway, and the people they hear."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from websockets.asyncio.client import ClientConnection, connect

from guildwright.sandbox.server import Sandbox
from guildwright.sandbox.world import Channel, Guild, User, World

from .raw_client import Connect, RawClient


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """Worlds with their gateways alone: nothing here needs the HTTP side."""
    running = Sandbox()
    await running.open_world("default")
    yield running
    await running.stop()


@pytest.fixture
async def connect_client(world: World) -> AsyncIterator[Connect]:
    """Open sockets to the world's gateway; they have read HELLO unless `hello=False`."""
    sockets: list[ClientConnection] = []

    async def open_client(query: str = "v=10&encoding=json", *, hello: bool = True) -> RawClient:
        socket = await connect(f"{world.gateway.url}/?{query}", compression=None, max_size=None)
        sockets.append(socket)
        client = RawClient(socket, world, query.partition("compress=")[2])
        if hello:
            await client.until_op(10)
        return client

    yield open_client
    for socket in sockets:
        socket.transport.abort()


@pytest.fixture
def guild(world: World) -> Guild:
    return next(guild for guild in world.backend.guilds.values() if guild.name == "Sandbox")


@pytest.fixture
def general(world: World, guild: Guild) -> Channel:
    channels = (world.backend.channels[channel] for channel in guild.channel_ids)
    return next(channel for channel in channels if channel.name == "general")


@pytest.fixture
def people(world: World) -> dict[str, User]:
    return {user.name: user for user in world.backend.users.values()}
