"""Load over the control API: begin one, read its report, end it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from guildwright.sandbox.control import answers, requests
from guildwright.sandbox.control.context import CurrentWorld
from guildwright.sandbox.control.reply import reply
from guildwright.sandbox.load.desk import load_desk
from guildwright.sandbox.load.plan import LoadPlan

router = APIRouter(prefix="/_sandbox/load", tags=["load"])

LONGEST_WAIT = 4.0


@router.post("", response_model=answers.LoadAnswer)
async def begin(request: Request, world: CurrentWorld, body: requests.Load) -> Response:
    """Let people talk, command and join at a rate; read the report from the same address."""
    plan = LoadPlan(**body.model_dump(exclude={"slash"}), slash=tuple(body.slash))
    desk = load_desk(world)
    desk.start(plan)
    return reply(request, await _shown(world, 0.0))


@router.get("", response_model=answers.LoadAnswer)
async def report(
    request: Request, world: CurrentWorld, wait: Annotated[float, Query(ge=0, le=LONGEST_WAIT)] = 0.0
) -> Response:
    """Return the report of the last load; waits up to `wait` seconds for one that is running."""
    return reply(request, await _shown(world, wait))


@router.delete("", response_model=answers.LoadAnswer)
async def end(request: Request, world: CurrentWorld) -> Response:
    """Send nothing more; the report follows when the answers are there."""
    load_desk(world).stop()
    return reply(request, await _shown(world, 0.0))


async def _shown(world: CurrentWorld, wait: float) -> dict[str, object]:
    desk = load_desk(world)
    found = await desk.report(wait)
    return {"running": desk.running, "report": None if found is None else asdict(found)}
