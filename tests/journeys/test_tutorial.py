"""Tutorial and guides, done as written: commands, extensions and tests are taken from the pages and run."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from guildwright.app import Application
from guildwright.testing.person import Person

DOCS = Path(__file__).resolve().parents[2] / "docs"
TUTORIAL = DOCS / "tutorial" / "first-extension.md"
SETTINGS = DOCS / "guides" / "settings.md"


def code_of(title: str, page: Path = TUTORIAL) -> str:
    found = re.search(rf'```python title="{title}"\n(.*?)```', page.read_text(encoding="utf-8"), re.DOTALL)
    assert found, f"{page.name} has no {title}"
    return found[1]


def commands_of(page: Path) -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    verb, *arguments = command.split()
    assert verb == "guildwright"
    return subprocess.run(
        [sys.executable, "-m", "guildwright", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
    )


@pytest.mark.req("TEST-01", "TEST-06")
def test_every_step_of_the_tutorial_works_as_written(tmp_path: Path) -> None:
    init, start, new, test = commands_of(TUTORIAL)
    assert start == "guildwright run --sandbox --dir cookies"
    assert run(init, tmp_path).returncode == 0
    assert run(new, tmp_path).returncode == 0
    extension = tmp_path / "cookies" / "extensions" / "cookies.py"
    assert extension.exists()

    extension.write_text(code_of("cookies.py"), encoding="utf-8")
    (tmp_path / "cookies" / "tests" / "test_cookies.py").write_text(
        code_of("test_cookies.py"), encoding="utf-8"
    )
    checked = run("guildwright ext check cookies/extensions/cookies.py", tmp_path)
    assert "Commands: !cookie and /cookie" in checked.stdout
    ran = run(test, tmp_path)
    assert "4 passed" in ran.stdout, ran.stdout + ran.stderr


@pytest.mark.app(
    slices=("guild_settings",),
    extensions={"welcome": code_of("welcome.py", SETTINGS)},
    config={"prefix": "!"},
)
async def test_the_guide_to_settings_works_as_written(app: Application, olivia: Person, mia: Person) -> None:
    assert (await mia.says("#general", "!welcome")).content == "Hello!"
    told = await olivia.says("#general", "!serversettings set welcome.text Good day")
    assert "Welcome text is **Good day** now." in told
    assert (await mia.says("#general", "!welcome")).content == "Good day"
    assert "Welcome text" in await olivia.says("#general", "!serversettings")
