"""Welcome screen, onboarding, widget, incident actions and vanity address of a guild.

Sources: https://discord.com/developers/docs/resources/guild, sections of the same names, read 2026-11.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from guildwright.kernel import limits
from guildwright.sandbox.rest import errors
from guildwright.sandbox.rest.application import guild_counts
from guildwright.sandbox.rest.call import Call
from guildwright.sandbox.rest.guild_profile import (
    COMMUNITY,
    announce,
    differences,
    extras_of,
    features,
    records_of,
    require,
    toggle_feature,
)
from guildwright.sandbox.rest.routes import table
from guildwright.sandbox.world import Backend, Guild, permissions, serializers

_WELCOME_FEATURE = "WELCOME_SCREEN_ENABLED"
_PROMPT_ACTIONS = {"create": 163, "update": 164, "delete": 165}
_ONBOARDING_CREATE, _ONBOARDING_UPDATE = 166, 167


@table.on("GET", "/guilds/{guild_id}/welcome-screen")
def welcome_screen(call: Call) -> Any:
    backend = call.world.backend
    guild = backend.get_guild(call.snowflake("guild_id"))
    if _WELCOME_FEATURE not in features(backend, guild.id):
        require(call, "manage_guild")
    screen = records_of(backend, guild.id).get("welcome_screen")
    if screen is None:
        raise errors.BackendError(404, 10069, "Unknown Guild Welcome Screen")
    return screen


@table.on("PATCH", "/guilds/{guild_id}/welcome-screen")
def edit_welcome_screen(call: Call) -> Any:
    guild = require(call, "manage_guild")
    backend, body = call.world.backend, call.fields("enabled", "description", "welcome_channels")
    if COMMUNITY not in features(backend, guild.id):
        raise errors.missing_access()
    records = records_of(backend, guild.id)
    before = dict(records.get("welcome_screen") or {"description": None, "welcome_channels": []})
    after = dict(before)
    if "description" in body:
        after["description"] = body["description"]
    if body.get("welcome_channels") is not None:
        after["welcome_channels"] = [
            _welcome_channel(guild, index, item) for index, item in enumerate(body["welcome_channels"])
        ]
    if body.get("enabled") is not None:
        toggle_feature(backend, guild.id, _WELCOME_FEATURE, on=bool(body["enabled"]))
    records["welcome_screen"] = after
    announce(call, guild, before, after)
    return after


def _welcome_channel(guild: Guild, index: int, item: dict[str, Any]) -> dict[str, Any]:
    if int(item["channel_id"]) not in guild.channel_ids:
        path = ("welcome_channels", index, "channel_id")
        raise errors.invalid_form(errors.FieldError(path, "CHANNEL_NOT_FOUND", "Unknown channel"))
    emoji_id = item.get("emoji_id")
    return {
        "channel_id": str(item["channel_id"]),
        "description": item["description"],
        "emoji_id": None if emoji_id is None else str(emoji_id),
        "emoji_name": item.get("emoji_name"),
    }


@table.on("GET", "/guilds/{guild_id}/onboarding")
def onboarding(call: Call) -> Any:
    return _onboarding(call.world.backend, call.snowflake("guild_id"))


def _onboarding(backend: Backend, guild_id: int) -> dict[str, Any]:
    nothing: dict[str, Any] = {"prompts": [], "default_channel_ids": [], "enabled": False, "mode": 0}
    return {"guild_id": str(guild_id), **nothing, **records_of(backend, guild_id).get("onboarding", {})}


@table.on("PUT", "/guilds/{guild_id}/onboarding")
def edit_onboarding(call: Call) -> Any:
    guild = require(call, "manage_guild", "manage_roles")
    backend, body = call.world.backend, call.fields("prompts", "default_channel_ids", "enabled", "mode")
    before = _onboarding(backend, guild.id)
    after = before | {key: body[key] for key in ("enabled", "mode") if body.get(key) is not None}
    if body.get("default_channel_ids") is not None:
        after["default_channel_ids"] = [str(one) for one in body["default_channel_ids"]]
    if body.get("prompts") is not None:
        known = {prompt["id"] for prompt in before["prompts"]}
        after["prompts"] = [
            _prompt(call, guild, known, index, one) for index, one in enumerate(body["prompts"])
        ]
    if after["enabled"]:
        _check_requirements(call, guild, after, was_enabled=before["enabled"])
    known_record = "onboarding" in records_of(backend, guild.id)
    records_of(backend, guild.id)["onboarding"] = after
    _audit_onboarding(call, guild, before, after, _ONBOARDING_UPDATE if known_record else _ONBOARDING_CREATE)
    return after


def _prompt(call: Call, guild: Guild, known: set[str], index: int, sent: dict[str, Any]) -> dict[str, Any]:
    given = str(sent.get("id") or "")
    return {
        "id": given if given in known else str(call.world.backend.snowflake()),
        "type": int(sent.get("type") or 0),
        "title": sent["title"],
        "single_select": bool(sent.get("single_select", False)),
        "required": bool(sent.get("required", False)),
        "in_onboarding": bool(sent.get("in_onboarding", False)),
        "options": [
            _option(call, guild, ("prompts", index, "options", place), option)
            for place, option in enumerate(sent["options"])
        ],
    }


def _option(call: Call, guild: Guild, path: errors.Path, sent: dict[str, Any]) -> dict[str, Any]:
    channels = [int(one) for one in sent.get("channel_ids") or ()]
    roles = [int(one) for one in sent.get("role_ids") or ()]
    if not channels and not roles:
        raise errors.invalid_form(errors.required(*path, "role_ids"), errors.required(*path, "channel_ids"))
    if any(one not in guild.channel_ids for one in channels):
        raise errors.invalid_form(
            errors.FieldError((*path, "channel_ids"), "CHANNEL_NOT_FOUND", "Unknown channel")
        )
    if any(one not in guild.roles for one in roles):
        raise errors.invalid_form(errors.FieldError((*path, "role_ids"), "ROLE_NOT_FOUND", "Unknown role"))
    return {
        "id": str(sent.get("id") or call.world.backend.snowflake()),
        "channel_ids": [str(one) for one in channels],
        "role_ids": [str(one) for one in roles],
        "emoji": {
            "id": sent.get("emoji_id"),
            "name": sent.get("emoji_name"),
            "animated": bool(sent.get("emoji_animated", False)),
        },
        "title": sent["title"],
        "description": sent.get("description"),
    }


def _check_requirements(call: Call, guild: Guild, after: dict[str, Any], *, was_enabled: bool) -> None:
    """Seven default channels, five writable to everyone; the advanced mode counts the prompts' too."""
    backend = call.world.backend
    channels = {int(one) for one in after["default_channel_ids"]}
    if after["mode"] == 1:
        options = [option for prompt in after["prompts"] for option in prompt["options"]]
        channels |= {int(one) for option in options for one in option["channel_ids"]}
    channels &= set(guild.channel_ids)
    writable = sum(_everyone_writes(backend, guild, one) for one in channels)
    enough = (
        len(channels) >= limits.ONBOARDING_DEFAULT_CHANNELS
        and writable >= limits.ONBOARDING_WRITABLE_CHANNELS
    )
    if enough and COMMUNITY in features(backend, guild.id):
        return
    if was_enabled:
        raise errors.BackendError(403, 350001, "Cannot update onboarding while below requirements")
    raise errors.BackendError(403, 350000, "Cannot enable onboarding, requirements are not met")


