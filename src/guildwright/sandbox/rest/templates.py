"""Guild templates: a snapshot of settings, roles and channels under a code, and guilds made from it.

In a template roles and channels are numbered from 0 in the order of the guild, as Discord does it.
"""

from __future__ import annotations

from typing import Any, cast

from guildwright.sandbox.rest import errors
from guildwright.sandbox.rest.call import Call
from guildwright.sandbox.rest.channels import EXTRAS
from guildwright.sandbox.rest.guild_profile import records_of, require
from guildwright.sandbox.rest.images import store_image
from guildwright.sandbox.rest.routes import table
from guildwright.sandbox.world import Backend, Channel, Guild, models, serializers

_CODE_LENGTH = 12
_SETTINGS = (
    "description",
    "verification_level",
    "default_message_notifications",
    "explicit_content_filter",
    "preferred_locale",
    "afk_timeout",
)
_ROLE = ("name", "color", "hoist", "mentionable")
_CHANNEL = ("type", "name", "position", "topic", "bitrate", "user_limit", "rate_limit_per_user")


@table.on("GET", "/guilds/{guild_id}/templates")
def templates(call: Call) -> Any:
    guild = require(call, "manage_guild")
    return [_told(call, template) for template in _templates(call.world.backend, guild.id).values()]


@table.on("GET", "/guilds/templates/{code}")
def template(call: Call) -> Any:
    return _told(call, _find(call)[1])


@table.on("POST", "/guilds/{guild_id}/templates")
def create_template(call: Call) -> Any:
    guild = require(call, "manage_guild")
    backend = call.world.backend
    body = call.fields("name", "description")
    known = _templates(backend, guild.id)
    if known:
        raise errors.BackendError(400, 30031, "Guild already has a template")
    now = backend.now_iso()
    made: dict[str, Any] = {
        "code": "".join(character for character in backend.token(64) if character.isalnum())[:_CODE_LENGTH],
        "name": body["name"],
        "description": body.get("description"),
        "usage_count": 0,
        "creator_id": str(call.world.bot_id),
        "created_at": now,
        "updated_at": now,
        "source_guild_id": str(guild.id),
        "serialized_source_guild": _snapshot(backend, guild),
    }
    known[made["code"]] = made
    return _told(call, made)


@table.on("PUT", "/guilds/{guild_id}/templates/{code}")
def sync_template(call: Call) -> Any:
    guild, found = _own(call)
    backend = call.world.backend
    found |= {"serialized_source_guild": _snapshot(backend, guild), "updated_at": backend.now_iso()}
    return _told(call, found)


@table.on("PATCH", "/guilds/{guild_id}/templates/{code}")
def edit_template(call: Call) -> Any:
    _guild, found = _own(call)
    found |= call.fields("name", "description")
    return _told(call, found)


@table.on("DELETE", "/guilds/{guild_id}/templates/{code}")
def delete_template(call: Call) -> Any:
    guild, found = _own(call)
    told = _told(call, found)
    del _templates(call.world.backend, guild.id)[found["code"]]
    return told


@table.on("POST", "/guilds/templates/{code}")
def create_guild(call: Call) -> Any:
    """A guild of the bot's own, shaped like the template."""
    backend = call.world.backend
    _source, found = _find(call)
    snapshot = cast("dict[str, Any]", found["serialized_source_guild"])
    settings = {key: snapshot[key] for key in _SETTINGS}
    body = call.fields("name", "icon")
    guild = backend.create_guild(body["name"], owner_id=call.world.bot_id, **settings)
    if body.get("icon") is not None:
        icon = store_image(call.world, f"icons/{guild.id}", body["icon"], "icon")
        backend.guild_extras[guild.id] = {"icon": icon}
    roles = _make_roles(backend, guild, snapshot["roles"])
    channels = _make_channels(backend, guild, snapshot["channels"], roles)
    wanted = {key: snapshot[key] for key in ("afk_channel_id", "system_channel_id")}
    backend.edit_guild(
        guild.id, {key: channels.get(value) for key, value in wanted.items() if value is not None}
    )
    found["usage_count"] += 1
    return serializers.guild_create_payload(backend, guild)


