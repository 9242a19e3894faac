"""The command line: one file per verb, put together in `application`.

Nothing is imported before the versions are known to be good, and a verb imports what it needs when it runs.
"""

from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code; whatever happens, a person reads a sentence."""
    from guildwright.cli.versions import refusal  # noqa: PLC0415 - before anything needs a newer Python
    from guildwright.kernel.exit_code import ExitCode  # noqa: PLC0415

    if sentence := refusal():
        import sys  # noqa: PLC0415

        sys.stderr.write(f"{sentence}\n")
        return ExitCode.CONFIG
    from guildwright.cli.application import run_command_line  # noqa: PLC0415

    return run_command_line(arguments)
