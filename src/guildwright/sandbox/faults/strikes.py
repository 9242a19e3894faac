"""What each fault of the gateway, of a guild and of the clock does; those of REST are asked for in `rest`.

A strike returns how many connections it met. What lasts is put on the world's board, with its undoing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from guildwright.sandbox.gateway.codes import Op
from guildwright.sandbox.people.refusal import unknown

from . import kinds
from .board import ActiveFault, faults_of

if TYPE_CHECKING:
    from guildwright.sandbox.gateway.connection import Connection
    from guildwright.sandbox.world import World


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many connections a fault met, and the fault itself if it lasts."""

    affected: int
    active: ActiveFault[Any] | None = None


async def strike(world: World, fault: kinds.Fault) -> Outcome:
    """Let a fault happen, or begin if it is one that lasts.

    Raises:
        RefusedError: The guild that it is about does not exist.
    """
    outcome = await _outcome(world, fault)
    told = fault.model_dump(exclude_none=True)
    title: str = told.pop("kind")
    if outcome.active is not None:
        title = f"{title} began"
        told["fault"] = outcome.active.id
    world.traffic.add("fault", title, affected=outcome.affected, **told)
    return outcome


async def _outcome(world: World, fault: kinds.Fault) -> Outcome:
    if isinstance(fault, kinds.OfRest):
        return Outcome(0, faults_of(world).begin(fault))
    return await _STRIKES[type(fault)](world, fault)


async def _drop(world: World, fault: kinds.Drop) -> Outcome:
    struck = world.gateway.connections(fault.shard)
    for connection in struck:
        if fault.code is None:
            connection.abort()
        else:
            connection.close(fault.code, "Closed on demand.")
    return Outcome(len(struck))


async def _close(world: World, fault: kinds.Close) -> Outcome:
    struck = world.gateway.connections(fault.shard)
    for connection in struck:
        connection.close(fault.code, "Closed on demand.")
    return Outcome(len(struck))


async def _reconnect(world: World, fault: kinds.Reconnect) -> Outcome:
    struck = world.gateway.connections(fault.shard)
    for connection in struck:
        connection.send_op(Op.RECONNECT)
    return Outcome(len(struck))


async def _invalidate(world: World, fault: kinds.InvalidSession) -> Outcome:
    struck = [connection for connection in world.gateway.connections(fault.shard) if connection.session]
    for connection in struck:
        connection.send_op(Op.INVALID_SESSION, data=fault.resumable)
        if connection.session is not None and not fault.resumable:
            world.gateway.end_session(connection.session)
    return Outcome(len(struck))


async def _send_garbage(world: World, fault: kinds.Garbage) -> Outcome:
    struck = world.gateway.connections(fault.shard)
    for connection in struck:
        connection.send_garbage()
    return Outcome(len(struck))


async def _request_heartbeat(world: World, fault: kinds.RequestHeartbeat) -> Outcome:
    struck = world.gateway.connections(fault.shard)
    for connection in struck:
        connection.send_op(Op.HEARTBEAT)
    return Outcome(len(struck))


async def _stop_acks(world: World, fault: kinds.StopAcks) -> Outcome:
    """Connections made later are acknowledged, or a bot would never come back."""
    active = faults_of(world).begin(fault)
    struck = world.gateway.connections(fault.shard)
    for connection in struck:
        connection.silenced = active
    return Outcome(len(struck), active)


async def _refuse(world: World, fault: kinds.Refuse) -> Outcome:
    active = faults_of(world).begin(fault, undo=lambda: _accept_again(world))
    struck = _cut_all(world)
    world.gateway.close_listener()
    return Outcome(len(struck), active)


async def _accept_again(world: World) -> None:
    board = faults_of(world)
    if not board.of(kinds.Refuse):
        await world.gateway.reopen()
        world.traffic.add("fault", "restore", listening=world.gateway.listening)
    if board.of(kinds.Refuse):
        world.gateway.close_listener()  # refused anew while the listener was being opened


async def _accept_and_close(world: World, fault: kinds.AcceptAndClose) -> Outcome:
    active = faults_of(world).begin(fault)
    return Outcome(len(_cut_all(world)), active)


def _cut_all(world: World) -> list[Connection]:
    struck = world.gateway.connections()
    for connection in struck:
        connection.abort()
    return struck


async def _hold_identify(world: World, fault: kinds.HoldIdentify) -> Outcome:
    return Outcome(len(world.gateway.connections()), faults_of(world).begin(fault))


async def _take_guild_away(world: World, fault: kinds.GuildUnavailable) -> Outcome:
    guild_id = int(fault.guild_id)
    if guild_id not in world.backend.guilds:
        raise unknown("unknown_guild", f"There is no guild {guild_id} in this world.")
    active = faults_of(world).begin(fault, undo=lambda: _give_guild_back(world, guild_id))
    return Outcome(world.gateway.take_guild_away(guild_id), active)


async def _give_guild_back(world: World, guild_id: int) -> None:
    if not any(
        int(other.fault.guild_id) == guild_id for other in faults_of(world).of(kinds.GuildUnavailable)
    ):
        world.gateway.give_guild_back(guild_id)


async def _jump(world: World, fault: kinds.ClockJump) -> Outcome:
    world.clock.advance(fault.advance)
    return Outcome(len(world.gateway.connections()))


async def _restore(world: World, fault: kinds.Restore) -> Outcome:  # noqa: ARG001 - the shape of every strike
    return Outcome(await faults_of(world).end_all())


_STRIKES: dict[type[kinds.Fault], Callable[[World, Any], Awaitable[Outcome]]] = {
    kinds.Drop: _drop,
    kinds.Close: _close,
    kinds.Reconnect: _reconnect,
    kinds.InvalidSession: _invalidate,
    kinds.Garbage: _send_garbage,
    kinds.RequestHeartbeat: _request_heartbeat,
    kinds.StopAcks: _stop_acks,
    kinds.Refuse: _refuse,
    kinds.AcceptAndClose: _accept_and_close,
    kinds.HoldIdentify: _hold_identify,
    kinds.GuildUnavailable: _take_guild_away,
    kinds.ClockJump: _jump,
    kinds.Restore: _restore,
}
