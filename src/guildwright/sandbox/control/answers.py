"""What the control API answers, for its OpenAPI document.

Payloads that are Discord's own are described as objects: their fields are Discord's, not ours. Answers
are not validated on the way out, they are written by one hand.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

Payload = dict[str, Any]


class Answer(BaseModel):
    """An answer; it may carry more fields than are documented."""

    model_config = ConfigDict(extra="allow")


class ErrorDetail(BaseModel):
    """A stable code for programs and a sentence for people."""

    code: str
    message: str


class ErrorAnswer(BaseModel):
    """The one shape of every refusal and error."""

    error: ErrorDetail


class WorldAnswer(Answer):
    """A world: where a bot and a person reach it."""

    name: str
    api_base: str
    cdn_base: str
    gateway: str
    control: str
    token: str
    owner_id: str
    people: list[Payload]
    guilds: list[Payload]


class InfoAnswer(Answer):
    """The sandbox and the world at this address."""

    version: str
    world: str
    api_base: str
    cdn_base: str
    gateway: str
    token_hint: str
    limits: str
    people: list[Payload]
    owner_id: str


class StateAnswer(Answer):
    """What the acting person's client knows of guilds, channels, members and the bot."""

    me: Payload
    people: list[Payload]
    bot: Payload
    guilds: list[Payload]
    dms: list[Payload]


class MessageAnswer(Answer):
    """A message as the acting person sees it: Discord's payload with parsed texts."""

    message: Payload


class MessagesAnswer(Answer):
    """A page of messages, oldest first."""

    messages: list[Payload]
    has_more: bool


class CommandsAnswer(Answer):
    """The commands the acting person may use in a channel."""

    commands: list[Payload]


class ChoicesAnswer(Answer):
    """The choices the bot offered."""

    choices: list[Payload]


class StartedAnswer(Answer):
    """An interaction was sent to the bot; the event stream tells what becomes of it."""

    interaction_id: str


class InteractionAnswer(Answer):
    """How an interaction stands."""

    id: str
    state: Literal["pending", "answered", "deferred", "modal", "failed", "autocomplete"]
    message_id: str | None
    ephemeral: bool
    modal: Payload | None
    reason: str | None


class ChannelAnswer(Answer):
    """A channel."""

    channel: Payload


class ExportAnswer(Answer):
    """A world in the form of a world file."""

    world: Payload


class RoleAnswer(Answer):
    """A role."""

    role: Payload


class DoneAnswer(Answer):
    """The action was carried out."""

    done: Literal[True]


class TrafficAnswer(Answer):
    """Entries of the inspector, and the number to ask for next."""

    entries: list[Payload]
    next: int


class RegisteredAnswer(Answer):
    """The commands by scope: `id` and `name` of the guild, null and "Everywhere" for global ones."""

    scopes: list[Payload]


class ViolationsAnswer(Answer):
    """What the bot did wrong, and how many answers of 401, 403 and 429 count towards a ban."""

    violations: list[Payload]
    invalid_requests: int


class AffectedAnswer(Answer):
    """How many connections a fault met, and the fault itself if it lasts."""

    affected: int
    fault: Payload | None


class FaultsAnswer(Answer):
    """The faults in force."""

    faults: list[Payload]


class FaultKindsAnswer(Answer):
    """The kinds of faults there are."""

    kinds: list[Payload]


class LoadAnswer(Answer):
    """Whether a load is running, and the report of the last."""

    running: bool
    report: Payload | None


class EndedAnswer(Answer):
    """How many faults were ended."""

    ended: int


class ClockAnswer(Answer):
    """The world's time, ISO 8601 in UTC."""

    now: str
