"""The actions of people in and on guilds: direct messages, joining, voice, nicknames, moderation."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from guildwright.sandbox.control import answers, requests
from guildwright.sandbox.control.context import CurrentWorld
from guildwright.sandbox.control.reply import reply
from guildwright.sandbox.people import membership
from guildwright.sandbox.people.overview import channel_payload
from guildwright.sandbox.people.person import find_person

router = APIRouter(prefix="/_sandbox/actions", tags=["guilds"])

DONE = {"done": True}


@router.post("/dm", response_model=answers.ChannelAnswer)
async def open_dm(request: Request, world: CurrentWorld, body: requests.OpenDm) -> Response:
    """Open the direct message with the bot."""
    person = find_person(world, int(body.person))
    channel = membership.open_dm(person, int(body.user_id))
    return reply(request, {"channel": channel_payload(person, channel)})


@router.post("/join_guild", response_model=answers.DoneAnswer)
async def join_guild(request: Request, world: CurrentWorld, body: requests.InGuild) -> Response:
    """Join a guild."""
    membership.join_guild(find_person(world, int(body.person)), int(body.guild_id))
    return reply(request, DONE)


@router.post("/leave_guild", response_model=answers.DoneAnswer)
async def leave_guild(request: Request, world: CurrentWorld, body: requests.InGuild) -> Response:
    """Leave a guild."""
    membership.leave_guild(find_person(world, int(body.person)), int(body.guild_id))
    return reply(request, DONE)


@router.post("/invite_bot", response_model=answers.DoneAnswer)
async def invite_bot(request: Request, world: CurrentWorld, body: requests.InGuild) -> Response:
    """Add the bot to a guild that the person manages."""
    membership.invite_bot(find_person(world, int(body.person)), int(body.guild_id))
    return reply(request, DONE)


@router.post("/join_voice", response_model=answers.DoneAnswer)
async def join_voice(request: Request, world: CurrentWorld, body: requests.JoinVoice) -> Response:
    """Connect to a voice channel: its state only, there is no audio."""
    membership.join_voice(
        find_person(world, int(body.person)),
        int(body.guild_id),
        int(body.channel_id),
        self_mute=body.self_mute,
        self_deaf=body.self_deaf,
    )
    return reply(request, DONE)


@router.post("/leave_voice", response_model=answers.DoneAnswer)
async def leave_voice(request: Request, world: CurrentWorld, body: requests.InGuild) -> Response:
    """Disconnect from voice."""
    membership.leave_voice(find_person(world, int(body.person)), int(body.guild_id))
    return reply(request, DONE)


@router.post("/nick", response_model=answers.DoneAnswer)
async def nick(request: Request, world: CurrentWorld, body: requests.Nick) -> Response:
    """Change a nickname."""
    target = int(body.user_id) if body.user_id is not None else None
    membership.set_nick(find_person(world, int(body.person)), int(body.guild_id), target, body.nick)
    return reply(request, DONE)


@router.post("/timeout", response_model=answers.DoneAnswer)
async def timeout(request: Request, world: CurrentWorld, body: requests.Timeout) -> Response:
    """Time a member out, or end a timeout."""
    person = find_person(world, int(body.person))
    membership.set_timeout(person, int(body.guild_id), int(body.user_id), body.seconds, body.reason)
    return reply(request, DONE)


@router.post("/kick", response_model=answers.DoneAnswer)
async def kick(request: Request, world: CurrentWorld, body: requests.OnMember) -> Response:
    """Remove a member from the guild."""
    person = find_person(world, int(body.person))
    membership.kick(person, int(body.guild_id), int(body.user_id), body.reason)
    return reply(request, DONE)


@router.post("/ban", response_model=answers.DoneAnswer)
async def ban(request: Request, world: CurrentWorld, body: requests.OnMember) -> Response:
    """Ban somebody."""
    person = find_person(world, int(body.person))
    membership.ban(person, int(body.guild_id), int(body.user_id), body.reason)
    return reply(request, DONE)


@router.post("/unban", response_model=answers.DoneAnswer)
async def unban(request: Request, world: CurrentWorld, body: requests.OnMember) -> Response:
    """Lift a ban."""
    person = find_person(world, int(body.person))
    membership.unban(person, int(body.guild_id), int(body.user_id), body.reason)
    return reply(request, DONE)
