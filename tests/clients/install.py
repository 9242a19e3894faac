"""Installs the client libraries that the nightly tests run, each where it disturbs nothing.

python tests/clients/install.py FOLDER
GUILDWRIGHT_TEST_CLIENTS=FOLDER pytest tests/clients
"""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

PYTHON_LIBRARIES = {
    "disnake": ("disnake",),
    "hikari": ("hikari",),
    "nextcord": ("nextcord", "setuptools<80"),  # it imports pkg_resources
}


def install(folder: Path) -> None:
    for library, packages in PYTHON_LIBRARIES.items():
        home = folder / library
        venv.create(home, with_pip=True)
        python = home / "bin" / "python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", *packages], check=True)
    node = folder / "discord.js"
    node.mkdir(parents=True, exist_ok=True)
    subprocess.run(["npm", "install", "--silent", "--prefix", str(node), "discord.js"], check=True)


if __name__ == "__main__":
    install(Path(sys.argv[1]).absolute())
