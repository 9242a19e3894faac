"""A world in a file, so that it survives a restart of the sandbox (`--keep`).

The file is JSON of simcord's own models, read back by their types; nothing of it is run. Sessions,
interactions and traffic are not in it: they end with the process, as after an outage of Discord.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from pydantic import ConfigDict, TypeAdapter, ValidationError

from guildwright.kernel.errors import GuildwrightError
from guildwright.kernel.files import atomic_write_text

from .settings import PresenceState
from .world import CDN_BASE, SIMCORD_VERSION, World, models

logger = logging.getLogger("guildwright.sandbox")

FORMAT = 1
PAUSE_SECONDS = 2.0

MIRRORED = (
    "users",
    "guilds",
    "channels",
    "messages",
    "webhooks",
    "dm_channels",
    "invites",
    "application_emojis",
    "stage_instances",
    "guild_extras",
    "guild_records",
    "channel_extras",
)
"""Tables of the backend that are kept as they are."""


class KeepError(GuildwrightError):
    """A world cannot be read from its file."""

    code: ClassVar[str] = "keep"


@dataclass(slots=True)
class KeptCommand:
    """A registered application command; `guild_id` is None for a global one."""

    guild_id: int | None
    definition: dict[str, Any]


@dataclass(slots=True)
class KeptPermission:
    """Who may use a command in a guild."""

    guild_id: int
    command_id: int
    entries: list[dict[str, Any]]


@dataclass
class KeptWorld:
    """Everything of a world that outlives the process."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    format: int
    simcord: str
    token: str
    owner_id: int
    application_id: int
    bot_id: int
    elapsed: float
    users: dict[int, models.User]
    guilds: dict[int, models.Guild]
    channels: dict[int, models.Channel]
    messages: dict[int, dict[int, models.Message]]
    webhooks: dict[int, models.Webhook]
    dm_channels: dict[int, int]
    invites: dict[str, models.Invite]
    application_emojis: dict[int, models.GuildEmoji]
    stage_instances: dict[int, models.StageInstance]
    presences: dict[int, PresenceState]
    uploads: dict[str, bytes]
    client_secret: str = ""
    redirect_uris: list[str] = field(default_factory=list[str])
    commands: list[KeptCommand] = field(default_factory=list[KeptCommand])
    command_permissions: list[KeptPermission] = field(default_factory=list[KeptPermission])
    guild_extras: dict[int, dict[str, Any]] = field(default_factory=dict[int, dict[str, Any]])
    guild_records: dict[int, dict[str, Any]] = field(default_factory=dict[int, dict[str, Any]])
    channel_extras: dict[int, dict[str, Any]] = field(default_factory=dict[int, dict[str, Any]])


_adapter = TypeAdapter(KeptWorld)


def save_world(world: World, file: Path) -> None:
    """Write the world; the file is replaced in one step."""
    backend = world.backend
    kept = KeptWorld(
        format=FORMAT,
        simcord=SIMCORD_VERSION,
        token=world.token,
        owner_id=world.owner_id,
        application_id=backend.application_id,
        bot_id=world.bot_id,
        elapsed=world.clock.elapsed,
        presences=world.presences,
        client_secret=world.client_secret,
        redirect_uris=world.application_settings.redirect_uris,
        uploads=backend.cdn.uploads,
        commands=[
            KeptCommand(scope, definition)
            for scope, listed in backend.commands.items()
            for definition in listed.values()
        ],
        command_permissions=[
            KeptPermission(guild_id, command_id, entries)
            for (guild_id, command_id), entries in backend.command_permissions.items()
        ],
        **{name: getattr(backend, name) for name in MIRRORED},
    )
    # Files carry the address of this run; the next one may listen elsewhere.
    text = _adapter.dump_json(kept).decode().replace(backend.cdn.base, CDN_BASE)
    atomic_write_text(file, text)


def load_world(world: World, file: Path) -> None:
    """Fill an empty world with what the file holds.

    Raises:
        KeepError: The file is not a world, or one of another version.
    """
    backend = world.backend
    kept = _read(file, backend.cdn.base)
    for name in MIRRORED:
        setattr(backend, name, getattr(kept, name))
    backend.application_id = kept.application_id
    backend.bot_user = kept.users[kept.bot_id]
    backend.webhook_tokens = {webhook.token: webhook.id for webhook in kept.webhooks.values()}
    for command in kept.commands:
        listed = backend.commands.setdefault(command.guild_id, {})
        listed[command.definition["name"], command.definition.get("type", 1)] = command.definition
    for permission in kept.command_permissions:
        backend.command_permissions[permission.guild_id, permission.command_id] = permission.entries
    backend.cdn.uploads.update(kept.uploads)
    world.presences = kept.presences | {kept.bot_id: PresenceState("offline")}
    world.clock.elapsed = kept.elapsed
    world.token, world.owner_id = kept.token, kept.owner_id
    world.client_secret = kept.client_secret or world.client_secret
    world.application_settings.redirect_uris = kept.redirect_uris


class Keeper:
    """Writes a world to its file two seconds after a change, and when it stops."""

    def __init__(self, world: World, file: Path) -> None:
        self._world = world
        self._file = file
        self._changed = asyncio.Event()
        self._forget = (
            world.subscribe(lambda _event, _payload: self._changed.set()),
            world.traffic.subscribe(lambda _entry: self._changed.set()),
        )
        self._task = asyncio.create_task(self._write(), name="sandbox-keeper")

    async def stop(self) -> None:
        """Write the world a last time."""
        for forget in self._forget:
            forget()
        self._task.cancel()
        await asyncio.wait({self._task})
        save_world(self._world, self._file)

    async def _write(self) -> None:
        while True:
            await self._changed.wait()
            await asyncio.sleep(PAUSE_SECONDS)
            self._changed.clear()
            try:
                save_world(self._world, self._file)
            except OSError as error:
                logger.error("the world could not be kept in %s: %s", self._file, error.strerror)  # noqa: TRY400 - the sentence says it all


def _read(file: Path, cdn_base: str) -> KeptWorld:
    try:
        content = file.read_bytes().replace(CDN_BASE.encode(), cdn_base.encode())
        kept = _adapter.validate_json(content)
    except OSError as error:
        raise KeepError(f"The kept world {file} cannot be read: {error.strerror}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise KeepError(
            f"{file} does not hold a world ({place or 'the whole file'}: {first['msg']}).",
            hint="Move it away to begin with a new world.",
        ) from error
    if kept.format != FORMAT or kept.simcord != SIMCORD_VERSION or kept.bot_id not in kept.users:
        raise KeepError(
            f"{file} was kept by another version (simcord {kept.simcord}, format {kept.format}).",
            hint="Move it away to begin with a new world.",
        )
    return kept
