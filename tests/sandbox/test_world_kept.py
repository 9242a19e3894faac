"""A world kept in a file goes on where it stopped."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import aiohttp
import discord
import pytest
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from guildwright.sandbox.default_world import build_default_world
from guildwright.sandbox.keep import KeepError, load_world, save_world
from guildwright.sandbox.people.components import click
from guildwright.sandbox.people.person import Person
from guildwright.sandbox.server import Sandbox
from guildwright.sandbox.world import Channel, World, models

from .gateway.test_discord_py import Vote, answers

TABLES = (
    "users",
    "guilds",
    "channels",
    "messages",
    "webhooks",
    "webhook_tokens",
    "dm_channels",
    "invites",
    "stage_instances",
    "commands",
    "command_permissions",
    "application_id",
    "bot_user",
)


def general(world: World) -> Channel:
    return next(channel for channel in world.backend.channels.values() if channel.name == "general")


def lived_in_world() -> World:
    """A world with one of nearly everything in it."""
    world = World()
    build_default_world(world)
    backend, channel = world.backend, general(world)
    guild_id = channel.guild_id or 0
    mia = next(user for user in backend.users.values() if user.name == "mia")
    upload = backend.cdn.store_attachment(backend.snowflake(), channel.id, "a.bin", bytes(range(256)), None)
    poll = models.Poll("?", [models.PollAnswer(1, "yes")], "2030-01-01T00:00:00+00:00", votes={1: {mia.id}})
    first = backend.create_message(channel.id, mia.id, "hi <@1> 🎉", attachments=[upload])
    backend.create_message(
        channel.id,
        world.bot_id,
        "answer",
        reference={"message_id": str(first.id), "type": 0},
        allowed_mentions=models.AllowedMentions(users=frozenset({mia.id})),
        poll=poll,
    )
    backend.add_reaction(channel.id, first.id, "🎉", mia.id)
    backend.create_thread(channel.id, "thread", mia.id)
    backend.create_webhook(channel.id, "hook", mia.id)
    backend.apply_ban(guild_id, next(u.id for u in backend.users.values() if u.name == "max"), "spam")
    backend.record_audit_log(guild_id, 22, changes=[{"key": "x", "new_value": 1}])
    backend.create_message(backend.get_dm_channel(mia.id).id, mia.id, "direct")
    backend.commands[None] = {("ping", 1): {"id": "5", "name": "ping", "type": 1}}
    backend.command_permissions[guild_id, 5] = [{"id": "1", "type": 1, "permission": True}]
    world.clock.advance(3_600)
    return world


@pytest.mark.req("SAND-108")
def test_a_kept_world_comes_back_equal(tmp_path: Path) -> None:
    before, after = lived_in_world(), World()
    save_world(before, tmp_path / "world.json")
    load_world(after, tmp_path / "world.json")
    for table in TABLES:
        assert getattr(after.backend, table) == getattr(before.backend, table), table
    assert after.backend.cdn.uploads == before.backend.cdn.uploads
    assert (after.token, after.owner_id, after.bot_id) == (before.token, before.owner_id, before.bot_id)
    assert after.clock.elapsed == before.clock.elapsed
    assert after.backend.snowflake() > max(after.backend.channels)
    assert after.backend.bot_user is after.backend.users[after.bot_id]


@pytest.mark.req("SAND-108")
async def test_a_message_is_still_there_after_a_restart_of_the_sandbox(tmp_path: Path) -> None:
    file = tmp_path / "world.json"
    first = Sandbox(keep=file)
    await first.start()
    world = first.worlds["default"]
    channel, token = general(world).id, world.token
    upload = world.backend.cdn.store_attachment(1, channel, "a.bin", bytes(range(256)), None)
    world.backend.create_message(channel, world.owner_id, "remember me", attachments=[upload])
    await first.stop()

    second = Sandbox(keep=file)
    await second.start()
    headers = {"Authorization": f"Bot {token}"}
    url = f"{second.address().api_base}/channels/{channel}/messages"
    async with aiohttp.ClientSession() as client:
        async with client.get(url, headers=headers) as response:
            [message] = await response.json()
        assert message["content"] == "remember me"
        async with client.get(message["attachments"][0]["url"]) as response:
            assert await response.read() == bytes(range(256))
    await second.stop()


async def bot_in(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> tuple[discord.Client, asyncio.Task[None]]:
    """A bot in the sandbox that answers the button of `Vote`, ready."""
    address = sandbox.address()
    monkeypatch.setattr(Route, "BASE", address.api_base)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(address.gateway))
    client = discord.Client(intents=discord.Intents.all(), guild_ready_timeout=0.1)
    ready = asyncio.Event()

    @client.event
    async def on_ready() -> None:
        client.add_view(Vote())
        ready.set()

    running = asyncio.create_task(client.start(sandbox.worlds["default"].token))
    async with asyncio.timeout(8):
        await ready.wait()
    return client, running


@pytest.mark.req("SAND-108")
async def test_a_button_works_after_a_restart_of_sandbox_and_bot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "world.json"
    for start in ("first", "second"):
        sandbox = Sandbox(keep=file, limits="off")
        await sandbox.start()
        world = sandbox.worlds["default"]
        channel = general(world)
        client, running = await bot_in(sandbox, monkeypatch)
        place = client.get_partial_messageable(channel.id)
        if start == "first":
            await place.send("Vote now", view=Vote())
        else:
            [vote] = await answers(world, channel, 1)
            mia = next(user.id for user in world.backend.users.values() if user.name == "mia")
            click(Person(world, mia), channel.id, vote.id, "vote")
            assert [said.content for said in await answers(world, channel, 2)] == ["Vote now", "mia voted"]
        await client.close()
        await running
        await sandbox.stop()


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", '{"format": 1}', '{"$type": "os.system"}', "\x80\x04\x95"],
    ids=["empty", "cut off", "list", "object", "little", "foreign", "pickle"],
)
async def test_a_file_without_a_world_is_refused_with_its_name_and_left_alone(
    tmp_path: Path, text: str
) -> None:
    file = tmp_path / "world.json"
    file.write_bytes(text.encode("latin-1"))
    with pytest.raises(KeepError, match=r"world\.json does not hold a world"):
        load_world(World(), file)
    with pytest.raises(KeepError):
        await Sandbox(keep=file).start()
    assert file.read_bytes() == text.encode("latin-1")


def test_a_world_of_another_version_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "world.json"
    save_world(lived_in_world(), file)
    kept = json.loads(file.read_text()) | {"simcord": "9.9.9"}
    file.write_text(json.dumps(kept))
    with pytest.raises(KeepError, match=r"simcord 9\.9\.9"):
        load_world(World(), file)
