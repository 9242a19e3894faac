"""How the command line talks: results to standard output, failures as a sentence to standard error."""

import json
import tempfile
import traceback
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from guildwright.kernel.errors import new_error_id
from guildwright.kernel.secrets import redact

Directory = Annotated[
    Path,
    typer.Option("--dir", metavar="DIR", help="The bot's directory: .env, config.json, extensions/, data/."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]


def say(text: str = "") -> None:
    """Print a line for the person."""
    typer.echo(text)


def say_json(value: Any) -> None:
    """Print a result for a program."""
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False, default=str))


def fail(sentence: str) -> None:
    """Print what went wrong, without secrets."""
    typer.secho("Error: ", err=True, nl=False, fg=typer.colors.RED, bold=True)
    typer.echo(redact(sentence), err=True)


def warn(sentence: str) -> None:
    """Print what deserves attention but stops nothing."""
    typer.secho("Warning: ", err=True, nl=False, fg=typer.colors.YELLOW, bold=True)
    typer.echo(redact(sentence), err=True)


def unexpected(error: BaseException) -> str:
    """Write the trace of a failure nobody foresaw to a log; return the sentence that names log and ID."""
    error_id = new_error_id()
    trace = redact("".join(traceback.format_exception(error)))
    now = datetime.now().astimezone()
    line = f"[{now:%Y-%m-%d %H:%M:%S}] [CRITICAL] guildwright.cli: unexpected failure\n{trace}[{error_id}]\n"
    for folder in (Path("botlogs"), Path(tempfile.gettempdir())):
        if not folder.is_dir():
            continue
        file = folder.absolute() / ("permanent.log" if folder.name == "botlogs" else "guildwright-errors.log")
        try:
            with file.open("a", encoding="utf-8") as stream:
                stream.write(line)
        except OSError:
            continue
        return f"Something unexpected went wrong ({error_id}). The details are in {file}."
    return f"Something unexpected went wrong ({error_id}), and no log could be written."
