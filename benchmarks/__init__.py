"""Guildwright against plain discord.py, in the same sandbox and the same run, printed as ratios.

Every figure is measured from outside the bot's process; nothing in the bot knows that it is measured.
"""
