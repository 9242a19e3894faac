"""Who may run a command (CORE-909): one function decides, and its answer is what explanations are made of.

Highest first: the bot's owner may do everything; the guild's owner everything but what is the bot owner's
alone; everybody else needs one of the roles that the guild demands and the permissions that the command
declares, both.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import Enum


class Tier(Enum):
    """Where a person stands."""

    BOT_OWNER = "owner of the bot"
    GUILD_OWNER = "owner of this server"
    MEMBER = "member"


class Obstacle(Enum):
    """What keeps a person from a command."""

    BOT_OWNER_ONLY = "bot owner only"
    GUILD_OWNER_ONLY = "guild owner only"
    GUILD_ONLY = "guild only"
    ROLE = "role"
    PERMISSIONS = "permissions"


@dataclass(frozen=True, slots=True)
class Rule:
    """The roles that a guild demands for a command; `command` may be the group around it."""

    command: str
    roles: frozenset[int]


@dataclass(frozen=True, slots=True)
class Demands:
    """What a command asks of people; `rule` is the guild's."""

    bot_owner: bool = False
    guild_owner: bool = False
    guild_only: bool = False
    permissions: tuple[str, ...] = ()
    rule: Rule | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person is and has in a place; `grants` tells whether they hold a Discord permission there."""

    tier: Tier
    in_guild: bool
    roles: Collection[int]
    grants: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a person may; otherwise everything that is in the way, the most important first."""

    tier: Tier
    demands: Demands
    obstacles: tuple[Obstacle, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def allowed(self) -> bool:
        """Whether nothing is in the way."""
        return not self.obstacles


def decide(demands: Demands, standing: Standing) -> Decision:
    """Return whether somebody may run a command, and all that keeps them from it."""
    if standing.tier is Tier.BOT_OWNER:
        return Decision(standing.tier, demands)
    obstacles: list[Obstacle] = []
    missing: tuple[str, ...] = ()
    if demands.bot_owner:
        obstacles.append(Obstacle.BOT_OWNER_ONLY)
    if demands.guild_only and not standing.in_guild:
        obstacles.append(Obstacle.GUILD_ONLY)
    if standing.tier is not Tier.GUILD_OWNER:
        if demands.guild_owner:
            obstacles.append(Obstacle.GUILD_OWNER_ONLY)
        if demands.rule is not None and demands.rule.roles.isdisjoint(standing.roles):
            obstacles.append(Obstacle.ROLE)
        missing = tuple(name for name in demands.permissions if not standing.grants(name))
        if missing:
            obstacles.append(Obstacle.PERMISSIONS)
    return Decision(standing.tier, demands, tuple(obstacles), missing)
