"""Small reads that simcord lacks: role counts, integrations, stickers of any guild and Discord's packs."""

from __future__ import annotations

from collections import Counter
from typing import Any

from guildwright.sandbox.rest import errors
from guildwright.sandbox.rest.call import Call
from guildwright.sandbox.rest.guild_profile import require
from guildwright.sandbox.rest.routes import table
from guildwright.sandbox.world import serializers


@table.on("GET", "/guilds/{guild_id}/roles/member-counts")
def role_member_counts(call: Call) -> Any:
    guild = call.world.backend.get_guild(call.snowflake("guild_id"))
    held = Counter(role_id for member in guild.members.values() for role_id in member.role_ids)
    return {str(role_id): held[role_id] for role_id in guild.roles if role_id != guild.id}


@table.on("GET", "/guilds/{guild_id}/integrations")
def integrations(call: Call) -> Any:
    """The one integration that a guild of the world has: the bot's own application."""
    require(call, "manage_guild")
    world = call.world
    bot = dict(serializers.user_payload(world.backend.bot_user))
    application = str(world.backend.application_id)
    return [
        {
            "id": application,
            "name": bot["username"],
            "type": "discord",
            "enabled": True,
            "account": {"id": application, "name": bot["username"]},
            "application": {
                "id": application,
                "name": bot["username"],
                "icon": None,
                "description": "",
                "summary": "",
                "bot": bot,
            },
            "scopes": ["bot", "applications.commands"],
            "user": dict(
                serializers.user_payload(world.backend.users.get(world.owner_id, world.backend.bot_user))
            ),
        }
    ]


@table.on("GET", "/stickers/{sticker_id}")
def sticker(call: Call) -> Any:
    backend = call.world.backend
    wanted = call.snowflake("sticker_id")
    for guild in backend.guilds.values():
        if wanted in guild.stickers:
            return serializers.sticker_payload(backend, guild.stickers[wanted])
    raise errors.BackendError(404, 10060, "Unknown Sticker")


@table.on("GET", "/sticker-packs")
def sticker_packs(call: Call) -> Any:
    """Discord's packs are drawings of its own; the world has none."""
    del call
    return {"sticker_packs": []}


@table.on("GET", "/sticker-packs/{pack_id}")
def sticker_pack(call: Call) -> Any:
    raise errors.BackendError(404, 10061, f"Unknown Sticker Pack {call.snowflake('pack_id')}")
