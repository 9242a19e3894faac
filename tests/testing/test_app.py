"""The `app` fixture starts the whole application in the test's loop, connected to the test's own world."""

from __future__ import annotations

import pytest

from guildwright.app import Application
from guildwright.testing.person import Person

GREETER = '''
from discord.ext import commands


class Greeter(commands.Cog):
    @commands.hybrid_command()
    async def greet(self, ctx, name: str = "you") -> None:
        """Greet somebody."""
        await ctx.send(f"Hello {name}")


async def setup(bot) -> None:
    await bot.add_cog(Greeter())
'''


@pytest.mark.req("TEST-01")
@pytest.mark.app(extensions={"greeter": GREETER})
async def test_an_extension_answers_by_text_and_by_slash(app: Application, olivia: Person) -> None:
    assert app.bot.is_ready()
    by_text = await olivia.says("#general", "!greet Mia")
    assert by_text.content == "Hello Mia"
    by_slash = await olivia.slash("greet", name="Max")
    assert by_slash.content == "Hello Max"


@pytest.mark.app(config={"prefix": "?"})
async def test_a_member_asks_for_help_under_the_configured_prefix(app: Application, mia: Person) -> None:
    assert "help" in (await mia.says("#general", "?help")).text.lower()
    await mia.says("#general", "!help").nothing()
