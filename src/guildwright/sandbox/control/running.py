"""The world as a machine: its settings, the clock, sessions, violations and the inspector."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from guildwright.sandbox.control import answers, requests
from guildwright.sandbox.control.context import CurrentWorld
from guildwright.sandbox.control.reply import reply
from guildwright.sandbox.people.commands import registered_commands
from guildwright.sandbox.rest.buckets import limiter_of
from guildwright.sandbox.violations import violations as told_violations

if TYPE_CHECKING:
    from guildwright.sandbox.world import World

router = APIRouter(prefix="/_sandbox", tags=["running"])


@router.get("/traffic", response_model=answers.TrafficAnswer)
async def traffic(
    request: Request, world: CurrentWorld, since: Annotated[int, Query(ge=0, le=2**53)] = 0
) -> Response:
    """Return what crossed the world's sockets since an entry."""
    entries = [entry.as_dict() for entry in world.traffic.entries(since)]
    content = {"entries": entries, "next": world.traffic.next_number, "violations": world.traffic.violations}
    return reply(request, content)


@router.get("/violations", response_model=answers.ViolationsAnswer)
async def violations(request: Request, world: CurrentWorld) -> Response:
    """Return what Discord would punish the bot for: each kind in words, how often, and the last time."""
    content = {
        "violations": told_violations(world.traffic),
        "invalid_requests": limiter_of(world).invalid_requests,
    }
    return reply(request, content)


@router.get("/registered", response_model=answers.RegisteredAnswer)
async def registered(request: Request, world: CurrentWorld) -> Response:
    """Return the application commands that the bot has registered: everywhere, then in each guild."""
    return reply(request, {"scopes": registered_commands(world)})


@router.get("/sessions", response_model=list[answers.Payload])
async def sessions(request: Request, world: CurrentWorld) -> Response:
    """Return the bot's gateway sessions, connected or waiting for RESUME."""
    return reply(request, world.gateway.sessions())


@router.post("/settings", response_model=answers.Payload)
async def settings(request: Request, world: CurrentWorld, body: requests.Settings) -> Response:
    """Change the application's settings; what is left out stays. Answers with all of them."""
    target = world.application_settings
    for name, value in body.model_dump(exclude_unset=True, exclude={"privileged_intents"}).items():
        if value is not None or name == "shards":
            setattr(target, name, value)
    if body.privileged_intents is not None:
        target.privileged_intents = set(body.privileged_intents)
    return reply(request, _shown_settings(world))


@router.get("/settings", response_model=answers.Payload)
async def read_settings(request: Request, world: CurrentWorld) -> Response:
    """Return the application's settings."""
    return reply(request, _shown_settings(world))


@router.post("/clock", response_model=answers.ClockAnswer)
async def clock(request: Request, world: CurrentWorld, body: requests.Advance) -> Response:
    """Move the world's clock forward; deadlines, timeouts and expiries follow."""
    world.clock.advance(body.advance)
    return reply(request, {"now": world.clock.now().isoformat()})


def _shown_settings(world: World) -> dict[str, Any]:
    target = world.application_settings
    names = [name for name in requests.Settings.model_fields if name != "privileged_intents"]
    shown: dict[str, Any] = {name: getattr(target, name) for name in names}
    shown["privileged_intents"] = sorted(target.privileged_intents)
    return shown
