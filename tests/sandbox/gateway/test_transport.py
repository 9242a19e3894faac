"""The same session in three dialects, and seeded worlds that repeat themselves."""

from __future__ import annotations

from typing import Any

import pytest
from websockets.asyncio.client import connect

from guildwright.sandbox.gateway.intents import ALL_INTENTS
from guildwright.sandbox.server import Sandbox, WorldSpec
from guildwright.sandbox.world import World

from .raw_client import RawClient

PACKED = {"compress": True}


async def conversation(
    sandbox: Sandbox, name: str, compression: str, **identify: Any
) -> list[dict[str, Any]]:
    """Everything a bot receives in a seeded world while Mia says three things."""
    world = await sandbox.open_world(name, WorldSpec(seed=7))
    query = f"v=10&encoding=json&compress={compression}" if compression else "v=10&encoding=json"
    socket = await connect(f"{world.gateway.url}/?{query}", compression=None, max_size=None)
    client = RawClient(socket, world, compression)
    await client.send_identify(intents=ALL_INTENTS, **identify)
    received = await client.events_until("GUILD_CREATE")
    say(world, "one", "two – with umlauts äöü", "three")
    received += await client.settle()
    socket.transport.abort()
    ready = next(payload["d"] for payload in received if payload["t"] == "READY")
    assert ready.pop("resume_gateway_url") == world.gateway.url
    await sandbox.close_world(name)
    return received


def say(world: World, *texts: str) -> None:
    backend = world.backend
    mia = next(user for user in backend.users.values() if user.name == "mia")
    general = next(channel for channel in backend.channels.values() if channel.name == "general")
    for text in texts:
        backend.create_message(general.id, mia.id, text)


@pytest.mark.req("SAND-206")
@pytest.mark.parametrize(
    ("compression", "identify"),
    [("zlib-stream", {}), ("zstd-stream", {}), ("zlib-stream", PACKED), ("", PACKED)],
)
async def test_a_compressed_session_tells_the_same_as_plain_json(
    sandbox: Sandbox, compression: str, identify: dict[str, Any]
) -> None:
    plain = await conversation(sandbox, "plain", "")
    compressed = await conversation(sandbox, "compressed", compression, **identify)
    assert [payload["d"]["content"] for payload in plain if payload["t"] == "MESSAGE_CREATE"] == [
        "one",
        "two – with umlauts äöü",
        "three",
    ]
    assert compressed == plain


@pytest.mark.req("SAND-110")
async def test_two_seeded_runs_give_the_same_transcript_and_another_seed_does_not(sandbox: Sandbox) -> None:
    assert await conversation(sandbox, "first", "") == await conversation(sandbox, "second", "")
    tokens = [
        (await sandbox.open_world(name, WorldSpec(seed=seed))).token
        for name, seed in (("a", 1), ("b", 1), ("c", 2))
    ]
    assert tokens[0] == tokens[1] != tokens[2]
