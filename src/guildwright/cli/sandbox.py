"""`guildwright sandbox serve`: the simulated Discord alone, for bots in any library (SAND-103)."""

import asyncio
import json
import signal
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from guildwright.cli import loop
from guildwright.cli.opening import open_sandbox
from guildwright.cli.report import AsJson, say

if TYPE_CHECKING:
    from guildwright.sandbox.server import Addresses, Sandbox

sandbox_app = typer.Typer(help="A simulated Discord on this computer.", no_args_is_help=True)


class Limits(StrEnum):
    """How the sandbox treats Discord's rate limits."""

    OFF = "off"
    HEADERS = "headers"
    ENFORCE = "enforce"


@sandbox_app.callback()
def sandbox() -> None:
    """A simulated Discord on this computer."""


@sandbox_app.command()
def serve(
    port: Annotated[
        int | None,
        typer.Option(
            min=0, max=65_535, help="Port to listen on; 0 takes any.", show_default="8090 or the next"
        ),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(help="Make ids and tokens repeatable; the clock then stands still."),
    ] = None,
    limits: Annotated[Limits, typer.Option(help="Rate limits: none, told, or enforced.")] = Limits.HEADERS,
    keep: Annotated[
        Path | None,
        typer.Option(dir_okay=False, metavar="FILE", help="Keep the world in FILE and go on with it."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Run the sandbox by itself and say how to point a Discord library at it."""
    loop.run(_serve(port, seed, limits, keep, as_json=as_json))


async def _serve(
    port: int | None, seed: int | None, limits: Limits, keep: Path | None, *, as_json: bool
) -> None:
    stopped = asyncio.Event()
    for wanted in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(wanted, stopped.set)
    running = await open_sandbox(port, seed=seed, limits=limits.value, keep=keep)
    try:
        if as_json:
            say(json.dumps(_facts(running)))
        else:
            say(instructions(running.address()))
        await stopped.wait()
    finally:
        await running.stop()


def _facts(running: "Sandbox") -> dict[str, Any]:
    """What a program needs to use the sandbox; ids are strings, as everywhere on the wire."""
    address = running.address()
    return {**asdict(address), "owner_id": str(address.owner_id), "control_token": running.control_token}


def instructions(address: "Addresses") -> str:
    """How to point the common libraries at the sandbox, ready to be copied."""
    return _INSTRUCTIONS.format(
        page=address.page,
        api=address.api_base,
        api_without_version=address.api_base.removesuffix("/v10"),
        cdn=address.cdn_base,
        gateway=address.gateway,
        token=address.token,
        owner=address.owner_id,
    )


_INSTRUCTIONS = """\
A simulated Discord is running. Stop it with Ctrl+C.

Chat page   {page}
REST        {api}
CDN         {cdn}
Gateway     {gateway}  (GET /gateway/bot tells it too)
Token       {token}
Bot owner   {owner}

Guildwright, in the bot's .env:
    DISCORD_API_BASE={api}
    DISCORD_CDN_BASE={cdn}
    DISCORD_TOKEN={token}

discord.py, before the client is made:
    import discord, yarl
    discord.http.Route.BASE = "{api}"
    discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL("{gateway}")
    discord.Asset.BASE = "{cdn}"

disnake, before the client is made (the gateway is asked for over REST):
    import disnake
    disnake.http.Route.BASE = "{api}"
    disnake.Asset.BASE = "{cdn}"

nextcord, before the client is made (the gateway is asked for over REST):
    import nextcord
    nextcord.http.Route.BASE = "{api}"
    nextcord.Asset.BASE = "{cdn}"

hikari:
    bot = hikari.GatewayBot("{token}", rest_url="{api}")

discord.js:
    new Client({{ intents, rest: {{ api: "{api_without_version}", cdn: "{cdn}", version: "10" }} }})
"""
