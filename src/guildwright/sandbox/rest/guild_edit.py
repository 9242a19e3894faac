"""PATCH /guilds/{id}: simcord's settings together with icon, features, owner and alerts, in one change."""

from __future__ import annotations

from typing import Any, cast

from guildwright.sandbox.rest import errors
from guildwright.sandbox.rest.call import Call, is_snowflake
from guildwright.sandbox.rest.guild_profile import COMMUNITY, announce, extras_of, features, require
from guildwright.sandbox.rest.guilds import rest_guild
from guildwright.sandbox.rest.images import store_image
from guildwright.sandbox.rest.routes import table
from guildwright.sandbox.world import Backend, Guild, serializers

_PLAIN = (
    "name",
    "description",
    "preferred_locale",
    "afk_timeout",
    "verification_level",
    "default_message_notifications",
    "explicit_content_filter",
)
_CHANNELS = ("afk_channel_id", "system_channel_id", "rules_channel_id", "public_updates_channel_id")
_EXTRAS = (
    "icon",
    "features",
    "system_channel_flags",
    "safety_alerts_channel_id",
    "premium_progress_bar_enabled",
)
_NULLABLE = frozenset({"description", "icon", "safety_alerts_channel_id", *_CHANNELS})

# https://discord.com/developers/docs/resources/guild#guild-object-mutable-guild-features
_MUTABLE = frozenset({COMMUNITY, "DISCOVERABLE", "INVITES_DISABLED", "RAID_ALERTS_DISABLED"})
_COMMUNITY_CHANNELS = ("rules_channel_id", "public_updates_channel_id")


@table.on("PATCH", "/guilds/{guild_id}")
def edit_guild(call: Call) -> Any:
    guild = require(call, "manage_guild")
    body = _without_empty(call.fields(*_PLAIN, *_CHANNELS, *_EXTRAS, "owner_id"))
    settings = _settings(call, guild, body)
    before = _told(call, guild, body)
    extras = _extras(call, guild, body)
    for name, value in settings.items():
        setattr(guild, name, value)
    extras_of(call.world.backend, guild.id).update(extras)
    announce(call, guild, before, _told(call, guild, body))
    return rest_guild(serializers.guild_create_payload(call.world.backend, guild))


def _without_empty(body: dict[str, Any]) -> dict[str, Any]:
    """Discord leaves what may not be null as it is when null is sent."""
    return {key: value for key, value in body.items() if value is not None or key in _NULLABLE}


def _told(call: Call, guild: Guild, body: dict[str, Any]) -> dict[str, Any]:
    payload = cast("dict[str, Any]", serializers.guild_create_payload(call.world.backend, guild))
    return {key: payload.get(key) for key in body}


def _settings(call: Call, guild: Guild, body: dict[str, Any]) -> dict[str, Any]:
    settings = {key: body[key] for key in _PLAIN if key in body}
    for key in _CHANNELS:
        if key in body:
            settings[key] = _channel(call.world.backend, guild, key, body[key])
    if "owner_id" in body:
        if guild.owner_id != call.world.bot_id:
            raise errors.missing_permissions()
        settings["owner_id"] = call.world.backend.get_member(guild.id, int(body["owner_id"])).user_id
    return settings


def _channel(backend: Backend, guild: Guild, field: str, value: Any) -> int | None:
    if value is None:
        return None
    if not is_snowflake(str(value)) or int(value) not in guild.channel_ids:
        raise errors.invalid_form(errors.FieldError((field,), "CHANNEL_NOT_FOUND", "Unknown channel"))
    return backend.get_channel(int(value)).id


def _extras(call: Call, guild: Guild, body: dict[str, Any]) -> dict[str, Any]:
    extras = {
        key: body[key] for key in ("system_channel_flags", "premium_progress_bar_enabled") if key in body
    }
    if "features" in body:
        extras["features"] = _changed_features(call, guild, body)
    if "safety_alerts_channel_id" in body:
        found = _channel(
            call.world.backend, guild, "safety_alerts_channel_id", body["safety_alerts_channel_id"]
        )
        extras["safety_alerts_channel_id"] = None if found is None else str(found)
    if "icon" in body:
        extras["icon"] = store_image(call.world, f"icons/{guild.id}", body["icon"], "icon")
    return extras


def _changed_features(call: Call, guild: Guild, body: dict[str, Any]) -> list[str]:
    """The features afterwards: only some of them are anybody's to switch.

    Raises:
        BackendError: 50013 without the right to switch a community on or off, 50035 when it lacks a channel.
    """
    wanted = [str(name) for name in cast("list[Any]", body["features"])]
    present = features(call.world.backend, guild.id)
    if (COMMUNITY in wanted) != (COMMUNITY in present):
        require(call, "administrator")
    if COMMUNITY in wanted:
        errors.refuse(
            errors.required(name)
            for name in _COMMUNITY_CHANNELS
            if body.get(name) is None and (name in body or getattr(guild, name) is None)
        )
    fixed = [name for name in present if name not in _MUTABLE]
    return [*fixed, *dict.fromkeys(name for name in wanted if name in _MUTABLE)]
