"""Members are kept in memory only for those who need them."""

import textwrap

import discord
import pytest

from guildwright.bot import cache

QUIET = "async def setup(bot):\n    pass\n"
WATCHER = textwrap.dedent(
    """
    from discord.ext import commands

    class Watcher(commands.Cog):
        @commands.Cog.listener()
        async def on_member_update(self, before, after):
            channel = next(c for c in after.guild.text_channels if c.name == "general")
            await channel.send(f"{before.display_name} is now {after.display_name}")

    async def setup(bot):
        await bot.add_cog(Watcher())
    """
)


def needs_of(tmp_path, source):
    path = tmp_path / "probe.py"
    path.write_text(source)
    return cache.judge([("probe", path)])


@pytest.mark.parametrize(
    "source",
    [
        "async def on_member_update(before, after): ...",
        "async def on_member_remove(member): ...",
        "bot.add_listener(seen, 'on_user_update')",
        "await_it = bot.wait_for('presence_update')",
        "names = [m.name for m in ctx.guild.members]",
        "member = guild.get_member(1)",
        "member = guild.get_member_named('Mia')",
    ],
)
def test_a_need_for_members_is_read_from_the_source(tmp_path, source):
    assert needs_of(tmp_path, source).members


@pytest.mark.parametrize(
    "source",
    [
        "intents = discord.Intents.default()\nintents.members = True",
        "if bot.intents.members: pass",
        "async def on_member_join(member): ...",
        "member = await guild.fetch_member(1)",
        "this is no Python",
    ],
)
def test_what_needs_no_members_switches_nothing_on(tmp_path, source):
    assert not needs_of(tmp_path, source).members


def test_a_need_for_presences_is_read_too(tmp_path):
    assert needs_of(tmp_path, "async def on_presence_update(before, after): ...").presences
    assert not needs_of(tmp_path, "async def on_member_update(before, after): ...").presences


@pytest.mark.parametrize(
    ("wanted", "needed", "kept"),
    [("auto", False, False), ("auto", True, True), ("all", False, True), ("none", True, False)],
)
def test_the_operator_decides(wanted, needed, kept):
    needs = cache.Needs((cache.Need("probe", ".members", 3),) if needed else ())
    profile = cache.choose_profile(wanted, needs, discord.Intents.all())
    assert profile.members is kept
    assert profile.flags.joined is kept


@pytest.mark.req("CORE-122")
@pytest.mark.app(slices=(), extensions={"quiet": QUIET}, config={"prefix": "!"})
async def test_without_a_need_only_the_bot_itself_is_kept(app):
    for guild in app.bot.guilds:
        assert [member.id for member in guild.members] == [app.bot.user.id]
    assert not app.bot.intents.presences


@pytest.mark.req("CORE-122")
@pytest.mark.app(slices=(), extensions={"watcher": WATCHER}, config={"prefix": "!"})
async def test_an_extension_that_needs_members_sees_what_they_were(app, world, mia, olivia):
    reason = app.bot.cache_profile.reason
    assert "watcher (on_member_update, line 6)" in reason
    assert "1 kB" in reason

    guild = next(guild for guild in app.bot.guilds if guild.name == "Sandbox")
    assert guild.get_member(mia.id).nick is None
    await mia.does("nick", guild_id=str(guild.id), nick="Princess")

    said = await olivia.message("Sandbox/#general")
    assert "Mia is now Princess" in said


@pytest.mark.req("CORE-122")
@pytest.mark.app(slices=(), extensions={"quiet": QUIET}, config={"prefix": "!"})
async def test_an_extension_loaded_later_asks_for_a_restart(app, instance_folder, caplog):
    (instance_folder / "extensions" / "watcher.py").write_text(WATCHER)
    await app.bot.extension_loader.load("extensions.watcher")
    assert "restart the bot to cache them" in caplog.text


@pytest.mark.req("CORE-116")
@pytest.mark.app(
    slices=(),
    extensions={"looks": "async def on_presence_update(before, after): ...\n" + QUIET},
    config={"prefix": "!", "intents.typing": False},
)
async def test_presences_are_requested_when_an_extension_listens_to_them(app, world):
    session = (await world.sessions())[0]
    intents = discord.Intents._from_value(int(session["intents"]))
    assert intents.presences
    assert not intents.typing
