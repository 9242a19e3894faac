"""Guildwright: build, test, run and operate Discord bots."""

from importlib.metadata import version

__version__ = version("guildwright")
