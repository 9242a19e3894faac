"""What is loaded when a part of Guildwright is imported, judged in a fresh interpreter."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("discord", "simcord", "nicegui", "fastapi", "uvicorn", "sqlalchemy", "websockets", "typer", "rich")

MAY_LOAD = {
    "guildwright": set[str](),
    "guildwright.api": set[str](),
    "guildwright.testing.plugin": set[str](),
    "guildwright.kernel.errors": set[str](),
    "guildwright.kernel.config": set[str](),
    "guildwright.cli": {"typer", "rich"},
    "guildwright.bot.client": {"discord", "sqlalchemy"},
    "guildwright.app": {"discord", "sqlalchemy", "rich"},
    "guildwright.sandbox.server": {"discord", "simcord", "fastapi", "uvicorn", "websockets"},
}


@pytest.mark.parametrize("module", MAY_LOAD)
def test_importing_a_part_loads_no_library_that_belongs_to_another(module: str) -> None:
    code = f"import {module}, sys; print(*[m for m in {HEAVY!r} if m in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert set(ran.stdout.split()) <= MAY_LOAD[module]
