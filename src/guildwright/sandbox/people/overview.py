"""Everything around the messages that one person sees: guilds, channels, members, the bot.

Only guilds of the person are walked member by member, so that a world of ten thousand guilds costs a
person of two of them next to nothing.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from guildwright.sandbox.people.view import can_pin, can_send, holds_messages
from guildwright.sandbox.world import serializers

if TYPE_CHECKING:
    from guildwright.sandbox.people.person import Person, Rights
    from guildwright.sandbox.world import Channel, Guild, Member, User, World

PEOPLE_LISTED: Final = 200
"""How many people the switch of the acting person offers; a large world has a hundred thousand."""

Payload = dict[str, Any]


def overview(person: Person) -> Payload:
    """Return the state of the person's client."""
    world = person.world
    dm = world.backend.dm_channels.get(person.id)
    return {
        "me": user_payload(world, person.user),
        "people": list_people(world, also=person.id),
        "bot": bot_payload(world),
        "guilds": [_guild(person, guild) for guild in person.guilds()],
        "dms": [channel_payload(person, world.backend.channels[dm])] if dm is not None else [],
    }


def list_people(world: World, *, also: int | None = None) -> list[Payload]:
    """Return the people one can act as, each with the guilds the person is in."""
    users = (user for user in world.backend.users.values() if _is_person(user))
    listed = {user.id: user for user in islice(users, PEOPLE_LISTED)}
    if also is not None:
        listed.setdefault(also, world.backend.users[also])
    guild_ids: dict[int, list[str]] = {user_id: [] for user_id in listed}
    for guild in world.backend.guilds.values():
        for user_id in guild.members.keys() & guild_ids.keys():
            guild_ids[user_id].append(str(guild.id))
    return [{**user_payload(world, user), "guild_ids": guild_ids[user.id]} for user in listed.values()]


def user_payload(world: World, user: User) -> Payload:
    """Return a user, with how the person or bot shows to others."""
    state = world.presence(user.id)
    status = "offline" if state.status == "invisible" else state.status
    payload = dict[str, Any](serializers.user_payload(user))
    payload["presence"] = {"status": status, "activities": list(state.activities)}
    return payload


def bot_payload(world: World) -> Payload:
    """Return the bot, whether it is connected, and what it says it is doing."""
    payload = user_payload(world, world.backend.bot_user)
    online = world.gateway.bot_online
    presence = payload["presence"]
    return {
        **payload,
        "application_id": str(world.backend.application_id),
        "online": online,
        "status": presence["status"] if online else "offline",
        "activities": presence["activities"] if online else [],
    }


def _is_person(user: User) -> bool:
    return not user.bot and not user.system


def _guild(person: Person, guild: Guild) -> Payload:
    backend = person.world.backend
    channels = [backend.channels[item] for item in (*guild.channel_ids, *guild.thread_ids)]
    return {
        "id": str(guild.id),
        "name": guild.name,
        "icon": None,
        "owner_id": str(guild.owner_id),
        "roles": serializers.roles_payload(guild),
        "emojis": [serializers.guild_emoji_payload(backend, emoji) for emoji in guild.emojis.values()],
        "channels": [channel_payload(person, channel) for channel in channels if person.sees(channel.id)],
        "members": [_member(person.world, guild, member) for member in guild.members.values()],
        "permissions": str(backend.compute_permissions(guild.id, person.id)),
    }


def channel_payload(person: Person, channel: Channel) -> Payload:
    """Return a channel with what this person may do in it."""
    rights = person.rights(channel)
    payload = dict[str, Any](serializers.channel_payload(person.world.backend, channel))
    if channel.guild_id is None:
        # The world keeps the bot's side of the conversation; a person talks to the bot.
        payload["recipients"] = [user_payload(person.world, person.world.backend.bot_user)]
    payload["permissions"] = str(rights.bits)
    payload["can"] = _can(channel, rights)
    return payload


def _can(channel: Channel, rights: Rights) -> dict[str, bool]:
    return {
        "view": True,
        "send": can_send(channel, rights),
        "attach": can_send(channel, rights) and rights.has("attach_files"),
        "react": rights.has("add_reactions"),
        "pin": can_pin(rights),
        "manage_messages": rights.has("manage_messages"),
        "use_commands": holds_messages(channel) and rights.has("use_application_commands"),
        "connect": rights.has("connect"),
    }


def _member(world: World, guild: Guild, member: Member) -> Payload:
    voice = guild.voice_states.get(member.user_id)
    user = user_payload(world, world.backend.users[member.user_id])
    payload: Payload = {
        "user": user,
        "nick": member.nick,
        "roles": [str(role_id) for role_id in member.role_ids],
        "joined_at": member.joined_at,
        "communication_disabled_until": member.timed_out_until,
        "presence": user.pop("presence"),
        "voice_channel_id": str(voice.channel_id) if voice is not None else None,
    }
    return payload