def _everyone_writes(backend: Backend, guild: Guild, channel_id: int) -> bool:
    allowed = guild.everyone_role.permissions
    for overwrite in backend.channels[channel_id].overwrites:
        if overwrite.target_id == guild.id:
            allowed = allowed & ~overwrite.deny | overwrite.allow
    needed = permissions.flag("view_channel") | permissions.flag("send_messages")
    return allowed & needed == needed


def _audit_onboarding(
    call: Call, guild: Guild, before: dict[str, Any], after: dict[str, Any], action: int
) -> None:
    old, new = ({prompt["id"]: prompt for prompt in side["prompts"]} for side in (before, after))
    for prompt_id in {**old, **new}:
        kind = (
            "update" if prompt_id in old and prompt_id in new else "create" if prompt_id in new else "delete"
        )
        changes = differences(old.get(prompt_id, {}), new.get(prompt_id, {}))
        _record(call, guild, _PROMPT_ACTIONS[kind], int(prompt_id), changes)
    _record(call, guild, action, guild.id, differences(before, after))


def _record(call: Call, guild: Guild, action: int, target: int, changes: list[dict[str, Any]]) -> None:
    if changes:
        call.world.backend.record_audit_log(
            guild.id, action, target_id=target, changes=changes, reason=call.reason
        )


@table.on("GET", "/guilds/{guild_id}/widget")
def widget_settings(call: Call) -> Any:
    guild = require(call, "manage_guild")
    return _widget(call.world.backend, guild.id)


def _widget(backend: Backend, guild_id: int) -> dict[str, Any]:
    extras = backend.guild_extras.get(guild_id, {})
    return {"enabled": extras.get("widget_enabled", False), "channel_id": extras.get("widget_channel_id")}


