"""`guildwright test`: the tests of a bot's extensions, in conversations with the sandbox."""

import importlib.util
import subprocess
import sys
from importlib import resources
from pathlib import Path

import typer

from guildwright.cli.report import Directory, say
from guildwright.kernel.errors import GuildwrightError
from guildwright.kernel.exit_code import ExitCode

# https://docs.pytest.org/en/stable/reference/exit-codes.html
_NO_TESTS = 5
_OWN_SETTINGS = ("pytest.ini", ".pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg")


def run_tests(context: typer.Context, directory: Directory = Path()) -> None:
    """Run the tests of your extensions.

    Everything after -- goes to pytest: guildwright test -- -k cookies -x
    """
    missing = [name for name in ("pytest", "pytest_asyncio") if importlib.util.find_spec(name) is None]
    if missing:
        raise GuildwrightError(
            f"{' and '.join(missing)} is needed to run tests.", hint="pip install 'guildwright[testing]'"
        )
    folder = directory.absolute()
    if not folder.is_dir():
        raise GuildwrightError(f"{folder} is not a directory.", hint="Name the bot's directory with --dir.")
    code = run_pytest(folder, context.args)
    if code == _NO_TESTS:
        say(f"{folder} has no tests. Write an extension with one: guildwright ext new NAME")
        raise typer.Exit(ExitCode.CLEAN)
    raise typer.Exit(ExitCode.FAILED if code else ExitCode.CLEAN)


def run_pytest(folder: Path, arguments: list[str]) -> int:
    """Run pytest in the folder, with settings of our own where it has none, and return its exit code."""
    settings = resources.files("guildwright.cli") / "templates" / "pytest.ini"
    with resources.as_file(settings) as ours:
        own = any((folder / name).is_file() for name in _OWN_SETTINGS)
        configured = [] if own else ["-c", str(ours), "--rootdir", str(folder)]
        command = [sys.executable, "-m", "pytest", *configured, *arguments]
        return subprocess.run(command, cwd=folder, check=False).returncode  # noqa: S603 - the person's own arguments
