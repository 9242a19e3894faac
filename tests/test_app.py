"""The application from start to exit code: what it tells, what it refuses, how it stops."""

import asyncio
import contextlib
import io
import logging
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap

import pytest

from guildwright import app as application
from guildwright.app import Application
from guildwright.bot.summary import show_summary
from guildwright.kernel.config import load_instance
from guildwright.kernel.errors import CredentialError, GuildwrightError
from guildwright.kernel.exit_code import ExitCode

COMMANDS = textwrap.dedent(
    """
    import asyncio
    from discord.ext import commands

    go_on = asyncio.Event()

    @commands.hybrid_command(description="Answers pong")
    async def ping(ctx):
        await ctx.send("pong")

    @commands.command()
    async def slow(ctx):
        await ctx.send("working")
        await go_on.wait()
        await ctx.send("finished")

    async def setup(bot):
        bot.add_command(ping)
        bot.add_command(slow)
        bot.go_on = go_on
    """
)


@pytest.fixture
def variables(world):
    return {
        "DISCORD_TOKEN": world.token,
        "DISCORD_API_BASE": world.api_base,
        "DISCORD_CDN_BASE": world.cdn_base,
        "BOT_OWNER_ID": str(world.owner_id),
    }


@pytest.fixture
async def build(variables, tmp_path):
    """Build applications of one folder; whatever still runs at the end is stopped."""
    (tmp_path / "extensions").mkdir()
    (tmp_path / "extensions" / "tools.py").write_text(COMMANDS)
    built = []

    def make(**environ):
        instance = load_instance(tmp_path, variables | environ)
        built.append(Application(instance, slices=(), handle_signals=False, log=False))
        return built[-1]

    yield make
    for one in built:
        await one.stop()


@pytest.fixture
def until():
    """Wait until something that nobody announces is so."""

    async def wait(condition, seconds=8.0):
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110 - the application has no event for it
                await asyncio.sleep(0.01)

    return wait


@pytest.mark.req("CORE-501")
async def test_the_parts_start_and_stop_in_order(build):
    app = build()
    await app.start()
    await app.stop()
    assert app.lifecycle.trace == [
        *(f"start {step}" for step in ("environment", "config", "logging", "client", "database", "modules")),
        *(f"start {step}" for step in ("extensions", "jobs", "login", "sync", "stalls", "watcher")),
        *(f"start {step}" for step in ("summary", "commands")),
        *(f"stop {step}" for step in ("commands", "watcher", "stalls", "login", "jobs", "extensions")),
        *(f"stop {step}" for step in ("database", "client", "logging", "config", "environment")),
    ]
    assert app.lifecycle.cut_off == []


