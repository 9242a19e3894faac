"""Faults as a test strikes them: typed bodies out, numbers back, over the control API alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from .kinds import Fault


class Control(Protocol):
    """What is needed of a client of the control API."""

    async def get(self, path: str) -> dict[str, Any]: ...

    async def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]: ...

    async def delete(self, path: str) -> None: ...


class Faults:
    """The faults of one world; `note` is told each one in words, for a transcript."""

    def __init__(self, control: Control, note: Callable[[str], None]) -> None:
        self._control = control
        self._note = note

    async def strike(self, fault: Fault) -> int:
        """Let a fault happen or begin; returns how many connections it met.

        Raises:
            RefusedError: The fault makes no sense in this world.
        """
        return (await self._begin(fault))["affected"]

    async def begin(self, fault: Fault) -> int:
        """Begin a fault that lasts; returns its number, for `end`."""
        return (await self._begin(fault))["fault"]["id"]

    async def active(self) -> list[dict[str, Any]]:
        """The faults in force, each with `id`, `kind`, how often it `struck` and what is left of it."""
        return (await self._control.get("/faults"))["faults"]

    async def end(self, fault_id: int | None = None) -> None:
        """End one fault, or all of them."""
        self._note("faults end" if fault_id is None else f"fault {fault_id} ends")
        await self._control.delete("/faults" if fault_id is None else f"/faults/{fault_id}")

    async def _begin(self, fault: Fault) -> dict[str, Any]:
        fields = fault.model_dump(exclude_unset=True) | fault.model_dump(include={"kind"})
        told = " ".join(f"{name}={value}" for name, value in fields.items() if name != "kind")
        self._note(f"fault: {fields['kind']} {told}".rstrip())
        return await self._control.post("/faults", fields)
