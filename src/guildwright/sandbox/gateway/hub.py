"""A world's gateway: its listener, its sessions, and what can be done to them on purpose.

The faults return how many sessions or connections they struck, and return at once; only
opening and closing the listener is awaited.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from websockets.asyncio.server import Server, ServerConnection, serve

from guildwright.kernel import limits
from guildwright.sandbox.settings import PresenceState

from .codes import Close, Op
from .connection import GARBAGE, Connection
from .delivery import Delivery
from .identify import IdentifyBudget, Identity
from .session import Session

if TYPE_CHECKING:
    from guildwright.sandbox.world import World

CLOSE_TIMEOUT_SECONDS = 2
FRAME_LIMIT_BYTES = 1 << 20
SENDABLE_CODES = frozenset({Close.NORMAL, Close.GOING_AWAY, *range(3_000, 5_000)})
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
        self._connections: set[Connection] = set()
        self._sessions: dict[str, Session] = {}
        self._delivery = Delivery(world)
        self._server: Server | None = None
        self._restoring: asyncio.Task[None] | None = None
        self._held: asyncio.Event | None = None
        self._hold_timer: asyncio.TimerHandle | None = None
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
        await self._forget_restoring()
        self._release_identify()
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
        return [session.facts() for session in self._sessions.values()]

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

    # Faults

    def _struck(self, shard: int | None) -> Iterator[Connection]:
        for connection in tuple(self._connections):
            session = connection.session
            if shard is None or (session is not None and session.shard_id == shard):
                yield connection

    def drop(self, code: int | None = None, shard: int | None = None) -> int:
        """Close connections with a code, or cut them without a word; the code says what can resume.

        Raises:
            ValueError: No close frame can carry the code.
        """
        if code is not None and code not in SENDABLE_CODES:
            raise ValueError(f"No socket can be closed with {code}: use 1000, 1001 or 3000 to 4999.")
        struck = list(self._struck(shard))
        for connection in struck:
            if code is None:
                connection.abort()
            else:
                connection.close(code, "Closed on demand.")
        return self._note_fault("drop", struck, code=code, shard=shard)

    def reconnect(self, shard: int | None = None) -> int:
        """Ask clients to reconnect and resume (op 7)."""
        struck = list(self._struck(shard))
        for connection in struck:
            connection.send_op(Op.RECONNECT)
        return self._note_fault("reconnect", struck, shard=shard)

    def invalidate(self, *, resumable: bool = False, shard: int | None = None) -> int:
        """Tell clients that their session is invalid (op 9); unless resumable it is gone."""
        struck = [connection for connection in self._struck(shard) if connection.session]
        for connection in struck:
            connection.send_op(Op.INVALID_SESSION, data=resumable)
            if connection.session is not None and not resumable:
                self.end_session(connection.session)
        return self._note_fault("invalidate", struck, resumable=resumable, shard=shard)

    def stop_acks(self, shard: int | None = None) -> int:
        """Acknowledge no more heartbeats on the present connections; new ones are not affected."""
        struck = list(self._struck(shard))
        for connection in struck:
            connection.acknowledges = False
        return self._note_fault("stop_acks", struck, shard=shard)

    def request_heartbeat(self, shard: int | None = None) -> int:
        """Ask clients for a heartbeat at once (op 1)."""
        struck = list(self._struck(shard))
        for connection in struck:
            connection.send_op(Op.HEARTBEAT)
        return self._note_fault("request_heartbeat", struck, shard=shard)

    def send_garbage(self, shard: int | None = None) -> int:
        """Send a frame that no client can read."""
        struck = list(self._struck(shard))
        for connection in struck:
            connection.send(GARBAGE)
        return self._note_fault("garbage", struck, shard=shard)

    def hold_identify(self, seconds: float | None = None) -> int:
        """Leave IDENTIFY unanswered, for `seconds` or until `restore`; returns how many are connected."""
        self._release_identify()
        self._held = asyncio.Event()
        if seconds is not None:
            self._hold_timer = asyncio.get_running_loop().call_later(seconds, self._release_identify)
        return self._note_fault("hold_identify", list(self._connections), seconds=seconds)

    async def identify_turn(self) -> None:
        """Wait while IDENTIFY is held."""
        if self._held is not None:
            await self._held.wait()

    def _release_identify(self) -> None:
        if self._hold_timer is not None:
            self._hold_timer.cancel()
        if self._held is not None:
            self._held.set()
        self._held = self._hold_timer = None

    def refuse(self, seconds: float | None = None) -> int:
        """Cut every connection and refuse new ones, for `seconds` or until `restore`."""
        struck = self.drop()
        if self._server is not None:
            self._server.close(close_connections=False)
            self._server = None
        if self._restoring is not None:
            self._restoring.cancel()
            self._restoring = None
        if seconds is not None:
            self._restoring = asyncio.create_task(self._restore_after(seconds), name="gateway-restore")
        self.world.traffic.add("fault", "refuse", seconds=seconds)
        return struck

    async def restore(self) -> None:
        """End `refuse` and `hold_identify`: accept connections again, on the same port."""
        self._release_identify()
        await self._forget_restoring()
        for _ in range(REBIND_ATTEMPTS):
            if self.listening:
                break
            try:
                await self.start()
            except OSError as error:
                logger.warning("port %d of the gateway is not free yet: %s", self.port, error.strerror)
                await asyncio.sleep(REBIND_PAUSE_SECONDS)
        self.world.traffic.add("fault", "restore", listening=self.listening)

    async def _forget_restoring(self) -> None:
        task, self._restoring = self._restoring, None
        if task is not None and task is not asyncio.current_task():
            task.cancel()
            await asyncio.wait({task})

    async def _restore_after(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self.restore()

    def _note_fault(self, name: str, struck: list[Connection], **facts: Any) -> int:
        self.world.traffic.add("fault", name, affected=len(struck), **facts)
        return len(struck)
