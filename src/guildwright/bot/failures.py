"""What a person is told when a command fails (the table of CORE-603), one function per kind of failure.

Nothing here shows the text of an exception the program did not write for people: what is unknown becomes
a friendly sentence and an ID. `describe` is a single dispatch on the type: the nearest known base answers.
"""

import enum
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import singledispatch
from typing import Any, Literal

import discord
from discord import app_commands
from discord.ext import commands

from guildwright.bot.fitting import clip
from guildwright.kernel.errors import GuildwrightError, StoreError

Temper = Literal["error", "unexpected"]

_SHOWN_INPUT = 60
_SHOWN_ROLES = 3
_TROUBLE = "Discord is having trouble"


@dataclass(frozen=True, slots=True)
class Occasion:
    """Where a failure happened, as far as the words of the reply need it."""

    usage: str = ""
    parameter: commands.Parameter | None = None
    argument: str | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """What to say: `kind` U is the person's or the guild's to solve, S is ours (it is shown with its ID)."""

    title: str
    text: str
    kind: Literal["U", "S"] = "U"
    temper: Temper = field(default="error")


NOWHERE = Occasion()


def unwrap(error: BaseException) -> BaseException:
    """Return the failure below the envelopes that discord.py puts around it."""
    while isinstance(
        error, (commands.HybridCommandError, commands.CommandInvokeError, app_commands.CommandInvokeError)
    ):
        error = error.original
    if isinstance(error, commands.ConversionError) and not isinstance(error.original, commands.CommandError):
        return error.original
    if isinstance(error, app_commands.AppCommandError) and isinstance(error.__cause__, commands.CommandError):
        return error.__cause__
    return error


@singledispatch
def describe(_error: BaseException, _at: Occasion = NOWHERE) -> Failure | None:
    """Return what to tell the person; None when silence is right (an unknown command)."""
    return _ours(
        "Something went wrong",
        "That should not have happened, and it is not your fault. The failure has been recorded.",
    )


@describe.register
def _(_error: commands.CommandNotFound, _at: Occasion = NOWHERE) -> Failure | None:
    return None


@describe.register(app_commands.CommandNotFound)
@describe.register(app_commands.CommandSignatureMismatch)
def _(_error: app_commands.AppCommandError, _at: Occasion = NOWHERE) -> Failure:
    return Failure(
        "No longer available",
        "This command has changed or was removed. Restart Discord or wait a minute, then look at `/help`.",
    )


@describe.register(commands.CheckFailure)
@describe.register(app_commands.CheckFailure)
def _(error: Exception, _at: Occasion = NOWHERE) -> Failure:
    own_text = str(error)
    if not own_text or own_text.startswith("The check functions for"):
        own_text = "You cannot use this command here."
    return Failure("Permission denied", clip(own_text, 1000))


@describe.register
def _(error: commands.CheckAnyFailure, at: Occasion = NOWHERE) -> Failure | None:
    return describe(error.errors[0], at) if error.errors else describe(commands.CheckFailure(), at)


@describe.register
def _(_error: commands.NotOwner, _at: Occasion = NOWHERE) -> Failure:
    return Failure("Permission denied", "Only the owner of this bot can use this command.")


@describe.register(commands.MissingRole)
@describe.register(app_commands.MissingRole)
def _(error: commands.MissingRole, _at: Occasion = NOWHERE) -> Failure:
    return Failure("Permission denied", f"You need the role {_role(error.missing_role)} for this.")


@describe.register(commands.MissingAnyRole)
@describe.register(app_commands.MissingAnyRole)
def _(error: commands.MissingAnyRole, _at: Occasion = NOWHERE) -> Failure:
    roles = list(error.missing_roles)
    more = len(roles) - _SHOWN_ROLES
    named = ", ".join(_role(role) for role in roles[:_SHOWN_ROLES])
    rest = f" (or one of {more} more)" if more > 0 else ""
    return Failure("Permission denied", f"You need one of these roles: {named}{rest}.")


@describe.register(commands.BotMissingRole)
@describe.register(commands.BotMissingAnyRole)
def _(_error: commands.CheckFailure, _at: Occasion = NOWHERE) -> Failure:
    return Failure(
        "I am missing a role", "This command needs a role that I do not have. Ask an administrator."
    )


@describe.register(commands.MissingPermissions)
@describe.register(app_commands.MissingPermissions)
def _(error: commands.MissingPermissions, _at: Occasion = NOWHERE) -> Failure:
    return Failure("Permission denied", f"You need {_permissions(error.missing_permissions)} for this.")


@describe.register(commands.BotMissingPermissions)
@describe.register(app_commands.BotMissingPermissions)
def _(error: commands.BotMissingPermissions, _at: Occasion = NOWHERE) -> Failure:
    needed = _permissions(error.missing_permissions)
    return Failure(
        "I am missing permissions",
        f"I need {needed} in this channel. An administrator can grant that to my role.",
    )


@describe.register(commands.NoPrivateMessage)
@describe.register(app_commands.NoPrivateMessage)
def _(_error: Exception, _at: Occasion = NOWHERE) -> Failure:
    return Failure("Not in direct messages", "This command works in servers only.")


