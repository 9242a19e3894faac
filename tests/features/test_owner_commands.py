"""What is for the owner of the bot alone is so by a mark, and the marks agree with the requirement's list."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from guildwright.api.checks import is_owner_only
from guildwright.app import Application
from guildwright.testing.person import Person

SPEC = Path(__file__).parents[2] / "docs" / "spec" / "01-core.md"


def listed() -> set[str]:
    """The names that the requirement lists, of commands that exist and of those to come."""
    row = next(line for line in SPEC.read_text("utf-8").splitlines() if line.startswith("| CORE-911 "))
    return {name for group in re.findall(r"`([a-z_ ]+)`", row) for name in group.split()}


@pytest.mark.app(config={"prefix": "!", "cooldowns.default_rate": 500})
async def test_no_rule_and_no_ownership_of_a_server_opens_an_owners_command(
    app: Application, mia: Person
) -> None:
    await mia.world.change(limits="off")
    marked = {command.name for command in app.bot.commands if is_owner_only(command)}
    known = {command.name for command in app.bot.commands}
    assert marked == listed() & known
    home = "Mia's workshop/#general"
    role = (await mia.does("create_role", guild_id=str((await mia.guild("Mia's workshop")).id), name="Any"))[
        "role"
    ]
    for name in sorted(marked):
        assert "Only the owner of this bot" in await mia.says(home, f"!{name} x"), name
        assert "No rule can open it" in await mia.says(home, f"!config {name} {role['id']}"), name
