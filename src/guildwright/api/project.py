"""What Guildwright is called, which version runs, under which licence and where it lives."""

from dataclasses import dataclass
from functools import cache
from importlib.metadata import metadata

__all__ = ["CAPABILITIES", "Project", "about"]

CAPABILITIES = (
    "Commands by prefix, mention and slash from one definition",
    "Help that knows every command and who may use it",
    "A sandbox that speaks Discord's protocols, to try everything without a token",
    "Replies within Discord's limits, and menus that obey the person who opened them",
    "Failures with an ID instead of a traceback",
    "Sessions that survive outages of the gateway",
)


@dataclass(frozen=True, slots=True)
class Project:
    """The facts of the installed package; `url` is empty where the package names none."""

    name: str
    version: str
    licence: str
    summary: str
    url: str


@cache
def about() -> Project:
    """Return the facts of the installed package."""
    facts = metadata("guildwright")
    urls = [line.partition(", ")[2] for line in facts.get_all("Project-URL") or ()]
    return Project(
        name="Guildwright",
        version=facts["Version"],
        licence=facts["License-Expression"],
        summary=facts["Summary"],
        url=urls[0] if urls else "",
    )
