"""Writes down the world there is in the form of a world file.

What the form has no place for (messages, threads, emojis, other bots) is left out.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from guildwright.sandbox.world import PERMISSION_BITS, Channel, Guild, Role, World
from guildwright.sandbox.world_file.building import KINDS
from guildwright.sandbox.world_file.shape import (
    CROWD,
    EVERYONE,
    ChannelPart,
    GuildPart,
    MemberPart,
    OverwritePart,
    PersonPart,
    RolePart,
    WorldFile,
)

_NAMES = {int(kind): name for name, kind in KINDS.items()}


def export_world(world: World) -> dict[str, Any]:
    """Return the world as a document; what has its default is left out."""
    people = _people(world)
    file = WorldFile(
        version=1,
        owner=people[world.owner_id],
        bot_name=world.backend.bot_user.name,
        people=[
            PersonPart(
                name=name,
                display_name=world.backend.users[user_id].global_name,
                status=_status(world, user_id),
            )
            for user_id, name in people.items()
        ],
        guilds=[_GuildExport(world, guild, people).part() for guild in world.backend.guilds.values()],
    )
    return {"version": 1, **file.model_dump(exclude_defaults=True)}


def _people(world: World) -> dict[int, str]:
    """The people by ID, in the order of their coming."""
    return {
        user.id: user.name
        for user in world.backend.users.values()
        if not user.bot and not user.system and not user.name.startswith(CROWD)
    }


def _status(world: World, user_id: int) -> Any:
    known = world.presences.get(user_id)
    return "offline" if known is None or known.status == "invisible" else known.status


def names_of(value: int) -> list[str]:
    """The names of the permissions in a number, in the order of their bits."""
    return [name for name, bit in PERMISSION_BITS.items() if value & bit]


class _GuildExport:
    def __init__(self, world: World, guild: Guild, people: dict[int, str]) -> None:
        self._backend = world.backend
        self._guild = guild
        self._people = people
        self._bot_id = world.bot_id
        own = guild.members.get(world.bot_id)
        self._own_roles = frozenset(own.role_ids) if own else frozenset[int]()
        self._keys = self._name_roles()

    def part(self) -> GuildPart:
        guild = self._guild
        members = guild.members.values()
        crowd = sum(self._backend.users[one.user_id].name.startswith(CROWD) for one in members)
        return GuildPart(
            name=guild.name,
            owner=self._people[guild.owner_id],
            description=guild.description,
            bot=self._bot_id in guild.members,
            everyone=names_of(guild.everyone_role.permissions),
            roles=[self._role(role) for role in self._ranked()],
            members=[
                MemberPart(
                    person=self._people[one.user_id],
                    roles=[self._keys[role_id] for role_id in one.role_ids if role_id in self._keys],
                    nick=one.nick,
                )
                for one in members
                if one.user_id in self._people
            ],
            crowd=crowd,
            channels=self._channels(None),
        )

    def _ranked(self) -> list[Role]:
        """The roles but @everyone, from the highest to the lowest."""
        roles = (role for role in self._guild.roles.values() if role.id != self._guild.id)
        return sorted(roles, key=lambda role: (-role.position, role.id))

    def _name_roles(self) -> dict[int, str]:
        """A key for each role that no other role of the guild has."""
        names = Counter(role.name for role in self._ranked())
        return {
            role.id: role.name
            if names[role.name] == 1 and role.name != EVERYONE
            else f"{role.name[:79]} {role.id}"
            for role in self._ranked()
        }

    def _role(self, role: Role) -> RolePart:
        key = self._keys[role.id]
        return RolePart(
            name=role.name,
            key=None if key == role.name else key,
            permissions=names_of(role.permissions),
            color=f"#{role.color:06x}",
            hoist=role.hoist,
            mentionable=role.mentionable,
            bot=role.managed and role.id in self._own_roles,
        )

    def _channels(self, parent_id: int | None) -> list[ChannelPart]:
        found = (self._backend.channels[channel_id] for channel_id in self._guild.channel_ids)
        inside = [one for one in found if one.parent_id == parent_id and int(one.type) in _NAMES]
        return [self._channel(one) for one in sorted(inside, key=lambda one: (one.position, one.id))]

    def _channel(self, channel: Channel) -> ChannelPart:
        return ChannelPart(
            name=channel.name or "channel",
            type=_NAMES[int(channel.type)],  # pyright: ignore[reportArgumentType] - the keys of KINDS are its names
            topic=channel.topic,
            slowmode=channel.rate_limit_per_user,
            user_limit=channel.user_limit,
            system=channel.id == self._guild.system_channel_id,
            overwrites=[
                OverwritePart(
                    role=EVERYONE if one.target_id == self._guild.id else self._keys.get(one.target_id),
                    person=self._people.get(one.target_id),
                    allow=names_of(one.allow),
                    deny=names_of(one.deny),
                )
                for one in channel.overwrites
                if one.target_id == self._guild.id
                or one.target_id in self._keys
                or one.target_id in self._people
            ],
            channels=self._channels(channel.id) if _NAMES[int(channel.type)] == "category" else [],
        )
