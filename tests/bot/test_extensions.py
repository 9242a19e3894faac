"""Extensions load in name order; one that fails is explained, rolled back and disturbs nobody."""

import re
import textwrap
from pathlib import Path

import pytest

from guildwright.bot import extensions

PING = textwrap.dedent(
    """
    from discord.ext import commands

    @commands.command()
    async def ping(ctx):
        await ctx.send("pong")

    async def setup(bot):
        bot.add_command(ping)
    """
)
EMPTY = "async def setup(bot):\n    pass\n"
HALF = textwrap.dedent(
    """
    import discord
    from discord.ext import commands

    class Left(commands.Cog):
        @commands.hybrid_command()
        async def leftover(self, ctx):
            await ctx.send("still here")

        @commands.Cog.listener()
        async def on_typing(self, channel, user, when):
            pass

    class Forever(discord.ui.View):
        def __init__(self):
            super().__init__(timeout=None)

        @discord.ui.button(label="Here", custom_id="left:here")
        async def here(self, interaction, button):
            await interaction.response.send_message("still here")

    async def refuse(ctx):
        return False

    async def heard(payload):
        pass

    async def setup(bot):
        await bot.add_cog(Left())
        bot.add_view(Forever())
        bot.add_check(refuse)
        bot.hooks.register("anything", heard, owner=__name__)
        raise RuntimeError("half way")
    """
)
pytestmark = pytest.mark.app(slices=(), extensions={"ping": PING}, config={"prefix": "!"})


@pytest.fixture
def write(app, instance_folder):
    """Put an extension into the instance."""

    def put(name, source):
        path = instance_folder / "extensions" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, encoding="utf-8")

    return put


@pytest.mark.req("CORE-1402")
async def test_blanks_in_file_names_become_underscores_and_what_is_there_stays(
    app, write, instance_folder, caplog, monkeypatch
):
    folder = instance_folder / "extensions"
    write("two words.py", EMPTY)
    write("is there.py", "raise RuntimeError('never run')\n")
    write("is_there.py", EMPTY)
    write("cannot be.py", EMPTY)
    rename = Path.rename

    def refuse(path, target):
        if path.name == "cannot be.py":
            raise PermissionError(13, "Permission denied")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refuse)
    caplog.set_level("INFO")
    await app.bot.unload_extension("extensions.ping")
    await app.bot.extension_loader.load_user()

    assert {"extensions.two_words", "extensions.is_there"} <= set(app.bot.extensions)
    assert not (folder / "two words.py").exists()
    assert (folder / "is there.py").exists()
    assert "two words.py is now called two_words.py" in caplog.text
    assert "is there.py is skipped" in caplog.text
    assert "extensions.cannot_be is not loaded" in caplog.text
    assert ", 1 failed, 0 skipped." in caplog.text


@pytest.mark.req("CORE-1401", "CORE-1403")
async def test_the_folder_is_loaded_in_name_order_and_counted(app, write, caplog):
    for name in ("b_good", "a_good", "_private"):
        write(f"{name}.py", EMPTY)
    write("c_package/__init__.py", EMPTY)
    write("broken.py", "raise RuntimeError('no')\n")
    write("unwanted.py", "raise RuntimeError('never run')\n")
    write("notes.txt", "no extension")
    await app.bot.unload_extension("extensions.ping")
    await app.bot.config.set("extensions.blacklist", ["unwanted.py", "ping"])
    caplog.set_level("INFO")

    await app.bot.extension_loader.load_user()

    assert list(app.bot.extensions) == [
        "extensions.a_good",
        "extensions.b_good",
        "extensions.c_package",
    ]
    assert "Extensions: 3 loaded, 1 failed, 2 skipped." in caplog.text
    assert "extensions.unwanted is skipped: it is in extensions.blacklist." in caplog.text
    assert app.bot.extension_load_times["a_good"] >= 0
    for name in app.bot.extensions:
        assert re.search(rf"{name} is loaded \(\d\.\d+ s\)", caplog.text)


CAUSES = {
    "a syntax error": ("def setup(:\n", ["syntax error", "extensions/bad.py:1"]),
    "no setup": ("x = 1\n", ["no setup function", "extensions/bad.py:1"]),
    "a setup that is not async": ("\ndef setup(bot):\n    pass\n", ["not async", "extensions/bad.py:2"]),
    "a missing package": (
        f"import nothing_like_it.deep\n{EMPTY}",
        ["'nothing_like_it'", "pip install nothing_like_it", "extensions/bad.py:1"],
    ),
    "a command that exists": (PING, ["command 'ping'", "extensions.ping", "extensions/bad.py:9"]),
    "a failing setup": (
        "async def setup(bot):\n    1 / 0\n",
        ["ZeroDivisionError: division by zero", "extensions/bad.py:2"],
    ),
    "a bad slash command": (
        textwrap.dedent(
            """
            from discord import app_commands

            @app_commands.command(name="Not A Name")
            async def bad(interaction):
                pass

            async def setup(bot):
                bot.tree.add_command(bad)
            """
        ),
        ["invalid slash command", "Not A Name", "extensions/bad.py:4"],
    ),
}


