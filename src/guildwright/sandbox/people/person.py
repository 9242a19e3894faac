"""A simulated person: what the person sees and may do, asked anew for every action.

Holds no state of its own. Whatever it hands out (channel, message, member) has been checked for this
person's eyes, so the actions built on it cannot reach what a client would not show.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from guildwright.sandbox.people.refusal import RefusedError, forbidden, unknown
from guildwright.sandbox.world import channel_accessible, enums, permissions

if TYPE_CHECKING:
    from guildwright.sandbox.world import Channel, Guild, Member, Message, User, World

IN_DIRECT_MESSAGES: Final = (
    "view_channel",
    "send_messages",
    "embed_links",
    "attach_files",
    "read_message_history",
    "add_reactions",
    "use_external_emojis",
    "pin_messages",
    "use_application_commands",
)


@dataclass(frozen=True, slots=True)
class Rights:
    """Permission bits that can be asked by name."""

    bits: int

    def has(self, permission: str) -> bool:
        return bool(self.bits & permissions.flag(permission))


_DIRECT: Final = Rights(sum(permissions.flag(name) for name in IN_DIRECT_MESSAGES))


@dataclass(frozen=True, slots=True)
class Person:
    """One person of a world, acting."""

    world: World
    id: int

    @property
    def user(self) -> User:
        return self.world.backend.users[self.id]

    def sees(self, channel_id: int) -> bool:
        """Whether the channel is in this person's client."""
        return channel_accessible(self.world.backend, channel_id, self.id)

    def guilds(self) -> list[Guild]:
        """The guilds this person is in."""
        return [guild for guild in self.world.backend.guilds.values() if self.id in guild.members]

    def guild(self, guild_id: int) -> Guild:
        """A guild this person is in; refuses any other as unknown."""
        guild = self.world.backend.guilds.get(guild_id)
        if guild is None or self.id not in guild.members:
            raise unknown("unknown_guild", f"{self.user.name} is in no guild with the ID {guild_id}.")
        return guild

    def membership(self, guild_id: int) -> Member:
        """This person's membership of a guild."""
        return self.guild(guild_id).members[self.id]

    def channel(self, channel_id: int) -> Channel:
        """A channel this person sees; refuses any other as unknown."""
        if not self.sees(channel_id):
            raise unknown("unknown_channel", f"{self.user.name} sees no channel with the ID {channel_id}.")
        return self.world.backend.channels[channel_id]

    def message(self, channel_id: int, message_id: int) -> Message:
        """A message this person sees in a channel."""
        self.channel(channel_id)
        message = self.world.backend.messages.get(channel_id, {}).get(message_id)
        if message is None:
            raise unknown("unknown_message", f"There is no message {message_id} in that channel (any more).")
        if not message.visible_to(self.id):
            raise forbidden(
                "foreign_ephemeral",
                "That message is only visible to the person who used the command.",
            )
        return message

    def rights(self, channel: Channel) -> Rights:
        """This person's permissions in a channel."""
        if channel.guild_id is None:
            return _DIRECT
        return Rights(self.world.backend.compute_permissions(channel.guild_id, self.id, channel.id))

    def require(self, channel: Channel, *needed: str) -> None:
        """Refuse unless this person has all the permissions in the channel; a direct message asks none."""
        rights = self.rights(channel)
        missing = [name for name in needed if not rights.has(name)]
        if missing and channel.guild_id is not None:
            self._refuse_timed_out(channel.guild_id)
            raise forbidden("missing_permission", f"You need {_listed(missing)} in {named(channel)}.")

    def require_in_guild(self, guild: Guild, *needed: str) -> None:
        """Refuse unless this person has all the permissions in the guild."""
        rights = Rights(self.world.backend.compute_permissions(guild.id, self.id))
        missing = [name for name in needed if not rights.has(name)]
        if missing:
            self._refuse_timed_out(guild.id)
            raise forbidden("missing_permission", f"You need {_listed(missing)} in {guild.name}.")

    def timed_out_until(self, guild_id: int) -> datetime | None:
        """When this person's timeout in a guild ends; nothing if none is running."""
        raw = self.membership(guild_id).timed_out_until
        until = datetime.fromisoformat(raw) if raw else None
        return until if until is not None and until > self.world.clock.now() else None

    def _refuse_timed_out(self, guild_id: int) -> None:
        until = self.timed_out_until(guild_id)
        if until is not None:
            raise forbidden(
                "timed_out",
                f"{self.user.name} is timed out until {until:%Y-%m-%d %H:%M:%S} UTC and can only read here.",
            )


def find_person(world: World, user_id: int) -> Person:
    """Return the person with an ID; bots and webhooks are refused, they act through Discord's API."""
    user = world.backend.users.get(user_id)
    if user is None:
        raise unknown("unknown_person", f"There is no person with the ID {user_id} in world {world.name!r}.")
    if user.bot or user.system:
        raise RefusedError("not_a_person", f"{user.name} is a bot; bots act through Discord's API.")
    return Person(world, user_id)


def require_shared_guild(person: Person) -> None:
    """Refuse unless the person and the bot share a guild: otherwise the bot takes no direct messages."""
    bot = person.world.backend.bot_user
    if not any(bot.id in guild.members for guild in person.guilds()):
        raise forbidden(
            "blocked", f"{bot.name} cannot be written to: {person.user.name} shares no guild with it."
        )


def named(channel: Channel) -> str:
    """Return how people call the channel."""
    if channel.guild_id is None:
        return "this direct message"
    return (
        channel.name or str(channel.id) if channel.type == enums.ChannelType.CATEGORY else f"#{channel.name}"
    )


def _listed(missing: list[str]) -> str:
    names = [name.replace("_", " ").title() for name in missing]
    return f"the permission{'s' if len(names) > 1 else ''} {' and '.join(names)}"
