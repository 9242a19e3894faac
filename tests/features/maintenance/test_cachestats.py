"""The operator sees what is kept in memory, in figures that agree with what happened."""

from __future__ import annotations

from pathlib import Path

import pytest

from guildwright.api.files import files
from guildwright.app import Application
from guildwright.testing.person import Person


@pytest.mark.req("CORE-1305")
@pytest.mark.app(
    slices=("maintenance", "guild_settings"),
    config={"prefix": "!", "cooldowns.default_rate": 100, "limits.message_cache": 50},
)
async def test_the_figures_agree_with_what_happened(
    app: Application, olivia: Person, mia: Person, tmp_path: Path
) -> None:
    await files.atomic_write_json(tmp_path / "notes.json", {"hello": "world"})
    for _ in range(3):
        await files.atomic_read_json(tmp_path / "notes.json")
    await mia.says("Mia's workshop/#general", "!setprefix ?")
    shown = await olivia.says("#general", "!cachestats")
    stats = files.get_cache_stats()
    fields = {field.name: field.value for field in shown.embed.fields}
    assert f"hit rate {stats['hit_rate']:.2f} %" in fields["Files"]
    assert f"{stats['cache_size']} of {stats['max_cache_size']} kept" in fields["Files"]
    assert f"{stats['active_locks']} locks" in fields["Files"]
    assert fields["Prefixes"].startswith("1 servers with their own · read ")
    assert fields["Commands counted"] == f"2 of {app.bot.metrics.tracked_limit} names"
    assert f"{app.bot.metrics.messages_seen} seen" in fields["Messages"]
    assert "of 50 kept" in fields["Messages"]
    assert fields["Database"].startswith("0 of ")
    assert "connections in use" in fields["Database"]


@pytest.mark.app(slices=("maintenance",), config={"prefix": "!"})
async def test_the_figures_are_for_the_owner_of_the_bot_alone(app: Application, marco: Person) -> None:
    assert "owner of this bot" in await marco.says("#general", "!cachestats")
