"""Makes an empty world into the one that a file describes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from guildwright.sandbox.default_world import BOT_PERMISSIONS
from guildwright.sandbox.world import PERMISSION_BITS, Guild, PresenceState, World, enums, models
from guildwright.sandbox.world_file.shape import CROWD, EVERYONE, ChannelPart, GuildPart, RolePart, WorldFile

KINDS: Final = {
    "text": enums.ChannelType.TEXT,
    "announcement": enums.ChannelType.NEWS,
    "voice": enums.ChannelType.VOICE,
    "stage": enums.ChannelType.STAGE_VOICE,
    "category": enums.ChannelType.CATEGORY,
    "forum": enums.ChannelType.FORUM,
}


def build_world(world: World, file: WorldFile) -> None:
    """Fill an empty world with the people and guilds of a file."""
    backend = world.backend
    backend.bot_user.name = file.bot_name
    people: dict[str, int] = {}
    for person in file.people:
        user = backend.make_user(person.name, global_name=person.display_name)
        people[person.name] = user.id
        world.presences[user.id] = PresenceState(person.status)
    world.owner_id = people[file.owner]
    crowd = Crowd(world)
    for part in file.guilds:
        for number in range(1, part.count + 1):
            name = part.name if part.count == 1 else f"{part.name} {number}"
            _GuildBuilder(world, people, crowd, part).build(name)


class Crowd:
    """People without a name of their own, the same ones in every guild."""

    def __init__(self, world: World) -> None:
        self._backend = world.backend
        self._ids: list[int] = []

    def first(self, count: int) -> Iterable[int]:
        """The first so many of them; those that are missing are made."""
        while len(self._ids) < count:
            number = len(self._ids) + 1
            self._ids.append(self._backend.make_user(f"{CROWD}{number}", global_name=f"Crowd {number}").id)
        return self._ids[:count]


def bits(names: Iterable[str]) -> int:
    """The permission bits of the named permissions."""
    value = 0
    for name in names:
        value |= PERMISSION_BITS[name]
    return value


class _GuildBuilder:
    def __init__(self, world: World, people: Mapping[str, int], crowd: Crowd, part: GuildPart) -> None:
        self._backend = world.backend
        self._people = people
        self._crowd = crowd
        self._part = part
        self._roles: dict[str, int] = {}

    def build(self, name: str) -> None:
        part = self._part
        guild = self._backend.create_guild(
            name, owner_id=self._people[part.owner], description=part.description
        )
        self._roles = {EVERYONE: guild.id}
        if part.everyone is not None:
            guild.roles[guild.id].permissions = bits(part.everyone)
        self._make_roles(guild)
        self._seat_members(guild)
        for channel in part.channels:
            self._make_channel(guild, channel, None)

    def _make_roles(self, guild: Guild) -> None:
        bot_id = self._backend.bot_user.id
        own_role = guild.members[bot_id].role_ids[0]
        if not self._part.bot:
            self._backend.remove_member(guild.id, bot_id)
            self._backend.delete_role(guild.id, own_role)
        roles = list(self._part.roles)
        if self._part.bot and not any(role.bot for role in roles):
            name = self._backend.bot_user.name
            roles.append(
                RolePart(name=name, key=f"{name} (bot)", permissions=list(BOT_PERMISSIONS), bot=True)
            )
        for place, role in enumerate(roles):
            fields = {
                "position": len(roles) - place,
                "permissions": bits(role.permissions),
                "color": int(role.color[1:], 16),
                "hoist": role.hoist,
                "mentionable": role.mentionable,
            }
            if role.bot:
                self._backend.edit_role(guild.id, own_role, {"name": role.name, **fields})
                self._roles[role.handle] = own_role
            else:
                self._roles[role.handle] = self._backend.create_role(guild.id, role.name, **fields).id

    def _seat_members(self, guild: Guild) -> None:
        for member in self._part.members:
            user_id = self._people[member.person]
            if user_id not in guild.members:
                self._backend.add_member(guild.id, user_id)
            seated = guild.members[user_id]
            seated.role_ids = [self._roles[role] for role in member.roles]
            seated.nick = member.nick
        for user_id in self._crowd.first(self._part.crowd):
            self._backend.add_member(guild.id, user_id)

    def _make_channel(self, guild: Guild, part: ChannelPart, parent_id: int | None) -> None:
        channel = self._backend.create_channel(
            guild.id,
            part.name,
            type=KINDS[part.type],
            parent_id=parent_id,
            topic=part.topic,
            rate_limit_per_user=part.slowmode,
            user_limit=part.user_limit,
            overwrites=[
                models.Overwrite(
                    self._roles[one.role] if one.role is not None else self._people[str(one.person)],
                    enums.OverwriteType.ROLE if one.role is not None else enums.OverwriteType.MEMBER,
                    allow=bits(one.allow),
                    deny=bits(one.deny),
                )
                for one in part.overwrites
            ],
        )
        if part.system:
            guild.system_channel_id = channel.id
        for child in part.channels:
            self._make_channel(guild, child, channel.id)
