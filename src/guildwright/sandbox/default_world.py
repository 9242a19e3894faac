"""The world a person meets first: guild "Sandbox" with its people, and Mia's own guild.

Names and roles are the ones that the documentation and the tutorial use.
"""

from __future__ import annotations

from dataclasses import dataclass

from .world import Backend, Channel, Guild, PresenceState, Role, User, World, enums, models, permissions

BOT_NAME = "Guildwright"

BOT_PERMISSIONS = (
    "view_channel",
    "send_messages",
    "send_messages_in_threads",
    "create_public_threads",
    "embed_links",
    "attach_files",
    "add_reactions",
    "use_external_emojis",
    "use_external_stickers",
    "read_message_history",
    "manage_messages",
    "manage_threads",
    "change_nickname",
    "connect",
    "speak",
    "use_application_commands",
)

MODERATOR_PERMISSIONS = (
    "kick_members",
    "ban_members",
    "moderate_members",
    "manage_messages",
    "manage_nicknames",
    "manage_threads",
    "mute_members",
    "deafen_members",
    "move_members",
    "view_audit_log",
    "mention_everyone",
)


@dataclass(frozen=True, slots=True)
class People:
    """The four who live in the default world."""

    olivia: User
    marco: User
    mia: User
    max: User


def build_default_world(world: World) -> People:
    """Fill an empty world with the guilds and people of the default one."""
    backend = world.backend
    backend.bot_user.name = BOT_NAME
    people = People(*(backend.make_user(name.lower(), global_name=name) for name in _NAMES))
    world.owner_id = people.olivia.id
    _build_sandbox_guild(backend, people)
    _build_workshop(backend, people.mia)
    for person in (people.olivia, people.marco, people.mia, people.max):
        world.presences[person.id] = PresenceState("online")
    return people


_NAMES = ("Olivia", "Marco", "Mia", "Max")


def bits(*names: str) -> int:
    """The permission bits of the named permissions."""
    value = 0
    for name in names:
        value |= permissions.flag(name)
    return value


def _build_sandbox_guild(backend: Backend, people: People) -> None:
    guild = backend.create_guild("Sandbox", owner_id=people.olivia.id)
    admin = backend.create_role(
        guild.id, "Admin", permissions=bits("administrator"), position=4, color=0xE74C3C, hoist=True
    )
    moderator = backend.create_role(
        guild.id,
        "Moderator",
        permissions=bits(*MODERATOR_PERMISSIONS),
        position=3,
        color=0x3498DB,
        hoist=True,
        mentionable=True,
    )
    bot_role = _shape_bot_role(backend, guild, position=2)
    member = backend.create_role(guild.id, "Member", position=1, color=0x2ECC71)
    for person, roles in (
        (people.marco, (moderator, member)),
        (people.mia, (member,)),
        (people.max, (member,)),
    ):
        backend.add_member(guild.id, person.id, roles=[role.id for role in roles])
    backend.add_member_role(guild.id, people.olivia.id, admin.id)
    _build_channels(backend, guild, (moderator, bot_role))


def _shape_bot_role(backend: Backend, guild: Guild, *, position: int) -> Role:
    """Give the bot what an ordinary invitation gives, instead of simcord's nearly everything."""
    role_id = guild.members[backend.bot_user.id].role_ids[0]
    return backend.edit_role(
        guild.id, role_id, {"name": BOT_NAME, "permissions": bits(*BOT_PERMISSIONS), "position": position}
    )


def _build_channels(backend: Backend, guild: Guild, staff: tuple[Role, ...]) -> None:
    information = _category(backend, guild, "Information")
    _channel(backend, guild, "announcements", enums.ChannelType.NEWS, information)
    text = _category(backend, guild, "Text channels")
    general = _channel(backend, guild, "general", enums.ChannelType.TEXT, text)
    _channel(backend, guild, "bot-commands", enums.ChannelType.TEXT, text)
    _channel(backend, guild, "questions", enums.ChannelType.FORUM, text)
    private = _staff_only(guild, staff)
    office = backend.create_channel(
        guild.id, "Staff", type=enums.ChannelType.CATEGORY, overwrites=list(private)
    )
    _channel(backend, guild, "mod-log", enums.ChannelType.TEXT, office, private)
    voice = _category(backend, guild, "Voice")
    _channel(backend, guild, "Lounge", enums.ChannelType.VOICE, voice)
    backend.edit_guild(guild.id, {"system_channel_id": general.id})


def _staff_only(guild: Guild, staff: tuple[Role, ...]) -> tuple[models.Overwrite, ...]:
    view = bits("view_channel")
    allowed = [models.Overwrite(role.id, enums.OverwriteType.ROLE, allow=view) for role in staff]
    return (models.Overwrite(guild.id, enums.OverwriteType.ROLE, deny=view), *allowed)


def _category(backend: Backend, guild: Guild, name: str) -> Channel:
    return backend.create_channel(guild.id, name, type=enums.ChannelType.CATEGORY)


def _channel(
    backend: Backend,
    guild: Guild,
    name: str,
    kind: enums.ChannelType,
    parent: Channel,
    overwrites: tuple[models.Overwrite, ...] = (),
) -> Channel:
    return backend.create_channel(guild.id, name, type=kind, parent_id=parent.id, overwrites=[*overwrites])


def _build_workshop(backend: Backend, mia: User) -> None:
    guild = backend.create_guild("Mia's workshop", owner_id=mia.id)
    _shape_bot_role(backend, guild, position=1)
    backend.create_channel(guild.id, "general")
