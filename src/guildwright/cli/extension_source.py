"""Reads an extension without running it and tells what Discord or the bot would refuse (CORE-1414).

Commands are found by their decorators; what is only known at run time, such as a computed name, is left to
the load.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from guildwright.kernel.errors import Problem
from guildwright.kernel.limits import (
    COMMAND_DESCRIPTION,
    COMMAND_NAME,
    COMMAND_OPTIONS,
    GLOBAL_COMMANDS,
)

# https://discord.com/developers/docs/interactions/application-commands#application-command-object
_SLASH_NAME = re.compile(rf"[-_'\w]{{1,{COMMAND_NAME}}}")
_DECORATORS = {
    "command": "prefix",
    "group": "prefix",
    "hybrid_command": "hybrid",
    "hybrid_group": "hybrid",
    "context_menu": "menu",
}
_BLOCKING = {
    "time.sleep": "await asyncio.sleep(…)",
    "os.system": "await asyncio.create_subprocess_shell(…)",
    "subprocess.run": "await asyncio.create_subprocess_exec(…)",
    "subprocess.call": "await asyncio.create_subprocess_exec(…)",
    "subprocess.check_call": "await asyncio.create_subprocess_exec(…)",
    "subprocess.check_output": "await asyncio.create_subprocess_exec(…)",
    "urllib.request.urlopen": "aiohttp",
    "input": "a message or a modal",
    "open": "guildwright.api.files",
    "sqlite3.connect": "aiosqlite",
}
_BLOCKING_MODULES = {"requests": "aiohttp"}


@dataclass(frozen=True, slots=True)
class FoundCommand:
    """One command as its decorator declares it."""

    name: str
    kind: str
    description: str
    options: int
    line: int

    @property
    def is_slash(self) -> bool:
        return self.kind in {"hybrid", "slash"}

    def __str__(self) -> str:
        signs = {"prefix": f"!{self.name}", "hybrid": f"!{self.name} and /{self.name}"}
        return signs.get(self.kind, f"/{self.name}" if self.is_slash else f"menu {self.name!r}")


@dataclass(frozen=True, slots=True)
class Source:
    """What was read of one extension."""

    problems: tuple[Problem, ...]
    metadata: dict[str, str]
    cogs: tuple[str, ...] = ()
    commands: tuple[FoundCommand, ...] = ()


def read_source(file: Path, shown: str) -> Source:
    """Judge the extension in `file`; `shown` is how problems name it."""
    try:
        module = ast.parse(file.read_bytes(), filename=shown)
    except SyntaxError as error:
        return Source((Problem(shown, f"line {error.lineno}", f"{error.msg}"),), {})
    except (OSError, ValueError) as error:
        return Source((Problem(shown, "cannot be read", str(error)),), {})
    commands = tuple(_commands_of(module))
    problems = [
        *_judge_setup(module, shown),
        *(problem for command in commands for problem in _judge_command(command, shown)),
        *_judge_number(commands, shown),
        *_find_blocking(module, shown),
    ]
    cogs = tuple(node.name for node in ast.walk(module) if isinstance(node, ast.ClassDef) and _is_cog(node))
    return Source(tuple(problems), _metadata_of(module), cogs, commands)


def _judge_setup(module: ast.Module, shown: str) -> Iterator[Problem]:
    setup = next((node for node in module.body if getattr(node, "name", None) == "setup"), None)
    if isinstance(setup, ast.AsyncFunctionDef):
        return
    if setup is not None:
        yield Problem(shown, "setup is not async", "write: async def setup(bot)")
    elif not any(_imports_setup(node) for node in module.body):
        yield Problem(shown, "no setup", "add: async def setup(bot)")


def _imports_setup(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and any(each.name in {"setup", "*"} for each in node.names)


def _is_cog(node: ast.ClassDef) -> bool:
    return any(_dotted(base).rpartition(".")[2].endswith("Cog") for base in node.bases)


def _metadata_of(module: ast.Module) -> dict[str, str]:
    """Return the first line of the docstring and the dunder variables that hold text."""
    found = {"description": (ast.get_docstring(module) or "").partition("\n")[0]}
    for node in module.body:
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Constant):
            continue
        for target in node.targets:
            if isinstance(target, ast.Name) and re.fullmatch(r"__\w+__", target.id):
                found[target.id.strip("_")] = str(node.value.value)
    return {name: text for name, text in found.items() if text}


def _commands_of(module: ast.Module) -> Iterator[FoundCommand]:
    for node in ast.walk(module):
        if not isinstance(node, ast.AsyncFunctionDef):
            continue
        for decorator in node.decorator_list:
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            kind = _kind_of(_dotted(called))
            if kind:
                yield _read_command(node, decorator, kind)


def _kind_of(decorator: str) -> str:
    owner, _, name = decorator.rpartition(".")
    kind = _DECORATORS.get(name, "")
    return "slash" if kind == "prefix" and owner.endswith(("app_commands", "tree")) else kind


def _read_command(node: ast.AsyncFunctionDef, decorator: ast.expr, kind: str) -> FoundCommand:
    given = {
        keyword.arg: str(keyword.value.value)
        for keyword in getattr(decorator, "keywords", ())
        if keyword.arg and isinstance(keyword.value, ast.Constant)
    }
    documented = (ast.get_docstring(node) or "").partition("\n")[0]
    # Without `self` and the context or interaction.
    parameters = [each.arg for each in (*node.args.args, *node.args.kwonlyargs) if each.arg != "self"][1:]
    name = given.get("name", node.name)
    description = given.get("description", documented)
    return FoundCommand(name, kind, description, len(parameters), node.lineno)


def _judge_command(command: FoundCommand, shown: str) -> Iterator[Problem]:
    place = f"line {command.line}"
    if not command.is_slash:
        return
    if not _SLASH_NAME.fullmatch(command.name) or command.name != command.name.lower():
        expected = f"a slash command's name: 1–{COMMAND_NAME} letters, digits, - and _, in small letters"
        yield Problem(shown, f"{place}: {command.name!r}", expected)
    if len(command.description) > COMMAND_DESCRIPTION:
        found = f"{place}: a description of {len(command.description)} characters"
        yield Problem(shown, found, f"at most {COMMAND_DESCRIPTION}", "warning")
    if command.options > COMMAND_OPTIONS:
        yield Problem(shown, f"{place}: {command.options} options", f"at most {COMMAND_OPTIONS}")


def _judge_number(commands: tuple[FoundCommand, ...], shown: str) -> Iterator[Problem]:
    number = sum(command.is_slash for command in commands)
    if number > GLOBAL_COMMANDS:
        yield Problem(shown, f"{number} slash commands", f"at most {GLOBAL_COMMANDS} of a whole bot")


def _find_blocking(module: ast.Module, shown: str) -> Iterator[Problem]:
    names = _imported_names(module)
    for function in ast.walk(module):
        if isinstance(function, ast.AsyncFunctionDef):
            for node in _own_nodes(function):
                if isinstance(node, ast.Call) and (instead := _instead_of(_dotted(node.func), names)):
                    found = f"line {node.lineno}: {_dotted(node.func)} stops the whole bot while it runs"
                    yield Problem(shown, found, f"use {instead}", "warning")


def _imported_names(module: ast.Module) -> dict[str, str]:
    """Map the names of this file to what they stand for: `sleep` to `time.sleep`."""
    names: dict[str, str] = {}
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            names |= {each.asname: each.name for each in node.names if each.asname}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {each.asname or each.name: f"{node.module}.{each.name}" for each in node.names}
    return names


def _instead_of(called: str, names: dict[str, str]) -> str:
    first, dot, rest = called.partition(".")
    full = names.get(first, first) + dot + rest
    return _BLOCKING.get(full, "") or _BLOCKING_MODULES.get(full.partition(".")[0], "")


def _own_nodes(function: ast.AsyncFunctionDef) -> Iterator[ast.AST]:
    """Yield what runs in the function itself; inner functions may well run in a thread."""
    waiting: list[ast.AST] = list(function.body)
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            waiting.extend(ast.iter_child_nodes(node))


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        owner = _dotted(node.value)
        return f"{owner}.{node.attr}" if owner else ""
    return ""