def _make_roles(backend: Backend, guild: Guild, kept: list[dict[str, Any]]) -> dict[int, int]:
    guild.everyone_role.permissions = int(kept[0]["permissions"])
    made = {0: guild.id}
    for role in kept[1:]:
        plain = {key: role[key] for key in _ROLE if key != "name"}
        made[role["id"]] = backend.create_role(
            guild.id, role["name"], permissions=int(role["permissions"]), **plain
        ).id
    return made


def _make_channels(
    backend: Backend, guild: Guild, kept: list[dict[str, Any]], roles: dict[int, int]
) -> dict[int, int]:
    made: dict[int, int] = {}
    # Categories first: the others name them as their parent.
    for channel in sorted(kept, key=lambda one: one["type"] != 4):
        plain = {key: channel[key] for key in _CHANNEL if key not in ("type", "name") and key in channel}
        parent = channel["parent_id"]
        overwrites = [
            models.Overwrite(roles[one["id"]], one["type"], int(one["allow"]), int(one["deny"]))
            for one in channel["permission_overwrites"]
        ]
        made[channel["id"]] = backend.create_channel(
            guild.id,
            channel["name"],
            type=channel["type"],
            parent_id=None if parent is None else made.get(parent),
            overwrites=overwrites,
            available_tags=[{**tag, "id": str(backend.snowflake())} for tag in channel["available_tags"]],
            extras={key: channel[key] for key in EXTRAS if key in channel},
            **plain,
        ).id
    return made


def _templates(backend: Backend, guild_id: int) -> dict[str, dict[str, Any]]:
    return records_of(backend, guild_id).setdefault("templates", {})


def _find(call: Call) -> tuple[Guild, dict[str, Any]]:
    backend, code = call.world.backend, call.args["code"]
    for guild_id, records in backend.guild_records.items():
        found = records.get("templates", {}).get(code)
        if found is not None and guild_id in backend.guilds:
            return backend.guilds[guild_id], found
    raise errors.BackendError(404, 10057, "Unknown Guild Template")


def _own(call: Call) -> tuple[Guild, dict[str, Any]]:
    guild = require(call, "manage_guild")
    source, found = _find(call)
    if source is not guild:
        raise errors.BackendError(404, 10057, "Unknown Guild Template")
    return guild, found


def _told(call: Call, found: dict[str, Any]) -> dict[str, Any]:
    backend = call.world.backend
    source = backend.guilds[int(found["source_guild_id"])]
    creator = serializers.user_payload(backend.users[int(found["creator_id"])])
    dirty = _snapshot(backend, source) != found["serialized_source_guild"]
    return {**found, "creator": creator, "is_dirty": True if dirty else None}


def _snapshot(backend: Backend, guild: Guild) -> dict[str, Any]:
    """Settings, roles and channels; not what belongs to people, to the bot or to an integration."""
    roles = sorted(
        (role for role in guild.roles.values() if not role.managed), key=lambda role: role.position
    )
    role_ids = {role.id: number for number, role in enumerate(roles)}
    channels = [backend.channels[one] for one in guild.channel_ids]
    channel_ids: dict[int | None, int] = {channel.id: number for number, channel in enumerate(channels)}
    return {
        "name": guild.name,
        "region": "deprecated",
        **{key: getattr(guild, key) for key in _SETTINGS},
        "roles": [
            {"id": role_ids[role.id], "permissions": str(role.permissions)}
            | {key: getattr(role, key) for key in _ROLE}
            for role in roles
        ],
        "channels": [_channel(backend, channel, channel_ids, role_ids) for channel in channels],
        "afk_channel_id": channel_ids.get(guild.afk_channel_id),
        "system_channel_id": channel_ids.get(guild.system_channel_id),
        "system_channel_flags": backend.guild_extras.get(guild.id, {}).get("system_channel_flags", 0),
    }


def _channel(
    backend: Backend, channel: Channel, channel_ids: dict[int | None, int], role_ids: dict[int, int]
) -> dict[str, Any]:
    return {
        "id": channel_ids[channel.id],
        "parent_id": channel_ids.get(channel.parent_id),
        **{key: getattr(channel, key) for key in _CHANNEL},
        "available_tags": [dict(tag) for tag in channel.available_tags],
        "permission_overwrites": [
            {
                "id": role_ids[one.target_id],
                "type": int(one.type),
                "allow": str(one.allow),
                "deny": str(one.deny),
            }
            for one in channel.overwrites
            if one.target_id in role_ids
        ],
        **backend.channel_extras.get(channel.id, {}),
    }
