"""What a request is about: the sandbox, its world and the acting person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from fastapi import Depends, Path, Query
from starlette.requests import HTTPConnection

from guildwright.sandbox.control.body import SNOWFLAKE
from guildwright.sandbox.people.person import Person, find_person
from guildwright.sandbox.world import World

if TYPE_CHECKING:
    from guildwright.sandbox.server import Sandbox


def sandbox_of(connection: HTTPConnection) -> Sandbox:
    """Return the sandbox that answers."""
    state: dict[str, Any] = connection.scope["state"]
    return state["sandbox"]


def world_of(connection: HTTPConnection) -> World:
    """Return the world whose address was used."""
    state: dict[str, Any] = connection.scope["state"]
    return state["world"]


# Coroutines, because FastAPI runs plain functions in a thread, and the world belongs to one.
async def _world(connection: HTTPConnection) -> World:
    return world_of(connection)


async def _acting(
    connection: HTTPConnection,
    acting: Annotated[str, Query(alias="as", pattern=SNOWFLAKE, description="ID of the acting person.")],
) -> Person:
    return find_person(world_of(connection), int(acting))


CurrentWorld: TypeAlias = Annotated[World, Depends(_world)]
ActingPerson: TypeAlias = Annotated[Person, Depends(_acting)]
ChannelId: TypeAlias = Annotated[str, Path(pattern=SNOWFLAKE, description="ID of a channel.")]
