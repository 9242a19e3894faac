"""What the bot says, and how long it stays."""

from __future__ import annotations

import pytest

from guildwright.api.replies import Theme
from guildwright.app import Application
from guildwright.testing.person import Person

VOICE = """
import asyncio

from discord.ext import commands

from guildwright.api import replies


class Voice(commands.Cog):
    @commands.hybrid_command()
    async def say(self, ctx, tone: str):
        await getattr(replies, tone)(ctx, f"{tone} @everyone <@&1>")

    @commands.hybrid_command()
    async def long(self, ctx, lines: int):
        await replies.plain(ctx, "\\n".join(f"line {number:04}" for number in range(lines)))

    @commands.hybrid_command()
    async def many(self, ctx):
        await replies.listing(ctx, "Many", [f"line {number}" for number in range(5000)], per_page=50)

    @commands.hybrid_command()
    async def work(self, ctx):
        async with replies.progress(ctx, "Work", "Begun") as shown:
            await shown.update("skipped: too soon")
            await shown.finish("All done")

    @commands.hybrid_command()
    async def slow(self, ctx):
        await replies.defer(ctx)
        await asyncio.sleep(3.1)
        await replies.info(ctx, "after a while")


async def setup(bot):
    await bot.add_cog(Voice())
"""


def voice(**config: object) -> pytest.MarkDecorator:
    settings = {"prefix": "!", "cooldowns.default_rate": 50, **config}
    return pytest.mark.app(extensions={"voice": VOICE}, config=settings)


COLOURS = {
    "success": 0x00FF00,
    "error": 0xFF0000,
    "invalid": 0xFF0000,
    "warning": 0xFFFF00,
    "info": 0x5865F2,
}


@pytest.mark.req("CORE-923", "CORE-926")
@voice(**{"auto_delete.enabled": False})
async def test_every_tone_has_its_colour_a_time_a_footer_and_no_ping(app: Application, mia: Person) -> None:
    await mia.world.change(limits="off")
    for tone, colour in COLOURS.items():
        for answer in (await mia.says("#general", f"!say {tone}"), await mia.slash("say", tone=tone)):
            assert answer.embed.colour == colour
            assert answer.embed.footer == "Requested by Mia"
            assert answer.raw["embeds"][0]["timestamp"].endswith("+00:00")
            assert not answer.raw["mention_everyone"]
            assert not answer.raw["mention_roles"]


@pytest.mark.req("CORE-919", "CORE-920")
@voice(**{f"auto_delete.{temper}": 0.2 for temper in ("success", "error", "invalid", "unexpected")})
async def test_confirmations_and_refusals_by_text_vanish(app: Application, mia: Person) -> None:
    action = mia.says("#general", "!say success")
    answer = await action
    assert app.bot.running.names == ()
    await answer.deleted()
    await action.deleted(await action.sent())
    for typed in ("!say error", "!say invalid", "!say"):
        await (await mia.says("#general", typed)).deleted()


@pytest.mark.req("CORE-919")
@voice(**{"auto_delete.success": 0, "auto_delete.error": 0.2, "auto_delete.invocation": False})
async def test_what_should_stay_stays(app: Application, mia: Person) -> None:
    await mia.world.change(limits="off")
    kept = [await mia.says("#general", f"!say {tone}") for tone in ("success", "info", "warning")]
    kept.append(await mia.slash("say", tone="error"))
    await (await mia.says("#general", "!say error")).deleted()
    shown = {message.id for message in await mia.history("#general")}
    assert {message.id for message in kept[:3]} <= shown
    assert {"!say success", "!say error"} <= {message.content for message in await mia.history("#general")}


@pytest.mark.req("CORE-919")
@voice(**{"auto_delete.success": 0.1, "features.auto_delete": False})
async def test_the_feature_can_be_switched_off(app: Application, mia: Person) -> None:
    action = mia.says("#general", "!say success")
    answer = await action
    assert app.bot.replies.seconds("success") == 0
    await mia.world.settled()
    assert {answer.id, (await action.sent()).id} <= {m.id for m in await mia.history("#general")}


@pytest.mark.req("CORE-919")
@voice(**{"auto_delete.error": 0.4})
async def test_a_reply_that_is_gone_before_its_time_bothers_nobody(app: Application, mia: Person) -> None:
    first = await mia.says("#general", "!say error")
    await app.bot.http.delete_message(first.channel_id, first.id)
    await (await mia.says("#general", "!say error")).deleted()
    assert app.journal.recent() == []


@pytest.mark.req("CORE-924")
@voice(**{"limits.max_output_chars": 300, "limits.max_output_pages": 3})
async def test_long_text_comes_in_parts_and_the_whole_as_a_file(app: Application, mia: Person) -> None:
    first = await mia.says("#general", "!long 200")
    assert len(first.content) <= 300
    last = await mia.message("#general", "The whole text is in the file")
    assert last.attachments[0].filename == "output.txt"
    assert last.attachments[0].size == 200 * 10 - 1


@pytest.mark.req("CORE-924")
@voice()
async def test_a_list_without_end_comes_with_a_file(app: Application, mia: Person) -> None:
    answer = await mia.slash("many")
    assert answer.embed.footer.endswith("Page 1 of 40")
    assert answer.attachments[0].filename == "output.txt"


@voice()
async def test_progress_edits_one_message(app: Application, mia: Person) -> None:
    for action in (mia.says("#general", "!work"), mia.slash("work")):
        begun = await action
        assert "Begun" in begun
        done = await begun.edited()
        assert "All done" in done
        assert done.embed.colour == COLOURS["success"]


@pytest.mark.req("CORE-925")
@voice()
async def test_slow_work_is_deferred(app: Application, mia: Person) -> None:
    assert "after a while" in await mia.slash("slow").reply(within=8)


@pytest.mark.req("CORE-923")
@voice()
async def test_another_theme_changes_every_colour(app: Application, mia: Person) -> None:
    app.bot.replies.theme = Theme(info=0x123456)
    assert (await mia.slash("say", tone="info")).embed.colour == 0x123456
    assert Theme() == Theme(
        success=0x00FF00, error=0xFF0000, warning=0xFFFF00, info=0x5865F2, menu=0x2B2D31,
        credits=0xFFD700, partial=0xFF9900,
    )  # fmt: skip
