"""Starting threads and posting in forums, as a client lets a person do it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from guildwright.kernel import limits
from guildwright.sandbox.people.person import named
from guildwright.sandbox.people.refusal import RefusedError, conflict, unknown
from guildwright.sandbox.people.sending import check_content
from guildwright.sandbox.people.texts import parts
from guildwright.sandbox.people.view import is_written
from guildwright.sandbox.world import enums

if TYPE_CHECKING:
    from guildwright.sandbox.people.person import Person
    from guildwright.sandbox.world import Channel


@dataclass(frozen=True, slots=True)
class Plan:
    """The thread a person is about to start; in a forum `content` is the post."""

    name: str
    content: str = ""
    message_id: int | None = None
    private: bool = False
    tags: Sequence[int] = ()


def start_thread(person: Person, channel_id: int, plan: Plan) -> Channel:
    """Start a thread in a channel, from a message, or as a post in a forum."""
    channel = person.channel(channel_id)
    if not 1 <= len(plan.name.strip()) <= limits.CHANNEL_NAME:
        raise RefusedError("wrong_name", f"The name of a thread has 1 to {limits.CHANNEL_NAME} characters.")
    if channel.type == enums.ChannelType.FORUM:
        return _post(person, channel, plan)
    if channel.type not in (enums.ChannelType.TEXT, enums.ChannelType.NEWS):
        raise RefusedError("no_threads", f"{named(channel)} has no threads.")
    person.require(channel, "create_private_threads" if plan.private else "create_public_threads")
    if plan.message_id is not None:
        _check_origin(person, channel_id, plan.message_id)
    if plan.content:
        check_content(plan.content, has_more=False)
        person.require(channel, "send_messages_in_threads")
    kind = enums.ChannelType.PRIVATE_THREAD if plan.private else enums.ChannelType.PUBLIC_THREAD
    backend = person.world.backend
    thread = backend.create_thread(channel_id, plan.name, person.id, type=kind, message_id=plan.message_id)
    if plan.content:
        backend.create_message(thread.id, person.id, plan.content)
    return thread


def _post(person: Person, forum: Channel, plan: Plan) -> Channel:
    person.require(forum, "send_messages")
    check_content(plan.content, has_more=False)
    offered = {int(tag["id"]) for tag in parts({"tags": forum.available_tags}, "tags")}
    if len(plan.tags) > limits.THREAD_TAGS or not offered.issuperset(plan.tags):
        raise unknown("unknown_tag", f"{named(forum)} offers no such tag, or not so many at once.")
    backend = person.world.backend
    thread = backend.create_thread(forum.id, plan.name, person.id, applied_tags=plan.tags, broadcast=False)
    backend.announce_thread_create(thread)
    starter = backend.prepare_message(thread.id, person.id, plan.content)
    starter.id = thread.id  # Discord gives a post and its first message one ID
    backend.commit_message(starter)
    return thread


def _check_origin(person: Person, channel_id: int, message_id: int) -> None:
    message = person.message(channel_id, message_id)
    if message.is_ephemeral or not is_written(message):
        raise RefusedError("not_a_start", "A thread cannot start from that message.")
    if message_id in person.world.backend.channels:
        raise conflict("thread_exists", "That message has a thread already.")
