"""The sandbox as a second, real process that one test session shares."""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
from dataclasses import dataclass
from typing import IO

from guildwright.testing.errors import OutcomeError, require

START_SECONDS = 30.0
STOP_SECONDS = 10.0


@dataclass(slots=True)
class SandboxProcess:
    """`guildwright sandbox serve` on a port of its own."""

    process: subprocess.Popen[str]
    control: str
    token: str

    @property
    def is_running(self) -> bool:
        return self.process.poll() is None

    def stop(self) -> None:
        """End it; killed when it does not go within ten seconds."""
        if self.is_running:
            self.process.send_signal(signal.SIGTERM)
        try:
            self.process.communicate(timeout=STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
            raise OutcomeError(f"The sandbox did not stop within {STOP_SECONDS:g} s of SIGTERM.") from None


def start_sandbox(*options: str) -> SandboxProcess:
    """Start it and return when it listens."""
    serve = [sys.executable, "-m", "guildwright", "sandbox", "serve"]
    command = [*serve, "--port", "0", "--json", "--with-parent", *options]
    process = subprocess.Popen(  # noqa: S603 - our own command, nothing of it comes from outside
        command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True, env=os.environ | {"NO_COLOR": "1"}
    )
    line = read_line(require(process.stdout, "The sandbox has no pipe."), START_SECONDS)
    if not line.startswith("{"):
        process.kill()
        output, _ = process.communicate()
        raise OutcomeError(f"The sandbox did not start: {line}{output}".strip() or "it said nothing")
    said = json.loads(line)
    return SandboxProcess(process, said["control"], said["control_token"])


def read_line(stream: IO[str], seconds: float) -> str:
    """Return the next line, or what there is of it when the time is up."""
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        return stream.readline() if selector.select(seconds) else ""
