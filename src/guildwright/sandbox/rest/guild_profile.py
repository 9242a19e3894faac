"""What a guild has beyond simcord's model: features, icon, welcome screen, onboarding, widget, templates.

Fields of the guild's payload live in the backend's ``guild_extras``, objects with routes of their own in
``guild_records``; both are kept with the world.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from guildwright.sandbox.rest import errors
from guildwright.sandbox.rest.call import Call
from guildwright.sandbox.world import Backend, Guild, enums, permissions, serializers

COMMUNITY = "COMMUNITY"


def require(call: Call, *names: str) -> Guild:
    """The guild of the path, in which the bot must have these permissions.

    Raises:
        BackendError: 50013 when one is missing.
    """
    backend = call.world.backend
    guild = backend.get_guild(call.snowflake("guild_id"))
    granted = backend.compute_permissions(guild.id, call.world.bot_id)
    if not all(granted & permissions.flag(name) for name in names):
        raise errors.missing_permissions()
    return guild


def features(backend: Backend, guild_id: int) -> list[str]:
    return list(backend.guild_extras.get(guild_id, {}).get("features", ()))


def toggle_feature(backend: Backend, guild_id: int, name: str, *, on: bool) -> None:
    kept = [feature for feature in features(backend, guild_id) if feature != name]
    extras_of(backend, guild_id)["features"] = [*kept, name] if on else kept


def extras_of(backend: Backend, guild_id: int) -> dict[str, Any]:
    """Fields of the guild's payload, to be changed in place."""
    return backend.guild_extras.setdefault(guild_id, {})


def records_of(backend: Backend, guild_id: int) -> dict[str, Any]:
    """Objects of the guild by their noun, to be changed in place."""
    return backend.guild_records.setdefault(guild_id, {})


def announce(call: Call, guild: Guild, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Send GUILD_UPDATE and write the audit-log entry of what differs, if anything does."""
    changes = differences(before, after)
    backend = call.world.backend
    backend.emit("GUILD_UPDATE", serializers.guild_create_payload(backend, guild))
    if changes:
        backend.record_audit_log(
            guild.id,
            enums.AuditLogAction.GUILD_UPDATE,
            target_id=guild.id,
            changes=changes,
            reason=call.reason,
        )


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The `changes` of an audit-log entry; a value that was or is not there is left out."""
    found: list[dict[str, Any]] = []
    for key in {**before, **after}:
        old, new = before.get(key), after.get(key)
        if old != new:
            sides = (("old_value", old), ("new_value", new))
            found.append({"key": key, **{name: value for name, value in sides if value is not None}})
    return found
