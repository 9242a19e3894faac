"""Whatever the bot is given to say, Discord accepts it."""

from __future__ import annotations

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildwright.bot.fitting import clip, fit_embed, page_lines, split_text
from guildwright.kernel import limits


@pytest.mark.req("CORE-924")
@pytest.mark.parametrize("fields", [0, 3, 25, 300])
@pytest.mark.parametrize("size", [1, 2_000, 50_000])
def test_an_embed_of_any_size_fits(fields: int, size: int) -> None:
    embed = discord.Embed(title="t" * size, description="d" * size)
    for number in range(fields):
        embed.add_field(name=f"{number}" * size, value="v" * size)
    embed.set_footer(text="f" * size)
    embed.set_author(name="a" * size)
    fitted = fit_embed(embed)
    assert len(fitted) <= limits.EMBED_TOTAL
    assert len(fitted.description or "") <= limits.EMBED_DESCRIPTION
    assert len(fitted.fields) <= limits.EMBED_FIELDS
    assert all(len(f.name or "") <= limits.FIELD_NAME for f in fitted.fields)
    assert all(0 < len(f.value or "") <= limits.FIELD_VALUE for f in fitted.fields)


def test_fields_that_do_not_fit_are_counted() -> None:
    embed = discord.Embed()
    for _ in range(12):
        embed.add_field(name="name", value="v" * 1_000)
    fitted = fit_embed(embed)
    left = len(fitted.fields) - 1
    assert fitted.fields[-1].value == f"{12 - left} more did not fit here."


def test_a_field_without_text_is_filled() -> None:
    assert fit_embed(discord.Embed().add_field(name="", value="")).fields[0].value == "\u200b"


@pytest.mark.req("CORE-924")
@given(text=st.text(alphabet=st.sampled_from("ab`\n "), max_size=3_000), limit=st.integers(100, 400))
def test_parts_of_a_text_are_short_and_close_their_code(text: str, limit: int) -> None:
    for part in split_text(text, limit):
        assert len(part) <= limit


def test_code_is_closed_at_the_end_of_a_part_and_opened_in_the_next() -> None:
    code = "\n".join(f"line {number:03}" for number in range(60))
    parts = split_text(f"before\n```py\n{code}\n```\nafter", 200)
    assert len(parts) > 2
    assert all(part.count("```") % 2 == 0 for part in parts)
    assert parts[1].startswith("```py\n")
    joined = "\n".join(parts)
    assert [f"line {number:03}" for number in range(60)] == [
        line for line in joined.splitlines() if line.startswith("line")
    ]


def test_a_short_text_stays_one_part_and_nothing_stays_nothing() -> None:
    assert split_text("hello", 200) == ["hello"]
    assert split_text("", 200) == []


@given(st.lists(st.text(max_size=300), max_size=60), st.integers(100, 1_000), st.integers(0, 7))
def test_pages_hold_so_many_lines_and_characters(lines: list[str], limit: int, per_page: int) -> None:
    for page in page_lines(lines, limit=limit, per_page=per_page):
        assert len(page) <= limit


def test_clipped_code_is_closed() -> None:
    short = clip("```py\n" + "x" * 500, 100)
    assert len(short) <= 100
    assert short.endswith("…\n```")
