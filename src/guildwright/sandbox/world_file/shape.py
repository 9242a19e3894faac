"""The form of a world file; the names are those of Discord's documentation, permissions by name.

People are named by username, roles by their key, which is the name unless a guild has several of one name.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, WithJsonSchema

from guildwright.kernel import limits
from guildwright.sandbox.world import PERMISSION_BITS

EVERYONE: Final = "@everyone"
CROWD: Final = "crowd_"
GUILDS: Final = 10_000

ChannelKind = Literal["text", "announcement", "voice", "stage", "category", "forum"]
PersonStatus = Literal["online", "idle", "dnd", "offline"]


def _known_permission(name: str) -> str:
    if name not in PERMISSION_BITS:
        raise ValueError(f"there is no permission {name!r}; names are like manage_messages")
    return name


Permission = Annotated[
    str,
    AfterValidator(_known_permission),
    WithJsonSchema({"type": "string", "enum": sorted(PERMISSION_BITS)}),
]
Username = Annotated[str, StringConstraints(min_length=2, max_length=limits.USERNAME)]
DisplayName = Annotated[str, StringConstraints(min_length=1, max_length=limits.USERNAME)]
Nickname = Annotated[str, StringConstraints(min_length=1, max_length=limits.NICKNAME)]
GuildName = Annotated[
    str, StringConstraints(min_length=limits.GUILD_NAME_MINIMUM, max_length=limits.GUILD_NAME)
]
RoleName = Annotated[str, StringConstraints(min_length=1, max_length=limits.ROLE_NAME)]
ChannelName = Annotated[str, StringConstraints(min_length=1, max_length=limits.CHANNEL_NAME)]
Topic = Annotated[str, StringConstraints(max_length=limits.CHANNEL_TOPIC)]
Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-f]{6}$")]


class Part(BaseModel):
    """A part of the file; unknown fields are errors."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class PersonPart(Part):
    """Somebody who lives in this world."""

    name: Username
    display_name: DisplayName | None = None
    status: PersonStatus = "online"


class OverwritePart(Part):
    """What a channel gives to, or takes from, a role or a person: name exactly one of them."""

    role: RoleName | None = None
    person: Username | None = None
    allow: list[Permission] = []
    deny: list[Permission] = []


class ChannelPart(Part):
    """A channel; categories contain channels. `system` marks where Discord announces new members."""

    name: ChannelName
    type: ChannelKind = "text"
    topic: Topic | None = None
    slowmode: Annotated[int, Field(ge=0, le=limits.SLOWMODE_SECONDS, description="Seconds")] = 0
    user_limit: Annotated[int, Field(ge=0, le=99)] = 0
    system: bool = False
    overwrites: Annotated[list[OverwritePart], Field(max_length=100)] = []
    channels: Annotated[list[ChannelPart], Field(max_length=limits.GUILD_CHANNELS)] = []


class RolePart(Part):
    """A role; the bot's own is marked with `bot`."""

    name: RoleName
    key: RoleName | None = None
    permissions: list[Permission] = []
    color: Colour = "#000000"
    hoist: bool = False
    mentionable: bool = False
    bot: bool = False

    @property
    def handle(self) -> str:
        """How the rest of the guild names the role."""
        return self.key or self.name


class MemberPart(Part):
    """Somebody in a guild."""

    person: Username
    roles: list[RoleName] = []
    nick: Nickname | None = None


class GuildPart(Part):
    """A guild, or with `count` that many of them, numbered. Roles from the highest to the lowest."""

    name: GuildName
    count: Annotated[int, Field(ge=1, le=GUILDS)] = 1
    owner: Username
    description: Annotated[str, StringConstraints(max_length=limits.GUILD_DESCRIPTION)] | None = None
    bot: Annotated[bool, Field(description="Whether the bot is in it.")] = True
    everyone: Annotated[
        list[Permission] | None, Field(description="What everybody may; Discord's usual if left out.")
    ] = None
    roles: Annotated[list[RolePart], Field(max_length=limits.GUILD_ROLES)] = []
    members: list[MemberPart] = []
    crowd: Annotated[int, Field(ge=0, le=100_000, description="Further members without a name.")] = 0
    channels: Annotated[list[ChannelPart], Field(max_length=limits.GUILD_CHANNELS)] = []


class WorldFile(Part):
    """A whole world: who lives in it, which guilds there are, and who owns the bot."""

    version: Literal[1]
    owner: Annotated[Username, Field(description="The person who owns the bot.")]
    bot_name: Username = "Guildwright"
    people: Annotated[list[PersonPart], Field(min_length=1)]
    guilds: list[GuildPart] = []
