"""Installs the client libraries that the nightly tests run, each where it disturbs nothing.

python tests/clients/install.py FOLDER
GUILDWRIGHT_TEST_CLIENTS=FOLDER pytest tests/clients
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PYTHON_LIBRARIES = {
    "disnake": ("disnake==2.12.2",),
    "hikari": ("hikari==2.7.0",),
    "nextcord": ("nextcord==2.6.0", "setuptools<80"),  # it imports pkg_resources
}
UV = (sys.executable, "-m", "uv")
DISCORD_JS = "discord.js@14.28.1"


def install(folder: Path) -> None:
    """Install what is not there yet."""
    for library, packages in PYTHON_LIBRARIES.items():
        home = folder / library
        if (home / ".complete").exists():
            continue
        python = home / "bin" / "python"
        subprocess.run([*UV, "venv", "--quiet", "--clear", str(home)], check=True)
        subprocess.run([*UV, "pip", "install", "--quiet", "--python", str(python), *packages], check=True)
        (home / ".complete").touch()
    node = folder / "discord.js"
    if not (node / "node_modules" / "discord.js").is_dir():
        node.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "install", "--silent", "--prefix", str(node), DISCORD_JS], check=True)


if __name__ == "__main__":
    install(Path(sys.argv[1]).absolute())
