"""Roles: made, deleted, given and taken by people who may, below their own highest role."""

from __future__ import annotations

from typing import TYPE_CHECKING

from guildwright.kernel import limits
from guildwright.sandbox.people.refusal import RefusedError, forbidden, unknown
from guildwright.sandbox.world import enums

if TYPE_CHECKING:
    from collections.abc import Callable

    from guildwright.sandbox.people.person import Person
    from guildwright.sandbox.world import Guild, Role


def create_role(person: Person, guild_id: int, name: str, permissions: int) -> Role:
    """Make a role below all others, with permissions that the person has too."""
    guild = person.guild(guild_id)
    person.require_in_guild(guild, "manage_roles")
    backend = person.world.backend
    if permissions & ~backend.compute_permissions(guild_id, person.id):
        raise forbidden("missing_permission", "You can only grant permissions that you have.")
    if len(guild.roles) >= limits.GUILD_ROLES:
        raise RefusedError("too_many_roles", f"A guild has at most {limits.GUILD_ROLES} roles.")
    role = backend.create_role(guild_id, name, permissions=permissions)
    _log(person, guild, enums.AuditLogAction.ROLE_CREATE, role.id)
    return role


def delete_role(person: Person, guild_id: int, role_id: int) -> None:
    """Delete a role below the person's own."""
    guild = person.guild(guild_id)
    role = _require_above(person, guild, role_id)
    if role.managed:
        raise forbidden("managed_role", f"The role {role.name} belongs to a bot and goes with it.")
    person.world.backend.delete_role(guild_id, role_id)
    _log(person, guild, enums.AuditLogAction.ROLE_DELETE, role_id)


def give_role(person: Person, guild_id: int, user_id: int, role_id: int) -> None:
    """Give a member a role below the person's own."""
    _change_member(person, guild_id, user_id, role_id, person.world.backend.add_member_role)


def take_role(person: Person, guild_id: int, user_id: int, role_id: int) -> None:
    """Take a role below the person's own from a member."""
    _change_member(person, guild_id, user_id, role_id, person.world.backend.remove_member_role)


def _change_member(
    person: Person, guild_id: int, user_id: int, role_id: int, change: Callable[[int, int, int], None]
) -> None:
    guild = person.guild(guild_id)
    _require_above(person, guild, role_id)
    if user_id not in guild.members:
        raise unknown("unknown_member", f"Nobody with the ID {user_id} is in {guild.name}.")
    change(guild_id, user_id, role_id)
    _log(person, guild, enums.AuditLogAction.MEMBER_ROLE_UPDATE, user_id)


def _require_above(person: Person, guild: Guild, role_id: int) -> Role:
    """Return the role if the person may manage it."""
    role = guild.roles.get(role_id)
    if role is None or role_id == guild.id:
        raise unknown(
            "unknown_role", f"{guild.name} has no role with the ID {role_id} that could be managed."
        )
    person.require_in_guild(guild, "manage_roles")
    if guild.owner_id != person.id and guild.top_role_position(person.id) <= role.position:
        raise forbidden("hierarchy", f"The role {role.name} stands as high as {person.user.name}, or higher.")
    return role


def _log(person: Person, guild: Guild, action: enums.AuditLogAction, target_id: int) -> None:
    person.world.backend.record_audit_log(guild.id, action, target_id=target_id, user_id=person.id)
