"""Whatever a client sends, the sandbox answers it; nothing it took in breaks who reads it later."""

from __future__ import annotations

import random
from typing import Any

import discord
import pytest

from guildwright.sandbox.rest.routes import table
from guildwright.sandbox.rest.shapes import _SHAPES
from guildwright.sandbox.world import serializers

from .rest_client import Api, grant, start_interaction

NASTY: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    2**70,
    1.5,
    "",
    "x",
    "x" * 5000,
    "\u202e<b>\0",
    "2099-01-01",
    "attachment://x",
    [],
    [None],
    [1],
    ["x"],
    [{}],
    [{"id": None}],
    [{"type": "x"}],
    [{"type": 1, "components": [{"type": 2}]}],
    {},
    {"x": [[[[]]]]},
)
FIELDS = [
    "content",
    "embeds",
    "components",
    "flags",
    "message_reference",
    "poll",
    "sticker_ids",
    "tts",
    "allowed_mentions",
    "nonce",
    "attachments",
    "name",
    "type",
    "topic",
    "parent_id",
    "position",
    "permission_overwrites",
    "nick",
    "roles",
    "communication_disabled_until",
    "channel_id",
    "mute",
    "permissions",
    "color",
    "colors",
    "hoist",
    "image",
    "description",
    "options",
    "default_member_permissions",
    "contexts",
    "data",
    "max_age",
    "username",
    "avatar",
    "user_ids",
    "delete_message_seconds",
    "messages",
    "message",
    "applied_tags",
    "actions",
    "entity_type",
    "scheduled_start_time",
    "privacy_level",
    "trigger_metadata",
    "recipient_id",
    "name_localizations",
    "choices",
]
ROUTES = [(route.method, route.template) for route in table]
ROUTES += [(shape.split()[0], shape.split()[1].replace("{}", "{any}")) for shape in _SHAPES]
HOLDERS = {"guilds": "guild_id", "channels": "channel_id", "messages": "message_id"}


def nasty_body(dice: random.Random, template: str) -> Any:
    if dice.random() < 0.2:
        return dice.choice(NASTY)
    body = {name: dice.choice(NASTY) for name in dice.sample(FIELDS, dice.randint(1, 8))}
    return {"type": dice.randint(1, 9), "data": body} if "callback" in template else body


def path_of(api: Api, template: str, dice: random.Random) -> str:
    record = start_interaction(api, dice.choice([2, 3, 4, 5]))
    message = api.world.backend.create_message(int(api.names["general"]), api.world.bot_id, "mine")
    record.source_message_id = record.message_id = message.id
    record.responded = "webhook" in template
    known = {
        "{channel_id}": api.names["general"],
        "{message_id}": message.id,
        "{guild_id}": api.names["guild"],
        "{application_id}": api.names["app"],
        "{webhook_id}": api.names["app"],
        "{user_id}": api.names["max"],
        "{interaction_id}": record.id,
        "{token}": record.token,
        "{emoji}": "a",
    }
    parts = template.strip("/").split("/")
    for at, part in enumerate(parts):
        wanted = f"{{{HOLDERS.get(parts[at - 1], 'none')}}}" if part == "{any}" else part
        if part.startswith("{"):
            parts[at] = str(known.get(wanted, "123456789012345678"))
    return "/" + "/".join(parts)


@pytest.mark.req("SAND-303")
async def test_no_body_makes_the_sandbox_fail(api: Api) -> None:
    grant(api, "administrator")
    dice = random.Random(20261121)
    failed: list[str] = []

    for method, template in ROUTES * 3:
        if (method, template) == ("DELETE", "/users/@me/guilds/{guild_id}"):
            continue
        path, body = path_of(api, template, dice), nasty_body(dice, template)
        reply = await api.call(method, path, body)
        if reply.status >= 500 and reply.status != 501:
            failed.append(f"{method} {template} {body!r:.200}")

    assert failed == []
    assert_readable_by_discord_py(api)


def assert_readable_by_discord_py(api: Api) -> None:
    backend = api.world.backend
    state = discord.Client(intents=discord.Intents.all())._connection
    for guild in backend.guilds.values():
        state._add_guild(discord.Guild(data=serializers.guild_create_payload(backend, guild), state=state))
    for channel_id, messages in backend.messages.items():
        channel: Any = state.get_channel(channel_id) or discord.Object(channel_id)
        for message in messages.values():
            discord.Message(state=state, channel=channel, data=serializers.message_payload(backend, message))
