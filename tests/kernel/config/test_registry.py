"""One table of keys and variables, and what is generated from it."""

import ast
from pathlib import Path

import pytest

import guildwright
from guildwright.kernel.config.example import env_example
from guildwright.kernel.config.registry import REGISTRY

SOURCE = Path(guildwright.__file__).parent
REPOSITORY = SOURCE.parents[1]


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
    read = {key for file in SOURCE.rglob("*.py") for key in keys_read(file)}
    unknown = {
        key
        for key in read
        if key not in REGISTRY.keys and not REGISTRY.is_section(key) and not REGISTRY.is_open(key)
    }
    assert "logging.level" in read
    assert unknown == set()


def keys_read(file: Path) -> list[str]:
    """Find the literal first arguments of `….config.get(…)`, `config.get(…)` and `config.set(…)`."""
    calls = (
        node for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)
    )
    return [
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in {"get", "set"}
        and ast.unparse(call.func.value).rpartition(".")[2] == "config"
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    ]
