"""The websocket on which a person hears what happens."""

from __future__ import annotations

from fastapi import APIRouter, WebSocket

from guildwright.sandbox.control.auth import SUBPROTOCOL
from guildwright.sandbox.control.broadcast import broadcast_of
from guildwright.sandbox.control.context import world_of
from guildwright.sandbox.control.stream import Stream
from guildwright.sandbox.people.person import find_person
from guildwright.sandbox.people.refusal import RefusedError

router = APIRouter(prefix="/_sandbox")

POLICY_VIOLATION = 1008


@router.websocket("/events")
async def watch(websocket: WebSocket) -> None:
    """Send a person's events as JSON frames of `type` and `data` until the client leaves."""
    world = world_of(websocket)
    acting = websocket.query_params.get("as", "")
    try:
        person = find_person(world, int(acting) if acting.isascii() and acting.isdecimal() else 0)
    except RefusedError as refusal:
        await websocket.close(POLICY_VIOLATION, refusal.reason)
        return
    stream = Stream(person, with_traffic=websocket.query_params.get("traffic") == "1")
    broadcast = broadcast_of(world)
    # Attached before the handshake is answered: who hears "open" misses nothing from then on.
    broadcast.attach(stream)
    try:
        await websocket.accept(SUBPROTOCOL)
        await stream.serve(websocket)
    finally:
        broadcast.detach(stream)
