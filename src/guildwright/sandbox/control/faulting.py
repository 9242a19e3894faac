"""Faults over the control API: what there is, what is in force, to begin and to end them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Path, Request, Response

from guildwright.sandbox.control import answers
from guildwright.sandbox.control.context import CurrentWorld
from guildwright.sandbox.control.reply import reply
from guildwright.sandbox.faults.board import faults_of
from guildwright.sandbox.faults.catalogue import catalogue
from guildwright.sandbox.faults.kinds import AnyFault
from guildwright.sandbox.faults.strikes import strike
from guildwright.sandbox.people.refusal import unknown

router = APIRouter(prefix="/_sandbox/faults", tags=["faults"])


@router.get("/kinds", response_model=answers.FaultKindsAnswer)
async def kinds(request: Request) -> Response:
    """Return every kind of fault: its title, a plain sentence and its parameters with their bounds."""
    return reply(request, {"kinds": catalogue()})


@router.get("", response_model=answers.FaultsAnswer)
async def active(request: Request, world: CurrentWorld) -> Response:
    """Return the faults in force: how often each struck, and what is left of its count and seconds."""
    return reply(request, {"faults": [fault.facts() for fault in faults_of(world).active()]})


@router.post("", response_model=answers.AffectedAnswer)
async def begin(request: Request, world: CurrentWorld, body: Annotated[AnyFault, Body()]) -> Response:
    """Let a fault happen or begin; what lasts is answered with its number."""
    outcome = await strike(world, body)
    shown = outcome.active and outcome.active.facts()
    return reply(request, {"affected": outcome.affected, "fault": shown})


@router.delete("", response_model=answers.EndedAnswer)
async def end_all(request: Request, world: CurrentWorld) -> Response:
    """End every fault in force."""
    return reply(request, {"ended": await faults_of(world).end_all()})


@router.delete("/{fault_id}", response_model=answers.EndedAnswer)
async def end(
    request: Request, world: CurrentWorld, fault_id: Annotated[int, Path(ge=1, le=2**53)]
) -> Response:
    """End one fault."""
    if not await faults_of(world).end(fault_id):
        raise unknown("unknown_fault", f"No fault {fault_id} is in force (any more).")
    return reply(request, {"ended": 1})
