"""Messages pass the bot quickly and are answered when they are commands."""

import textwrap
from types import SimpleNamespace

import discord
import pytest

COMMANDS = textwrap.dedent(
    """
    from discord.ext import commands

    @commands.command()
    async def ping(ctx):
        await ctx.send("pong")

    @commands.command()
    async def wait(ctx):
        waiting = ctx.bot.wait_for("message", check=lambda m: m.author == ctx.author)
        await ctx.send("waiting")
        heard = await waiting
        await ctx.send(f"heard {heard.content}")

    @commands.command()
    @commands.is_owner()
    async def secret(ctx):
        await ctx.send("for the owner")

    @commands.command()
    async def echo(ctx, *, text):
        await ctx.send(text)

    class Echo(commands.Cog):
        @commands.Cog.listener()
        async def on_message(self, message):
            if message.content == "echo me":
                await message.channel.send("echo")

        @commands.Cog.listener("on_message")
        async def stumbles(self, message):
            if message.content == "stumble":
                raise RuntimeError("a listener stumbled")

    async def setup(bot):
        for command in (ping, wait, secret, echo):
            bot.add_command(command)
        await bot.add_cog(Echo())
    """
)
pytestmark = pytest.mark.app(slices=(), extensions={"chat": COMMANDS})


@pytest.mark.req("CORE-117")
@pytest.mark.parametrize("text", ["!ping", "!PING", "!  ping", "!   PiNg"])
async def test_a_command_is_answered_in_any_case_and_with_blanks(app, mia, text):
    assert "pong" in await mia.says("#general", text)


async def test_ordinary_text_is_left_alone(app, mia):
    await mia.says("#general", "ping").nothing()
    await mia.says("#general", "what a day!").nothing()


async def test_a_cog_listener_hears_what_is_no_command(app, mia):
    assert "echo" in await mia.says("#general", "echo me")


async def test_a_command_that_waits_for_a_message_hears_the_next_one(app, mia):
    assert "waiting" in await mia.says("#general", "!wait")
    assert "heard hello there" in await mia.says("#general", "hello there")


async def test_a_handler_set_on_the_bot_itself_hears_every_message(app, mia):
    heard = []

    @app.bot.event
    async def on_message(message):
        if not message.author.bot:
            heard.append(message.content)
            await message.channel.send("noted")

    assert "noted" in await mia.says("#general", "just talking")
    assert heard == ["just talking"]


async def test_a_listener_that_fails_disturbs_nobody_and_is_recorded(app, mia):
    await mia.says("#general", "stumble").nothing()
    assert "pong" in await mia.says("#general", "!ping")
    assert "a listener stumbled" in app.journal.recent(1)[0].message


async def test_an_observer_sees_every_message_and_its_failure_ends_nothing(app, mia):
    seen = []
    app.bot.router.add_observer(None, lambda message: seen.append(message.content))
    app.bot.router.add_observer(None, lambda message: 1 / 0)

    await mia.says("#general", "hello").nothing()

    assert seen == ["hello"]
    assert app.journal.recent(1)[0].type == "ZeroDivisionError"


@pytest.mark.req("CORE-807")
async def test_people_are_counted_and_bots_are_not(app, mia):
    before = app.bot.metrics.messages_seen

    assert "!ping" in await mia.says("#general", "!echo !ping")
    await app.bot.wait_until_ready()
    await mia.says("#general", "thanks").nothing()

    assert app.bot.metrics.messages_seen == before + 2


@pytest.mark.req("CORE-926")
async def test_what_a_person_wrote_pings_nobody(app, mia):
    said = await mia.says("#general", "!echo wake up, @everyone")
    assert "@everyone" in said
    assert said.raw["mention_everyone"] is False


@pytest.mark.req("CORE-910")
async def test_ownership_holds_for_checks_of_discord_py_too(app, olivia, mia):
    assert "for the owner" in await olivia.says("#general", "!secret")
    assert "for the owner" not in await mia.says("#general", "!secret")

    await app.bot.config.set("owner_ids", [mia.id])
    assert "for the owner" in await mia.says("#general", "!secret")


@pytest.mark.req("CORE-808")
async def test_whoever_only_mentions_the_bot_is_told_how_to_speak_to_it(app, mia):
    mention = app.bot.user.mention

    said = await mia.says("#general", mention)
    assert "!" in said.embed.text
    assert "help" in said.embed.text
    await mia.says("#general", f"<@!{app.bot.user.id}>").nothing()


@pytest.mark.req("CORE-808")
async def test_the_introduction_answers_neither_replies_nor_talk_nor_everyone(app, mia):
    said = await mia.says("#general", "!ping")
    await mia.says("#general", app.bot.user.mention, reply_to=said).nothing()
    await mia.says("#general", "@everyone").nothing()
    await mia.says("#general", f"{app.bot.user.mention} is nice").nothing()


async def test_ordinary_messages_start_no_task(app, mia):
    app.bot.extra_events.pop("on_message")
    tasks = []
    create = app.bot.loop.get_task_factory()

    def note(loop, work, **options):
        tasks.append(create(loop, work, **options))
        return tasks[-1]

    app.bot.loop.set_task_factory(note)
    await mia.says("#general", "hello").nothing()
    assert not any(task.get_name().startswith("discord.py:") for task in tasks)

    assert "pong" in await mia.says("#general", "!ping")
    assert any(task.get_name() == "discord.py: on_message" for task in tasks)


async def test_an_extension_may_answer_clicks_in_a_listener_of_its_own(app, mia, monkeypatch):
    told = []
    monkeypatch.setattr(
        "guildwright.bot.interactions.answer_unknown_component",
        told.append,
    )
    interaction = SimpleNamespace(
        type=discord.InteractionType.component,
        data={"custom_id": "mine", "component_type": 2},
        message=None,
    )

    async def answer(interaction):
        return None

    app.bot.dispatch("interaction", interaction)
    assert told == [interaction]
    app.bot.add_listener(answer, "on_interaction")
    app.bot.dispatch("interaction", interaction)
    assert told == [interaction]
