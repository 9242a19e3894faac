"""The actions of people on roles."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from guildwright.sandbox.control import answers, requests
from guildwright.sandbox.control.context import CurrentWorld
from guildwright.sandbox.control.reply import reply
from guildwright.sandbox.people import roles
from guildwright.sandbox.people.person import find_person
from guildwright.sandbox.world import serializers

router = APIRouter(prefix="/_sandbox/actions", tags=["guilds"])

DONE = {"done": True}


@router.post("/create_role", response_model=answers.RoleAnswer)
async def create_role(request: Request, world: CurrentWorld, body: requests.NewRole) -> Response:
    """Make a role below all others."""
    person = find_person(world, int(body.person))
    role = roles.create_role(person, int(body.guild_id), body.name, int(body.permissions))
    return reply(request, {"role": serializers.role_payload(role)})


@router.post("/delete_role", response_model=answers.DoneAnswer)
async def delete_role(request: Request, world: CurrentWorld, body: requests.OnRole) -> Response:
    """Delete a role."""
    roles.delete_role(find_person(world, int(body.person)), int(body.guild_id), int(body.role_id))
    return reply(request, DONE)


@router.post("/give_role", response_model=answers.DoneAnswer)
async def give_role(request: Request, world: CurrentWorld, body: requests.RoleOfMember) -> Response:
    """Give a member a role."""
    person = find_person(world, int(body.person))
    roles.give_role(person, int(body.guild_id), int(body.user_id), int(body.role_id))
    return reply(request, DONE)


@router.post("/take_role", response_model=answers.DoneAnswer)
async def take_role(request: Request, world: CurrentWorld, body: requests.RoleOfMember) -> Response:
    """Take a role from a member."""
    person = find_person(world, int(body.person))
    roles.take_role(person, int(body.guild_id), int(body.user_id), int(body.role_id))
    return reply(request, DONE)
