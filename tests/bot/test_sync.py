"""Discord hears of our commands when they changed, and only then."""

import textwrap
from types import SimpleNamespace

import pytest

from guildwright.bot import command_plan, command_upload, sync
from guildwright.bot.command_upload import SyncError

PING = textwrap.dedent(
    """
    from discord.ext import commands
    from guildwright.api.checks import is_bot_owner

    class Tools(commands.Cog):
        @commands.hybrid_command(description="Answers pong")
        async def ping(self, ctx):
            await ctx.send("pong")

        @is_bot_owner()
        @commands.hybrid_command(description="For the owner")
        async def engine(self, ctx):
            await ctx.send("vroom")

    async def setup(bot):
        await bot.add_cog(Tools())
    """
)
MORE = textwrap.dedent(
    """
    from discord.ext import commands

    @commands.hybrid_command(description="Answers as well")
    async def later(ctx):
        await ctx.send("now")

    async def setup(bot):
        bot.add_command(later)
    """
)
pytestmark = pytest.mark.app(slices=(), extensions={"tools": PING}, config={"prefix": "!"})


def put_calls(entries):
    return [entry for entry in entries if "PUT" in str(entry) and "/commands" in str(entry)]


@pytest.mark.req("CORE-905")
async def test_a_second_start_sends_nothing(app, world, olivia):
    assert app.bot.sync.last.sent == {"global": 1}
    before = put_calls(await world.traffic())
    assert len(before) == 1

    report = await app.bot.sync.sync_if_needed()

    assert report.unchanged == ("global",)
    assert put_calls(await world.traffic()) == before
    assert "pong" in await olivia.at("#general").slash("ping")


@pytest.mark.req("CORE-905")
async def test_a_changed_command_is_sent_and_people_see_it(app, olivia, instance_folder):
    (instance_folder / "extensions" / "more.py").write_text(MORE)
    assert (await app.bot.extension_loader.load("extensions.more")).outcome == "loaded"

    report = await app.bot.sync.sync_if_needed()

    assert report.sent == {"global": 2}
    assert "now" in await olivia.at("#general").slash("later")


@pytest.mark.app(slices=(), extensions={"tools": PING}, config={"prefix": "!", "sync.auto": False})
@pytest.mark.req("CORE-905")
async def test_switched_off_it_sends_nothing(app, world):
    assert app.bot.sync.last is None
    assert put_calls(await world.traffic()) == []


async def test_commands_that_a_sandbox_forgot_are_sent_again(app, world, olivia):
    await app.bot.http.bulk_upsert_global_commands(app.bot.application_id, payload=[])
    report = await app.bot.sync.sync_if_needed()
    assert report.sent == {"global": 1}
    assert "pong" in await olivia.at("#general").slash("ping")


@pytest.mark.req("SLASH-45")
async def test_owner_commands_are_slash_commands_in_owner_guilds_only(app, olivia):
    guild = next(guild for guild in app.bot.guilds if guild.name == "Sandbox")
    olivia.at("#general")
    assert "engine" not in await olivia.commands()
    assert "vroom" in await olivia.says("#general", "!engine")

    await app.bot.config.set("sync.owner_guilds", [guild.id])
    report = await app.bot.sync.sync_if_needed()

    assert report.sent == {str(guild.id): 1}
    assert "engine" in await olivia.commands()
    assert "vroom" in await olivia.slash("engine")

    await app.bot.config.set("sync.owner_guilds", [])
    assert (await app.bot.sync.sync_if_needed()).sent == {str(guild.id): 0}
    assert "engine" not in await olivia.commands()


class Answers:
    """Stands where Discord's answer to a PUT is read; everything before it is real."""

    def __init__(self, monkeypatch, *waits):
        self.waits = list(waits)
        self.slept = []
        monkeypatch.setattr(sync, "upload", self.upload)
        monkeypatch.setattr(sync.asyncio, "sleep", self.sleep)

    async def upload(self, bot, scope):
        return self.waits.pop(0) if self.waits else None

    async def sleep(self, seconds):
        self.slept.append(seconds)


@pytest.mark.req("CORE-906")
async def test_a_limited_sync_waits_as_told_and_tells_so(app, monkeypatch, caplog):
    answers = Answers(monkeypatch, 7.5)
    report = await app.bot.sync.sync_if_needed(force=True)
    assert report.sent == {"global": 1}
    assert answers.slept == [7.5]
    waiting = [line for line in caplog.messages if "waiting" in line]
    assert waiting == ["Discord limits the sync of global: waiting 7.5 s (retry 1 of 3)."]


@pytest.mark.req("CORE-906")
async def test_after_three_retries_it_gives_up_and_says_so(app, monkeypatch):
    answers = Answers(monkeypatch, 1, 1, 1, 1)
    report = await app.bot.sync.sync_if_needed(force=True)
    assert answers.slept == [1, 1, 1]
    assert "after 3 retries" in report.failed["global"]


def test_the_waiting_time_is_discords_or_a_minute():
    limited = SimpleNamespace(headers={"Retry-After": "12"})
    silent = SimpleNamespace(headers={})
    assert command_upload._waiting_time(limited, {"retry_after": 3.2}) == 3.2
    assert command_upload._waiting_time(limited, "a page of Cloudflare") == 12
    assert command_upload._waiting_time(silent, {}) == 60.0


@pytest.mark.req("CORE-906")
async def test_a_refused_command_is_named_with_its_field(app, world):
    scope = command_plan.ScopePlan(
        None,
        (
            {"name": "good", "description": "fine", "type": 1},
            {"name": "bad", "description": "x" * 101, "type": 1},
        ),
        "0",
    )
    with pytest.raises(SyncError, match=r"command bad\.description") as refusal:
        await command_upload.upload(app.bot, scope)
    assert "100" in str(refusal.value)
    assert "command good" not in str(refusal.value)


async def test_too_many_commands_are_not_even_sent(app, world):
    before = len(put_calls(await world.traffic()))
    payload = tuple({"name": f"c{number}", "description": "x", "type": 1} for number in range(101))
    with pytest.raises(SyncError, match="1 chat_input commands more"):
        await app.bot.sync._send(command_plan.ScopePlan(None, payload, ""))
    assert len(put_calls(await world.traffic())) == before


@pytest.mark.req("CORE-907")
async def test_ten_changes_in_a_row_become_one_sync(app, world, instance_folder):
    app.bot.sync.coalesce_seconds = 0.05
    (instance_folder / "extensions" / "more.py").write_text(MORE)
    before = len(put_calls(await world.traffic()))
    for _ in range(5):
        await app.bot.load_extension("extensions.more")
        await app.bot.unload_extension("extensions.more")
    await app.bot.load_extension("extensions.more")

    await app.bot.sync._pending

    assert len(put_calls(await world.traffic())) == before + 1


@pytest.mark.req("CORE-907")
async def test_at_most_ten_syncs_follow_in_an_hour(app, monkeypatch):
    app.bot.sync.coalesce_seconds = 0
    app.bot.sync._automatic.extend([sync.time.monotonic()] * 10)
    slept = []

    async def sleep(seconds):
        slept.append(seconds)

    monkeypatch.setattr(sync.asyncio, "sleep", sleep)
    app.bot.sync.request()
    await app.bot.sync._pending
    assert slept[1] == pytest.approx(3600, abs=5)


async def test_an_old_slash_form_says_that_it_is_gone(app, olivia):
    await app.bot.unload_extension("extensions.tools")
    assert "no longer available" in await olivia.at("#general").slash("ping")
