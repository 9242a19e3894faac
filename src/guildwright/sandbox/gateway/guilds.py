"""What a session sees of a guild: GUILD_CREATE with the members that Discord inlines, and chunks.

Without the presence intent a guild arrives with the bot and whoever is in voice; with it a small
guild arrives complete and a large one with those who are online, have a role, a nickname or a
voice state. Everybody else is asked for with REQUEST_GUILD_MEMBERS.
Source: Discord's documentation, "Request Guild Members" and "Guild Create", read 2026-11.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from guildwright.kernel import limits
from guildwright.sandbox.world import Guild, Member, serializers

from .codes import Close, CloseConnectionError, read_id
from .intents import Intent

if TYPE_CHECKING:
    from guildwright.sandbox.world import World

    from .session import Session

ONLY_AT_CREATION = (
    "channels",
    "guild_scheduled_events",
    "joined_at",
    "large",
    "member_count",
    "members",
    "presences",
    "soundboard_sounds",
    "stage_instances",
    "threads",
    "unavailable",
    "voice_states",
)
"""Fields of GUILD_CREATE that GUILD_UPDATE does not carry."""

UNMODELLED: dict[str, Any] = {
    "hub_type": None,
    "incidents_data": None,
    "max_stage_video_channel_users": 50,
    "max_video_channel_users": 25,
    "nsfw": False,
    "nsfw_level": 0,
    "region": "deprecated",
    "safety_alerts_channel_id": None,
}
"""Fields that every guild has and strict clients read, with the value of a guild that never set them."""


def guild_create(world: World, session: Session, guild: Guild) -> dict[str, Any]:
    """GUILD_CREATE as this session gets it."""
    payload: dict[str, Any] = UNMODELLED | {**serializers.guild_create_payload(world.backend, guild)}
    large = len(guild.members) > session.identity.large_threshold
    payload["large"] = large
    payload["joined_at"] = guild.members[world.bot_id].joined_at
    payload["threads"] = _visible_threads(world, guild)
    shows_presences = bool(session.intents & Intent.GUILD_PRESENCES)
    members = guild.members.values()
    if not shows_presences or large:
        members = [member for member in members if _inlined(world, guild, member, shows_presences)]
        payload["members"] = [serializers.member_payload(world.backend, guild, member) for member in members]
    if shows_presences:
        payload["presences"] = _presences(world, guild, [member.user_id for member in members])
    if not session.intents & Intent.GUILD_VOICE_STATES:
        payload["voice_states"] = []
    return payload


def guild_update(payload: Mapping[str, Any]) -> dict[str, Any]:
    """GUILD_UPDATE without what only GUILD_CREATE tells."""
    return UNMODELLED | {key: value for key, value in payload.items() if key not in ONLY_AT_CREATION}


def _inlined(world: World, guild: Guild, member: Member, shows_presences: bool) -> bool:
    if member.user_id == world.bot_id or member.user_id in guild.voice_states:
        return True
    if not shows_presences:
        return False
    return bool(member.role_ids or member.nick) or _shown_online(world, member.user_id)


def _shown_online(world: World, user_id: int) -> bool:
    return world.presence(user_id).status not in {"offline", "invisible"}


def _presences(world: World, guild: Guild, user_ids: list[int]) -> list[dict[str, Any]]:
    return [world.presence_payload(guild.id, user) for user in user_ids if _shown_online(world, user)]


def _visible_threads(world: World, guild: Guild) -> list[dict[str, Any]]:
    """The active threads that the bot may view; archived ones are asked for over REST."""
    return [
        {**serializers.thread_payload(world.backend, thread)}
        for thread in world.backend.active_threads(guild.id)
        if world.bot_sees(thread.id)
    ]


def member_chunks(world: World, session: Session, data: object) -> Iterator[dict[str, Any]]:
    """The GUILD_MEMBERS_CHUNK payloads that answer a request; none for a foreign guild.

    Raises:
        CloseConnectionError: The request cannot be understood.
    """
    fields = _read_request(data)
    guild = world.backend.guilds.get(read_id(fields.get("guild_id")))
    if guild is None or not session.owns(guild.id) or world.gateway.is_unavailable(guild.id):
        return
    whole = "user_ids" not in fields and not fields.get("query") and not fields["limit"]
    if whole and not session.intents & Intent.GUILD_MEMBERS:
        world.traffic.add("violation", "members_without_intent", guild_id=str(guild.id))
        return
    members, not_found = _choose_members(world, guild, fields)
    size = limits.MEMBER_CHUNK
    pieces = [members[start : start + size] for start in range(0, len(members), size)] or [[]]
    for index, piece in enumerate(pieces):
        chunk: dict[str, Any] = {
            "guild_id": str(guild.id),
            "members": [serializers.member_payload(world.backend, guild, member) for member in piece],
            "chunk_index": index,
            "chunk_count": len(pieces),
        }
        if not_found and index == 0:
            chunk["not_found"] = not_found
        if fields.get("presences") and session.intents & Intent.GUILD_PRESENCES:
            chunk["presences"] = _presences(world, guild, [member.user_id for member in piece])
        nonce = fields.get("nonce")
        if isinstance(nonce, str) and len(nonce.encode()) <= limits.REQUEST_NONCE_BYTES:
            chunk["nonce"] = nonce
        yield chunk


def _read_request(data: object) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise CloseConnectionError(Close.DECODE_ERROR)
    fields = cast("dict[str, Any]", data)
    limit = fields.setdefault("limit", 0)
    if ("query" not in fields and "user_ids" not in fields) or not isinstance(limit, int) or limit < 0:
        raise CloseConnectionError(
            Close.DECODE_ERROR, "Requesting members takes query and limit, or user_ids."
        )
    return fields


def _choose_members(world: World, guild: Guild, fields: dict[str, Any]) -> tuple[list[Member], list[str]]:
    if "user_ids" in fields:
        wanted = _user_ids(fields["user_ids"])
        found = [guild.members[user] for user in wanted if user in guild.members]
        return found, [str(user) for user in wanted if user not in guild.members]
    prefix = str(fields["query"]).lower()
    limit: int = fields["limit"]
    if prefix or limit:
        limit = min(limit or limits.REQUESTED_MEMBERS, limits.REQUESTED_MEMBERS)
    members = [member for member in guild.members.values() if _answers_to(world, member, prefix)]
    return (members[:limit] if limit else members), []


def _user_ids(value: object) -> list[int]:
    listed = cast("list[object]", value) if isinstance(value, list) else [value]
    return [read_id(user) for user in listed[: limits.REQUESTED_MEMBERS]]


def _answers_to(world: World, member: Member, prefix: str) -> bool:
    if not prefix:
        return True
    user = world.backend.users[member.user_id]
    names = (member.nick, user.global_name, user.name)
    return any(name is not None and name.lower().startswith(prefix) for name in names)
