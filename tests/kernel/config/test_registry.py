"""One table of keys and variables, and what is generated from it."""

import re
from pathlib import Path

import pytest

import guildwright
from guildwright.kernel.config.example import env_example
from guildwright.kernel.config.registry import REGISTRY

SOURCE = Path(guildwright.__file__).parent
REPOSITORY = SOURCE.parents[1]
# Variables of the operating system and of other programs.
OF_THE_SYSTEM = {"HOME", "PATH", "TERM", "COLUMNS", "CI"}


@pytest.mark.req("CORE-206")
def test_the_example_in_the_repository_is_the_generated_one() -> None:
    written = (REPOSITORY / ".env.example").read_text(encoding="utf-8")
    assert written == env_example(REGISTRY), "run: guildwright config schema --env > .env.example"


@pytest.mark.req("CORE-206")
def test_every_variable_is_explained_with_its_default() -> None:
    example = env_example(REGISTRY)
    for variable in REGISTRY.variables.values():
        if not variable.replaced:
            assert f"{variable.name}=" in example
            assert variable.default in example


@pytest.mark.req("CORE-206")
def test_the_code_reads_no_key_that_is_not_registered() -> None:
    read = found(r"\bconfig\.(?:get|set)\(\s*[\"']([\w.]+)[\"']")
    unknown = {
        key for key in read if not (key in REGISTRY.keys or REGISTRY.is_section(key) or REGISTRY.is_open(key))
    }
    assert "logging.level" in read
    assert unknown == set()


@pytest.mark.req("CORE-206")
def test_the_code_reads_no_variable_that_is_not_registered() -> None:
    read = found(r"(?:environ(?:ment)?\.get\(|environ\[|getenv\()\s*[\"']([A-Z_]+)[\"']")
    assert "NO_COLOR" in read
    assert read <= set(REGISTRY.variables) | OF_THE_SYSTEM


def found(pattern: str) -> set[str]:
    """Find literal names in the whole source."""
    texts = (file.read_text(encoding="utf-8") for file in SOURCE.rglob("*.py"))
    return {name for text in texts for name in re.findall(pattern, text)}
