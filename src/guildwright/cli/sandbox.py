"""`guildwright sandbox serve`: the simulated Discord alone, for bots in any library (SAND-103)."""

import asyncio
import json
import os
import signal
import stat
import sys
from collections.abc import Awaitable
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from guildwright.cli import loop, sandbox_load, sandbox_world
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


sandbox_app.command("load")(sandbox_load.load)
sandbox_app.command("schema")(sandbox_world.schema)
sandbox_app.command("export")(sandbox_world.export)


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
    world: Annotated[
        Path | None,
        typer.Option(
            dir_okay=False, metavar="FILE", help="Open the world of FILE (JSON or YAML; see: sandbox schema)."
        ),
    ] = None,
    limits: Annotated[Limits, typer.Option(help="Rate limits: none, told, or enforced.")] = Limits.HEADERS,
    keep: Annotated[
        Path | None,
        typer.Option(dir_okay=False, metavar="FILE", help="Keep the world in FILE and go on with it."),
    ] = None,
    record: Annotated[
        Path | None,
        typer.Option(
            dir_okay=False, metavar="FILE", help="Write what crosses both sides to FILE, secrets masked."
        ),
    ] = None,
    with_parent: Annotated[
        bool,
        typer.Option(
            "--with-parent", help="End when standard input does, so that it never outlives its parent."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Run the sandbox by itself and say how to point a Discord library at it."""
    if with_parent and not _is_pipe(sys.stdin.fileno()):
        raise typer.BadParameter("standard input is no pipe; give it one.", param_hint="--with-parent")
    opening = open_sandbox(port, seed=seed, limits=limits.value, keep=keep, record=record, world=world)
    loop.run(_serve(opening, with_parent=with_parent, as_json=as_json))


async def _serve(opening: Awaitable["Sandbox"], *, with_parent: bool, as_json: bool) -> None:
    stopped = asyncio.Event()
    for wanted in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(wanted, stopped.set)
    if with_parent:
        _watch_input(sys.stdin.fileno(), stopped)
    running = await opening
    try:
        if as_json:
            say(json.dumps(_facts(running)))
        else:
            say(instructions(running.address()))
        await stopped.wait()
    finally:
        await running.stop()


def _is_pipe(descriptor: int) -> bool:
    mode = os.fstat(descriptor).st_mode
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)


def _watch_input(descriptor: int, stopped: asyncio.Event) -> None:
    """Stop at the end of the input: the system closes it when the parent dies, even by kill -9."""
    watching = asyncio.get_running_loop()

    def read() -> None:
        if not os.read(descriptor, 4096):
            watching.remove_reader(descriptor)
            stopped.set()

    watching.add_reader(descriptor, read)


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
        authorize=address.authorize,
        client_id=address.client_id,
        client_secret=address.client_secret,
    )


_INSTRUCTIONS = """\
A simulated Discord is running. Stop it with Ctrl+C.

Chat page   {page}
REST        {api}
CDN         {cdn}
Gateway     {gateway}  (GET /gateway/bot tells it too)
Token       {token}
Bot owner   {owner}
Logins      {authorize}
            client ID {client_id}, client secret {client_secret}

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