@pytest.mark.req("CORE-501")
async def test_every_stop_leaves_a_sound_copy_of_the_database_and_only_the_newest(build, tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    for day in range(1, 8):
        (data / f"main.db.backup_2020010{day}_120000").touch()
    app = build()
    await app.start()
    await app.stop()
    copies = sorted(copy.name for copy in data.glob("main.db.backup_*"))
    assert len(copies) == 5
    assert copies[-2] == "main.db.backup_20200107_120000"
    with contextlib.closing(sqlite3.connect(data / copies[-1])) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert copy.execute("SELECT count(*) FROM sync_state").fetchone() == (1,)


async def test_without_its_database_the_bot_does_not_log_in(build, world, tmp_path):
    app = build(DATABASE_URL=f"sqlite:///{tmp_path}")
    with pytest.raises(GuildwrightError, match="cannot be opened"):
        await app.run()
    assert "start login" not in app.lifecycle.trace
    assert not [entry for entry in await world.traffic() if "/users/@me" in str(entry.get("path"))]


class Screen(io.StringIO):
    def isatty(self):
        return True


LABELS = (
    *("Bot", "Owner", "Status", "Latency", "Uptime", "Servers", "Users", "Slash commands", "Shards"),
    *("Shard IDs", "Shard monitor", "Shard manager", "Dashboard", "Sandbox", "Version"),
)


@pytest.mark.req("CORE-114")
async def test_on_a_terminal_the_summary_is_a_frame_of_eighty(build, capsys):
    app = build()
    await app.start()
    screen = Screen()
    show_summary(app.bot, screen)
    lines = screen.getvalue().splitlines()
    assert "\x1b[36m╭" in lines[0]
    assert "Guildwright is ready" in lines[0]
    for label in LABELS:
        assert label in screen.getvalue()
    bare = [line.replace("\x1b[36m", "").replace("\x1b[0m", "") for line in lines]
    assert {len(line) for line in bare} == {80}


@pytest.mark.req("CORE-114", "CORE-115")
async def test_elsewhere_the_summary_is_plain_lines_and_comes_once(build, world, until, capsys, caplog):
    caplog.set_level(logging.INFO)
    app = build()
    await app.start()
    record = app.bot.sessions.record_of(0)
    await world.fault("drop")
    await until(lambda: record.resumed)
    printed = capsys.readouterr().out
    assert printed.count("Guildwright is ready") == 1
    assert "\x1b" not in printed
    for label in LABELS:
        assert f"{label}: " in printed
    assert f"Owner: {world.owner_id}" in caplog.text


@pytest.mark.req("CORE-508")
async def test_a_refused_token_ends_the_start_after_one_attempt_and_is_not_shown(
    build, world, caplog, capsys
):
    caplog.set_level(logging.DEBUG)
    wrong = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GwrongX.notAtokenOfThisWorldAtAllReally"
    app = build(DISCORD_TOKEN=wrong)
    with pytest.raises(CredentialError, match="refused the token") as refusal:
        await app.run()
    assert refusal.value.exit_code == ExitCode.CONFIG == 78
    logins = [entry for entry in await world.traffic() if "/users/@me" in str(entry.get("path"))]
    assert len(logins) == 1
    shown = caplog.text + str(refusal.value) + "".join(capsys.readouterr())
    assert wrong not in shown
    assert not app.store.is_open


@pytest.mark.req("CORE-116")
async def test_refused_intents_are_named_as_the_switches_of_the_portal(build, world):
    await world.change(privileged_intents=["members"])
    with pytest.raises(CredentialError) as refusal:
        await build().run()
    assert refusal.value.exit_code == 78
    assert "Message Content Intent" in str(refusal.value)
    assert "intents.degrade" in str(refusal.value)


@pytest.mark.req("CORE-116")
async def test_with_degrade_the_bot_goes_on_without_them(build, world, mia):
    await world.change(privileged_intents=["members"])
    app = build(GUILDWRIGHT_INTENTS__DEGRADE="true")
    await app.start()
    assert "message_content" in app.bot.limited_intents
    assert not app.bot.intents.message_content
    assert "pong" in await mia.says("#general", f"{app.bot.user.mention} ping")
    assert "pong" in await mia.slash("ping")


async def test_an_unreachable_discord_is_one_sentence(build):
    app = build(DISCORD_API_BASE="http://127.0.0.1:9/api/v10")
    with pytest.raises(GuildwrightError, match="cannot be reached"):
        await app.run()


async def test_no_session_is_started_when_discord_allows_none(build, world):
    await world.change(identify_remaining=0)
    with pytest.raises(GuildwrightError, match="no new session"):
        await build().run()


@pytest.mark.req("CORE-905")
async def test_a_second_start_of_the_same_bot_sends_no_commands(build, world):
    first = build()
    await first.start()
    await first.stop()
    await world.advance(6)
    second = build()
    await second.start()
    puts = [entry for entry in await world.traffic() if entry.get("method") == "PUT"]
    assert len(puts) == 1
    assert second.bot.sync.last.unchanged == ("global",)


@pytest.mark.req("CORE-503")
async def test_a_running_command_finishes_and_a_new_one_is_asked_to_wait(build, until, mia, olivia):
    app = build()
    await app.start()
    assert "working" in await mia.says("#general", "!slow")
    stopping = asyncio.create_task(app.stop())
    await until(lambda: app.bot.running.is_closed)

    assert "is stopping" in await olivia.says("#general", "!ping")
    refused = await olivia.slash("ping")
    assert "is stopping" in refused
    assert refused.ephemeral
    app.bot.go_on.set()
    assert "finished" in await mia.message("#general", "finished")

    await stopping
    assert app.lifecycle.cut_off == []


@pytest.mark.req("CORE-503")
async def test_a_command_that_never_ends_is_cut_off_and_named(build, mia, monkeypatch, caplog):
    monkeypatch.setattr(application, "COMMAND_SECONDS", 0.1)
    app = build()
    await app.start()
    assert "working" in await mia.says("#general", "!slow")
    await app.stop()
    assert "Cut off while running: slow." in caplog.text


@pytest.mark.req("CORE-119")
async def test_a_second_start_in_the_same_folder_is_refused(build):
    first = build()
    await first.start()
    with pytest.raises(GuildwrightError, match=str(os.getpid())):
        await build().run()
    assert first.bot.is_ready()


async def test_a_connection_that_ends_for_good_ends_the_run(build, until, world):
    app = build()
    running = asyncio.create_task(app.run())
    await until(app.bot.is_ready)
    await world.fault("close", code=4004)
    assert await asyncio.wait_for(running, 8) == ExitCode.CONFIG


@pytest.mark.req("CORE-501")
async def test_sigterm_lets_a_command_end_and_the_process_leaves_with_zero(variables, tmp_path, mia):
    (tmp_path / "extensions").mkdir()
    source = COMMANDS.replace("await go_on.wait()", "await asyncio.sleep(1)")
    (tmp_path / "extensions" / "tools.py").write_text(source)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "guildwright", "run", "--dir", str(tmp_path)),
        env=os.environ | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(30):
            while b"Guildwright is ready" not in await process.stdout.readline():
                continue
        assert "working" in await mia.says("#general", "!slow")
        process.send_signal(signal.SIGTERM)
        assert "finished" in await mia.message("#general", "finished")
        _, log = await asyncio.wait_for(process.communicate(), 9)
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()
    assert process.returncode == 0
    assert b"Traceback" not in log
    assert variables["DISCORD_TOKEN"].encode() not in log


def test_a_process_of_its_own_keeps_the_garbage_collector_off_what_stays():
    code = (
        "import asyncio, gc\n"
        "from guildwright.app import settle_memory\n"
        "asyncio.run(settle_memory())\n"
        "print(gc.get_freeze_count() > 10_000, gc.get_threshold()[0])\n"
    )
    run = [sys.executable, "-c", code]
    done = subprocess.run(run, check=True, capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == ["True", str(application.COLLECT_AFTER)]
