"""The operator hears of refused requests before Discord locks the address out."""

import discord
import pytest

from guildwright.bot import budget
from guildwright.bot.budget import RestBudget
from guildwright.kernel.limits import INVALID_REQUESTS_WINDOW_SECONDS


def test_outcomes_are_counted_by_status():
    rest = RestBudget()
    for status in (200, 200, 404, 429):
        rest.note(status)
    assert rest.outcomes == {200: 2, 404: 1, 429: 1}
    assert rest.invalid_requests == 1


def test_many_refusals_are_warned_of_once(caplog):
    rest = RestBudget()
    for _ in range(budget.WARN_AT + 50):
        rest.note(403)
    warnings = [message for message in caplog.messages if "locks this address out" in message]
    assert len(warnings) == 1


def test_refusals_are_forgotten_after_ten_minutes(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(budget.time, "monotonic", lambda: now[0])
    rest = RestBudget()
    rest.note(401)
    now[0] = INVALID_REQUESTS_WINDOW_SECONDS + 1
    assert rest.invalid_requests == 0


@pytest.mark.app(slices=(), config={"prefix": "!"})
async def test_the_bots_own_requests_are_counted(app, mia):
    before = app.bot.budget.outcomes[200]
    await app.bot.fetch_user(mia.id)
    assert app.bot.budget.outcomes[200] == before + 1


@pytest.mark.app(slices=(), config={"prefix": "!"})
async def test_refused_requests_and_the_sync_are_counted_once(app):
    before = app.bot.budget.outcomes.copy()
    with pytest.raises(discord.NotFound):
        await app.bot.fetch_user(1)
    assert app.bot.budget.outcomes[404] == before[404] + 1

    before = app.bot.budget.outcomes.copy()
    await app.bot.sync.sync_if_needed(force=True)
    assert app.bot.budget.outcomes - before == {200: 1}


PING = """
from discord.ext import commands

@commands.hybrid_command()
async def ping(ctx):
    await ctx.send("pong")

@commands.hybrid_command()
async def later(ctx):
    await ctx.defer()
    await ctx.send("pong, later")
    await ctx.send("and once more")

async def setup(bot):
    bot.add_command(ping)
    bot.add_command(later)
"""


@pytest.mark.app(slices=(), extensions={"ping": PING}, config={"prefix": "!"})
async def test_nothing_is_sent_shortly_before_discord_would_lock_the_bot_out(
    app, world, mia, monkeypatch, caplog
):
    now = [budget.time.monotonic()]
    monkeypatch.setattr(budget.time, "monotonic", lambda: now[0])
    rest = app.bot.budget
    for _ in range(budget.STOP_AT):
        rest.note(403)
    sent = rest.outcomes.total()
    await mia.says("#general", "!ping").nothing()
    assert rest.outcomes.total() == sent
    assert caplog.text.count("Nothing is sent for now: 9500 requests") == 1
    assert "pong" in await mia.at("#general").slash("ping")
    await mia.at("#general").slash("later").message("#general", "and once more")

    now[0] += INVALID_REQUESTS_WINDOW_SECONDS + 1
    assert "pong" in await mia.says("#general", "!ping")
