"""What a client asks for at login: gateway address, the bot itself, its application, its guilds."""

from typing import Any
from weakref import WeakKeyDictionary

from guildwright.kernel import limits
from guildwright.sandbox.rest import errors
from guildwright.sandbox.rest.call import Call
from guildwright.sandbox.rest.images import store_image
from guildwright.sandbox.rest.routes import table
from guildwright.sandbox.world import Guild, World, serializers

# https://discord.com/developers/docs/resources/application#application-object-application-flags
# The "limited" variants are what an application below 100 guilds is given.
_INTENT_FLAGS = {"presences": 1 << 13, "members": 1 << 15, "message_content": 1 << 19}
_EDITABLE = frozenset({"description", "tags", "custom_install_url", "install_params"})
_PROFILE_DEFAULTS: dict[str, Any] = {"description": "", "tags": [], "icon": None, "cover_image": None}

_profiles: WeakKeyDictionary[World, dict[str, Any]] = WeakKeyDictionary()


@table.on("GET", "/gateway")
def gateway(call: Call) -> Any:
    return {"url": call.addresses.gateway}


@table.on("GET", "/gateway/bot")
def gateway_bot(call: Call) -> Any:
    hub = call.world.gateway
    return {
        "url": call.addresses.gateway,
        "shards": hub.recommended_shards,
        "session_start_limit": hub.budget.limit(),
    }


@table.on("GET", "/users/@me")
def current_user(call: Call) -> Any:
    return {**serializers.user_payload(call.world.backend.bot_user), "email": None}


@table.on("PATCH", "/users/@me")
def edit_current_user(call: Call) -> Any:
    body = call.body
    _refuse_unknown(body, frozenset({"username", "avatar"}), "PATCH /users/@me")
    backend = call.world.backend
    username = body.get("username", backend.bot_user.name)
    least, most = limits.USERNAME_MINIMUM, limits.USERNAME
    if not isinstance(username, str) or not least <= len(username) <= most:
        raise errors.invalid_form(errors.wrong_length(("username",), least, most))
    if "avatar" in body:
        folder = f"avatars/{backend.bot_user.id}"
        backend.bot_user.avatar = store_image(call.world, folder, body["avatar"], "avatar")
    return dict(serializers.user_payload(backend.edit_bot_profile(username)))


@table.on("GET", "/users/@me/guilds")
def current_guilds(call: Call) -> Any:
    return guilds_of(call, call.world.bot_id)


def guilds_of(call: Call, user_id: int) -> list[dict[str, Any]]:
    """Partial guilds by ID, as Discord pages them."""
    limit = call.integer("limit", limits.OWN_GUILDS_PAGE, 1, limits.OWN_GUILDS_PAGE)
    guilds = sorted(_guilds_with(call.world, user_id), key=lambda guild: guild.id)
    if "before" in call.query:
        guilds = [guild for guild in guilds if guild.id < call.integer("before", 0, 0, 1 << 64)][-limit:]
    if "after" in call.query:
        guilds = [guild for guild in guilds if guild.id > call.integer("after", 0, 0, 1 << 64)]
    return [partial_guild(call, guild, user_id) for guild in guilds[:limit]]


def _guilds_with(world: World, user_id: int) -> list[Guild]:
    return [guild for guild in world.backend.guilds.values() if user_id in guild.members]


def partial_guild(call: Call, guild: Guild, user_id: int) -> dict[str, Any]:
    """A guild as somebody who is in it has it in a list."""
    world = call.world
    extras = world.backend.guild_extras.get(guild.id, {})
    partial: dict[str, Any] = {
        "id": str(guild.id),
        "name": guild.name,
        "icon": extras.get("icon"),
        "banner": None,
        "owner": guild.owner_id == user_id,
        "permissions": str(world.backend.compute_permissions(guild.id, user_id)),
        "features": extras.get("features", []),
    }
    if call.flag("with_counts"):
        partial |= guild_counts(world, guild)
    return partial


def guild_counts(world: World, guild: Guild) -> dict[str, Any]:
    online = sum(
        1 for user_id in guild.members if world.presence(user_id).status not in ("offline", "invisible")
    )
    return {"approximate_member_count": len(guild.members), "approximate_presence_count": online}


@table.on("GET", "/oauth2/applications/@me")
def oauth_application(call: Call) -> Any:
    return _application(call.world)


@table.on("GET", "/applications/@me")
def application(call: Call) -> Any:
    return _application(call.world)


@table.on("PATCH", "/applications/@me")
def edit_application(call: Call) -> Any:
    body = call.body
    _refuse_unknown(body, _EDITABLE | {"icon", "cover_image"}, "PATCH /applications/@me")
    description = body.get("description", "")
    if not isinstance(description, str) or len(description) > limits.APPLICATION_DESCRIPTION:
        raise errors.invalid_form(errors.too_long(("description",), limits.APPLICATION_DESCRIPTION))
    profile = _profile(call.world)
    profile.update({key: body[key] for key in _EDITABLE & body.keys()})
    for key, folder in (("icon", "app-icons"), ("cover_image", "app-icons")):
        if key in body:
            profile[key] = store_image(
                call.world, f"{folder}/{call.world.backend.application_id}", body[key], key
            )
    return _application(call.world)


def _profile(world: World) -> dict[str, Any]:
    profile = _profiles.get(world)
    if profile is None:
        profile = _profiles[world] = dict(_PROFILE_DEFAULTS)
    return profile


def _application(world: World) -> dict[str, Any]:
    backend = world.backend
    switched_on = world.application_settings.privileged_intents
    return {
        "id": str(backend.application_id),
        "name": backend.bot_user.name,
        "summary": "",
        "type": None,
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": f"{backend.application_id:064x}",
        "flags": sum(bit for name, bit in _INTENT_FLAGS.items() if name in switched_on),
        "owner": dict(serializers.user_payload(backend.users.get(world.owner_id, backend.bot_user))),
        "team": None,
        "bot": dict(serializers.user_payload(backend.bot_user)),
        "approximate_guild_count": len(_guilds_with(world, world.bot_id)),
        "approximate_user_install_count": 0,
        "redirect_uris": list(world.application_settings.redirect_uris),
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "integration_types_config": {"0": {}},
        **_profile(world),
    }


def _refuse_unknown(body: dict[str, Any], known: frozenset[str], where: str) -> None:
    unknown = sorted(key for key in body if key not in known and body[key] is not None)
    if unknown:
        raise errors.not_modelled(f"the field(s) [{', '.join(unknown)}] of {where}")
