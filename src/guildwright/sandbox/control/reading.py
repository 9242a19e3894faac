"""What a person's client reads: the sandbox, the state, messages, commands, interactions."""

from __future__ import annotations

from itertools import islice
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from guildwright import __version__
from guildwright.kernel import limits
from guildwright.sandbox.control import answers
from guildwright.sandbox.control.body import SNOWFLAKE
from guildwright.sandbox.control.broadcast import modal_view
from guildwright.sandbox.control.context import (
    ActingPerson,
    ChannelId,
    CurrentWorld,
    sandbox_of,
)
from guildwright.sandbox.control.reply import reply
from guildwright.sandbox.people.commands import list_commands
from guildwright.sandbox.people.interactions import find_interaction
from guildwright.sandbox.people.overview import list_people, overview
from guildwright.sandbox.people.view import message_view
from guildwright.sandbox.world_file.exporting import export_world

router = APIRouter(prefix="/_sandbox")


@router.get("/info", response_model=answers.InfoAnswer, tags=["reading"])
async def info(request: Request, world: CurrentWorld) -> Response:
    """Describe the sandbox and the world at this address."""
    address = sandbox_of(request).address(world.name)
    content = {
        "version": __version__,
        "world": world.name,
        "api_base": address.api_base,
        "cdn_base": address.cdn_base,
        "gateway": address.gateway,
        "token_hint": f"{world.token[:6]}…",
        "limits": world.application_settings.limits,
        "people": list_people(world),
        "owner_id": str(world.owner_id),
    }
    return reply(request, content)


@router.get("/export", response_model=answers.ExportAnswer, tags=["reading"])
async def export(request: Request, world: CurrentWorld) -> Response:
    """Return the world in the form of a world file, without messages, threads and emojis."""
    return reply(request, {"world": export_world(world)})


@router.get("/state", response_model=answers.StateAnswer, tags=["reading"])
async def state(request: Request, person: ActingPerson) -> Response:
    """Return the guilds, channels, members and direct messages that the person sees."""
    return reply(request, overview(person))


@router.get("/channels/{channel_id}/messages", response_model=answers.MessagesAnswer, tags=["reading"])
async def messages(
    request: Request,
    person: ActingPerson,
    channel_id: ChannelId,
    before: Annotated[str | None, Query(pattern=SNOWFLAKE)] = None,
    after: Annotated[str | None, Query(pattern=SNOWFLAKE)] = None,
    limit: Annotated[int, Query(ge=1, le=limits.MESSAGE_PAGE)] = limits.MESSAGE_PAGE_DEFAULT,
) -> Response:
    """Return a page of messages, oldest first: the newest, those before a message, or those after one."""
    channel = person.channel(int(channel_id))
    readable = person.rights(channel).has("read_message_history")
    # Without that permission a client shows what comes from now on, and nothing older.
    stored = person.world.backend.messages.get(channel.id, {}) if readable else {}
    oldest_first = after is not None
    low, high = int(after or 0), int(before) if before is not None else None
    visible = (
        message
        for message in (stored.values() if oldest_first else reversed(stored.values()))
        if message.id > low and (high is None or message.id < high) and message.visible_to(person.id)
    )
    found = list(islice(visible, limit + 1))
    page = found[:limit] if oldest_first else found[:limit][::-1]
    content = {
        "messages": [message_view(person, message) for message in page],
        "has_more": len(found) > limit,
    }
    return reply(request, content)


@router.get("/commands", response_model=answers.CommandsAnswer, tags=["reading"])
async def commands(
    request: Request,
    person: ActingPerson,
    channel_id: Annotated[str, Query(pattern=SNOWFLAKE)],
) -> Response:
    """Return the commands the person may use in a channel, in the order of Discord's picker."""
    return reply(request, {"commands": list_commands(person, int(channel_id))})


@router.get("/interactions/{interaction_id}", response_model=answers.InteractionAnswer, tags=["reading"])
async def interaction(
    request: Request,
    person: ActingPerson,
    interaction_id: Annotated[str, Path(pattern=SNOWFLAKE)],
) -> Response:
    """Return how an interaction of the person stands."""
    _, update = find_interaction(person, int(interaction_id))
    content = {
        "id": interaction_id,
        "state": str(update.state),
        "message_id": str(update.message_id) if update.message_id else None,
        "ephemeral": update.ephemeral,
        "modal": modal_view(update.modal) if update.modal is not None else None,
        "choices": list(update.choices),
        "reason": update.reason,
    }
    return reply(request, content)
