"""A raw client of the REST API, and names for what stands in the default world."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import aiohttp

from guildwright.sandbox.default_world import bits
from guildwright.sandbox.rest.interactions import board_of
from guildwright.sandbox.server import Sandbox
from guildwright.sandbox.world import Backend, Guild, Interaction, World, base_payload

PNG = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAA"
    "SUVORK5CYII="
)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    body: Any
    headers: Any

    @property
    def code(self) -> int:
        return self.body["code"]

    def wrong(self) -> dict[str, str]:
        """Dotted path of every wrong field with Discord's code word for it."""
        found: dict[str, str] = {}
        _flatten(self.body.get("errors", {}), (), found)
        return found


def _flatten(node: dict[str, Any], path: tuple[str, ...], found: dict[str, str]) -> None:
    for key, value in node.items():
        if key == "_errors":
            found[".".join(path)] = value[0]["code"]
        else:
            _flatten(value, (*path, key), found)


class Api:
    """Sends what it is told to, also what no library would."""

    def __init__(self, session: aiohttp.ClientSession, sandbox: Sandbox, world: World) -> None:
        self.session = session
        self.world = world
        self.base = sandbox.address(world.name).api_base
        self.token = f"Bot {world.token}"
        self.names = _names(world)

    async def call(
        self, method: str, path: str, json: Any = None, *, token: str | None = "", **options: Any
    ) -> Reply:
        headers = options.pop("headers", {})
        if token is not None:
            headers = {"Authorization": token or self.token, **headers}
        if json is not None:
            options["json"] = json
        url = self.base + path.format(**self.names)
        async with self.session.request(method, url, headers=headers, **options) as response:
            is_json = response.headers.get("Content-Type") == "application/json"
            body = await response.json() if is_json else await response.read()
            return Reply(response.status, body, response.headers)

    async def send(self, **body: Any) -> Reply:
        return await self.call("POST", "/channels/{general}/messages", body)


def _names(world: World) -> dict[str, str]:
    backend = world.backend
    channels = {channel.name: channel for channel in reversed(backend.channels.values())}
    guild = next(guild for guild in backend.guilds.values() if guild.name == "Sandbox")
    return {
        "app": str(backend.application_id),
        "bot": str(world.bot_id),
        "guild": str(guild.id),
        "general": str(_general(guild, backend)),
        "modlog": str(channels["mod-log"].id),
        "forum": str(channels["questions"].id),
        "news": str(channels["announcements"].id),
        "category": str(channels["Information"].id),
        "admin": str(next(role.id for role in guild.roles.values() if role.name == "Admin")),
        **{user.name: str(user.id) for user in backend.users.values() if not user.bot},
    }


def _general(guild: Guild, backend: Backend) -> int:
    return next(one for one in guild.channel_ids if backend.channels[one].name == "general")


def grant(api: Api, *names: str) -> None:
    """Give the bot permissions in guild "Sandbox" that its default role lacks."""
    backend = api.world.backend
    guild = backend.get_guild(int(api.names["guild"]))
    role = guild.roles[guild.members[api.world.bot_id].role_ids[0]]
    backend.edit_role(guild.id, role.id, {"permissions": role.permissions | bits(*names)})


def start_interaction(api: Api, kind: int = 2, **data: Any) -> Interaction:
    """Let Mia use a command (2), a component (3), autocomplete (4) or a modal (5) in #general."""
    record, _payload = base_payload(
        api.world.backend,
        type=kind,
        channel_id=int(api.names["general"]),
        guild_id=int(api.names["guild"]),
        user_id=int(api.names["mia"]),
        data={"name": "ping", "type": 1, **data},
    )
    board_of(api.world).opened(record.id)
    return record


async def respond(api: Api, record: Interaction, kind: int, data: Any = None, **options: Any) -> Reply:
    body = {"type": kind} if data is None else {"type": kind, "data": data}
    path = f"/interactions/{record.id}/{record.token}/callback"
    return await api.call("POST", path, body, token=None, **options)
