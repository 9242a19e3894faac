"""Guilds, nicknames, moderation and voice: where a person is and what the person may do to others."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from guildwright.kernel import limits
from guildwright.sandbox.people.person import named, require_shared_guild
from guildwright.sandbox.people.refusal import RefusedError, conflict, forbidden, unknown
from guildwright.sandbox.world import enums, permissions, serializers

if TYPE_CHECKING:
    from guildwright.sandbox.people.person import Person
    from guildwright.sandbox.world import Channel, Guild

LONGEST_TIMEOUT: Final = timedelta(seconds=limits.TIMEOUT_SECONDS)


def open_dm(person: Person, user_id: int) -> Channel:
    """Open the direct message with the bot."""
    backend = person.world.backend
    if user_id != backend.bot_user.id:
        raise RefusedError("not_modelled", "The sandbox models direct messages with the bot only.")
    require_shared_guild(person)
    return backend.get_dm_channel(person.id)


def join_guild(person: Person, guild_id: int) -> Guild:
    """Join a guild of the world."""
    guild = person.world.backend.guilds.get(guild_id)
    if guild is None:
        raise unknown("unknown_guild", f"There is no guild with the ID {guild_id}.")
    if person.id in guild.members:
        raise conflict("already_member", f"{person.user.name} is in {guild.name} already.")
    if person.id in guild.bans:
        raise forbidden("banned", f"{person.user.name} is banned from {guild.name}.")
    person.world.backend.add_member(guild_id, person.id, announce=True)
    return guild


def leave_guild(person: Person, guild_id: int) -> None:
    """Leave a guild; its owner cannot."""
    guild = person.guild(guild_id)
    if guild.owner_id == person.id:
        raise forbidden("owner_cannot_leave", f"{person.user.name} owns {guild.name} and cannot leave it.")
    _remove(person, guild, person.id)


def invite_bot(person: Person, guild_id: int) -> Guild:
    """Add the bot to a guild of the person, with the role that it had or a new one without permissions."""
    guild = person.guild(guild_id)
    person.require_in_guild(guild, "manage_guild")
    backend = person.world.backend
    bot = backend.bot_user
    if bot.id in guild.members:
        raise conflict("already_member", f"{bot.name} is in {guild.name} already.")
    if bot.id in guild.bans:
        raise forbidden("banned", f"{bot.name} is banned from {guild.name}.")
    role = next((role for role in guild.roles.values() if role.managed and role.name == bot.name), None)
    if role is None:
        role = backend.create_role(guild_id, bot.name, managed=True)
    backend.add_member(guild_id, bot.id, roles=[role.id])
    backend.emit("GUILD_CREATE", serializers.guild_create_payload(backend, guild))
    return guild


def set_nick(person: Person, guild_id: int, user_id: int | None, nick: str | None) -> None:
    """Change one's own nickname, or another's."""
    guild = person.guild(guild_id)
    if nick is not None and len(nick) > limits.NICKNAME:
        raise RefusedError("nick_too_long", f"A nickname has at most {limits.NICKNAME} characters.")
    target = person.id if user_id is None else user_id
    if target == person.id:
        person.require_in_guild(guild, "change_nickname")
    else:
        _require_above(person, guild, target, "manage_nicknames")
    person.world.backend.edit_member(guild_id, target, {"nick": nick or None})
    if target != person.id:
        _log(person, guild, enums.AuditLogAction.MEMBER_UPDATE, target)


def set_timeout(person: Person, guild_id: int, user_id: int, seconds: float, reason: str | None) -> None:
    """Time a member out; zero seconds end a timeout."""
    guild = person.guild(guild_id)
    _require_above(person, guild, user_id, "moderate_members")
    length = timedelta(seconds=seconds)
    if length > LONGEST_TIMEOUT:
        raise RefusedError("timeout_too_long", f"A timeout lasts at most {LONGEST_TIMEOUT.days} days.")
    backend = person.world.backend
    if length and backend.compute_permissions(guild_id, user_id) & permissions.flag("administrator"):
        raise forbidden("administrator", "A member with the permission Administrator cannot be timed out.")
    until = (person.world.clock.now() + length).isoformat() if length else None
    backend.edit_member(guild_id, user_id, {"timed_out_until": until})
    _log(person, guild, enums.AuditLogAction.MEMBER_UPDATE, user_id, reason)


def kick(person: Person, guild_id: int, user_id: int, reason: str | None) -> None:
    """Remove a member from the guild."""
    guild = person.guild(guild_id)
    _require_above(person, guild, user_id, "kick_members")
    _remove(person, guild, user_id)
    _log(person, guild, enums.AuditLogAction.MEMBER_KICK, user_id, reason)


def ban(person: Person, guild_id: int, user_id: int, reason: str | None) -> None:
    """Ban a member, or somebody who is not in the guild."""
    guild = person.guild(guild_id)
    backend = person.world.backend
    if user_id not in backend.users:
        raise unknown("unknown_person", f"There is nobody with the ID {user_id}.")
    if user_id in guild.members:
        _require_above(person, guild, user_id, "ban_members")
        _remove(person, guild, user_id)
    else:
        person.require_in_guild(guild, "ban_members")
    backend.apply_ban(guild_id, user_id, reason)
    _log(person, guild, enums.AuditLogAction.MEMBER_BAN, user_id, reason)


def unban(person: Person, guild_id: int, user_id: int, reason: str | None) -> None:
    """Lift a ban."""
    guild = person.guild(guild_id)
    person.require_in_guild(guild, "ban_members")
    if user_id not in guild.bans:
        raise unknown("not_banned", "That person is not banned here.")
    person.world.backend.remove_ban(guild_id, user_id)
    _log(person, guild, enums.AuditLogAction.MEMBER_UNBAN, user_id, reason)


def join_voice(
    person: Person, guild_id: int, channel_id: int, *, self_mute: bool = False, self_deaf: bool = False
) -> None:
    """Connect to a voice channel: the state of it, there is no audio."""
    guild = person.guild(guild_id)
    channel = person.channel(channel_id)
    if channel.guild_id != guild_id:
        raise unknown("unknown_channel", f"{guild.name} has no channel with the ID {channel_id}.")
    if channel.type not in enums.VOICE_CHANNEL_TYPES:
        raise RefusedError("not_a_voice_channel", f"{named(channel)} is no voice channel.")
    person.require(channel, "connect")
    inside = [state for state in guild.voice_states.values() if state.channel_id == channel_id]
    full = channel.user_limit and len(inside) >= channel.user_limit
    if full and not person.rights(channel).has("move_members"):
        raise forbidden("voice_full", f"{channel.name} is full.")
    backend = person.world.backend
    backend.set_voice_state(guild_id, person.id, channel_id, self_mute=self_mute, self_deaf=self_deaf)


def leave_voice(person: Person, guild_id: int) -> None:
    """Disconnect from voice."""
    guild = person.guild(guild_id)
    if person.id not in guild.voice_states:
        raise conflict("not_in_voice", f"{person.user.name} is in no voice channel of {guild.name}.")
    person.world.backend.set_voice_state(guild_id, person.id, None)


def _require_above(person: Person, guild: Guild, target_id: int, permission: str) -> None:
    """Refuse unless the person has the permission and stands above the target."""
    if target_id not in guild.members:
        raise unknown("unknown_member", f"Nobody with the ID {target_id} is in {guild.name}.")
    person.require_in_guild(guild, permission)
    if target_id == person.id and permission in {"kick_members", "ban_members", "moderate_members"}:
        raise RefusedError("yourself", "Nobody can do that to themselves.")
    if guild.owner_id == person.id:
        return
    above = guild.top_role_position(person.id) > guild.top_role_position(target_id)
    if target_id == guild.owner_id or not above:
        target = person.world.backend.users[target_id].name
        raise forbidden("hierarchy", f"{target} stands as high as {person.user.name}, or higher.")


def _remove(person: Person, guild: Guild, user_id: int) -> None:
    backend = person.world.backend
    # Out of voice first: the world would keep a person who is not in the guild connected.
    backend.set_voice_state(guild.id, user_id, None)
    backend.remove_member(guild.id, user_id)
    if user_id == backend.bot_user.id:
        backend.emit("GUILD_DELETE", {"id": str(guild.id)})


def _log(
    person: Person, guild: Guild, action: enums.AuditLogAction, target_id: int, reason: str | None = None
) -> None:
    fields: dict[str, Any] = {"target_id": target_id, "user_id": person.id, "reason": reason}
    person.world.backend.record_audit_log(guild.id, action, **fields)
