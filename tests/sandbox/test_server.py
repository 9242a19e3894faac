"""One address for every part of the sandbox, and a world of its own for whoever asks."""

from __future__ import annotations

import socket
from typing import Any

import aiohttp
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from guildwright.kernel.limits import GATEWAY_SENDS
from guildwright.sandbox.server import DEFAULT_PORT, PortError, Sandbox, WorldError, WorldSpec, bind
from guildwright.sandbox.settings import LimitMode
from guildwright.sandbox.world import World


async def get(url: str, token: str = "") -> tuple[int, Any]:
    headers = {"Authorization": f"Bot {token}"} if token else {}
    async with aiohttp.ClientSession() as client, client.get(url, headers=headers) as response:
        assert response.headers["Content-Type"] == "application/json"
        return response.status, await response.json()


async def test_rest_tells_the_gateway_of_its_world(sandbox: Sandbox, world: World) -> None:
    address = sandbox.address()
    status, answer = await get(f"{address.api_base}/gateway/bot", world.token)
    assert status == 200
    assert answer["url"] == address.gateway == world.gateway.url
    assert answer["session_start_limit"]["remaining"] == 1_000


async def test_worlds_share_the_address_and_nothing_else(sandbox: Sandbox, world: World) -> None:
    other = await sandbox.open_world("other")
    address = sandbox.address("other")
    assert address.api_base.endswith("/w/other/api/v10")
    status, me = await get(f"{address.api_base}/users/@me", other.token)
    assert (status, me["id"]) == (200, str(other.bot_id))
    status, _ = await get(f"{address.api_base}/users/@me", world.token)
    assert status == 401
    assert address.gateway != sandbox.address().gateway

    await sandbox.close_world("other")
    status, answer = await get(f"{address.api_base}/users/@me", other.token)
    assert status == 404
    assert "'other'" in answer["message"]
    with pytest.raises(WorldError, match="no world called 'other'"):
        sandbox.address("other")


@pytest.mark.parametrize("name", ["", "Ümlaut", "a/b", "-x", "x" * 65, "default"])
async def test_a_world_needs_a_free_name_that_fits_an_address(sandbox: Sandbox, name: str) -> None:
    with pytest.raises(WorldError):
        await sandbox.open_world(name)


async def test_an_empty_world_has_a_bot_and_nobody_else(sandbox: Sandbox) -> None:
    world = await sandbox.open_world("empty", WorldSpec(empty=True))
    assert world.backend.guilds == {}
    assert list(world.backend.users) == [world.bot_id]


def test_a_taken_port_is_refused_with_a_sentence_and_avoided_unless_it_is_asked_for() -> None:
    with bind(0) as first:
        port = first.getsockname()[1]
        with pytest.raises(PortError, match=rf"cannot listen on 127\.0\.0\.1:{port}.*--port"):
            bind(port)
    with bind() as second, bind() as third:
        ports = [listener.getsockname()[1] for listener in (second, third)]
        assert DEFAULT_PORT <= ports[0] < ports[1]


async def test_after_a_stop_nothing_listens(sandbox: Sandbox, world: World) -> None:
    other = Sandbox()
    await other.start()
    ports = [other.port, other.worlds["default"].gateway.port]
    await other.stop()
    for port in ports:
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0
    assert world.gateway.listening


@pytest.mark.parametrize(
    ("mode", "told", "statuses", "closed_with"),
    [
        ("off", False, [200] * 6, None),
        ("headers", True, [200] * 6, 4008),
        ("enforce", True, [200] * 5 + [429], 4008),
    ],
)
async def test_limits_hold_on_both_sides_and_in_every_world(
    mode: LimitMode, told: bool, statuses: list[int], closed_with: int | None
) -> None:
    running = Sandbox(limits=mode)
    await running.start()
    try:
        for world in (running.worlds["default"], await running.open_world("other")):
            assert await send_messages(running, world, 6) == (statuses, told)
            assert await send_beats(world, GATEWAY_SENDS + 1) == closed_with
    finally:
        await running.stop()


async def send_messages(sandbox: Sandbox, world: World, count: int) -> tuple[list[int], bool]:
    general = next(channel.id for channel in world.backend.channels.values() if channel.name == "general")
    url = f"{sandbox.address(world.name).api_base}/channels/{general}/messages"
    found: list[int] = []
    told = False
    async with aiohttp.ClientSession(headers={"Authorization": f"Bot {world.token}"}) as client:
        for _ in range(count):
            async with client.post(url, json={"content": "a"}) as answer:
                await answer.read()
                found.append(answer.status)
                told |= "X-RateLimit-Limit" in answer.headers
    return found, told


async def send_beats(world: World, count: int) -> int | None:
    """The code that the gateway closes with, or None when it answers every beat."""
    async with connect(f"{world.gateway.url}/?v=10&encoding=json", compression=None) as socket:
        try:
            await socket.recv()
            for _ in range(count):
                await socket.send('{"op": 1, "d": null}')
                await socket.recv()
        except ConnectionClosed:
            return socket.close_code
        return None
