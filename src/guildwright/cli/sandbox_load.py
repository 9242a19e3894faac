"""`guildwright sandbox load`: put a load on a running sandbox's bot and print what came of it (SAND-502)."""

import asyncio
import json
import signal
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import parse_qs, urlsplit

import typer

from guildwright.cli import loop
from guildwright.cli.report import AsJson, say
from guildwright.kernel.errors import GuildwrightError

if TYPE_CHECKING:
    import aiohttp

_WAIT_SECONDS = 4
_KINDS = (("command", "Commands"), ("interaction", "Interactions"))


class LoadError(GuildwrightError):
    """The sandbox cannot be asked, or says no."""

    code = "load"


def load(
    address: Annotated[
        str, typer.Argument(metavar="ADDRESS", help="The chat page's address, as the sandbox printed it.")
    ],
    *,
    rate: Annotated[float, typer.Option(help="Events a second.")] = 100.0,
    seconds: Annotated[float, typer.Option(help="How long.")] = 10.0,
    guilds: Annotated[int, typer.Option(help="Over how many guilds; those missing are made.")] = 10,
    people: Annotated[int, typer.Option(help="People in each of them.")] = 20,
    commands: Annotated[float, typer.Option(help="Share of text commands, 0 to 1.")] = 0.02,
    interactions: Annotated[float, typer.Option(help="Share of slash commands, 0 to 1.")] = 0.0,
    joins: Annotated[float, typer.Option(help="Share of people who join, 0 to 1.")] = 0.0,
    command: Annotated[str, typer.Option(help="The text command.")] = "!ping",
    slash: Annotated[str, typer.Option(help="The slash command, without the slash.")] = "ping",
    pid: Annotated[int | None, typer.Option(help="The bot's process, if it is not found by itself.")] = None,
    as_json: AsJson = False,
) -> None:
    """Let people talk, command and join, and print how long the bot took to answer.

    Ctrl+C ends the load and prints what there is.
    """
    body = {
        "rate": rate,
        "seconds": seconds,
        "guilds": guilds,
        "people": people,
        "commands": commands,
        "interactions": interactions,
        "joins": joins,
        "command": command,
        "slash": slash.split(),
        "pid": pid,
    }
    report = loop.run(_run(address, body))
    say(json.dumps(report) if as_json else in_words(report))


async def _run(address: str, body: dict[str, Any]) -> dict[str, Any]:
    import aiohttp  # noqa: PLC0415 - slow to import, and only needed here

    control, token = _read_address(address)
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as client:
        try:
            return await _follow(client, f"{control}/load", body)
        except aiohttp.ClientConnectionError as error:
            raise LoadError(
                f"There is no sandbox at {control} (any more).", hint="Start one: guildwright run --sandbox"
            ) from error


async def _follow(client: "aiohttp.ClientSession", url: str, body: dict[str, Any]) -> dict[str, Any]:
    """Begin the load and wait for its report; an interrupt ends it early."""
    ending: list[asyncio.Task[dict[str, Any]]] = []

    def end() -> None:
        ending.append(asyncio.create_task(_ask(client, "DELETE", url), name="load-end"))

    answer = await _ask(client, "POST", url, json=body)
    running = asyncio.get_running_loop()
    running.add_signal_handler(signal.SIGINT, end)
    while answer["running"]:
        answer = await _ask(client, "GET", url, params={"wait": _WAIT_SECONDS})
    running.remove_signal_handler(signal.SIGINT)
    await asyncio.gather(*ending)
    return answer["report"]


async def _ask(client: "aiohttp.ClientSession", method: str, url: str, **options: Any) -> dict[str, Any]:
    async with client.request(method, url, **options) as answer:
        told = await answer.json()
        if not answer.ok:
            raise LoadError(told["error"]["message"])
        return told


def _read_address(address: str) -> tuple[str, str]:
    """The control API and its token, from the address of the chat page."""
    parts = urlsplit(address)
    token = parse_qs(parts.fragment).get("token", [""])[-1]
    if not parts.netloc or not token:
        raise typer.BadParameter(
            "give the address of the chat page, with #token=…, in quotes.", param_hint="ADDRESS"
        )
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}/_sandbox", token


def in_words(report: dict[str, Any]) -> str:
    """Return the report as a few lines for a person."""
    sent = ", ".join(f"{count:,} {kind}s" for kind, count in report["sent"].items() if count)
    lines = [
        f"Sent          {sent or 'nothing'} in {report['seconds']:.1f} s: {report['rate']:,.0f} a second"
    ]
    for kind, title in _KINDS:
        if report["sent"][kind]:
            lines.append(f"{title:<13} {_latency(report['latency'].get(kind))}")
    lines.append(f"Lost          {report['lost']:,}, answered twice {report['duplicated']:,}")
    if report["held_back"]:
        lines.append(f"Held back     {report['held_back']:.1f} s, because the bot was too far behind")
    if (bot := report["bot"]) is not None:
        memory = f"{bot['megabytes_after']:.0f} MB ({bot['megabytes_before']:.0f} MB before)"
        lines.append(f"Bot           {bot['cpu_share']:.0%} of a core, {memory}")
    return "\n".join([*lines, f"Sandbox       {report['sandbox_cpu_share']:.0%} of a core"])


def _latency(latency: dict[str, Any] | None) -> str:
    if latency is None:
        return "none answered"
    times = ", ".join(f"{name} {latency[name]:.1f} ms" for name in ("p50", "p90", "p99"))
    return f"{latency['answered']:,} answered: {times}, longest {latency['most']:.1f} ms"
