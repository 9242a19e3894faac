"""`guildwright check`: everything that can be judged without connecting (CORE-309)."""

from pathlib import Path

import typer

from guildwright.cli.extension_source import read_source
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
    shown = {file: file.relative_to(folder.parent).as_posix() for file in sorted(files)}
    return [problem for file, name in shown.items() for problem in read_source(file, name).problems]


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
