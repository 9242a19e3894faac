"""What the command hands to the bot it supervises, and how the bot learns that the command is gone.

One line of JSON on standard input carries the variables; afterwards the pipe only has to stay open. The
system closes it when the command dies, however it dies, so no bot is left behind without its sandbox.
"""

import json
import os
import signal
import sys
import threading
from collections.abc import Mapping

_PATIENCE_SECONDS = 15.0
_FORCED = 130


def line(variables: Mapping[str, str]) -> bytes:
    """Return the line that `receive` reads."""
    return json.dumps(dict(variables)).encode() + b"\n"


def receive() -> dict[str, str] | None:
    """Wait for the variables; None when the command ended before it had any."""
    # Unbuffered reads: a thread that waits in a buffered one keeps the interpreter from ending.
    descriptor = sys.stdin.fileno()
    received = bytearray()
    while not received.endswith(b"\n"):
        piece = os.read(descriptor, 4096)
        if not piece:
            return None
        received += piece
    threading.Thread(target=_end_with_the_command, args=(descriptor,), daemon=True).start()
    return json.loads(received)


def _end_with_the_command(descriptor: int) -> None:
    """Stop in order when the pipe closes; end hard if that takes too long."""
    while os.read(descriptor, 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(_PATIENCE_SECONDS)
    os._exit(_FORCED)
