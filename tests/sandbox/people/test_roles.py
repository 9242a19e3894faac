"""People make, delete, give and take roles as far as they may."""

from __future__ import annotations

import pytest

from .actor import Actor
from .places import Places

MANAGE_ROLES = 1 << 28
BAN_MEMBERS = 1 << 2


async def roles_of(viewer: Actor, places: Places, person: Actor) -> list[str]:
    state = await viewer.get("/state")
    guild = next(guild for guild in state["guilds"] if guild["id"] == places.guild)
    return next(item for item in guild["members"] if item["user"]["id"] == person.id)["roles"]


async def make(person: Actor, places: Places, name: str, permissions: int = 0) -> str:
    made = await person.do("create_role", guild_id=places.guild, name=name, permissions=str(permissions))
    return made["role"]["id"]


@pytest.mark.req("SAND-401")
async def test_a_role_is_made_given_taken_and_deleted(olivia, mia, places: Places) -> None:
    role = await make(olivia, places, "Helper")
    before = await roles_of(mia, places, mia)
    on_mia = {"guild_id": places.guild, "user_id": mia.id, "role_id": role}
    await olivia.do("give_role", **on_mia)
    assert set(await roles_of(mia, places, mia)) == {*before, role}
    await olivia.do("take_role", **on_mia)
    assert await roles_of(mia, places, mia) == before
    await olivia.do("delete_role", guild_id=places.guild, role_id=role)
    assert await olivia.refused("give_role", **on_mia) == "unknown_role"


@pytest.mark.req("SAND-401")
async def test_nobody_manages_roles_above_or_gives_what_they_lack(olivia, marco, mia, places: Places) -> None:
    helper = await make(olivia, places, "Helper")
    assert await mia.refused("create_role", guild_id=places.guild, name="Mine") == "missing_permission"
    keeper = await make(olivia, places, "Keeper", MANAGE_ROLES)
    give = {"guild_id": places.guild, "user_id": mia.id}
    await olivia.do("give_role", **give, role_id=keeper)
    guild = next(guild for guild in (await mia.get("/state"))["guilds"] if guild["id"] == places.guild)
    moderator = next(role["id"] for role in guild["roles"] if role["name"] == "Moderator")
    assert await mia.refused("give_role", **give, role_id=moderator) == "hierarchy"
    assert await mia.refused("delete_role", guild_id=places.guild, role_id=places.guild) == "unknown_role"
    lacks = {"guild_id": places.guild, "name": "Judge", "permissions": str(BAN_MEMBERS)}
    assert await mia.refused("create_role", **lacks) == "missing_permission"
    assert await marco.refused("give_role", **give, role_id=helper) == "missing_permission"
    assert await olivia.refused("give_role", **give | {"user_id": "1"}, role_id=helper) == "unknown_member"