@describe.register
def _(_error: commands.PrivateMessageOnly, _at: Occasion = NOWHERE) -> Failure:
    return Failure("Only in direct messages", "This command works in a direct message to me only.")


@describe.register
def _(_error: commands.NSFWChannelRequired, _at: Occasion = NOWHERE) -> Failure:
    return Failure("Not in this channel", "This command works in age-restricted channels only.")


@describe.register
def _(_error: commands.DisabledCommand, _at: Occasion = NOWHERE) -> Failure:
    return Failure("Switched off", "This command is switched off at the moment.")


@describe.register(commands.CommandOnCooldown)
@describe.register(app_commands.CommandOnCooldown)
def _(error: commands.CommandOnCooldown, _at: Occasion = NOWHERE) -> Failure:
    return Failure(
        "One moment", f"You can use this command again in **{max(error.retry_after, 0.1):.1f} seconds**."
    )


@describe.register
def _(error: commands.MaxConcurrencyReached, _at: Occasion = NOWHERE) -> Failure:
    whom = "" if error.per is commands.BucketType.default else f" per {error.per.name}"
    often = "once" if error.number == 1 else f"{error.number} times"
    return Failure(
        "Still running",
        f"This command can run {often} at a time{whom}. Try again when the earlier one has finished.",
    )


@describe.register(commands.MissingRequiredArgument)
@describe.register(commands.MissingRequiredAttachment)
def _(error: commands.MissingRequiredArgument, at: Occasion = NOWHERE) -> Failure:
    name = error.param.displayed_name or error.param.name
    return Failure("Something is missing", f"`{name}` is required.{_usage(at)}")


@describe.register
def _(_error: commands.TooManyArguments, at: Occasion = NOWHERE) -> Failure:
    return Failure("Too much", f"That is more than this command takes.{_usage(at)}")


@describe.register
def _(error: commands.ArgumentParsingError, at: Occasion = NOWHERE) -> Failure:
    if isinstance(error, commands.ExpectedClosingQuoteError):
        problem = f"A quotation mark ({error.close_quote}) is missing at the end."
    elif isinstance(error, commands.UnexpectedQuoteError):
        problem = f"There is a quotation mark ({error.quote}) in the middle of a word. Put a \\ before it."
    else:
        problem = "There must be a blank after a closing quotation mark."
    return Failure("Quotation marks", f"{problem}{_usage(at)}")


@describe.register
def _(error: commands.BadLiteralArgument, at: Occasion = NOWHERE) -> Failure:
    choices = ", ".join(f"`{choice}`" for choice in error.literals)
    return _wrong_argument(at, f"one of {choices}", parameter=error.param, argument=error.argument)


@describe.register
def _(error: commands.BadUnionArgument, at: Occasion = NOWHERE) -> Failure:
    kinds = " or ".join(dict.fromkeys(_kind(converter) for converter in error.converters))
    return _wrong_argument(at, kinds, parameter=error.param)


@describe.register
def _(error: commands.RangeError, at: Occasion = NOWHERE) -> Failure:
    what = "a text of" if isinstance(error.value, str) else "a number of"
    unit = " characters" if isinstance(error.value, str) else ""
    if error.minimum is None:
        expected = f"{what} at most {error.maximum}{unit}"
    elif error.maximum is None:
        expected = f"{what} at least {error.minimum}{unit}"
    else:
        expected = f"{what.removesuffix(' of')} between {error.minimum} and {error.maximum}{unit}"
    return _wrong_argument(at, expected, argument=str(error.value))


@describe.register
def _(error: commands.BadArgument, at: Occasion = NOWHERE) -> Failure:
    argument = getattr(error, "argument", None)
    if type(error) is commands.BadArgument and not str(error).startswith("Converting to "):
        return Failure("That did not fit", f"{clip(str(error), 1000)}{_usage(at)}")
    kind = _NOT_FOUND.get(type(error)) or _kind(at.parameter.converter if at.parameter else None)
    return _wrong_argument(at, kind, argument=argument if isinstance(argument, str) else None)


@describe.register
def _(_error: commands.UserInputError, at: Occasion = NOWHERE) -> Failure:
    return Failure("That did not fit", f"I could not read what you typed.{_usage(at)}")


@describe.register
def _(error: app_commands.TransformerError, at: Occasion = NOWHERE) -> Failure:
    kind = _OPTIONS.get(error.type, "something else")
    return _wrong_argument(at, kind, argument=str(error.value))


@describe.register
def _(error: discord.HTTPException, _at: Occasion = NOWHERE) -> Failure:
    if error.status < 500 and error.status != 429:
        return _ours(
            "Something went wrong", "Discord did not accept my answer. The failure has been recorded."
        )
    return _ours(_TROUBLE, "Discord did not answer as it should. Try again in a moment.")


@describe.register
def _(_error: discord.RateLimited, _at: Occasion = NOWHERE) -> Failure:
    return _ours(_TROUBLE, "Discord asks me to slow down. Try again in a moment.")


