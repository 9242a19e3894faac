"""The actions of people on messages: write, forward, edit, delete, react, pin, type, vote, start threads."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from guildwright.sandbox.control import answers, requests
from guildwright.sandbox.control.context import CurrentWorld
from guildwright.sandbox.control.reply import reply
from guildwright.sandbox.people import marks, sending
from guildwright.sandbox.people.options import read_upload
from guildwright.sandbox.people.overview import channel_payload
from guildwright.sandbox.people.person import Person, find_person
from guildwright.sandbox.people.refusal import RefusedError
from guildwright.sandbox.people.sending import Draft
from guildwright.sandbox.people.threads import Plan, start_thread
from guildwright.sandbox.people.view import message_view
from guildwright.sandbox.world import Message, World

router = APIRouter(prefix="/_sandbox/actions", tags=["messages"])

DONE = {"done": True}


@router.post("/send", response_model=answers.MessageAnswer)
async def send(request: Request, world: CurrentWorld, body: requests.Send) -> Response:
    """Send a message, reply to one, or forward one."""
    person = find_person(world, int(body.person))
    if body.forward_of is not None:
        return _shown(request, person, _forward(person, body))
    draft = Draft(
        content=body.content,
        reply_to=int(body.reply_to) if body.reply_to is not None else None,
        mention_reply=body.mention_reply,
        uploads=[read_upload("attachments", file.model_dump()) for file in body.attachments],
    )
    return _shown(request, person, sending.send(person, int(body.channel_id), draft))


@router.post("/edit", response_model=answers.MessageAnswer)
async def edit(request: Request, world: CurrentWorld, body: requests.Edit) -> Response:
    """Change the text of one's own message."""
    person, channel_id, message_id = _target(world, body)
    return _shown(request, person, sending.edit(person, channel_id, message_id, body.content))


@router.post("/delete", response_model=answers.DoneAnswer)
async def delete(request: Request, world: CurrentWorld, body: requests.OnMessage) -> Response:
    """Delete a message."""
    sending.delete(*_target(world, body))
    return reply(request, DONE)


@router.post("/react", response_model=answers.MessageAnswer)
async def react(request: Request, world: CurrentWorld, body: requests.React) -> Response:
    """Add a reaction."""
    person, channel_id, message_id = _target(world, body)
    return _shown(request, person, marks.react(person, channel_id, message_id, body.emoji))


@router.post("/unreact", response_model=answers.MessageAnswer)
async def unreact(request: Request, world: CurrentWorld, body: requests.React) -> Response:
    """Take one's own reaction back."""
    person, channel_id, message_id = _target(world, body)
    return _shown(request, person, marks.unreact(person, channel_id, message_id, body.emoji))


@router.post("/pin", response_model=answers.MessageAnswer)
async def pin(request: Request, world: CurrentWorld, body: requests.OnMessage) -> Response:
    """Pin a message."""
    person, channel_id, message_id = _target(world, body)
    return _shown(request, person, marks.set_pinned(person, channel_id, message_id, pinned=True))


@router.post("/unpin", response_model=answers.MessageAnswer)
async def unpin(request: Request, world: CurrentWorld, body: requests.OnMessage) -> Response:
    """Take the pin of a message away."""
    person, channel_id, message_id = _target(world, body)
    return _shown(request, person, marks.set_pinned(person, channel_id, message_id, pinned=False))


@router.post("/vote", response_model=answers.MessageAnswer)
async def vote(request: Request, world: CurrentWorld, body: requests.Vote) -> Response:
    """Vote in a poll."""
    person, channel_id, message_id = _target(world, body)
    return _shown(request, person, marks.vote(person, channel_id, message_id, body.answers))


@router.post("/typing", response_model=answers.DoneAnswer)
async def typing(request: Request, world: CurrentWorld, body: requests.InChannel) -> Response:
    """Show that the person is typing."""
    sending.start_typing(find_person(world, int(body.person)), int(body.channel_id))
    return reply(request, DONE)


@router.post("/thread", response_model=answers.ChannelAnswer)
async def thread(request: Request, world: CurrentWorld, body: requests.Thread) -> Response:
    """Start a thread, or post in a forum."""
    person = find_person(world, int(body.person))
    plan = Plan(
        name=body.name,
        content=body.content,
        message_id=int(body.message_id) if body.message_id is not None else None,
        private=body.private,
        tags=[int(tag) for tag in body.applied_tags],
    )
    started = start_thread(person, int(body.channel_id), plan)
    return reply(request, {"channel": channel_payload(person, started)})


def _target(world: World, body: requests.OnMessage) -> tuple[Person, int, int]:
    return find_person(world, int(body.person)), int(body.channel_id), int(body.message_id)


def _shown(request: Request, person: Person, message: Message) -> Response:
    return reply(request, {"message": message_view(person, message)})


def _forward(person: Person, body: requests.Send) -> Message:
    if body.content or body.attachments or body.reply_to is not None:
        raise RefusedError("forward_alone", "A forwarded message carries no text, file or reply of its own.")
    source = body.forward_channel_id or body.channel_id
    return sending.forward(person, int(body.channel_id), int(source), int(body.forward_of or 0))
