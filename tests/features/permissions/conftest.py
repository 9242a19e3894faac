"""What the tests of rules and explanations share."""

from __future__ import annotations

import pytest

from guildwright.testing.person import Person
from guildwright.testing.world import World


@pytest.fixture
def outsider(world: World) -> Person:
    """Max, who has none of the roles that rules name."""
    return world.person("Max")


@pytest.fixture
async def _no_limits(world: World) -> None:
    await world.change(limits="off")