@describe.register
def _(error: discord.Forbidden, _at: Occasion = NOWHERE) -> Failure:
    return Failure(
        "Discord did not allow it", _FORBIDDEN.get(error.code, "I am not allowed to do that here.")
    )


@describe.register
def _(error: discord.NotFound, _at: Occasion = NOWHERE) -> Failure:
    what = _GONE.get(error.code, "What this command needs")
    return Failure("Gone", f"{what} does not exist any more.")


@describe.register
def _(_error: StoreError, _at: Occasion = NOWHERE) -> Failure:
    return _ours("The database does not answer", "Settings could not be read or saved. Nothing was changed.")


@describe.register
def _(error: GuildwrightError, _at: Occasion = NOWHERE) -> Failure:
    return Failure("That did not work", clip(error.sentence, 1000))


def _ours(title: str, text: str) -> Failure:
    return Failure(title, text, kind="S", temper="unexpected")


def _wrong_argument(
    at: Occasion, expected: str, *, parameter: commands.Parameter | None = None, argument: str | None = None
) -> Failure:
    parameter = parameter or at.parameter
    argument = argument if argument is not None else at.argument
    name = f"`{parameter.displayed_name or parameter.name}`" if parameter else "This option"
    given = f" You gave {quoted(argument)}." if argument else ""
    return Failure("That did not fit", f"{name} must be {expected}.{given}{_usage(at)}")


def quoted(text: str) -> str:
    """Show what a person typed as inline code that cannot break out of it."""
    return f"`{clip(' '.join(text.split()).replace('`', 'ˋ'), _SHOWN_INPUT)}`"


def _usage(at: Occasion) -> str:
    return f"\n\n**Usage** `{at.usage}`" if at.usage else ""


def _role(role: str | int) -> str:
    return f"<@&{role}>" if isinstance(role, int) else f"**{role}**"


def _permissions(names: Iterable[str]) -> str:
    shown = [f"**{name.replace('_', ' ').replace('guild', 'server').title()}**" for name in names]
    if len(shown) == 1:
        return f"the permission {shown[0]}"
    return f"the permissions {', '.join(shown[:-1])} and {shown[-1]}"


def _kind(converter: Any) -> str:
    # commands.Range keeps the type it limits there.
    converter = getattr(converter, "annotation", converter)
    if isinstance(converter, type) and issubclass(converter, enum.Enum):
        return "one of " + ", ".join(f"`{member.name}`" for member in converter)
    return _KINDS.get(converter, "something else")


_KINDS: dict[Any, str] = {
    int: "a whole number",
    float: "a number",
    bool: "yes or no",
    discord.Member: "a member of this server",
    discord.User: "a person",
    discord.Role: "a role",
    discord.TextChannel: "a text channel",
    discord.VoiceChannel: "a voice channel",
    discord.Thread: "a thread",
    discord.abc.GuildChannel: "a channel",
    discord.Message: "a message (its link or ID)",
    discord.Emoji: "an emoji of this server",
    discord.Colour: "a colour such as `#5865f2`",
    discord.Invite: "an invite",
    discord.Guild: "a server I am in",
}

_NOT_FOUND: dict[type[Exception], str] = {
    commands.MemberNotFound: _KINDS[discord.Member],
    commands.UserNotFound: _KINDS[discord.User],
    commands.RoleNotFound: _KINDS[discord.Role],
    commands.ChannelNotFound: "a channel of this server",
    commands.ChannelNotReadable: "a channel I can read",
    commands.ThreadNotFound: _KINDS[discord.Thread],
    commands.MessageNotFound: _KINDS[discord.Message],
    commands.EmojiNotFound: _KINDS[discord.Emoji],
    commands.PartialEmojiConversionFailure: "an emoji",
    commands.BadColourArgument: _KINDS[discord.Colour],
    commands.BadInviteArgument: _KINDS[discord.Invite],
    commands.BadBoolArgument: _KINDS[bool],
    commands.GuildNotFound: _KINDS[discord.Guild],
}

_OPTIONS: dict[discord.AppCommandOptionType, str] = {
    discord.AppCommandOptionType.integer: _KINDS[int],
    discord.AppCommandOptionType.number: _KINDS[float],
    discord.AppCommandOptionType.boolean: _KINDS[bool],
    discord.AppCommandOptionType.user: _KINDS[discord.User],
    discord.AppCommandOptionType.role: _KINDS[discord.Role],
    discord.AppCommandOptionType.channel: _KINDS[discord.abc.GuildChannel],
}

_FORBIDDEN: dict[int, str] = {
    50001: "I cannot see that place.",
    50007: "I cannot send a direct message to that person. They may have closed them.",
    50013: "I am missing a permission for that, or my role stands too low.",
    160002: "I cannot reply here without reading the channel's history.",
}

_GONE: dict[int, str] = {
    10003: "That channel",
    10004: "That server",
    10007: "That member",
    10008: "That message",
    10011: "That role",
    10013: "That person",
    10014: "That emoji",
    10015: "That webhook",
}
