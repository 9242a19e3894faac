"""What a client may ask of the gateway, one function per opcode."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, cast

import orjson

from guildwright.sandbox.settings import PresenceState
from guildwright.sandbox.world import BackendError, serializers

from .codes import Close, CloseConnectionError, Op, read_id
from .guilds import guild_create, member_chunks
from .identify import check_token, read_identity
from .intents import Intent
from .session import Session

if TYPE_CHECKING:
    from guildwright.sandbox.world import Guild, World

    from .connection import Connection

GREETED_AT_ONCE = 64
STATUSES = frozenset({"online", "idle", "dnd", "invisible", "offline"})

PRIVILEGED_FLAGS = {"presences": 1 << 13, "members": 1 << 15, "message_content": 1 << 19}
"""Application flags of privileged intents that are switched on for an unverified application."""


async def obey(connection: Connection, op: int, data: object) -> None:
    """Carry out a payload of the client.

    Raises:
        CloseConnectionError: The client must not send it, or not now.
    """
    command = _COMMANDS.get(op)
    if command is None:
        raise CloseConnectionError(Close.UNKNOWN_OPCODE, f"Unknown opcode {op}.")
    begins = op in {Op.IDENTIFY, Op.RESUME}
    if connection.session is None and not begins:
        raise CloseConnectionError(Close.NOT_AUTHENTICATED)
    if connection.session is not None and begins:
        raise CloseConnectionError(Close.ALREADY_AUTHENTICATED)
    connection.world.traffic.add("send", Op(op).name, shard=_shard(connection))
    await command(connection, data)


def _shard(connection: Connection) -> int | None:
    return connection.session.shard_id if connection.session else None


async def identify(connection: Connection, data: object) -> None:
    """Begin a session, at once or when IDENTIFY is no longer held; heartbeats are answered meanwhile."""
    if connection.hub.holds_identify:
        waiting = _identify_later(connection, data)
        connection.tasks.add(asyncio.create_task(waiting, name="gateway-held-identify"))
    else:
        await _identify(connection, data)


async def _identify_later(connection: Connection, data: object) -> None:
    await connection.hub.identify_turn(connection)
    if connection.session is not None:
        connection.refuse(CloseConnectionError(Close.ALREADY_AUTHENTICATED))
        return
    try:
        await _identify(connection, data)
    except CloseConnectionError as error:
        connection.refuse(error)


async def _identify(connection: Connection, data: object) -> None:
    """Begin a session, if the budget of session starts allows it."""
    hub, world = connection.hub, connection.world
    identity = read_identity(world, data)
    if hub.budget.too_early(identity.shard_id):
        world.traffic.add("violation", "identify_too_early", shard=identity.shard_id)
        connection.send_op(Op.INVALID_SESSION, data=False)
        return
    if not hub.budget.spend():
        world.traffic.add("violation", "session_starts_exceeded", shard=identity.shard_id)
        hub.reset_token()
        raise CloseConnectionError(
            Close.AUTHENTICATION_FAILED, "No session starts left: the token was reset."
        )
    connection.packed = identity.packed
    session = hub.open_session(identity)
    if identity.presence is not None:
        session.presence = _read_presence(identity.presence)
    hub.attach(session, connection)
    await _welcome(connection, session)


async def _welcome(connection: Connection, session: Session) -> None:
    """READY with stubs, then every guild; a long list is sent while the client's beats are answered."""
    world = connection.world
    guilds = [
        guild
        for guild in world.backend.guilds.values()
        if session.owns(guild.id) and world.bot_id in guild.members
    ]
    session.dispatch("READY", orjson.dumps(_ready(connection, session, guilds)))
    world.traffic.add("session", "READY", shard=session.shard_id, guilds=len(guilds))
    if not session.intents & Intent.GUILDS:
        return
    for guild in guilds[:GREETED_AT_ONCE]:
        _send_guild(world, session, guild)
    if len(guilds) > GREETED_AT_ONCE:
        rest = _send_guilds(connection, session, guilds[GREETED_AT_ONCE:])
        connection.tasks.add(asyncio.create_task(rest, name="gateway-guilds"))


async def _send_guilds(connection: Connection, session: Session, guilds: list[Guild]) -> None:
    for guild in guilds:
        await connection.room()
        if guild.id in connection.world.backend.guilds:
            _send_guild(connection.world, session, guild)


def _send_guild(world: World, session: Session, guild: Guild) -> None:
    if world.gateway.is_unavailable(guild.id):
        return  # the stub in READY has said so
    session.dispatch("GUILD_CREATE", orjson.dumps(guild_create(world, session, guild)))


def _ready(connection: Connection, session: Session, guilds: list[Guild]) -> dict[str, Any]:
    world, identity = connection.world, session.identity
    flags = sum(PRIVILEGED_FLAGS[name] for name in world.application_settings.privileged_intents)
    ready: dict[str, Any] = {
        "v": 10,
        "user": serializers.user_payload(world.backend.bot_user),
        "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
        "session_id": session.session_id,
        "session_type": "normal",
        "resume_gateway_url": connection.hub.url,
        "application": {"id": str(world.backend.application_id), "flags": flags},
        "private_channels": [],
        "relationships": [],
        "presences": [],
        "user_settings": {},
        "guild_join_requests": [],
        "_trace": ["guildwright-sandbox"],
    }
    if identity.sharded:
        ready["shard"] = [identity.shard_id, identity.shard_count]
    return ready


