"""Turns the ids a person picked into the `resolved` objects that Discord sends along.

Only what the person could pick in a client resolves: people of the world, roles of the guild,
channels the person sees.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from guildwright.kernel import limits
from guildwright.sandbox.people.refusal import RefusedError, unknown
from guildwright.sandbox.world import serializers

if TYPE_CHECKING:
    from guildwright.sandbox.people.person import Person
    from guildwright.sandbox.people.sending import Upload
    from guildwright.sandbox.world import Channel, Guild


@dataclass(slots=True)
class Resolver:
    """Collects the `resolved` block of one interaction."""

    person: Person
    channel_id: int
    resolved: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])

    @property
    def guild(self) -> Guild | None:
        backend = self.person.world.backend
        guild_id = backend.channels[self.channel_id].guild_id
        return backend.guilds[guild_id] if guild_id is not None else None

    def user(self, field_name: str, value: object) -> str:
        """Resolve a person, as a member when in the guild."""
        user_id = _snowflake(field_name, value)
        backend = self.person.world.backend
        user = backend.users.get(user_id)
        if user is None:
            raise unknown("unknown_user", f"{field_name}: there is nobody with the ID {user_id}.")
        self._put("users", user_id, dict(serializers.user_payload(user)))
        guild = self.guild
        if guild is not None and user_id in guild.members:
            member = dict(serializers.member_payload(backend, guild, guild.members[user_id], with_user=False))
            member["permissions"] = str(backend.compute_permissions(guild.id, user_id, self.channel_id))
            self._put("members", user_id, member)
        return str(user_id)

    def role(self, field_name: str, value: object) -> str:
        """Resolve a role of the guild."""
        role_id = _snowflake(field_name, value)
        role = self.guild.roles.get(role_id) if self.guild is not None else None
        if role is None:
            raise unknown("unknown_role", f"{field_name}: this guild has no role with the ID {role_id}.")
        self._put("roles", role_id, dict(serializers.role_payload(role)))
        return str(role_id)

    def mentionable(self, field_name: str, value: object) -> str:
        """Resolve a role or a person."""
        guild = self.guild
        if guild is not None and _snowflake(field_name, value) in guild.roles:
            return self.role(field_name, value)
        return self.user(field_name, value)

    def channel(self, field_name: str, value: object, allowed: list[int] | None = None) -> str:
        """Resolve a channel that the person sees, of an allowed type."""
        channel_id = _snowflake(field_name, value)
        channel = self._visible_channel(channel_id)
        if channel is None:
            raise unknown("unknown_channel", f"{field_name}: there is no channel with the ID {channel_id}.")
        if allowed and channel.type not in allowed:
            raise RefusedError("wrong_channel_type", f"{field_name}: that type of channel cannot be picked.")
        payload = dict[str, Any](serializers.channel_payload(self.person.world.backend, channel))
        payload["permissions"] = str(self.person.rights(channel).bits)
        self._put("channels", channel_id, payload)
        return str(channel_id)

    def attachment(self, upload: Upload) -> str:
        """Store an uploaded file; call it last, when nothing can be refused any more."""
        backend = self.person.world.backend
        attachment_id = backend.snowflake()
        payload = backend.cdn.store_attachment(
            attachment_id, self.channel_id, upload.filename, upload.data, None
        )
        self._put("attachments", attachment_id, payload)
        return str(attachment_id)

    def _visible_channel(self, channel_id: int) -> Channel | None:
        guild = self.guild
        channel = self.person.world.backend.channels.get(channel_id)
        if channel is None or not self.person.sees(channel_id):
            return None
        return channel if channel.guild_id == (guild.id if guild is not None else None) else None

    def _put(self, kind: str, key: int, payload: dict[str, Any]) -> None:
        self.resolved.setdefault(kind, {})[str(key)] = payload


def _snowflake(field_name: str, value: object) -> int:
    if (
        not isinstance(value, str)
        or not value.isascii()
        or not value.isdecimal()
        or len(value) > limits.ID_DIGITS_MAXIMUM
    ):
        raise RefusedError("wrong_type", f"{field_name}: pick somebody or something by its ID, as a string.")
    return int(value)
