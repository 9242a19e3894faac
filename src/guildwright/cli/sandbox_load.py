"""`guildwright sandbox load`: put a load on a running sandbox's bot and print what came of it (SAND-502)."""

import asyncio
import json
import signal
from typing import Annotated, Any

import typer

from guildwright.cli import loop
from guildwright.cli.control import Address, Control, control_of
from guildwright.cli.report import AsJson, say

_WAIT_SECONDS = 4
_KINDS = (("command", "Commands"), ("interaction", "Interactions"))


def load(
    address: Address,
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
    async with control_of(address) as control:
        return await _follow(control, body)


async def _follow(control: Control, body: dict[str, Any]) -> dict[str, Any]:
    """Begin the load and wait for its report; an interrupt ends it early."""
    ending: list[asyncio.Task[dict[str, Any]]] = []

    def end() -> None:
        ending.append(asyncio.create_task(control.ask("DELETE", "load"), name="load-end"))

    answer = await control.ask("POST", "load", json=body)
    running = asyncio.get_running_loop()
    running.add_signal_handler(signal.SIGINT, end)
    while answer["running"]:
        answer = await control.ask("GET", "load", params={"wait": _WAIT_SECONDS})
    running.remove_signal_handler(signal.SIGINT)
    await asyncio.gather(*ending)
    return answer["report"]


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
