"""Whatever an extension registers before it fails is gone again, and the others load all the same."""

from __future__ import annotations

import asyncio
import textwrap
from pathlib import Path
from typing import Any

import pytest
from discord.ext import commands

from guildwright.app import Application
from guildwright.bot import extensions
from guildwright.testing.person import Person

# Registers everything that an extension can register; what comes last is added by the tests.
ALL = textwrap.dedent(
    """
    import asyncio
    import discord
    from discord import app_commands
    from discord.ext import commands, tasks
    from guildwright.api import hooks, messages, settings

    class Half(commands.Cog):
        def __init__(self):
            self.beat.start()

        @tasks.loop(hours=1)
        async def beat(self):
            pass

        @commands.hybrid_command()
        async def leftover(self, ctx):
            await ctx.send("still here")

        @commands.Cog.listener()
        async def on_message(self, message):
            if message.content == "anybody?":
                await message.reply("still here")

    class Forever(discord.ui.View):
        def __init__(self):
            super().__init__(timeout=None)

        @discord.ui.button(label="Here", custom_id="half:here")
        async def here(self, interaction, button):
            pass

    class Item(discord.ui.DynamicItem[discord.ui.Button], template="half:[0-9]+"):
        pass

    @tasks.loop(hours=1)
    async def alone():
        pass

    @app_commands.context_menu(name="Half")
    async def menu(interaction, message: discord.Message):
        pass

    async def refuse(ctx):
        return False

    async def heard(payload):
        pass

    async def on_typing(channel, user, when):
        pass

    def look(message):
        pass

    async def wait():
        await asyncio.Event().wait()

    async def setup(bot):
        await bot.add_cog(Half())
        bot.add_view(Forever())
        bot.add_dynamic_items(Item)
        bot.add_check(refuse)
        bot.add_listener(on_typing)
        bot.event(on_typing)
        bot.tree.add_command(menu)
        bot.hooks.register("anything", heard, owner=__name__)
        messages.observe(bot, None, look)
        settings.declare(bot, __name__, {"half.text": settings.Setting(str)})
        alone.start()
        bot.half = asyncio.create_task(wait(), name="half waits")
    """
)
RAISES = f'{ALL}    raise RuntimeError("half way")\n'
HANGS = f"{ALL}    await wait()\n"

pytestmark = pytest.mark.app(slices=(), config={"prefix": "!"})


def registered(app: Application) -> dict[str, Any]:
    bot = app.bot
    return {
        "commands": sorted(bot.all_commands),
        "slash": sorted(command.name for command in bot.tree.get_commands()),
        "menus": sorted(key[0] for key in bot.tree._context_menus),
        "cogs": sorted(bot.cogs),
        "listeners": {name: len(found) for name, found in bot.extra_events.items() if found},
        "events": sorted(name for name in vars(bot) if name.startswith("on_")),
        "checks": list(bot._checks),
        "views": list(bot.persistent_views),
        "dynamic": len(bot._connection._view_store._dynamic_items),
        "hooks": len(bot.hooks),
        "observers": bot.router._everywhere,
        "settings": sorted(bot.settings.declared()),
        "tasks": sorted(
            task.get_name()
            for task in asyncio.all_tasks()
            if not task.cancelling()
            and ("Loop._loop" in repr(task.get_coro()) or task.get_name().startswith("half"))
        ),
    }


@pytest.mark.req("CORE-1405")
async def test_an_extension_that_fails_half_way_leaves_nothing_of_any_kind(
    app: Application, instance_folder: Path, mia: Person
) -> None:
    before = registered(app)
    (instance_folder / "extensions" / "half.py").write_text(ALL, encoding="utf-8")
    assert (await app.bot.extension_loader.load("extensions.half")).failure is None
    added = registered(app)
    assert all(added[kind] != before[kind] for kind in before), added
    assert (await app.bot.extension_loader.load("extensions.half")).failure is not None
    assert registered(app) == added, "a second load must not harm the first"
    await app.bot.unload_extension("extensions.half")
    assert registered(app) == before

    (instance_folder / "extensions" / "half.py").write_text(RAISES, encoding="utf-8")
    result = await app.bot.extension_loader.load("extensions.half")

    assert "half way" in str(result.failure)
    assert registered(app) == before
    await mia.says("#general", "anybody?").nothing()
    (instance_folder / "extensions" / "half.py").write_text(ALL, encoding="utf-8")
    assert (await app.bot.extension_loader.load("extensions.half")).failure is None
    await app.bot.unload_extension("extensions.half")


@pytest.mark.req("CORE-1406")
async def test_one_that_hangs_is_cut_off_and_the_others_load(
    app: Application, instance_folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    before = registered(app)
    assert extensions.SETUP_SECONDS == 30
    monkeypatch.setattr(extensions, "SETUP_SECONDS", 0.1)
    folder = instance_folder / "extensions"
    (folder / "a_first.py").write_text(HANGS, encoding="utf-8")
    (folder / "b_second.py").write_text("async def setup(bot): ...\n", encoding="utf-8")
    caplog.set_level("INFO")

    await app.bot.extension_loader.load_user()

    assert "extensions.a_first is not loaded: setup took longer than 30 s and was cancelled" in caplog.text
    assert "Extensions: 1 loaded, 1 failed, 0 skipped." in caplog.text
    assert list(app.bot.extensions) == ["extensions.b_second"]
    assert registered(app) == before


async def test_one_that_code_loads_directly_leaves_nothing_either(
    app: Application, instance_folder: Path
) -> None:
    before = registered(app)
    (instance_folder / "extensions" / "half.py").write_text(RAISES, encoding="utf-8")
    with pytest.raises(commands.ExtensionFailed, match="half way"):
        await app.bot.load_extension("extensions.half")
    assert registered(app) == before
