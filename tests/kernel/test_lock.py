"""One process per data directory."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from guildwright.kernel.errors import ExitCode, LockedError
from guildwright.kernel.lock import InstanceLock

HOLDER = """
import sys
from pathlib import Path
from guildwright.kernel.lock import InstanceLock
lock = InstanceLock(Path(sys.argv[1]))
lock.acquire()
print("held", flush=True)
sys.stdin.read()
"""


@pytest.mark.req("CORE-119")
def test_a_second_process_is_refused_with_the_number_of_the_first_until_that_dies(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLDER, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(LockedError, match=f"process {holder.pid}") as refused:
            InstanceLock(tmp_path).acquire()
        assert refused.value.exit_code == ExitCode.CONFIG
        holder.kill()

    with InstanceLock(tmp_path) as lock:
        assert lock.path.read_text() == str(os.getpid())


@pytest.mark.req("CORE-119")
def test_two_data_directories_are_two_locks(tmp_path: Path) -> None:
    with InstanceLock(tmp_path / "one"), InstanceLock(tmp_path / "two"):
        pass


def test_a_released_lock_can_be_taken_again(tmp_path: Path) -> None:
    lock = InstanceLock(tmp_path)
    lock.acquire()
    lock.release()
    lock.release()
    with InstanceLock(tmp_path):
        pass
