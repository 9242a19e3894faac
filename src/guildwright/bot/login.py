"""From the token to the first READY, and what to say when Discord refuses one of the two."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import aiohttp
import discord

from guildwright.bot import internals
from guildwright.kernel.errors import CredentialError, GuildwrightError

if TYPE_CHECKING:
    from guildwright.bot.client import GuildwrightBot

logger = logging.getLogger("guildwright.login")

TOKEN_REFUSED = 4004
SHARDING_REQUIRED = frozenset({4010, 4011})
INTENTS_REFUSED = frozenset({4013, 4014})
SWITCHES = {
    "members": "Server Members Intent",
    "presences": "Presence Intent",
    "message_content": "Message Content Intent",
}
PORTAL = "https://discord.com/developers/applications"


class UnreachableError(GuildwrightError):
    """Discord cannot be reached or does not let the bot in for now."""

    code = "connection"


async def connect(bot: GuildwrightBot) -> asyncio.Task[None]:
    """Log in once, connect every shard and return at the first READY with the task that keeps it up.

    Raises:
        CredentialError: the token or the intents are refused; trying again changes nothing.
        GuildwrightError: Discord cannot be reached.
    """
    token = bot.instance.environment.token
    if token is None:
        raise CredentialError("DISCORD_TOKEN is not set.", hint="Put the bot's token into .env.")
    try:
        await bot.login(token.get_secret_value())
        await _prepare(bot)
    except Exception as error:
        raise explain(bot, error) from error
    return await _await_ready(bot)


def explain(bot: GuildwrightBot, error: BaseException) -> GuildwrightError:
    """Turn what ended a login or connection into a sentence with what to do."""
    code = error.code if isinstance(error, discord.ConnectionClosed) else None
    if isinstance(error, GuildwrightError):
        return error
    if isinstance(error, discord.LoginFailure) or code == TOKEN_REFUSED:
        return CredentialError(
            "Discord refused the token.", hint=f"Copy a new one from {PORTAL} into DISCORD_TOKEN."
        )
    if isinstance(error, discord.PrivilegedIntentsRequired) or code in INTENTS_REFUSED:
        return _explain_intents(bot)
    if code in SHARDING_REQUIRED:
        return CredentialError(
            "Discord refused the number of shards.", hint="Set SHARD_COUNT to auto, or to a larger number."
        )
    if isinstance(error, aiohttp.ClientError | OSError | TimeoutError | discord.GatewayNotFound):
        return UnreachableError(
            f"Discord cannot be reached: {error or type(error).__name__}.",
            hint="Check the network; the bot can be started again at any time.",
        )
    return UnreachableError(f"The connection to Discord failed: {type(error).__name__}: {error}")


def _explain_intents(bot: GuildwrightBot) -> CredentialError:
    refused = internals.refused_intents(bot) or internals.privileged(bot.intents)
    switches = ", ".join(SWITCHES[name] for name in internals.PRIVILEGED if name in refused)
    off = ", ".join(f"intents.{name}" for name in internals.PRIVILEGED if name in refused)
    return CredentialError(
        f"These switches are off in the developer portal: {switches}.",
        hint=f"Switch them on at {PORTAL} → Bot, or set {off} to false, or intents.degrade to true.",
    )


async def _prepare(bot: GuildwrightBot) -> None:
    assert bot.user is not None  # noqa: S101 - login has just set it
    bot.prefixes.identify(bot.user.id)
    bot.budget.application_id = bot.application_id
    facts = await internals.find_gateway(bot)
    if facts.remaining <= 0:
        raise UnreachableError(
            f"Discord allows no new session for {facts.reset_after / 3600:.1f} h ({facts.total} used).",
            hint="Find out what restarts the bot so often before starting it again.",
        )
    bot.identify_gate.max_concurrency = facts.max_concurrency
    bot.identify_gate.allow(facts.remaining, facts.total, facts.reset_after)
    if bot.shard_count is None:
        bot.shard_count = facts.shards


async def _await_ready(bot: GuildwrightBot) -> asyncio.Task[None]:
    connection = asyncio.create_task(bot.connect(), name="connection to Discord")
    ready = asyncio.create_task(bot.wait_until_ready(), name="first READY")
    try:
        await asyncio.wait({connection, ready}, return_when=asyncio.FIRST_COMPLETED)
    except asyncio.CancelledError:
        connection.cancel()
        raise
    finally:
        ready.cancel()
    if not connection.done():
        return connection
    error = connection.exception()
    if error is None:
        raise UnreachableError("The connection to Discord ended before the bot was ready.")
    raise explain(bot, error) from error
