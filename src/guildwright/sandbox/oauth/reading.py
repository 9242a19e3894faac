"""What a person's token may read: the person, the person's guilds and membership, and the grant itself.

Every other route answers 401 to it, as bot routes of Discord do.
"""

from __future__ import annotations

from typing import Any

from guildwright.sandbox.oauth.grants import Authorization
from guildwright.sandbox.rest import errors
from guildwright.sandbox.rest.application import guilds_of
from guildwright.sandbox.rest.call import Call
from guildwright.sandbox.rest.routes import RouteTable
from guildwright.sandbox.world import User, serializers

bearer_table = RouteTable()


@bearer_table.on("GET", "/users/@me")
def person(call: Call) -> Any:
    holder = _holder(call, "identify")
    user = call.world.backend.users[holder.user_id]
    return _user(user, with_email="email" in holder.scopes)


@bearer_table.on("GET", "/users/@me/guilds")
def guilds(call: Call) -> Any:
    return guilds_of(call, _holder(call, "guilds").user_id)


@bearer_table.on("GET", "/users/@me/guilds/{guild_id}/member")
def membership(call: Call) -> Any:
    holder = _holder(call, "guilds.members.read")
    backend = call.world.backend
    guild = backend.guilds.get(call.snowflake("guild_id"))
    if guild is None or holder.user_id not in guild.members:
        raise errors.unknown_guild()
    return serializers.member_payload(backend, guild, guild.members[holder.user_id])


@bearer_table.on("GET", "/oauth2/@me")
def authorization(call: Call) -> Any:
    holder = _holder(call)
    backend = call.world.backend
    told: dict[str, Any] = {
        "application": {
            "id": str(backend.application_id),
            "name": backend.bot_user.name,
            "icon": None,
            "description": "",
            "hook": True,
            "bot_public": True,
            "bot_require_code_grant": False,
            "verify_key": f"{backend.application_id:064x}",
        },
        "scopes": list(holder.scopes),
        "expires": holder.expires_at.isoformat(),
    }
    if "identify" in holder.scopes:
        told["user"] = _user(backend.users[holder.user_id], with_email=False)
    return told


def _user(user: User, *, with_email: bool) -> dict[str, Any]:
    told = dict[str, Any](serializers.user_payload(user))
    return {**told, "email": f"{user.name}@sandbox.invalid", "verified": True} if with_email else told


def _holder(call: Call, scope: str = "") -> Authorization:
    """Who asks.

    Raises:
        BackendError: 50026 when the person did not agree to this.
    """
    holder = call.holder
    if holder is None:
        raise errors.unauthorized()
    if scope and scope not in holder.scopes:
        raise errors.BackendError(403, 50026, "Missing required OAuth2 scope")
    return holder
