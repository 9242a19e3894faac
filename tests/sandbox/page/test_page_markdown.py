"""Discord's markdown becomes a tree, and no text makes that slow or deep."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guildwright.sandbox.page.markdown import MAX_LENGTH, parse, parse_inline

from .hostile import CORPUS

USER = "123456789012345678"
DEEPEST = 40


BOMBS = (
    *("*", "**a ", "_*", "*`", "~~", "*a _b **c __d ||", "||", "|| a", "\\", "`", "``` ", "```a\n", "```"),
    *("[", "[a](", "[[a](b", "http://", "https://a(", "<", "<@", "<t:1:R>", "@everyone"),
    *("> ", ">>> ", "> ```\n", "- a\n", " - a\n", "1. ", "# ", "-# a\n", "\n", "a"),
)


def outline(nodes: list[dict[str, Any]]) -> str:
    """Write a tree on one line: names of marks around their text."""
    return "".join(outline_of(node) for node in nodes)


def outline_of(node: dict[str, Any]) -> str:
    kind = node["type"]
    if kind == "text":
        return node["text"]
    if kind == "break":
        return "/"
    extra = "".join(
        str(node[key]) for key in ("level", "href", "language", "id", "unix", "style", "start") if key in node
    )
    inside = outline(node["children"]) if "children" in node else node.get("text", node.get("name", ""))
    return f"{kind}{extra}({inside})"


@pytest.mark.req("SAND-602")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("", ""),
        ("**a** *b* _c_ __d__ ~~e~~", "bold(a) italic(b) italic(c) underline(d) strike(e)"),
        ("***a***", "italic(bold(a))"),
        ("__*a*__ **__b__**", "underline(italic(a)) bold(underline(b))"),
        ("snake_case_name 2 * 3 * 4", "snake_case_name 2 * 3 * 4"),
        (r"\*no\* \_no\_ \|\|no\|\|", "*no* _no_ ||no||"),
        ("||a **b**||", "spoiler(a bold(b))"),
        ("**||a||**", "bold(spoiler(a))"),
        ("`a *b*` ``c`d``", "code(a *b*) code(c`d)"),
        ("one\n\ntwo", "one//two"),
        ("# a\n## b\n### c\n#### d", "heading1(a)heading2(b)heading3(c)#### d"),
        ("#no", "#no"),
        ("-# small", "subtext(small)"),
        ("> a\n> b\nc", "quote(a/b)c"),
        (">no", ">no"),
        ("x\n>>> a\nb\n# c", "xquote(a/bheading1(c))"),
        ("> > a", "quote(> a)"),
        ("- a\n- b", "list1(item(a)item(b))"),
        ("* a\n  - b\n  more\n* c", "list1(item(alist1(item(b/more)))item(c))"),
        ("3. a\n4. b\n- c", "list3(item(a)item(b))list1(item(c))"),
        ("```py\nx = 1\n```", "code_blockpy(x = 1)"),
        ("```\n# not a heading\n- no list\n```", "code_block(# not a heading/- no list)".replace("/", "\n")),
        ("a ```b``` c", "a code_block(b) c"),
        ("```open", "```open"),
        ("> ```\n> quoted\n> ```", "quote(code_block(quoted))"),
        ("https://a.b/c.", "linkhttps://a.b/c(https://a.b/c)."),
        ("(https://a.b/c_(d))", "(linkhttps://a.b/c_(d)(https://a.b/c_(d)))"),
        ("<https://a.b>", "linkhttps://a.b(https://a.b)"),
        ("[a **b**](https://c.d)", "linkhttps://c.d(a bold(b))"),
        ("[a](ftp://b) [c](javascript:d)", "[a](ftp://b) [c](javascript:d)"),
        ("[https://a.b](https://c.d)", "linkhttps://c.d(https://a.b)"),
        (
            f"<@{USER}> <@!{USER}> <@&{USER}> <#{USER}>",
            f"user{USER}() user{USER}() role{USER}() channel{USER}()",
        ),
        ("@everyone @here @nobody", "everyone(@everyone) everyone(@here) @nobody"),
        (f"<:fig:{USER}> <a:fig:{USER}>", f"emoji{USER}(fig) emoji{USER}(fig)"),
        (f"</config set:{USER}>", f"command{USER}(/config set)"),
        ("<t:1700000000> <t:1700000000:R>", "timestamp1700000000f() timestamp1700000000R()"),
        ("<b>&amp;</b>", "<b>&amp;</b>"),
    ],
)
def test_markdown(text: str, expected: str) -> None:
    assert outline(parse(text)) == expected


@pytest.mark.req("SAND-602")
def test_titles_have_marks_but_no_blocks() -> None:
    assert outline(parse_inline("# **a**\n- b")) == "# bold(a)/- b"


def walk(nodes: list[dict[str, Any]], depth: int = 1) -> Iterator[tuple[dict[str, Any], int]]:
    for node in nodes:
        yield node, depth
        yield from walk(node.get("children", []), depth + 1)


def assert_bounded(text: str) -> None:
    began = time.thread_time()
    nodes = parse(text)
    assert time.thread_time() - began < 0.5
    json.dumps(nodes)
    assert all(depth <= DEEPEST for _, depth in walk(nodes))
    links = [node["href"] for node, _ in walk(nodes) if node["type"] == "link"]
    assert all(link.startswith(("http://", "https://")) for link in links)


@pytest.mark.req("SAND-606")
@pytest.mark.parametrize("number", range(len(CORPUS)))
def test_hostile_text_is_parsed_in_bounds(number: int) -> None:
    assert_bounded(CORPUS[number])


@pytest.mark.req("SAND-606")
@pytest.mark.parametrize("piece", BOMBS)
def test_a_bomb_of_one_piece_is_parsed_in_bounds(piece: str) -> None:
    assert_bounded(piece * (MAX_LENGTH // len(piece)))


@pytest.mark.req("SAND-606")
def test_what_is_beyond_the_longest_field_stays_plain() -> None:
    assert parse("a" * MAX_LENGTH + "**b**")[-1] == {"type": "text", "text": "**b**"}


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.sampled_from("ab *_~`|<>@#[]()!\\\n-1.:/h"), max_size=60))
def test_any_text_becomes_a_bounded_tree(text: str) -> None:
    assert_bounded(text)


@given(st.text(alphabet=st.characters(categories=["L", "N", "Zs"]), max_size=80))
@settings(max_examples=60, deadline=None)
def test_text_without_marks_is_kept_letter_by_letter(text: str) -> None:
    assert "".join(node["text"] for node in parse(text)) == text
