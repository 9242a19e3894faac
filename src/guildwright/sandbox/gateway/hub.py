"""A world's gateway: its listener, its sessions, and what faults are made of.

Which faults there are and what they do stands in `sandbox/faults`.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from websockets.asyncio.server import Server, ServerConnection, serve

from guildwright.kernel import limits
from guildwright.sandbox.faults.board import faults_of
from guildwright.sandbox.faults.kinds import AcceptAndClose, HoldIdentify
from guildwright.sandbox.settings import PresenceState

from .codes import Close
from .connection import Connection
from .delivery import Delivery
from .identify import IdentifyBudget, Identity
from .session import Session

if TYPE_CHECKING:
    from guildwright.sandbox.world import World

CLOSE_TIMEOUT_SECONDS = 2
FRAME_LIMIT_BYTES = 1 << 20
REBIND_ATTEMPTS = 50
REBIND_PAUSE_SECONDS = 0.1

PresenceListener = Callable[[bool], None]

logger = logging.getLogger("guildwright.sandbox.gateway")
_socket_logger = logging.getLogger("guildwright.sandbox.websockets")
_socket_logger.setLevel(logging.ERROR)


class GatewayHub:
    """Accepts a world's bots and delivers to them what happens."""

    def __init__(self, world: World, *, host: str = "127.0.0.1") -> None:
        self.world = world
        self.host = host
        self.port = 0
        self.budget = IdentifyBudget(world)
        self.faults = faults_of(world)
        self.written: Callable[[bytes], None] | None = None
        self._connections: set[Connection] = set()
        self._sessions: dict[str, Session] = {}
        self._delivery = Delivery(world)
        self._server: Server | None = None
        self._empty = asyncio.Event()
        self._listeners: list[PresenceListener] = []
        self._was_online = False
        self._unsubscribe = world.subscribe(self._delivery.deliver)
        self._forget_clock = world.clock.on_advance(lambda _: self._expire_sessions())
        self._expiry: asyncio.TimerHandle | None = None

    # The listener

    @property
    def url(self) -> str:
        """What GET /gateway and READY tell the client to connect to."""
        return f"ws://{self.host}:{self.port}"

    @property
    def listening(self) -> bool:
        return self._server is not None

    @property
    def recommended_shards(self) -> int:
        """`shards` of GET /gateway/bot: one for every thousand guilds, unless the settings say otherwise."""
        wanted = self.world.application_settings.shards
        return wanted or max(1, -(-len(self.world.backend.guilds) // limits.RECOMMENDED_SHARD_GUILDS))

    async def start(self) -> None:
        """Accept connections, on the same port as before if there was one."""
        # With the protocol named, asyncio switches Nagle off: events leave at once, not after an ACK.
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((self.host, self.port))
        except OSError:
            listener.close()
            raise
        self.port = listener.getsockname()[1]
        self._server = await serve(
            self._accept,
            sock=listener,
            origins=[None],
            compression=None,
            server_header=None,
            ping_interval=None,
            close_timeout=CLOSE_TIMEOUT_SECONDS,
            max_size=FRAME_LIMIT_BYTES,
            logger=_socket_logger,
        )

    async def stop(self) -> None:
        """Disconnect everybody and forget every session."""
        self._unsubscribe()
        self._forget_clock()
        if self._expiry is not None:
            self._expiry.cancel()
        server, self._server = self._server, None
        if server is not None:
            server.close(code=Close.GOING_AWAY)
        for connection in tuple(self._connections):
            connection.abort()
        while self._connections:
            self._empty.clear()
            await self._empty.wait()
        if server is not None:
            await server.wait_closed()
        self._sessions.clear()

    async def _accept(self, accepted: ServerConnection) -> None:
        closing = self.faults.of(AcceptAndClose)
        if closing:
            self.faults.strike(closing[0])
            await accepted.close(closing[0].fault.code, "Closed on demand.")
            return
        connection = Connection(self, accepted)
        self._connections.add(connection)
        await connection.run()
        if not self._connections:
            self._empty.set()

    # Sessions

    @property
    def bot_online(self) -> bool:
        """Whether any shard of the bot is connected."""
        return any(session.connection is not None for session in self._sessions.values())

    def on_presence(self, listener: PresenceListener) -> Callable[[], None]:
        """Call `listener(online)` whenever the bot comes, goes or changes its status."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def tell_listeners(self) -> None:
        """Tell that the bot came, went or changed its status."""
        for listener in tuple(self._listeners):
            listener(self.bot_online)

    def sessions(self) -> list[dict[str, Any]]:
        """The facts of every session, connected or waiting for RESUME."""
        now = self.world.clock.monotonic()
        return [session.facts(now) for session in self._sessions.values()]

    def open_session(self, identity: Identity) -> Session:
        """Create a session for a client that has identified."""
        session_id = f"{self.world.backend.random.getrandbits(128):032x}"
        session = Session(session_id, identity, self.world.application_settings.replay_buffer)
        self._sessions[session_id] = session
        self._delivery.route_to(self._sessions.values())
        return session

    def find_session(self, session_id: str) -> Session | None:
        """The session, unless its lifetime is over."""
        self._expire_sessions()
        return self._sessions.get(session_id)

    def end_session(self, session: Session) -> None:
        """Forget a session: it cannot be resumed and gets no more events."""
        if self._sessions.pop(session.session_id, None) is not None:
            self._delivery.route_to(self._sessions.values())
        if session.connection is not None:
            session.connection.session = None
            session.connection = None
        self._note_online()

    def attach(self, session: Session, connection: Connection) -> None:
        """Let a connection carry the session; the one before it is cut off."""
        before = session.connection
        session.connection = connection
        session.expires_at = None
        connection.session = session
        if before is not None:
            before.session = None
            before.abort()
        self._note_online()

    def disconnected(self, connection: Connection, code: int | None, *, final: bool) -> None:
        """A connection has ended: its session waits for RESUME or ends with it."""
        self._connections.discard(connection)
        self._note_silence(connection)
        session, connection.session = connection.session, None
        self.world.traffic.add("session", "disconnected", code=code, shard=session and session.shard_id)
        if session is None:
            return
        session.connection = None
        if final:
            self.end_session(session)
            return
        lifetime = self.world.application_settings.session_lifetime
        session.expires_at = self.world.clock.monotonic() + lifetime
        self._expire_sessions()
        self._note_online()

    def _note_silence(self, gone: Connection) -> None:
        """Acknowledgements stopped for connections; with the last of them the fault is over."""
        silenced = gone.silenced
        if silenced is not None and not any(one.silenced is silenced for one in self._connections):
            self.faults.end_soon(silenced)

    def _expire_sessions(self) -> None:
        now = self.world.clock.monotonic()
        waiting = [session for session in self._sessions.values() if session.expires_at is not None]
        for session in waiting:
            if session.expires_at is not None and session.expires_at <= now:
                self.end_session(session)
        left = [session.expires_at - now for session in self._sessions.values() if session.expires_at]
        if self._expiry is not None:
            self._expiry.cancel()
            self._expiry = None
        if left and self._server is not None:
            self._expiry = asyncio.get_running_loop().call_later(min(left), self._expire_sessions)

    def _note_online(self) -> None:
        """Show the bot as its sessions say, or offline when none is connected."""
        shown = [session.presence for session in self._sessions.values() if session.connection]
        self.world.presences[self.world.bot_id] = shown[0] if shown else PresenceState("offline")
        if bool(shown) != self._was_online:
            self._was_online = bool(shown)
            self.tell_listeners()

    def reset_token(self) -> None:
        """End every session and give the application a new token, as Discord does to a bot out of starts."""
        for session in tuple(self._sessions.values()):
            if session.connection is not None:
                session.connection.close(Close.AUTHENTICATION_FAILED, "The token was reset.")
            self.end_session(session)
        self.world.reset_token()

    # What load asks for

    async def taken(self) -> None:
        """Wait until every client has taken most of what is queued for it."""
        for connection in tuple(self._connections):
            await connection.room()

    def most_waiting(self) -> int:
        """How many payloads the slowest client has not taken yet."""
        return max((connection.waiting for connection in self._connections), default=0)

    def latest_frame(self, guild_id: int) -> bytes | None:
        """What was last queued for the guild's shard; `written` is told when it is in the socket."""
        session = next((each for each in self._sessions.values() if each.owns(guild_id)), None)
        return session.replay[-1][1] if session is not None and session.replay else None

    # What faults are made of

    def connections(self, shard: int | None = None) -> list[Connection]:
        """Every connection, or those of one shard."""
        if shard is None:
            return list(self._connections)
        return [one for one in self._connections if one.session and one.session.shard_id == shard]

    def close_listener(self) -> None:
        """Refuse connections from now on; those there are stay."""
        server, self._server = self._server, None
        if server is not None:
            server.close(close_connections=False)

    async def reopen(self) -> None:
        """Accept connections again, on the same port."""
        for _ in range(REBIND_ATTEMPTS):
            if self.listening:
                return
            try:
                await self.start()
            except OSError as error:
                logger.warning("port %d of the gateway is not free yet: %s", self.port, error.strerror)
                await asyncio.sleep(REBIND_PAUSE_SECONDS)

    @property
    def holds_identify(self) -> bool:
        return bool(self.faults.of(HoldIdentify))

    async def identify_turn(self, connection: Connection) -> None:
        """Wait while IDENTIFY is held."""
        while held := self.faults.of(HoldIdentify):
            self.faults.strike(held[0], compression=connection.transport.compression)
            await held[0].ended.wait()

    def take_guild_away(self, guild_id: int) -> int:
        """Tell that a guild is unavailable and keep its events back; returns how many sessions heard."""
        return self._delivery.withhold(guild_id)

    def give_guild_back(self, guild_id: int) -> None:
        """Send a guild anew to those who may have it, and its events from now on."""
        self._delivery.release(guild_id)

    def is_unavailable(self, guild_id: int) -> bool:
        return guild_id in self._delivery.withheld