async def resume(connection: Connection, data: object) -> None:
    """Go on with a session: everything missed in order, then RESUMED."""
    if not isinstance(data, dict):
        raise CloseConnectionError(Close.DECODE_ERROR)
    fields = cast("dict[str, Any]", data)
    hub, sequence = connection.hub, fields.get("seq")
    check_token(connection.world, fields.get("token"))
    session = hub.find_session(str(fields.get("session_id")))
    if session is None or not isinstance(sequence, int):
        _refuse_resume(connection, "no_such_session")
        return
    if sequence > session.sequence:
        hub.end_session(session)
        raise CloseConnectionError(Close.INVALID_SEQUENCE)
    missed = session.missed_since(sequence)
    if missed is None:
        hub.end_session(session)
        _refuse_resume(connection, "replay_buffer_exceeded")
        return
    hub.attach(session, connection)
    for frame in missed:
        connection.send(frame)
    session.dispatch("RESUMED", b'{"_trace":["guildwright-sandbox"]}')
    connection.world.traffic.add("session", "RESUMED", shard=session.shard_id, replayed=len(missed))


def _refuse_resume(connection: Connection, why: str) -> None:
    connection.world.traffic.add("session", "RESUME refused", reason=why)
    connection.send_op(Op.INVALID_SESSION, data=False)


async def update_presence(connection: Connection, data: object) -> None:
    """Show the bot as it says, in the guilds of its shard."""
    world, session = connection.world, cast("Session", connection.session)
    session.presence = _read_presence(data)
    world.set_presence(world.bot_id, session.presence, among=session.owns)
    connection.hub.tell_listeners()


def _read_presence(data: object) -> PresenceState:
    if not isinstance(data, dict):
        raise CloseConnectionError(Close.DECODE_ERROR, "A presence is an object.")
    fields = cast("dict[str, Any]", data)
    status = fields.get("status") or "online"
    if status not in STATUSES:
        raise CloseConnectionError(Close.DECODE_ERROR, "A status is online, idle, dnd, invisible or offline.")
    shown = fields.get("activities")
    if shown is None:
        game = fields.get("game")
        shown = [] if game is None else [game]
    if not isinstance(shown, list) or not all(
        isinstance(activity, dict) and isinstance(cast("dict[str, Any]", activity).get("name"), str)
        for activity in cast("list[object]", shown)
    ):
        raise CloseConnectionError(Close.DECODE_ERROR, "Activities are a list of objects with a name.")
    return PresenceState(status, tuple(cast("list[dict[str, Any]]", shown)))


async def update_voice_state(connection: Connection, data: object) -> None:
    """Move the bot between voice channels. The sandbox keeps the state; it carries no audio."""
    if not isinstance(data, dict):
        raise CloseConnectionError(Close.DECODE_ERROR)
    fields, world = cast("dict[str, Any]", data), connection.world
    guild_id, channel = read_id(fields.get("guild_id")), fields.get("channel_id")
    channel_id = None if channel is None else read_id(channel)
    world.traffic.add(
        "note",
        "VOICE_STATE",
        guild_id=str(guild_id),
        text="State only: the sandbox has no voice server, so no VOICE_SERVER_UPDATE follows.",
    )
    try:
        if channel_id is not None:
            world.backend.require_permissions(guild_id, world.bot_id, channel_id, "connect")
        world.backend.set_voice_state(
            guild_id,
            world.bot_id,
            channel_id,
            self_mute=fields.get("self_mute") is True,
            self_deaf=fields.get("self_deaf") is True,
        )
    except BackendError as error:
        # Discord ignores a request for a channel that the bot may not join; the inspector tells.
        world.traffic.add("violation", "voice_refused", reason=error.message)


async def request_members(connection: Connection, data: object) -> None:
    """Answer with chunks of 1,000 members."""
    session = cast("Session", connection.session)
    for chunk in member_chunks(connection.world, session, data):
        await connection.room()
        session.dispatch("GUILD_MEMBERS_CHUNK", orjson.dumps(chunk))


async def request_soundboard(connection: Connection, data: object) -> None:
    """No guild of the sandbox has soundboard sounds, and that is the answer."""
    listed = cast("dict[str, Any]", data).get("guild_ids") if isinstance(data, dict) else None
    if not isinstance(listed, list):
        raise CloseConnectionError(Close.DECODE_ERROR, "Requesting sounds takes guild_ids.")
    session = cast("Session", connection.session)
    for guild_id in cast("list[object]", listed):
        body = orjson.dumps({"guild_id": str(guild_id), "soundboard_sounds": []})
        session.dispatch("SOUNDBOARD_SOUNDS", body)


_COMMANDS: dict[int, Callable[[Connection, object], Awaitable[None]]] = {
    Op.IDENTIFY: identify,
    Op.PRESENCE: update_presence,
    Op.VOICE_STATE: update_voice_state,
    Op.RESUME: resume,
    Op.REQUEST_MEMBERS: request_members,
    Op.REQUEST_SOUNDBOARD: request_soundboard,
}
