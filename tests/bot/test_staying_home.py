"""A bot of the sandbox never turns to the real Discord, whatever discord.py falls back to."""

import ipaddress
import sys
import textwrap

import aiohttp
import discord
import pytest

from guildwright.bot.identify import IdentifyGate

PING = textwrap.dedent(
    """
    from discord.ext import commands

    @commands.command()
    async def ping(ctx):
        await ctx.send("pong")

    async def setup(bot):
        bot.add_command(ping)
    """
)
pytestmark = pytest.mark.app(slices=(), extensions={"ping": PING}, config={"prefix": "!"})


class Fence:
    """Refuses every connection of this process that leaves the machine, while it is up."""

    def __init__(self):
        self.is_up = False
        self.refused = []
        sys.addaudithook(self._judge)

    def _judge(self, event, arguments):
        if not self.is_up or event not in {"socket.connect", "socket.getaddrinfo"}:
            return
        target = arguments[1] if event == "socket.connect" else arguments
        host = target[0] if isinstance(target, tuple) else ""
        if not is_loopback(str(host)):
            self.refused.append(host)
            raise ConnectionRefusedError(f"{host} is not loopback")


def is_loopback(host):
    if host in {"", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


FENCE = Fence()


@pytest.fixture(autouse=True)
def fence():
    FENCE.refused.clear()
    FENCE.is_up = True
    yield FENCE
    FENCE.is_up = False


@pytest.mark.req("SAND-104")
async def test_a_session_that_cannot_be_resumed_begins_anew_at_the_same_gateway(
    app, world, mia, fence, until
):
    app.bot.identify_gate = IdentifyGate(window=0.1)
    await world.advance(6)
    await world.fault("invalid_session", resumable=False)
    await until(lambda: app.bot.sessions.record_of(0).identified == 2)

    assert "pong" in await mia.says("#general", "!ping")
    assert fence.refused == []


@pytest.mark.req("SAND-104")
@pytest.mark.app(slices=(), extensions={"ping": PING}, config={"prefix": "!"}, environ={"SHARD_COUNT": "2"})
async def test_a_given_number_of_shards_does_not_lead_elsewhere(app, mia, fence):
    assert sorted(app.bot.shards) == [0, 1]
    assert "pong" in await mia.says("Sandbox/#general", "!ping")
    assert "pong" in await mia.says("Mia's workshop/#general", "!ping")
    assert fence.refused == []


@pytest.mark.req("SAND-104")
async def test_refused_reconnects_stay_on_loopback(app, world, mia, fence, monkeypatch):
    monkeypatch.setattr("guildwright.bot.sessions.TRIES_AT_OWN_ADDRESS", 1)
    monkeypatch.setattr("guildwright.bot.sessions.SHORTEST_PAUSE", 0.05)
    monkeypatch.setattr("guildwright.bot.sessions.LONGEST_PAUSE", 0.1)
    await world.fault("refuse", seconds=0.5)

    assert "pong" in await mia.says("#general", "!ping").reply(within=8)
    assert app.bot.sessions.record_of(0).attempts > 2
    assert fence.refused == []


async def test_addresses_written_out_in_discord_py_are_refused_without_a_look_up(app, fence):
    session = aiohttp.ClientSession(connector=app.bot.http.connector, connector_owner=False)
    async with session:
        with pytest.raises(aiohttp.ClientConnectorError) as refusal:
            await session.get("https://media.discordapp.net/stickers/1.gif")
    assert "real Discord" in str(refusal.value.os_error)
    assert fence.refused == []


async def test_avatars_come_from_the_sandbox(app, world):
    assert app.bot.user.display_avatar.url.startswith(world.cdn_base)
    assert discord.http.Route("GET", "/users/@me").url.startswith(world.api_base)
