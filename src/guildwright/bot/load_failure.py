"""Why an extension did not load, in one sentence with file and line (CORE-1404)."""

from __future__ import annotations

import ast
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from guildwright.kernel.errors import GuildwrightError

if TYPE_CHECKING:
    from guildwright.bot.client import GuildwrightBot


class UnusableExtensionError(GuildwrightError):
    """The extension's source shows that it cannot be loaded."""

    code = "extension"

    def __init__(self, message: str, *, line: int, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.line = line


@dataclass(frozen=True, slots=True)
class LoadFailure:
    """The cause for people, the place, and the original error for the journal."""

    cause: str
    place: str
    error: BaseException

    def __str__(self) -> str:
        return f"{self.cause} ({self.place})" if self.place else self.cause


def refuse_unusable(name: str, path: Path | None) -> None:
    """Raise for what discord.py would run and then report badly: a `setup` that is not async."""
    if path is None:
        return
    try:
        body = ast.parse(path.read_bytes()).body
    except (SyntaxError, ValueError, OSError):
        return
    for node in body:
        if isinstance(node, ast.FunctionDef) and node.name == "setup":
            raise UnusableExtensionError(
                f"setup of {name} is not async.", hint="Write: async def setup(bot)", line=node.lineno
            )


def explain(bot: GuildwrightBot, name: str, error: Exception, root: Path) -> LoadFailure:
    """Turn a failed load into cause and place."""
    original: BaseException = error
    while isinstance(original, commands.ExtensionFailed):
        original = original.original
    place = _place(name, original, root)
    return LoadFailure(_cause(bot, name, original, error), place, original)


def _cause(bot: GuildwrightBot, name: str, error: BaseException, outer: BaseException) -> str:
    if isinstance(error, GuildwrightError):
        return error.sentence
    if error is outer and isinstance(error, TimeoutError):
        return "setup took longer than 30 s and was cancelled."
    if isinstance(error, SyntaxError):
        return f"syntax error: {error.msg}"
    if isinstance(error, commands.NoEntryPointError):
        return "it has no setup function; write: async def setup(bot)"
    if isinstance(error, commands.ExtensionNotFound):
        return f"there is no file extensions/{name.rpartition('.')[2]}.py"
    if isinstance(error, ModuleNotFoundError):
        return (
            f"the Python package {error.name!r} is not installed; install it: pip install {_package(error)}"
        )
    return _collision(bot, error) or _slash_problem(error) or f"{type(error).__name__}: {error}"


def _package(error: ModuleNotFoundError) -> str:
    return (error.name or "").partition(".")[0]


def _collision(bot: GuildwrightBot, error: BaseException) -> str | None:
    if isinstance(error, commands.CommandRegistrationError):
        kind = "alias" if error.alias_conflict else "command"
        existing = bot.get_command(error.name)
        owner = "another extension" if existing is None else _owner(existing.module)
        return f"the {kind} {error.name!r} already belongs to {owner}; rename one of them"
    if isinstance(error, app_commands.CommandAlreadyRegistered):
        slash = bot.tree.get_command(error.name)
        owner = "another extension" if slash is None else _owner(getattr(slash, "module", None))
        return f"the slash command {error.name!r} already belongs to {owner}; rename one of them"
    if isinstance(error, discord.ClientException) and str(error).startswith("Cog named "):
        cog_name = str(error).split("'")[1]
        cog = bot.get_cog(cog_name)
        return f"the cog {cog_name!r} already belongs to {_owner(type(cog).__module__)}; rename one of them"
    return None


def _slash_problem(error: BaseException) -> str | None:
    if isinstance(error, app_commands.CommandLimitReached):
        return f"Discord takes no more slash commands: {error}"
    frames = traceback.extract_tb(error.__traceback__)
    in_slash_code = any("app_commands" in frame.filename or "hybrid" in frame.filename for frame in frames)
    if isinstance(error, TypeError | ValueError) and in_slash_code:
        return f"invalid slash command: {error}"
    return None


def _owner(module: str | None) -> str:
    return module or "another extension"


def _place(name: str, error: BaseException, root: Path) -> str:
    """Name the innermost line of the extension that the failure went through."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{_shown(error.filename, root)}:{error.lineno}"
    folder = (root / name.replace(".", "/")).resolve()
    line = error.line if isinstance(error, UnusableExtensionError) else 1
    own = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if _is_within(frame.filename, folder, root)
    ]
    if own:
        return f"{_shown(own[-1].filename, root)}:{own[-1].lineno}"
    for candidate in (folder.with_suffix(".py"), folder / "__init__.py"):
        if candidate.is_file():
            return f"{_shown(str(candidate), root)}:{line}"
    return ""


def _is_within(filename: str, folder: Path, root: Path) -> bool:
    path = Path(filename).resolve()
    if path == folder.with_suffix(".py") or path.is_relative_to(folder):
        return True
    return path.is_relative_to(root.resolve() / "extensions")


def _shown(filename: str, root: Path) -> str:
    path = Path(filename).resolve()
    with_root = root.resolve()
    return str(path.relative_to(with_root)) if path.is_relative_to(with_root) else str(path)
