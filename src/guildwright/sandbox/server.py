"""A simulated Discord in one process: REST, CDN, control API and chat page on one loopback socket.

Every world has a gateway listener of its own. World `default` lives at the root of the address,
each further one under `/w/NAME`. What the parts get: the scope with `path` and `raw_path` freed
from `/w/NAME` (they still begin with `/api/v10`, `/cdn` or `/_sandbox`) and the world and sandbox
in `scope["state"]`.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import secrets
import socket
from collections.abc import Awaitable, Callable, Generator, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, cast

import orjson
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from guildwright.kernel.errors import GuildwrightError

from .control.app import build_control
from .default_world import build_default_world
from .faults.board import faults_of
from .gateway.hub import GatewayHub
from .keep import Keeper, load_world
from .load.desk import load_desk
from .oauth.page import authorize_app
from .page.files import page_app, send_to_folder
from .recording import Recorder, Tape, put_tape
from .rest.cdn import cdn_app
from .rest.endpoint import rest_app
from .settings import LimitMode
from .world import World
from .world_file.building import build_world
from .world_file.shape import WorldFile

DEFAULT_PORT = 8090
FREE_PORT_ATTEMPTS = 100
KEEP_ALIVE_SECONDS = 120
STOP_SECONDS = 2

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_WORLD_PREFIX = re.compile(r"/w/([a-z0-9][a-z0-9_-]{0,63})(?=/|$)")
_WORLD_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


class PortError(GuildwrightError):
    """The sandbox cannot listen where it was told to."""

    code: ClassVar[str] = "port_in_use"


class WorldError(GuildwrightError):
    """A world cannot be opened or found under the given name."""

    code: ClassVar[str] = "world"


@dataclass(frozen=True, slots=True)
class WorldSpec:
    """What a new world starts from: the default one, nothing, a world file, or where it is kept."""

    seed: int | None = None
    empty: bool = False
    keep: Path | None = None
    file: WorldFile | None = None


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a world is reached, and with what."""

    api_base: str
    cdn_base: str
    gateway: str
    control: str
    page: str
    token: str
    owner_id: int
    client_id: str
    client_secret: str
    authorize: str


def bind(port: int | None = None, host: str = "127.0.0.1") -> socket.socket:
    """Listen on `port`, or without one on 8090 or the next free port; 0 lets the system choose.

    Raises:
        PortError: The port is taken or not allowed.
    """
    if port is not None:
        return _bind_exactly(host, port)
    for candidate in range(DEFAULT_PORT, DEFAULT_PORT + FREE_PORT_ATTEMPTS):
        with contextlib.suppress(PortError):
            return _bind_exactly(host, candidate)
    raise PortError(
        f"No port between {DEFAULT_PORT} and {DEFAULT_PORT + FREE_PORT_ATTEMPTS - 1} is free.",
        hint="Stop another sandbox or choose a port with --port.",
    )


def _bind_exactly(host: str, port: int) -> socket.socket:
    # With the protocol named, asyncio switches Nagle off; without it every answer waits 40 ms for an ACK.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(2048)
    except OSError as error:
        listener.close()
        raise PortError(
            f"The sandbox cannot listen on {host}:{port}: {error.strerror}.",
            hint="Choose another port with --port, or leave it out to take the next free one.",
            port=port,
        ) from error
    listener.setblocking(False)
    return listener


class _Protocol(HttpToolsProtocol):
    """Hands every request the line it came on, for the faults that break it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


class _Server(uvicorn.Server):
    """uvicorn inside a program that has its own signals and wants to know when it is up."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()


