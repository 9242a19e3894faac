"""What the actions of the control API take: one model per action, documented by OpenAPI.

Strict: `true` is no number and `"5"` no integer, because a client that sends the wrong type should hear
of it here and not from the bot. IDs are strings everywhere.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, JsonValue, StringConstraints, model_validator

from guildwright.kernel.limits import (
    AUDIT_LOG_REASON,
    CUSTOM_ID,
    POLL_ANSWERS,
    ROLE_NAME,
    SELECT_OPTIONS,
    THREAD_TAGS,
)
from guildwright.sandbox.control.body import Body, Snowflake

CustomId = Annotated[str, StringConstraints(min_length=1, max_length=CUSTOM_ID)]
RedirectUri = Annotated[str, StringConstraints(pattern=r"^https?://[^\s#]+$", max_length=2_000)]
Share = Annotated[float, Field(ge=0, le=1)]
CommandPath = Annotated[list[str], Field(min_length=1, max_length=3)]


class Acting(Body):
    """A body with the person who acts."""

    person: Snowflake = Field(alias="as", description="ID of the acting person.")


class InChannel(Acting):
    """An action in a channel."""

    channel_id: Snowflake


class OnMessage(InChannel):
    """An action on a message."""

    message_id: Snowflake


class File(Body):
    """A file that a person uploads."""

    filename: Annotated[str, StringConstraints(min_length=1, max_length=260)]
    data_base64: str


class Send(InChannel):
    """A message to send; with `forward_of` a message of `forward_channel_id` is forwarded."""

    content: str = ""
    reply_to: Snowflake | None = None
    mention_reply: bool = True
    attachments: list[File] = Field(default_factory=list[File])
    forward_of: Snowflake | None = None
    forward_channel_id: Snowflake | None = None


class Edit(OnMessage):
    """A new text for one's own message."""

    content: str


class React(OnMessage):
    """An emoji: Unicode, or `name:id` of a custom one."""

    emoji: Annotated[str, StringConstraints(min_length=1, max_length=100)]


class Vote(OnMessage):
    """The answers of a poll that the person votes for; none takes the vote back."""

    answers: list[int] = Field(default_factory=list[int], max_length=POLL_ANSWERS)


class Thread(InChannel):
    """A thread to start, from a message when `message_id` names one; in a forum `content` is the post."""

    name: str
    content: str = ""
    message_id: Snowflake | None = None
    private: bool = False
    applied_tags: list[Snowflake] = Field(default_factory=list[Snowflake], max_length=THREAD_TAGS)


class Command(InChannel):
    """A slash command by its path of names, with option values by name."""

    path: CommandPath
    options: dict[str, JsonValue] = Field(default_factory=dict[str, JsonValue])


class Autocomplete(Command):
    """An unfinished slash command; `focused` is the option that is being typed."""

    focused: str


class ContextMenu(InChannel):
    """A command of the menu of a person or a message."""

    command_id: Snowflake
    target_id: Snowflake


class Click(OnMessage):
    """A button."""

    custom_id: CustomId


class Select(Click):
    """A select menu with the values chosen; people, roles and channels by ID."""

    values: list[str] = Field(max_length=SELECT_OPTIONS)


class Modal(Acting):
    """A filled form: a text, a list of values, true or false, or files, by custom ID."""

    interaction_id: Snowflake
    values: dict[str, JsonValue] = Field(default_factory=dict[str, JsonValue])


class OpenDm(Acting):
    """The bot to write to."""

    user_id: Snowflake


class InGuild(Acting):
    """An action in a guild."""

    guild_id: Snowflake


class JoinVoice(InGuild):
    """A voice channel to connect to."""

    channel_id: Snowflake
    self_mute: bool = False
    self_deaf: bool = False


class Nick(InGuild):
    """A nickname, one's own unless `user_id` names somebody else; null takes it away."""

    nick: str | None = None
    user_id: Snowflake | None = None


class OnMember(InGuild):
    """Moderation of a member."""

    user_id: Snowflake
    reason: Annotated[str, StringConstraints(max_length=AUDIT_LOG_REASON)] | None = None


class Timeout(OnMember):
    """Seconds during which the member can only read; 0 ends it."""

    seconds: Annotated[float, Field(ge=0, le=10_000_000, allow_inf_nan=False)]


class NewRole(InGuild):
    """A role; its permissions are Discord's bits as a decimal number."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=ROLE_NAME)]
    permissions: Annotated[str, StringConstraints(pattern=r"^\d{1,18}$")] = "0"


class OnRole(InGuild):
    """A role of a guild."""

    role_id: Snowflake


class RoleOfMember(OnRole):
    """A role and the member who gets or loses it."""

    user_id: Snowflake


class NewWorld(Body):
    """A world to open beside the default one."""

    name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")] | None = None
    seed: Annotated[int, Field(ge=0, le=2**53)] | None = None


class Settings(Body):
    """What is set on the application's page, and how strict the world is; what is left out stays."""

    heartbeat_interval_ms: Annotated[int, Field(ge=10, le=3_600_000)] | None = None
    max_concurrency: Annotated[int, Field(ge=1, le=1_000)] | None = None
    replay_buffer: Annotated[int, Field(ge=0, le=100_000)] | None = None
    session_lifetime: Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)] | None = None
    privileged_intents: list[Literal["members", "presences", "message_content"]] | None = None
    limits: Literal["off", "headers", "enforce"] | None = None
    identify_total: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    identify_remaining: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    identify_reset_after: Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)] | None = None
    guilds_per_shard: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    shards: Annotated[int, Field(ge=1, le=10_000)] | None = None
    message_limit: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    redirect_uris: Annotated[list[RedirectUri], Field(max_length=10)] | None = Field(
        default=None, description="Where logins may lead back to, to the letter."
    )


class Load(Body):
    """People who talk at a rate in guilds of their own, with the shares of those who do something else."""

    rate: Annotated[float, Field(gt=0, le=50_000)] = Field(description="Events a second.")
    seconds: Annotated[float, Field(gt=0, le=3_600)] = Field(description="How long.")
    guilds: Annotated[int, Field(ge=1, le=10_000)] = 10
    people: Annotated[int, Field(ge=1, le=1_000)] = Field(default=20, description="People in each guild.")
    commands: Share = Field(default=0.0, description="Share of messages that are the text command.")
    interactions: Share = Field(default=0.0, description="Share of slash commands.")
    joins: Share = Field(default=0.0, description="Share of people who join.")
    command: Annotated[str, StringConstraints(min_length=1, max_length=200)] = "!ping"
    slash: CommandPath = Field(default=["ping"], description="The slash command by its path of names.")
    grace: Annotated[float, Field(ge=0, le=60)] = Field(
        default=5.0, description="Seconds to wait for answers afterwards."
    )
    pid: Annotated[int, Field(ge=1, le=2**22)] | None = Field(
        default=None,
        description="The bot's process, if its socket does not tell.",
    )
    seed: Annotated[int, Field(ge=0, le=2**53)] = 0

    @model_validator(mode="after")
    def refuse_shares_above_one(self) -> Load:
        """Refuse shares that are more than everything."""
        if self.commands + self.interactions + self.joins > 1:
            raise ValueError("the shares of commands, interactions and joins add up to more than 1")
        return self


class Advance(Body):
    """Seconds to move the world's clock forward."""

    advance: Annotated[float, Field(ge=0, le=10_000_000, allow_inf_nan=False)]
