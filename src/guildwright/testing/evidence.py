"""What one test leaves behind for the report of its failure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from guildwright.testing.botlog import BotLog
    from guildwright.testing.world import World


@dataclass(slots=True)
class Evidence:
    world: World
    log: BotLog


EVIDENCE = pytest.StashKey[Evidence]()
