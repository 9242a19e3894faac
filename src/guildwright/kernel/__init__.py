"""Mechanisms of Guildwright.

Nothing here knows discord.py or the web; the rule is checked by `make lint`.
"""
