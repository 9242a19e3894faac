"""The words for each kind of failure: what is wrong and what to do, never the text of an exception."""

from __future__ import annotations

from enum import Enum
from types import SimpleNamespace
from typing import Any

import discord
import pytest
from discord import app_commands
from discord.ext import commands

from guildwright.bot.failures import Occasion, describe, quoted, unwrap
from guildwright.kernel.errors import GuildwrightError, StoreError


class Colour(Enum):
    red = 1
    blue = 2


def parameter(name: str, converter: Any = str) -> commands.Parameter:
    return commands.Parameter(name, commands.Parameter.POSITIONAL_OR_KEYWORD, annotation=converter)


def refused(status: int, code: int = 0, kind: type[discord.HTTPException] = discord.HTTPException) -> Any:
    response: Any = SimpleNamespace(status=status, reason="")
    return kind(response, {"code": code, "message": "a secret path"})


WRONG_NUMBER = Occasion("!pay <amount>", parameter("amount", int), "many")

SAID = [
    (commands.NotOwner(), "Only the owner of this bot"),
    (commands.MissingRole(42), "<@&42>"),
    (commands.MissingAnyRole(["a", "b", "c", "d", "e"]), "**a**, **b**, **c** (or one of 2 more)"),
    (app_commands.MissingAnyRole([1]), "<@&1>"),
    (commands.MissingPermissions(["manage_guild", "ban_members"]), "**Manage Server** and **Ban Members**"),
    (app_commands.MissingPermissions(["kick_members"]), "the permission **Kick Members**"),
    (commands.BotMissingPermissions(["embed_links"]), "I need the permission **Embed Links**"),
    (commands.CheckFailure("Only on Sundays"), "Only on Sundays"),
    (commands.CheckFailure("The check functions for command x failed."), "You cannot use this command here."),
    (commands.CommandOnCooldown(commands.Cooldown(1, 10), 3.21, commands.BucketType.user), "3.2 seconds"),
    (app_commands.CommandOnCooldown(app_commands.Cooldown(1, 10), 0.01), "0.1 seconds"),
    (commands.MaxConcurrencyReached(1, commands.BucketType.guild), "once at a time per guild"),
    (commands.MaxConcurrencyReached(3, commands.BucketType.default), "3 times at a time."),
    (commands.MissingRequiredArgument(parameter("amount")), "`amount` is required."),
    (commands.TooManyArguments(), "more than this command takes"),
    (commands.ExpectedClosingQuoteError('"'), 'A quotation mark (") is missing'),
    (commands.UnexpectedQuoteError('"'), "in the middle of a word"),
    (commands.InvalidEndOfQuotedStringError("x"), "a blank after"),
    (commands.NoPrivateMessage(), "in servers only"),
    (app_commands.NoPrivateMessage(), "in servers only"),
    (commands.PrivateMessageOnly(), "a direct message"),
    (commands.NSFWChannelRequired(SimpleNamespace()), "age-restricted"),  # type: ignore[arg-type]
    (commands.DisabledCommand(), "switched off"),
    (commands.BadLiteralArgument(parameter("size"), ("s", "m"), [], "xl"), "one of `s`, `m`. You gave `xl`."),
    (commands.MemberNotFound("nobody"), "a member of this server. You gave `nobody`."),
    (commands.RangeError(70, 1, 50), "between 1 and 50. You gave `70`."),
    (commands.RangeError("x", 2, None), "a text of at least 2 characters"),
    (commands.BadArgument("A plan has a name."), "A plan has a name."),
    (refused(403, 50013, discord.Forbidden), "missing a permission"),
    (refused(403, 50007, discord.Forbidden), "direct message"),
    (refused(404, 10008, discord.NotFound), "That message does not exist any more."),
    (GuildwrightError("The plan is empty.", hint="Add a step."), "The plan is empty. Add a step."),
]


@pytest.mark.req("CORE-603")
@pytest.mark.parametrize(("error", "said"), SAID, ids=lambda value: getattr(type(value), "__name__", ""))
def test_the_person_is_told_what_is_wrong(error: Exception, said: str) -> None:
    failure = describe(error)
    assert failure is not None
    assert said in failure.text
    assert (failure.kind, failure.temper) == ("U", "error")


OURS = [RuntimeError("a secret"), refused(500), refused(400), StoreError("secret")]


@pytest.mark.req("CORE-604")
@pytest.mark.parametrize("error", OURS, ids=lambda error: type(error).__name__)
def test_what_is_ours_is_never_quoted(error: Exception) -> None:
    failure = describe(error)
    assert failure is not None
    assert "secret" not in failure.title + failure.text
    assert (failure.kind, failure.temper) == ("S", "unexpected")


def test_a_wrong_argument_names_itself_what_was_given_and_the_usage() -> None:
    error = commands.BadArgument('Converting to "int" failed for parameter "amount".')
    failure = describe(error, WRONG_NUMBER)
    assert failure is not None
    assert failure.text == ("`amount` must be a whole number. You gave `many`.\n\n**Usage** `!pay <amount>`")


def test_an_enum_lists_its_names() -> None:
    error = commands.BadArgument('Converting to "Colour" failed for parameter "c".')
    failure = describe(error, Occasion("", parameter("c", Colour), "green"))
    assert failure is not None
    assert "`red`, `blue`" in failure.text


def test_an_unknown_command_is_met_with_silence() -> None:
    assert describe(commands.CommandNotFound()) is None


def test_envelopes_are_opened() -> None:
    inner = ValueError("x")
    app_error = app_commands.CommandInvokeError(SimpleNamespace(name="c", qualified_name="c"), inner)  # type: ignore[arg-type]
    assert unwrap(commands.HybridCommandError(app_error)) is inner
    assert unwrap(commands.CommandInvokeError(inner)) is inner


def test_what_a_person_typed_cannot_break_out_of_its_frame() -> None:
    assert quoted("``` @everyone\nx") == "`ˋˋˋ @everyone x`"
    assert len(quoted("x" * 500)) < 70
