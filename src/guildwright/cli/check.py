"""`guildwright check`: everything that can be judged without connecting (CORE-309)."""

import ast
from pathlib import Path

import typer

from guildwright.cli.report import AsJson, Directory, fail, say, say_json, warn
from guildwright.kernel.errors import ConfigError, Problem
from guildwright.kernel.exit_code import ExitCode


def check(directory: Directory = Path(), as_json: AsJson = False) -> None:
    """Find mistakes before you run the bot.

    Judges variables, configuration and extensions; connects nowhere and writes nothing.
    """
    problems = [*judge_instance(directory), *judge_extensions(directory.absolute() / "extensions")]
    errors = [problem for problem in problems if problem.severity == "error"]
    if as_json:
        _say_as_json(directory, problems)
    else:
        _say(directory, problems)
    raise typer.Exit(ExitCode.CONFIG if errors else ExitCode.CLEAN)


def judge_instance(directory: Path) -> tuple[Problem, ...]:
    """Return what is wrong with variables and configuration."""
    from guildwright.kernel.config import load_instance  # noqa: PLC0415 - heavy, and only needed here

    try:
        instance = load_instance(directory, write=False)
        return instance.problems + instance.defaults
    except ConfigError as error:
        return error.problems or (Problem(str(directory), "", error.sentence),)


def judge_extensions(folder: Path) -> list[Problem]:
    """Return what keeps extensions from being loaded, without running their code."""
    files = [*folder.glob("[!_.]*.py"), *folder.glob("[!_.]*/__init__.py")]
    return [problem for file in sorted(files) if (problem := _judge_extension(file, folder.parent))]


def _judge_extension(file: Path, root: Path) -> Problem | None:
    shown = file.relative_to(root).as_posix()
    try:
        module = ast.parse(file.read_bytes(), filename=shown)
    except SyntaxError as error:
        return Problem(shown, f"line {error.lineno}", f"{error.msg}")
    except (OSError, ValueError) as error:
        return Problem(shown, "cannot be read", str(error))
    setup = next((node for node in module.body if getattr(node, "name", None) == "setup"), None)
    if isinstance(setup, ast.AsyncFunctionDef):
        return None
    if setup is not None:
        return Problem(shown, "setup is not async", "write: async def setup(bot)")
    if any(
        isinstance(node, ast.ImportFrom) and any(a.name in {"setup", "*"} for a in node.names)
        for node in module.body
    ):
        return None
    return Problem(shown, "no setup", "add: async def setup(bot)")


def _say(directory: Path, problems: list[Problem]) -> None:
    for problem in problems:
        if problem.severity == "error":
            fail(str(problem))
        elif problem.severity == "warning":
            warn(str(problem))
    errors, warnings = (
        _count(sum(problem.severity == kind for problem in problems), kind) for kind in ("error", "warning")
    )
    if errors.startswith("no "):
        say(f"{directory.absolute()} is ready to run ({warnings}).")
    else:
        say(f"{directory.absolute()}: {errors}, {warnings}.")


def _say_as_json(directory: Path, problems: list[Problem]) -> None:
    by_severity = {
        severity: [
            {"path": problem.path, "found": problem.found, "expected": problem.expected}
            for problem in problems
            if problem.severity == kind
        ]
        for severity, kind in (("errors", "error"), ("warnings", "warning"), ("defaults", "info"))
    }
    say_json({"directory": str(directory.absolute()), "ok": not by_severity["errors"], **by_severity})


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number or 'no'} {noun}s"