@table.on("PATCH", "/guilds/{guild_id}/widget")
def edit_widget(call: Call) -> Any:
    guild = require(call, "manage_guild")
    backend, body = call.world.backend, call.fields("enabled", "channel_id")
    extras = extras_of(backend, guild.id)
    before = {f"widget_{key}": value for key, value in _widget(backend, guild.id).items()}
    if body.get("channel_id") is not None and int(body["channel_id"]) not in guild.channel_ids:
        raise errors.invalid_form(errors.FieldError(("channel_id",), "CHANNEL_NOT_FOUND", "Unknown channel"))
    if "channel_id" in body:
        extras["widget_channel_id"] = None if body["channel_id"] is None else str(body["channel_id"])
    if body.get("enabled") is not None:
        extras["widget_enabled"] = bool(body["enabled"])
    settings = _widget(backend, guild.id)
    announce(call, guild, before, {f"widget_{key}": value for key, value in settings.items()})
    return settings


@table.on("GET", "/guilds/{guild_id}/widget.json")
def widget(call: Call) -> Any:
    """What strangers see: numbered people without their IDs, and the voice channels open to everyone."""
    backend = call.world.backend
    guild = backend.get_guild(call.snowflake("guild_id"))
    settings = _widget(backend, guild.id)
    if not settings["enabled"]:
        raise errors.BackendError(403, 50004, "Widget Disabled")
    invites = (one.code for one in backend.invites.values() if str(one.channel_id) == settings["channel_id"])
    code = next(invites, None)
    online = [one for one in guild.members if call.world.presence(one).status not in ("offline", "invisible")]
    return {
        "id": str(guild.id),
        "name": guild.name,
        "instant_invite": None if code is None else f"https://discord.com/invite/{code}",
        "channels": [
            {"id": str(channel.id), "name": channel.name, "position": channel.position}
            for channel in (backend.channels[one] for one in guild.channel_ids)
            if channel.type == 2 and not any(overwrite.deny for overwrite in channel.overwrites)
        ],
        "members": [
            {
                "id": str(number),
                "username": backend.users[one].global_name or backend.users[one].name,
                "discriminator": "0000",
                "avatar": None,
                "status": call.world.presence(one).status,
                "avatar_url": f"{call.addresses.cdn_base}/embed/avatars/{number % 6}.png",
            }
            for number, one in enumerate(online[:100])
        ],
        "presence_count": len(online),
    }


@table.on("PUT", "/guilds/{guild_id}/incident-actions")
def edit_incident_actions(call: Call) -> Any:
    guild = require(call, "manage_guild")
    extras = extras_of(call.world.backend, guild.id)
    body = call.fields("invites_disabled_until", "dms_disabled_until")
    before = dict(extras.get("incidents_data") or {})
    after = before | {"dm_spam_detected_at": None, "raid_detected_at": None}
    latest = call.world.clock.now() + timedelta(seconds=limits.INCIDENT_ACTION_SECONDS, minutes=1)
    for name in ("invites_disabled_until", "dms_disabled_until"):
        until = body.get(name)
        after[name] = until if name in body else before.get(name)
        if until is not None and datetime.fromisoformat(until) > latest:
            raise errors.invalid_form(
                errors.FieldError((name,), "BASE_TYPE_INVALID", "Must be at most 24 hours from now.")
            )
    extras["incidents_data"] = after
    announce(call, guild, before, after)
    return after


@table.on("POST", "/guilds/{guild_id}/mfa")
def edit_mfa_level(call: Call) -> Any:
    guild = call.world.backend.get_guild(call.snowflake("guild_id"))
    if guild.owner_id != call.world.bot_id:
        raise errors.missing_permissions()
    extras = extras_of(call.world.backend, guild.id)
    before = {"mfa_level": extras.get("mfa_level", 0)}
    extras["mfa_level"] = int(call.fields("level")["level"])
    announce(call, guild, before, {"mfa_level": extras["mfa_level"]})
    return {"level": extras["mfa_level"]}


@table.on("PATCH", "/guilds/{guild_id}/vanity-url")
def edit_vanity_url(call: Call) -> Any:
    guild = require(call, "manage_guild", "create_instant_invite")
    backend = call.world.backend
    if "VANITY_URL" not in features(backend, guild.id):
        raise errors.missing_access()
    code, before = call.fields("code").get("code"), guild.vanity_url_code
    if code is not None and code != before and code in backend.invites:
        raise errors.BackendError(400, 50020, "Invite code is either invalid or taken.")
    if before is not None:
        backend.invites.pop(before, None)
    guild.vanity_url_code = None
    if code is not None:
        backend.set_vanity_url(guild.id, code)
    announce(call, guild, {"vanity_url_code": before}, {"vanity_url_code": code})
    return {"code": code, "uses": 0}


@table.on("GET", "/guilds/{guild_id}/preview")
def preview(call: Call) -> Any:
    backend = call.world.backend
    guild = backend.get_guild(call.snowflake("guild_id"))
    payload = cast("dict[str, Any]", serializers.guild_create_payload(backend, guild))
    told = (
        "id",
        "name",
        "icon",
        "splash",
        "discovery_splash",
        "emojis",
        "features",
        "description",
        "stickers",
    )
    return {**{key: payload[key] for key in told}, **guild_counts(call.world, guild)}
