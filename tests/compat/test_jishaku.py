"""jishaku, which many bots carry, loads and answers the owner of the bot, and nobody else."""

from __future__ import annotations

import pytest

from guildwright.app import Application
from guildwright.testing.person import Person

pytestmark = pytest.mark.app(slices=("help",), config={"prefix": "!"})


async def test_the_owner_uses_jishaku_and_others_are_refused(
    app: Application, olivia: Person, mia: Person
) -> None:
    await app.bot.load_extension("jishaku")
    assert "Jishaku v" in await olivia.says("#general", "!jsk")
    assert (await olivia.says("#general", "!jsk py 1+1")).content == "2"
    assert (await olivia.says("#general", "!jsk py return _ctx.author.name")).content == "olivia"
    refused = await mia.says("#general", "!jsk py 1+1")
    assert "own" in refused.text
    assert "2" not in refused.content


async def test_jishaku_reloads_and_unloads_with_nothing_left(app: Application, olivia: Person) -> None:
    before = (sorted(app.bot.all_commands), sorted(app.bot.cogs))
    await app.bot.load_extension("jishaku")
    await app.bot.reload_extension("jishaku")
    assert "Jishaku v" in await olivia.says("#general", "!jsk")
    await app.bot.unload_extension("jishaku")
    assert (sorted(app.bot.all_commands), sorted(app.bot.cogs)) == before
