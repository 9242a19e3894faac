"""Judges a configuration and lists everything that is wrong with it at once (CORE-309)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from guildwright.kernel.config.kinds import KindError, describe
from guildwright.kernel.config.registry import Registry
from guildwright.kernel.errors import Problem

# One row per flag and intent: dozens of lines that say nothing.
_NOT_LISTED = ("features.", "intents.")


@dataclass(slots=True)
class Verdict:
    """The good values in their normal form, by dotted path, and the problems."""

    values: dict[str, Any] = field(default_factory=dict[str, Any])
    problems: list[Problem] = field(default_factory=list[Problem])


def judge(document: Mapping[str, Any], registry: Registry, *, advise: bool = True) -> Verdict:
    """Look at every key of the document and at every known key that is missing.

    Without `advise` only errors are looked for: finding the nearest name of an unknown key takes long.
    """
    verdict = Verdict()
    for path, value in _leaves(document, registry):
        _judge_value(path, value, registry, verdict)
    verdict.problems += _judge_together(verdict.values, registry)
    if advise:
        verdict.problems += _advise(registry, verdict)
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
        if registry.is_section(path):
            verdict.problems.append(Problem(path, f"{describe(value)} given", "expected an object"))
        return
    try:
        verdict.values[path] = key.kind.check(value)
    except KindError as error:
        found = f"{describe(error.found)} given"
        verdict.problems.append(Problem(path + error.suffix, found, error.expected))


def _advise(registry: Registry, verdict: Verdict) -> Iterator[Problem]:
    """Warn about unknown keys and list the defaults that are used."""
    named = [problem.path for problem in verdict.problems]
    for path in verdict.values:
        if path in registry.keys or registry.is_open(path) or registry.is_section(path):
            continue
        nearest = registry.nearest_key(path)
        hint = f"did you mean {nearest}?" if nearest else "it is kept and not used"
        yield Problem(path, "unknown key", hint, "warning")
    for key in registry.keys.values():
        if key.path in verdict.values or key.path.startswith(_NOT_LISTED):
            continue
        if not any(path.startswith(key.path) for path in named):
            yield Problem(key.path, "not set", f"its default {key.default!r} is used", "info")


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
