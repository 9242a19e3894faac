"""`guildwright version`: what is installed, for a bug report."""

import platform
from importlib import metadata

from guildwright import __version__
from guildwright.cli.report import AsJson, say, say_json

_PACKAGES = ("discord.py", "simcord", "SQLAlchemy", "uvloop")


def version(as_json: AsJson = False) -> None:
    """Show versions, for a bug report."""
    facts = {"guildwright": __version__, "python": platform.python_version()}
    facts |= {name: _installed(name) for name in _PACKAGES}
    facts["platform"] = platform.platform(terse=True)
    if as_json:
        say_json(facts)
        return
    for name, value in facts.items():
        say(f"{name:<12} {value or 'not installed'}")


def _installed(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None
