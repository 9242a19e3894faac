"""Logging in with Discord: the authorize page, codes, tokens, and what a person's token may read.

Codes and tokens live in memory and expire by the world's clock; people are those of the world, and whoever
sits at this machine says which of them logs in.
"""
