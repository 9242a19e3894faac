"""Opening and closing worlds: a test gets one of its own in a few milliseconds."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Path, Request, Response

from guildwright.sandbox.control import answers, requests
from guildwright.sandbox.control.broadcast import broadcast_of
from guildwright.sandbox.control.context import sandbox_of
from guildwright.sandbox.control.reply import reply
from guildwright.sandbox.people.overview import list_people
from guildwright.sandbox.people.refusal import conflict, unknown

if TYPE_CHECKING:
    from guildwright.sandbox.server import Sandbox
    from guildwright.sandbox.world import World

router = APIRouter(prefix="/_sandbox/worlds", tags=["worlds"])

DEFAULT = "default"


@router.post("", response_model=answers.WorldAnswer)
async def open_world(request: Request, body: requests.NewWorld) -> Response:
    """Open a world like the default one: its own guilds, people, bot, token and commands."""
    from guildwright.sandbox.server import WorldSpec  # noqa: PLC0415 - the server loads this module

    sandbox = sandbox_of(request)
    name = body.name or f"world-{secrets.token_hex(6)}"
    if name in sandbox.worlds:
        raise conflict("world_exists", f"There is a world called {name!r} already; choose another name.")
    world = await sandbox.open_world(name, WorldSpec(seed=body.seed))
    return reply(request, describe(sandbox, world))


@router.delete("/{name}", response_model=answers.DoneAnswer)
async def close_world(
    request: Request, name: Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
) -> Response:
    """Close a world: its bots are disconnected and it is forgotten."""
    sandbox = sandbox_of(request)
    world = sandbox.worlds.get(name)
    if world is None:
        raise unknown("unknown_world", f"There is no world called {name!r}.")
    if name == DEFAULT:
        raise conflict("default_world", "The default world lives as long as the sandbox.")
    broadcast_of(world).close()
    await sandbox.close_world(name)
    return reply(request, {"done": True})


def describe(sandbox: Sandbox, world: World) -> dict[str, object]:
    """Return where a bot and a person reach the world."""
    address = sandbox.address(world.name)
    return {
        "name": world.name,
        "api_base": address.api_base,
        "cdn_base": address.cdn_base,
        "gateway": address.gateway,
        "control": address.control,
        "page": address.page,
        "token": world.token,
        "client_id": address.client_id,
        "client_secret": world.client_secret,
        "authorize": address.authorize,
        "owner_id": str(world.owner_id),
        "people": list_people(world),
        "guilds": [{"id": str(guild.id), "name": guild.name} for guild in world.backend.guilds.values()],
    }