class Sandbox:
    """The process's simulated Discord; `start` opens the default world."""

    def __init__(
        self,
        *,
        host: str = "127.0.0.1",
        port: int | None = 0,
        seed: int | None = None,
        limits: LimitMode = "headers",
        keep: Path | None = None,
        record: Path | None = None,
        world: WorldFile | None = None,
    ) -> None:
        self.host = host
        self.port = port or 0
        self.control_token = secrets.token_urlsafe(24)
        self.worlds: dict[str, World] = {}
        self._wanted_port = port
        self._first = WorldSpec(seed=seed, keep=keep, file=world)
        self._keepers: dict[str, Keeper] = {}
        self._recorder = None if record is None else Recorder(record)
        self._opening: set[str] = set()
        self._limits: LimitMode = limits
        self._parts: dict[str, App] = {
            "/api/": rest_app,
            "/cdn/": cdn_app,
            "/_sandbox/": build_control(self),
            "/oauth2/": authorize_app,
        }
        self._page = cast("App", page_app)
        self._server: _Server | None = None
        self._serving: asyncio.Task[None] | None = None

    async def start(self, sock: socket.socket | None = None) -> None:
        """Listen (on `sock` when it is given), open the default world and answer requests."""
        listener = sock or bind(self._wanted_port, self.host)
        self.port = listener.getsockname()[1]
        try:
            if self._recorder is not None:
                await self._recorder.start()
            await self.open_world("default", self._first)
        except BaseException:
            listener.close()
            if self._recorder is not None:
                await self._recorder.stop()
            raise
        config = uvicorn.Config(
            self._answer,
            lifespan="off",
            http=_Protocol,
            ws="websockets-sansio",
            ws_per_message_deflate=False,
            interface="asgi3",
            proxy_headers=False,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=STOP_SECONDS,
        )
        self._server = _Server(config)
        self._serving = asyncio.create_task(self._server.serve([listener]), name="sandbox-http")
        await self._server.up.wait()

    async def stop(self) -> None:
        """Close every world and every socket."""
        for name in tuple(self.worlds):
            await self.close_world(name)
        if self._server is not None and self._serving is not None:
            self._server.should_exit = True
            await self._serving
            self._server = self._serving = None
        if self._recorder is not None:
            await self._recorder.stop()

    async def open_world(self, name: str, spec: WorldSpec | None = None) -> World:
        """Create a world and start its gateway.

        Raises:
            WorldError: The name is taken or cannot stand in an address.
            KeepError: The file that it is kept in does not hold a world.
        """
        if name in self.worlds or name in self._opening:
            raise WorldError(f"There is a world called {name!r} already.", hint="Choose another name.")
        if not _WORLD_NAME.fullmatch(name):
            raise WorldError(
                f"A world cannot be called {name!r}.",
                hint="Use 1 to 64 lower-case letters, digits, '-' and '_', beginning with a letter or digit.",
            )
        spec = spec or WorldSpec()
        world = World(name, seed=spec.seed)
        world.application_settings.limits = self._limits
        world.backend.cdn.base = f"{self._base(name)}/cdn"
        _fill(world, spec)
        if self._recorder is not None:
            put_tape(world, Tape(self._recorder, world, self.control_token))
        world.gateway = GatewayHub(world, host=self.host)
        self._opening.add(name)
        try:
            await world.gateway.start()
        finally:
            self._opening.discard(name)
        self.worlds[name] = world
        if spec.keep is not None:
            self._keepers[name] = Keeper(world, spec.keep)
        return world

    async def close_world(self, name: str) -> None:
        """Disconnect the world's bots and forget it, save for what is kept in a file."""
        world = self.worlds.pop(name, None)
        if world is not None:
            await load_desk(world).close()
            await faults_of(world).stop()
            await world.gateway.stop()
        keeper = self._keepers.pop(name, None)
        if keeper is not None:
            await keeper.stop()

    def address(self, world: str = "default") -> Addresses:
        """Where the world is reached.

        Raises:
            WorldError: There is no world of that name.
        """
        try:
            found = self.worlds[world]
        except KeyError:
            raise WorldError(f"There is no world called {world!r}.", hint="Open it first.") from None
        base = self._base(world)
        return Addresses(
            api_base=f"{base}/api/v10",
            cdn_base=f"{base}/cdn",
            gateway=found.gateway.url,
            control=f"{base}/_sandbox",
            page=f"{base}/#token={self.control_token}",
            token=found.token,
            owner_id=found.owner_id,
            client_id=str(found.backend.application_id),
            client_secret=found.client_secret,
            authorize=f"{base}/oauth2/authorize",
        )

    def _base(self, world: str) -> str:
        root = f"http://{self.host}:{self.port}"
        return root if world == "default" else f"{root}/w/{world}"

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        name, length = _split_world(scope["path"])
        world = self.worlds.get(name)
        if world is None:
            await _refuse(scope, send, 404, f"There is no world called {name!r}.")
            return
        if length and length == len(scope["path"]) and scope["type"] == "http":
            await send_to_folder(scope, send)
            return
        if length:
            scope["path"] = scope["path"][length:] or "/"
            scope["raw_path"] = scope["raw_path"][length:] or b"/"
        scope.setdefault("state", {}).update(world=world, sandbox=self)
        await self._part(scope["path"])(scope, receive, send)

    def _part(self, path: str) -> App:
        return next((part for prefix, part in self._parts.items() if path.startswith(prefix)), self._page)


def _fill(world: World, spec: WorldSpec) -> None:
    if spec.keep is not None and spec.keep.exists():
        load_world(world, spec.keep)
    elif spec.file is not None:
        build_world(world, spec.file)
    elif not spec.empty:
        build_default_world(world)


def _split_world(path: str) -> tuple[str, int]:
    match = _WORLD_PREFIX.match(path)
    return (match[1], match.end()) if match else ("default", 0)


async def _refuse(scope: Scope, send: Send, status: int, message: str) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": message})
        return
    body = orjson.dumps({"code": 0, "message": message})
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
