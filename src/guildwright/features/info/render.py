"""How the information looks: embeds from the figures of `service`."""

from collections.abc import Sequence

import discord

from guildwright.api import project, replies
from guildwright.api.commands import Context
from guildwright.api.extensions import ExtensionState
from guildwright.features.info import service
from guildwright.features.info.service import ShardLine, Stats

SHARDS_PER_PAGE = 10
_SHOWN_REASON = 200


def stats_page(ctx: Context, stats: Stats) -> discord.Embed:
    """Build the panel of `stats`."""
    embed = replies.panel(ctx, "📊 Statistics")
    figures = {
        "Uptime": service.in_words(stats.uptime),
        "Servers": f"{stats.guilds:,}",
        "Users": f"{stats.users:,}",
        "Commands processed": f"{stats.commands_processed:,}",
        "Messages seen": f"{stats.messages_seen:,}",
        "Extensions": f"{stats.extensions:,}",
        "Latency": latency(stats.latency_ms),
        "System errors": f"{stats.system_errors:,}",
        "Slash commands": f"{stats.slash_commands:,}",
    }
    for name, value in figures.items():
        embed.add_field(name=name, value=value)
    framework = f"{stats.modules} of {stats.total_modules} modules · {_shards(stats.shards)}"
    embed.add_field(name="Framework", value=framework, inline=False)
    top = "\n".join(
        f"{place}. `{name}` — {uses:,}" for place, (name, uses) in enumerate(stats.top_commands, 1)
    )
    embed.add_field(name="Top commands", value=top or "None yet", inline=False)
    return embed


def latency(milliseconds: float | None) -> str:
    """Return a latency with two decimals; a dash before it was measured."""
    return "–" if milliseconds is None else f"{milliseconds:.2f} ms"


def extension_lines(states: Sequence[ExtensionState]) -> list[str]:
    """Return one line per extension, under a heading for each kind."""
    own = [state for state in states if not state.bundled]
    bundled = [state for state in states if state.bundled]
    groups = {
        "Extensions": [_loaded(state) for state in own if state.outcome == "loaded"],
        "Framework modules": [_loaded(state) for state in bundled if state.outcome == "loaded"],
        "Not loaded": [_missing(state) for state in states if state.outcome != "loaded"],
    }
    lines: list[str] = []
    for heading, found in groups.items():
        if found:
            lines += ["", f"**{heading} · {len(found)}**", *found]
    return lines[1:]


def _loaded(state: ExtensionState) -> str:
    return f"✅ `{state.name}` — {state.seconds:.3f} s"


def _missing(state: ExtensionState) -> str:
    reason = " ".join(state.reason.split())
    if len(reason) > _SHOWN_REASON:
        reason = f"{reason[:_SHOWN_REASON]}…"
    sign = "⛔" if state.outcome == "skipped" else "❌"
    return f"{sign} `{state.name}` — {state.outcome}: {discord.utils.escape_markdown(reason)}"


def framework_page(ctx: Context, stats: Stats) -> discord.Embed:
    """Build the panel of `discordbotframework`."""
    facts = project.about()
    everybody, owners = service.count_commands(ctx.bot)
    current = (
        f"Up for {service.in_words(stats.uptime)} · {_count(stats.guilds, 'server')} · "
        f"{_count(stats.extensions, 'extension')} · latency {latency(stats.latency_ms)} · "
        f"{_shards(stats.shards)}"
    )
    fields = [
        ("What it can do", "\n".join(f"- {line}" for line in project.CAPABILITIES)),
        ("Commands for everybody", _names(everybody)),
        ("Commands for the owner", _names(owners)),
        (f"New in {facts.version}", service.read_news(facts.version) or "See the changelog."),
        ("Right now", current),
    ]
    if facts.url:
        fields.append(("Project", facts.url))
    embed = replies.panel(ctx, f"{facts.name} {facts.version}", facts.summary, fields=fields)
    if ctx.bot.user is not None:
        embed.set_thumbnail(url=ctx.bot.user.display_avatar.url)
    return embed


def _names(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "None"


def shard_pages(ctx: Context, shards: Sequence[ShardLine]) -> list[discord.Embed]:
    """Build the pages of `shardinfo`: ten shards on each."""
    bot = ctx.bot
    total = bot.shard_count or 1
    fields = [
        ("Shards", f"{total:,}"),
        ("Servers", f"{len(bot.guilds):,}"),
        ("Servers per shard", f"{len(bot.guilds) // total:,}"),
    ]
    if ctx.guild is not None:
        fields.insert(0, ("This server", _own_shard(ctx.guild, shards)))
    pages: list[discord.Embed] = []
    for start in range(0, len(shards) or 1, SHARDS_PER_PAGE):
        lines = "\n".join(_shard(line) for line in shards[start : start + SHARDS_PER_PAGE])
        pages.append(replies.panel(ctx, "🛰️ Shards", lines or "No shard is connected.", fields=fields))
    return pages


def _own_shard(guild: discord.Guild, shards: Sequence[ShardLine]) -> str:
    line = next((shard for shard in shards if shard.shard_id == guild.shard_id), None)
    if line is None:
        return f"Shard {guild.shard_id}"
    return f"Shard {line.shard_id} · {latency(line.latency_ms)} · {_count(line.guilds, 'server')}"


def _shard(line: ShardLine) -> str:
    sign, state = ("🔴", "closed") if line.is_closed else ("🟢", "ready")
    servers = _count(line.guilds, "server")
    return f"{sign} **Shard {line.shard_id}** — {servers} · {latency(line.latency_ms)} · {state}"


def _shards(count: int) -> str:
    return _count(count, "shard")


def _count(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
