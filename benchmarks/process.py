"""A bot as a process of its own, pinned to its core and measured from outside."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path
from typing import Literal

from guildwright.sandbox.server import Addresses

Kind = Literal["plain", "ours"]
KINDS: tuple[Kind, Kind] = ("plain", "ours")
ROOT = Path(__file__).resolve().parent.parent
EXTENSION = Path(__file__).resolve().parent / "bots" / "bench.py"
STOP_SECONDS = 15.0
# Read before anything is pinned: afterwards only the own core is left in it.
AVAILABLE = frozenset(os.sched_getaffinity(0))
SANDBOX_CORE, BOT_CORE = min(AVAILABLE), max(AVAILABLE)


class BotProcess:
    """One running bot."""

    def __init__(self, kind: Kind, address: Addresses, folder: Path) -> None:
        self.kind = kind
        self.log = folder / "output.log"
        environ = os.environ | {
            "DISCORD_API_BASE": address.api_base,
            "DISCORD_CDN_BASE": address.cdn_base,
            "DISCORD_TOKEN": address.token,
            "BOT_OWNER_ID": str(address.owner_id),
            "BENCH_GATEWAY": address.gateway,
        }
        environ.pop("PYTHONDONTWRITEBYTECODE", None)
        command = [sys.executable, "-m", "benchmarks.bots.plain"]
        if kind == "ours":
            command = [sys.executable, "-m", "guildwright", "run", "--dir", str(lay_out(folder))]
        with self.log.open("w", encoding="utf-8") as output:
            self.started = time.monotonic()
            self.process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        os.sched_setaffinity(self.process.pid, {BOT_CORE})

    def check(self) -> None:
        """Fail with what the bot printed when it has ended."""
        if self.process.poll() is not None:
            printed = self.log.read_text(encoding="utf-8")[-2000:]
            raise RuntimeError(f"The {self.kind} bot ended with {self.process.returncode}:\n{printed}")

    def cpu_seconds(self) -> float:
        """Return what all threads of it have run so far; the kernel counts nanoseconds here."""
        tasks = Path(f"/proc/{self.process.pid}/task")
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks.iterdir()) / 1e9

    def resident_megabytes(self) -> float:
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGESIZE") / 1e6

    @contextlib.contextmanager
    def held(self) -> Generator[None]:
        """Keep it from running while the block runs."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(STOP_SECONDS)
            return
        self.process.kill()
        self.process.wait()


def lay_out(folder: Path) -> Path:
    """Write an instance that has the benchmark's commands as its only extension."""
    instance = folder / "instance"
    (instance / "extensions").mkdir(parents=True, exist_ok=True)
    shutil.copy(EXTENSION, instance / "extensions" / "bench.py")
    return instance
