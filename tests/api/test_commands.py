"""What an extension gets from `guildwright.api`: a cog of its own, hooks, messages, errors."""

from __future__ import annotations

import asyncio
import subprocess
import sys

import pytest

from guildwright.app import Application
from guildwright.testing.person import Person

DIARY = '''
import asyncio

from guildwright.api import errors, hooks, messages
from guildwright.api.commands import Bot, Context, ExtensionCog, hybrid_command, hybrid_group


class Diary(ExtensionCog):
    def __init__(self, bot: Bot) -> None:
        super().__init__(bot)
        self.heard: list[str] = []
        self.emitted: list[object] = []
        self.stop = messages.observe(bot, None, self.listen)
        hooks.on(bot, "diary.written", self.note)

    def listen(self, message) -> None:
        self.heard.append(message.content)

    async def note(self, payload) -> None:
        self.emitted.append(payload)

    async def cog_load(self) -> None:
        self.forever = self.start(asyncio.Event().wait(), name="diary: forever")
        self.failing = self.start(self.fail())

    async def fail(self) -> None:
        raise RuntimeError("secret")

    async def cog_unload(self) -> None:
        self.stop()
        await super().cog_unload()

    @hybrid_command()
    async def write(self, ctx: Context, text: str) -> None:
        """Write."""
        self.logger.info("writing")
        await hooks.emit(self.bot, "diary.written", text)
        await ctx.send(f"{self.setting('diary.sign', default='*')} {text} {self.setting('prefix')}")

    @hybrid_group()
    async def page(self, ctx: Context) -> None:
        """Show pages."""
        await ctx.send(errors.report(self.bot, ValueError("torn"), extension="diary"))

    @page.command()
    async def turn(self, ctx: Context) -> None:
        """Turn the page."""
        await ctx.send("turned")


async def setup(bot: Bot) -> None:
    await bot.add_cog(Diary(bot))
'''

diary = pytest.mark.app(extensions={"diary": DIARY})


@diary
async def test_an_extension_listens_emits_and_reports(
    app: Application, mia: Person, caplog: pytest.LogCaptureFixture
) -> None:
    cog = app.bot.get_cog("Diary")
    caplog.set_level("INFO")
    assert (await mia.says("#general", "!write hello")).content == "* hello !"
    await mia.world.settled()
    assert cog.heard == ["!write hello", "* hello !"]
    assert cog.emitted == ["hello"]
    assert "guildwright.extension.diary" in {record.name for record in caplog.records}
    error_id = (await mia.says("#general", "!page")).content
    assert app.journal.find(error_id).type == "ValueError"
    assert (await mia.slash("page turn")).content == "turned"


@diary
async def test_nothing_of_an_extension_is_left_when_it_goes(app: Application, mia: Person) -> None:
    cog = app.bot.get_cog("Diary")
    await asyncio.wait({cog.failing})
    assert app.journal.recent(1)[0].source == "task"
    await app.bot.unload_extension("extensions.diary")
    assert cog.forever.cancelled()
    assert app.bot.hooks.registered("diary.written") == ()
    await mia.says("#general", "anybody there?").nothing()
    assert cog.heard == []


async def test_bundled_slices_can_be_reloaded_fifty_times(app: Application, mia: Person) -> None:
    def registered() -> tuple[object, ...]:
        bot = app.bot
        return (
            sorted(bot.all_commands),
            sorted(command.qualified_name for command in bot.tree.walk_commands()),
            sorted(bot.cogs),
            {name: len(listeners) for name, listeners in bot.extra_events.items()},
            len(bot.hooks),
        )

    before = registered()
    for _ in range(50):
        for name in ("guildwright.features.help", "guildwright.features.info"):
            await app.bot.reload_extension(name)
    assert registered() == before
    assert (await mia.says("#general", "!help")).menu()


def test_slices_listen_to_no_message() -> None:
    from guildwright.features.help.cog import Help
    from guildwright.features.info.cog import Info

    for cog in (Help, Info):
        assert not cog.__cog_listeners__


@pytest.mark.req("CORE-926")
@diary
async def test_what_an_author_sends_without_thinking_pings_nobody(app: Application, mia: Person) -> None:
    answer = await mia.says("#general", "!write @everyone")
    assert "@everyone" in answer.content
    assert not answer.raw["mention_everyone"]


def test_the_package_itself_imports_nothing() -> None:
    code = "import sys, guildwright.api; print('discord' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "False"
