"""Guilds, channels, roles and members by the names people use for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from guildwright.testing.errors import OutcomeError, is_verdict

__tracebackhide__ = is_verdict


@dataclass(frozen=True, slots=True)
class Channel:
    id: int
    name: str
    guild_id: int | None
    kind: int
    topic: str
    can: dict[str, bool]


@dataclass(frozen=True, slots=True)
class Role:
    id: int
    name: str
    colour: int
    permissions: int
    position: int


@dataclass(frozen=True, slots=True)
class Member:
    id: int
    name: str
    nick: str
    role_ids: frozenset[int]
    status: str
    timed_out_until: str


@dataclass(frozen=True, slots=True)
class Guild:
    """A guild as one person sees it."""

    id: int
    name: str
    owner_id: int
    channels: tuple[Channel, ...]
    roles: tuple[Role, ...]
    members: tuple[Member, ...]

    def role(self, name: str) -> Role:
        return _named(self.roles, name, "role", self.name)

    def member(self, name: str) -> Member:
        return _named(self.members, name, "member", self.name)

    def channel(self, name: str) -> Channel:
        return _named(self.channels, name.removeprefix("#"), "channel", self.name)


@dataclass(frozen=True, slots=True)
class Sight:
    """What a person's client shows: guilds in its order, direct messages, and the bot."""

    guilds: tuple[Guild, ...]
    dms: tuple[int, ...]
    bot_id: int
    bot_name: str
    bot_online: bool

    def find_channel(self, name: str) -> Channel | None:
        """Find `#general`, or `Guild/#general` where several guilds have one."""
        guild_name, _, channel_name = name.rpartition("/")
        for guild in self.guilds:
            for channel in guild.channels:
                if channel.name == channel_name.removeprefix("#") and guild_name in {"", guild.name}:
                    return channel
        return None

    def guild(self, name: str) -> Guild:
        return _named(self.guilds, name, "guild", "this world")


def read_sight(state: dict[str, Any]) -> Sight:
    """Read the control API's `/state`."""
    bot = state["bot"]
    return Sight(
        guilds=tuple(map(read_guild, state["guilds"])),
        dms=tuple(int(channel["id"]) for channel in state.get("dms") or []),
        bot_id=int(bot["id"]),
        bot_name=bot.get("global_name") or bot["username"],
        bot_online=bool(bot["online"]),
    )


def read_guild(raw: dict[str, Any]) -> Guild:
    guild_id = int(raw["id"])
    return Guild(
        id=guild_id,
        name=raw["name"],
        owner_id=int(raw["owner_id"]),
        channels=tuple(read_channel(each, guild_id) for each in raw["channels"]),
        roles=tuple(map(read_role, raw["roles"])),
        members=tuple(map(read_member, raw["members"])),
    )


def read_channel(raw: dict[str, Any], guild_id: int | None) -> Channel:
    return Channel(
        id=int(raw["id"]),
        name=raw.get("name") or "",
        guild_id=guild_id,
        kind=raw["type"],
        topic=raw.get("topic") or "",
        can=raw.get("can") or {},
    )


def read_role(raw: dict[str, Any]) -> Role:
    return Role(int(raw["id"]), raw["name"], raw["color"], int(raw["permissions"]), raw["position"])


def read_member(raw: dict[str, Any]) -> Member:
    user = raw["user"]
    return Member(
        id=int(user["id"]),
        name=user.get("global_name") or user["username"],
        nick=raw.get("nick") or "",
        role_ids=frozenset(map(int, raw["roles"])),
        status=(raw.get("presence") or {}).get("status", "offline"),
        timed_out_until=raw.get("communication_disabled_until") or "",
    )


def _named(things: tuple[Any, ...], name: str, kind: str, place: str) -> Any:
    for thing in things:
        if thing.name == name:
            return thing
    raise OutcomeError(f"No {kind} {name!r} in {place}; there are {[thing.name for thing in things]}.")


def find_channel(sight: Sight, name: str, person: str) -> Channel:
    """Return the channel of that name, or fail with those that the person sees."""
    found = sight.find_channel(name)
    if found is not None:
        return found
    names = (f"{guild.name}/#{channel.name}" for guild in sight.guilds for channel in guild.channels)
    raise OutcomeError(f"{person} sees no channel {name!r}, only {', '.join(names)}.")
