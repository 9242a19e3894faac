"""Hours and days pass in an instant, and nothing that was under way is skipped."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from pathlib import Path

import pytest

from guildwright.testing.errors import OutcomeError
from guildwright.testing.virtual import VirtualApp

from .test_plugin import CONFIG

pytest_plugins = ["pytester"]

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "testing.md"

REMINDERS = """
import asyncio
import discord
from discord.ext import commands, tasks
from sqlalchemy import text

COUNT = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 400000)"
SLOW = f"{COUNT} SELECT count(*) FROM c"


class Snooze(discord.ui.View):
    @discord.ui.button(label="In an hour")
    async def later(self, interaction, button):
        await interaction.response.edit_message(content="in an hour, then", view=None)
        await asyncio.sleep(3600)
        await interaction.channel.send("an hour is over")


class Reminders(commands.Cog):
    def __init__(self, bot):
        self.bot = bot
        self.hours = 0
        self.count.start()

    @commands.hybrid_command(description="x")
    async def remind(self, ctx, days: int, *, text: str):
        await ctx.send("noted")
        await asyncio.sleep(days * 86400)
        await ctx.send(f"{ctx.author.mention} {text}")

    @commands.command()
    async def snooze(self, ctx):
        await ctx.send("when?", view=Snooze(timeout=600))

    @commands.command()
    async def look(self, ctx):
        await asyncio.sleep(3600)
        before = discord.utils.utcnow()
        async with self.bot.store.session() as session:
            await session.execute(text(SLOW))
        await ctx.send(f"looked for {(discord.utils.utcnow() - before).total_seconds():.0f} s")

    @tasks.loop(hours=1)
    async def count(self):
        self.hours += 1

    @commands.command()
    async def hours(self, ctx):
        await ctx.send(f"{self.hours} hours")


async def setup(bot):
    await bot.add_cog(Reminders(bot))
"""
pytestmark = pytest.mark.app(
    slices=("help", "permissions"), extensions={"reminders": REMINDERS}, config={"prefix": "!"}
)


@pytest.mark.req("TEST-03")
async def test_a_reminder_of_three_days_comes_in_under_a_second(virtual_app: VirtualApp) -> None:
    asked_at = virtual_app.now()
    [noted] = await virtual_app.mia.says("#general", "!remind 3 water the plants")
    assert noted.content == "noted"
    began = time.perf_counter()
    await virtual_app.advance(days=2, hours=23)
    assert len(virtual_app.said("#general")) == 1
    await virtual_app.advance(hours=1)
    assert time.perf_counter() - began < 1
    reminder = virtual_app.said("#general")[-1]
    assert reminder.content == f"<@{virtual_app.mia.id}> water the plants"
    assert reminder.at - asked_at == timedelta(days=3)


@pytest.mark.req("TEST-03")
async def test_the_clock_stands_while_a_statement_runs(virtual_app: VirtualApp) -> None:
    await virtual_app.mia.says("#general", "!look")
    began = time.perf_counter()
    await virtual_app.advance(hours=5)
    assert time.perf_counter() - began > 0.02
    [looked] = virtual_app.said("#general")
    assert looked.content == "looked for 0 s"
    assert virtual_app.now() - looked.at == timedelta(hours=4)


async def test_people_use_slash_commands_and_what_the_application_offers(virtual_app: VirtualApp) -> None:
    [noted] = await virtual_app.max.slash("#general", "remind", days=1, text="now")
    assert noted.content == "noted"
    assert "Only the owner of this server" in (await virtual_app.mia.says("#general", "!config"))[0]
    assert "You are the **owner of the bot**" in (await virtual_app.olivia.says("#general", "!config"))[0]
    assert virtual_app.application.journal.recent(10)[0].kind == "U"


async def test_a_button_answers_until_its_time_is_over(virtual_app: VirtualApp) -> None:
    await virtual_app.mia.says("#general", "!snooze")
    [changed] = await virtual_app.mia.click("#general", "In an hour")
    assert changed.content == "in an hour, then"
    await virtual_app.advance(hours=1)
    assert virtual_app.said("#general")[-1].content == "an hour is over"
    with pytest.raises(OutcomeError, match="no button 'In an hour' in #general"):
        await virtual_app.mia.click("#general", "In an hour")


def test_the_example_of_the_page_runs_as_written(pytester: pytest.Pytester) -> None:
    page = PAGE.read_text(encoding="utf-8")
    for name in ("reminders.py", "test_reminders.py"):
        found = re.search(rf'```python title="{name}"\n(.*?)```', page, re.DOTALL)
        assert found, name
        (pytester.path / name).write_text(found[1], encoding="utf-8")
    pytester.makefile(".ini", pytest=CONFIG)
    pytester.runpytest_inprocess().assert_outcomes(passed=1)
