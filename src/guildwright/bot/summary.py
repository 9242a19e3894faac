"""What the console shows on the first READY: a frame on a terminal, plain lines anywhere else."""

from __future__ import annotations

import logging
import sys
from datetime import datetime
from typing import IO, TYPE_CHECKING

from guildwright import __version__

if TYPE_CHECKING:
    from guildwright.bot.client import GuildwrightBot

logger = logging.getLogger("guildwright.app")

WIDTH = 80


def collect_facts(bot: GuildwrightBot) -> dict[str, str]:
    """Return what the summary tells, in order (CORE-114)."""
    config = bot.config
    shards = sorted(bot.shards)
    latency = bot.latency * 1000
    return {
        "Bot": f"{bot.user} ({bot.user.id if bot.user else 'unknown'})",
        "Owner": ", ".join(str(owner) for owner in sorted(bot.instance.owner_ids)) or "none",
        "Status": str(config.get("status.presence")),
        "Latency": f"{latency:.2f} ms" if latency < float("inf") else "not measured yet",
        "Uptime": f"{bot.metrics.get_uptime():.1f} s",
        "Servers": str(len(bot.guilds)),
        "Users": str(sum(guild.member_count or 0 for guild in bot.guilds)),
        "Slash commands": str(len(bot.tree.get_commands())),
        "Shards": str(bot.shard_count or len(shards)),
        "Shard IDs": ", ".join(map(str, shards)),
        # These three have no part in this version that could be on.
        "Shard monitor": "off",
        "Shard manager": "off",
        "Dashboard": "off",
        "Sandbox": "yes" if bot.instance.environment.api_base else "no",
        "Version": __version__,
    }


def show_summary(bot: GuildwrightBot, screen: IO[str] | None = None) -> None:
    """Print the summary and log the same facts."""
    facts = collect_facts(bot)
    stream: IO[str] = screen or sys.stdout
    title = f"Guildwright is ready · {datetime.now().astimezone():%Y-%m-%d %H:%M:%S}"
    if stream.isatty():
        _print_frame(facts, title, stream)
    else:
        _print_lines(facts, title, stream)
    logger.info("Ready: %s", "; ".join(f"{name}: {value}" for name, value in facts.items()))


def _print_lines(facts: dict[str, str], title: str, stream: IO[str]) -> None:
    lines = [title, *(f"{name}: {value}" for name, value in facts.items())]
    stream.write("\n".join(lines) + "\n")
    stream.flush()


def _print_frame(facts: dict[str, str], title: str, stream: IO[str]) -> None:
    # rich costs 40 ms to import, which a service never needs.
    from rich.console import Console  # noqa: PLC0415
    from rich.panel import Panel  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table.grid(padding=(0, 2))
    for name, value in facts.items():
        table.add_row(Text(name, style="cyan"), Text(value))
    Console(file=stream, width=WIDTH).print(Panel(table, title=title, border_style="cyan", width=WIDTH))
