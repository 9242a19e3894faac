"""The plugin in somebody's pytest: light where it is not used, short where a test fails."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import guildwright.testing
import guildwright.testing.plain
import guildwright.testing.report
from guildwright.testing.process import SandboxProcess

pytest_plugins = ["pytester"]

KIT = Path(guildwright.testing.__file__).parent
CONFIG = """
[pytest]
asyncio_mode = auto
asyncio_default_fixture_loop_scope = function
addopts = -q --no-header -p no:simcord -p no:schemathesis -p no:cacheprovider
"""
SHARED = """
import pytest
from guildwright.testing.process import SandboxProcess

@pytest.fixture(scope="session")
def sandbox_process():
    return SandboxProcess(None, {control!r}, {token!r})
"""
FAILING = """
import logging

import discord
from discord.ext import commands


async def test_a_moderator_is_greeted(plain_bot, marco):
    bot = commands.Bot("!", intents=discord.Intents.all(), guild_ready_timeout=0.02)

    @bot.command()
    async def greet(ctx):
        logging.getLogger("greeter").info("greeting %s", ctx.author.display_name)
        try:
            await ctx.guild.create_role(name="Greeted")
        except discord.Forbidden:
            await ctx.send("I may not do that.", embed=discord.Embed(title="Sorry"))

    await plain_bot(bot)
    answer = await marco.says("#mod-log", "!greet")
    assert answer.content == "Hello Marco"
"""
EVIDENCE = """\
 Conversation
#mod-log | Marco: !greet
#mod-log | Guildwright: I may not do that.
    Sorry
 REST errors
POST /guilds/{id}/roles 403 50013: Missing Permissions
 Bot log
INFO     discord.client: logging in using static token
INFO     discord.gateway: Shard ID None has connected to Gateway (Session ID: #).
INFO     greeter: greeting Marco
"""


def run_pytest(pytester: pytest.Pytester, sandbox: SandboxProcess, test: str) -> str:
    pytester.makefile(".ini", pytest=CONFIG)
    pytester.makeconftest(SHARED.format(control=sandbox.control, token=sandbox.token))
    pytester.makepyfile(test)
    return pytester.runpytest_inprocess().stdout.str()


@pytest.mark.req("TEST-04")
def test_a_failing_test_prints_conversation_rest_errors_and_bot_log_and_nothing_else(
    pytester: pytest.Pytester, sandbox_process: SandboxProcess
) -> None:
    printed = run_pytest(pytester, sandbox_process, FAILING)
    assert "assert 'I may not do that.' == 'Hello Marco'" in printed
    assert "Captured" not in printed
    shown = printed[printed.index("- Conversation -") : printed.index("= short test summary")]
    shown = re.sub(r"^-+ ([\w ]+) -+$", r" \1", f"-{shown}", flags=re.MULTILINE)
    shown = re.sub(r"Session ID: \w+", "Session ID: #", shown)
    shown = re.sub(r"WARNING.*voice will NOT be supported\n", "", shown)  # once per process
    assert shown[: shown.rindex("\n") + 1] == EVIDENCE


@pytest.mark.req("TEST-01")
def test_what_does_not_come_in_time_is_told_at_the_line_of_the_test(
    pytester: pytest.Pytester, sandbox_process: SandboxProcess
) -> None:
    printed = run_pytest(
        pytester,
        sandbox_process,
        """
        async def test_nobody_answers(world, olivia):
            world.patience = 0.1
            await olivia.says("#general", "anybody?")
        """,
    )
    assert "OutcomeError: Olivia saw no answer to says(\"#general\", 'anybody?') within 0.1 s." in printed
    assert "#general | Olivia: anybody?" in printed
    assert "testing/action.py" not in printed


def test_what_is_never_awaited_fails_the_test(
    pytester: pytest.Pytester, sandbox_process: SandboxProcess
) -> None:
    forgetful = "async def test_forgets(mia): mia.says('#general', 'hello').nothing"
    printed = run_pytest(pytester, sandbox_process, forgetful)
    assert "Never awaited, so it never happened: Mia.says(\"#general\", 'hello')" in printed


def test_a_run_that_does_not_use_the_kit_loads_nothing_of_it(pytester: pytest.Pytester) -> None:
    pytester.makefile(".ini", pytest=CONFIG)
    pytester.makepyfile(
        """
        import sys

        def test_light():
            heavy = {"aiohttp", "discord", "simcord", "sqlalchemy", "urllib.request", "guildwright.app"}
            assert not heavy & set(sys.modules)
        """
    )
    pytester.runpytest_subprocess("-W", "error", timeout=30).assert_outcomes(passed=1)


def test_without_pytest_asyncio_the_fixtures_say_what_to_install(pytester: pytest.Pytester) -> None:
    pytester.makefile(".ini", pytest="[pytest]\naddopts = -p no:asyncio -p no:simcord -p no:schemathesis\n")
    pytester.makepyfile("def test_world(world): ...")
    assert "pip install pytest-asyncio" in pytester.runpytest_subprocess(timeout=30).stdout.str()


@pytest.mark.req("TEST-02")
def test_no_helper_of_the_kit_sleeps() -> None:
    naps = [
        f"{file.name}:{node.lineno}"
        for file in KIT.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and "sleep" in ast.unparse(node.func)
    ]
    assert not naps
