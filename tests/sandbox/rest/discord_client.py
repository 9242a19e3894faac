"""Names of a guild as discord.py finds them."""

from __future__ import annotations

import discord


def channel(guild: discord.Guild, name: str) -> discord.TextChannel:
    found = discord.utils.get(guild.text_channels, name=name)
    assert found is not None
    return found


def member(guild: discord.Guild, name: str) -> discord.Member:
    found = guild.get_member_named(name)
    assert found is not None
    return found
