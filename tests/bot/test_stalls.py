"""A command that blocks the bot is answered, and the operator reads which line it was."""

import pytest

BLOCKING = """
import time
from discord.ext import commands

@commands.command()
async def count(ctx):
    time.sleep(0.4)
    await ctx.send("done")

async def setup(bot):
    bot.add_command(count)
"""


@pytest.mark.app(slices=(), extensions={"slow": BLOCKING}, config={"prefix": "!"})
async def test_the_operator_reads_which_line_of_an_extension_blocked(app, mia, until, caplog):
    assert "done" in await mia.says("#general", "!count")
    await until(lambda: "stood still" in caplog.text)
    assert "at extensions/slow.py:7 in count: time.sleep(0.4) · Everybody waited" in caplog.text
