"""Which modules of the instance are built on which, read from their sources.

A change of a helper reaches every extension that imports it, directly or through another helper.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Collection, Iterator
from pathlib import Path


def dependants(changed: Collection[str], package: str) -> set[str]:
    """Return the loaded modules of `package` that changed or are built on one that did."""
    imports = {name: set(_imports_of(name)) for name in sys.modules if name.startswith(f"{package}.")}
    reached = set(changed)
    while True:
        further = {name for name, wanted in imports.items() if name not in reached and wanted & reached}
        if not further:
            return reached & set(imports)
        reached |= further


def independent(changed: Collection[str], extensions: Collection[str], package: str) -> list[set[str]]:
    """Part the changed modules so that no extension is reached from two parts: one may fail alone."""
    parts: list[tuple[set[str], set[str]]] = []
    for module in sorted(changed):
        reached = {module, *dependants({module}, package)}
        modules = {module}
        users = {name for name in extensions if any(belongs(each, name) for each in reached)}
        for part in [part for part in parts if part[1] & users]:
            parts.remove(part)
            modules |= part[0]
            users |= part[1]
        parts.append((modules, users))
    return [modules for modules, _ in parts]


def belongs(module: str, extension: str) -> bool:
    """Say whether a module is the extension, or within it."""
    return module == extension or module.startswith(f"{extension}.")


def imports_in(file: Path, name: str) -> Iterator[str]:
    """Yield the names that a source imports, absolute; for `from a import b` both `a` and `a.b`."""
    try:
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return
    package = name if file.name == "__init__.py" else name.rpartition(".")[0]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield from _with_parents(alias.name)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node, package)
            yield from _with_parents(base)
            yield from (f"{base}.{alias.name}" for alias in node.names)


def _imports_of(name: str) -> Iterator[str]:
    file = getattr(sys.modules.get(name), "__file__", None)
    if file:
        yield from imports_in(Path(file), name)


def _absolute(node: ast.ImportFrom, package: str) -> str:
    if not node.level:
        return node.module or ""
    parts = package.split(".")
    base = ".".join(parts[: len(parts) - node.level + 1])
    return f"{base}.{node.module}" if node.module else base


def _with_parents(name: str) -> Iterator[str]:
    while name:
        yield name
        name = name.rpartition(".")[0]
