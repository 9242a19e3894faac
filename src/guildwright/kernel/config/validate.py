"""Judges a configuration and lists everything that is wrong with it at once (CORE-309)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from guildwright.kernel.config.kinds import KindError, describe
from guildwright.kernel.config.registry import Registry
from guildwright.kernel.errors import Problem


@dataclass(slots=True)
class Verdict:
    """The good values in their normal form, by dotted path, and the problems."""

    values: dict[str, Any] = field(default_factory=dict[str, Any])
    problems: list[Problem] = field(default_factory=list[Problem])


def judge(document: Mapping[str, Any], registry: Registry) -> Verdict:
    """Look at every key of the document and at every known key that is missing."""
    verdict = Verdict()
    for path, value in _leaves(document, registry):
        _judge_value(path, value, registry, verdict)
    for key in registry.keys.values():
        if key.path not in verdict.values and not key.path.startswith(("features.", "intents.")):
            _note_default(key.path, key.required, key.default, verdict)
    verdict.problems += _judge_together(verdict.values, registry)
    return verdict


def errors(problems: list[Problem] | tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Return the problems that stop a start."""
    return tuple(problem for problem in problems if problem.severity == "error")


def _leaves(section: Mapping[str, Any], registry: Registry, above: str = "") -> Iterator[tuple[str, Any]]:
    """Walk to known keys, to whatever stands where they should, and to unknown values."""
    for name, value in section.items():
        path = f"{above}{name}"
        if name.startswith("_comment"):
            continue
        if isinstance(value, dict) and path not in registry.keys:
            yield from _leaves(value, registry, f"{path}.")  # pyright: ignore[reportUnknownArgumentType]
        else:
            yield path, value


def _judge_value(path: str, value: Any, registry: Registry, verdict: Verdict) -> None:
    key = registry.keys.get(path)
    if value is None:
        return
    if key is None:
        verdict.values[path] = value
        if problem := _judge_unknown(path, value, registry):
            verdict.problems.append(problem)
        return
    try:
        verdict.values[path] = key.kind.check(value)
    except KindError as error:
        found = f"{describe(error.found)} given"
        verdict.problems.append(Problem(path + error.suffix, found, error.expected))


def _judge_unknown(path: str, value: Any, registry: Registry) -> Problem | None:
    if registry.is_section(path):
        return Problem(path, f"{describe(value)} given", "expected an object")
    if registry.is_open(path):
        return None
    nearest = registry.nearest_key(path)
    hint = f"did you mean {nearest}?" if nearest else "it is kept and not used"
    return Problem(path, "unknown key", hint, "warning")


def _note_default(path: str, required: bool, default: Any, verdict: Verdict) -> None:
    if any(problem.path.startswith(path) for problem in verdict.problems):
        return
    if required:
        verdict.problems.append(
            Problem(path, "missing", f"write it into config.json, for example {default!r}")
        )
    else:
        verdict.problems.append(Problem(path, "not set", f"its default {default!r} is used", "info"))


def _judge_together(values: Mapping[str, Any], registry: Registry) -> Iterator[Problem]:
    """Rules that bind several keys."""

    def effective(name: str) -> int:
        path = f"slash_limiter.{name}"
        return values.get(path, registry.keys[path].default)

    warning, safe, most = map(effective, ("warning_threshold", "safe_limit", "max_limit"))
    if not warning < safe <= most:
        yield Problem(
            "slash_limiter",
            f"warning_threshold {warning}, safe_limit {safe}, max_limit {most} given",
            "expected warning_threshold < safe_limit ≤ max_limit",
        )
