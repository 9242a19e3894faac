"""`guildwright ext`: a new extension with its test, a list of those that are there, a check of one."""

import keyword
import re
from importlib import resources
from pathlib import Path
from typing import Annotated

import typer

from guildwright.cli.extension_source import Source, read_source
from guildwright.cli.report import AsJson, Directory, fail, say, say_json, warn
from guildwright.kernel.errors import GuildwrightError, Problem
from guildwright.kernel.exit_code import ExitCode

app = typer.Typer(help="Write, list and check extensions.", no_args_is_help=True)

_NAME = re.compile(r"[a-z][a-z0-9_]{0,31}")


class ExtensionNameError(GuildwrightError):
    """A name that no extension can have."""

    code = "extension_name"


@app.command("new")
def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Letters, digits and _, such as cookies.")],
    directory: Directory = Path(),
) -> None:
    """Write an extension and a test that passes.

    Writes extensions/NAME.py and tests/test_NAME.py; a running bot loads the extension at once.
    """
    stem = check_name(name)
    folder = directory.absolute()
    files = {
        folder / "extensions" / f"{stem}.py": _fill("extension.txt", stem),
        folder / "tests" / f"test_{stem}.py": _fill("extension_test.txt", stem),
    }
    if existing := [file.name for file in files if file.exists()]:
        raise ExtensionNameError(
            f"{', '.join(existing)} is there already; nothing was written.", hint="Choose another name."
        )
    for file, text in files.items():
        _write(file, text)
    option = "" if folder == Path.cwd() else f" --dir {directory}"
    say(f"extensions/{stem}.py answers !{stem} and /{stem}; tests/test_{stem}.py talks with it.")
    say(f"\nTry it:   guildwright run --sandbox{option}\nTest it:  guildwright test{option}")


@app.command("list")
def list_extensions(directory: Directory = Path(), as_json: AsJson = False) -> None:
    """List extensions and their commands.

    Reads them; runs none of their code.
    """
    folder = directory.absolute() / "extensions"
    found = {name: read_source(file, f"extensions/{file.name}") for name, file in _find(folder)}
    if as_json:
        say_json({name: _facts(source) for name, source in found.items()})
        return
    if not found:
        say(f"{folder} has no extensions. Write one: guildwright ext new NAME")
    for name, source in found.items():
        state = "  (does not load, see: guildwright ext check)" if _errors(source) else ""
        commands = ", ".join(map(str, source.commands)) or "no commands"
        say(f"{name}  {commands}{state}")


@app.command("check")
def check_extension(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A Python file, or a package's folder.")],
    as_json: AsJson = False,
) -> None:
    """Find mistakes in one extension.

    Judges that it compiles, its setup, its slash commands against Discord's limits, and calls that would
    stop the whole bot; runs none of its code.
    """
    target = file / "__init__.py" if file.is_dir() else file
    source = read_source(target, file.as_posix())
    errors = _errors(source)
    if as_json:
        say_json({"ok": not errors, **_facts(source)})
    else:
        _say(file, source, len(errors))
    raise typer.Exit(ExitCode.FAILED if errors else ExitCode.CLEAN)


def check_name(name: str) -> str:
    """Return the file name for an extension called `name`, blanks and hyphens as underscores.

    Raises ExtensionNameError.
    """
    stem = name.strip().lower().replace(" ", "_").replace("-", "_")
    if not _NAME.fullmatch(stem) or keyword.iskeyword(stem):
        raise ExtensionNameError(
            f"{name!r} is no name for an extension.",
            hint="Use a letter, then up to 31 letters, digits or _, such as cookies.",
        )
    return stem


def _fill(template: str, stem: str) -> str:
    text = (resources.files("guildwright.cli") / "templates" / template).read_text(encoding="utf-8")
    words = stem.strip("_").split("_")
    title = " ".join(words).capitalize()
    return text.format(name=stem, title=title, cog="".join(word.capitalize() for word in words))


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except OSError as error:
        raise GuildwrightError(
            f"{file} cannot be written: {error}.", hint="Choose another directory with --dir."
        ) from error


def _find(folder: Path) -> list[tuple[str, Path]]:
    files = [*folder.glob("[!_.]*.py"), *folder.glob("[!_.]*/__init__.py")]
    return sorted((file.parent.name if file.stem == "__init__" else file.stem, file) for file in files)


def _errors(source: Source) -> list[Problem]:
    return [problem for problem in source.problems if problem.severity == "error"]


def _facts(source: Source) -> dict[str, object]:
    return {
        "metadata": source.metadata,
        "cogs": source.cogs,
        "commands": [
            {"name": each.name, "kind": each.kind, "description": each.description, "line": each.line}
            for each in source.commands
        ],
        "problems": [
            {"found": each.found, "expected": each.expected, "severity": each.severity}
            for each in source.problems
        ],
    }


def _say(file: Path, source: Source, errors: int) -> None:
    for problem in source.problems:
        (fail if problem.severity == "error" else warn)(str(problem))
    if errors:
        say(f"{file} would not work: {errors} error{'s' if errors != 1 else ''}.")
        return
    version = source.metadata.get("version")
    say(f"{file}{f' {version}' if version else ''} can be loaded.")
    if source.commands:
        say(f"Commands: {', '.join(map(str, source.commands))}")