@pytest.mark.req("CORE-1404")
@pytest.mark.parametrize("cause", CAUSES)
async def test_a_failure_is_told_with_cause_file_and_line(app, write, cause):
    source, expected = CAUSES[cause]
    write("bad.py", source)
    result = await app.bot.extension_loader.load("extensions.bad")
    assert result.outcome == "failed"
    for part in expected:
        assert part in str(result.failure)


@pytest.mark.req("CORE-1404")
async def test_a_cog_that_exists_is_told_with_its_owner(app, write):
    cog = textwrap.dedent(
        """
        from discord.ext import commands

        class Taken(commands.Cog):
            pass

        async def setup(bot):
            await bot.add_cog(Taken())
        """
    )
    write("first.py", cog)
    write("second.py", cog)
    await app.bot.extension_loader.load("extensions.first")
    failure = (await app.bot.extension_loader.load("extensions.second")).failure
    assert "the cog 'Taken' already belongs to extensions.first" in str(failure)


@pytest.mark.req("CORE-1405")
async def test_a_half_loaded_extension_leaves_nothing(app, write, mia):
    bot = app.bot
    listeners = {name: len(found) for name, found in bot.extra_events.items()}
    checks = list(bot._checks)
    write("half.py", HALF)

    assert (await bot.extension_loader.load("extensions.half")).outcome == "failed"

    assert bot.get_cog("Left") is None
    assert bot.get_command("leftover") is None
    assert bot.tree.get_command("leftover") is None
    assert {name: len(found) for name, found in bot.extra_events.items() if found} == listeners
    assert bot.persistent_views == []
    assert bot._checks == checks
    assert bot.hooks.registered("anything") == ()
    assert "pong" in await mia.says("#general", "!ping")


@pytest.mark.req("CORE-1406")
async def test_a_setup_that_hangs_is_cut_off_and_rolled_back(app, write, monkeypatch):
    monkeypatch.setattr(extensions, "SETUP_SECONDS", 0.1)
    write(
        "hangs.py",
        HALF.replace('raise RuntimeError("half way")', "import asyncio; await asyncio.Event().wait()"),
    )

    result = await app.bot.extension_loader.load("extensions.hangs")

    assert "longer than" in str(result.failure)
    assert app.bot.get_cog("Left") is None
    assert app.bot.hooks.registered("anything") == ()


@pytest.mark.req("CORE-1407", "CORE-1408")
async def test_loads_and_unloads_are_told_and_timed(app, write):
    heard = []

    async def note(payload):
        heard.append(payload["extension_name"])

    app.bot.hooks.register("extension_loaded", note)
    app.bot.hooks.register("extension_unloaded", note)
    write("later.py", EMPTY)

    await app.bot.load_extension("extensions.later")
    assert app.bot.extension_load_times["later"] > 0
    await app.bot.unload_extension("extensions.later")

    assert heard == ["extensions.later"] * 2
    assert "later" not in app.bot.extension_load_times


async def test_a_fixed_file_loads_the_second_time(app, write, mia):
    write("fixed.py", "1 / 0\n")
    assert (await app.bot.extension_loader.load("extensions.fixed")).outcome == "failed"
    write("fixed.py", PING.replace("ping", "fixed"))
    assert (await app.bot.extension_loader.load("extensions.fixed")).outcome == "loaded"
    assert "pong" in await mia.says("#general", "!fixed")


@pytest.mark.req("CORE-502")
async def test_an_endless_unload_is_cut_off_and_named(app, write, monkeypatch, caplog):
    monkeypatch.setattr(extensions, "UNLOAD_SECONDS", 0.1)
    write(
        "sticky.py",
        textwrap.dedent(
            """
            import asyncio
            from discord.ext import commands

            class Sticky(commands.Cog):
                async def cog_unload(self):
                    await asyncio.Event().wait()

            async def setup(bot):
                await bot.add_cog(Sticky())
            """
        ),
    )
    await app.bot.load_extension("extensions.sticky")
    await app.stop()
    assert "extensions.sticky did not unload" in caplog.text
    assert not app.store.is_open
