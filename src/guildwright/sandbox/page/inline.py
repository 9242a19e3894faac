"""Bold, links, mentions and the other marks inside a line, as nodes.

The parser is markdown-it-py with only the rules that Discord knows. Its own link rule is
replaced: it looks for the end of a label again at every "[", which a row of brackets makes slow.
"""

from __future__ import annotations

import re
from typing import Any, Final, TypeAlias

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

Node: TypeAlias = dict[str, Any]

MAX_DEPTH: Final = 12
"""Marks nested deeper than this are left out; their text stays."""

_TEXT = re.compile(r"(?:[^\\`*_~|<@\[\nh]|h(?!ttps?://))+")
_URL = re.compile(r"https?://[^\s<>]+")
_BRACKETED_URL = re.compile(r"<(https?://[^\s<>]+)>")
_MASKED_LINK = re.compile(
    r"\[((?:\\.|[^\[\]\\]|\[[^\[\]\\]{0,200}\]){1,400})\]"
    r"\(\s{0,8}<?(https?://[^\s()<>]+(?:\([^\s()<>]{0,200}\)[^\s()<>]{0,200}){0,8})>?"
    r"(?:\s+\"[^\"\n]{0,200}\")?\s{0,8}\)"
)
_TIMESTAMP = re.compile(r"<t:(-?\d{1,13})(?::([tTdDfFRsS]))?>")
_EMOJI = re.compile(r"<(a?):(\w{2,32}):(\d{15,20})>")
_MENTION = re.compile(r"<(@[!&]?|#)(\d{15,20})>")
_COMMAND = re.compile(r"</([-\w]{1,32}(?: [-\w]{1,32}){0,2}):(\d{15,20})>")
_EVERYONE = re.compile(r"@(?:everyone|here)\b")

_MENTION_TYPES: Final = {"@": "user", "@!": "user", "@&": "role", "#": "channel"}
_MARKS: Final = {"em": "italic", "s": "strike", "link": "link", "spoiler": "spoiler"}
_STRONG: Final = {"**": "bold", "__": "underline"}


def parse_inline(text: str) -> list[Node]:
    """Return the nodes of a text without blocks, such as the title of an embed."""
    tokens = _PARSER.parseInline(text)
    return _tree(tokens[0].children or [])


def _plain(state: StateInline, silent: bool) -> bool:
    match = _TEXT.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        state.pending += match[0]
    state.pos = match.end()
    return True


def _newline(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "\n":
        return False
    return _leaf(state, silent, {"type": "break"}, state.pos + 1)


def _spoiler(state: StateInline, silent: bool) -> bool:
    if not state.src.startswith("||", state.pos):
        return False
    start = state.pos + 2
    end = state.src.find("||", start + 1, state.posMax)
    if end < 0:
        return False
    return _span(state, silent, "spoiler", (start, end), end + 2)


def _masked_link(state: StateInline, silent: bool) -> bool:
    match = _MASKED_LINK.match(state.src, state.pos, state.posMax) if state.src[state.pos] == "[" else None
    if match is None or state.linkLevel > 0:
        return False
    return _span(state, silent, "link", match.span(1), match.end(), href=match[2])


def _bare_link(state: StateInline, silent: bool) -> bool:
    if state.linkLevel > 0:
        return False
    bracketed = _BRACKETED_URL.match(state.src, state.pos, state.posMax)
    if bracketed:
        return _leaf(state, silent, _link_to(bracketed[1]), bracketed.end())
    match = _URL.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    href = _without_trailing_signs(match[0])
    return _leaf(state, silent, _link_to(href), state.pos + len(href))


def _without_trailing_signs(href: str) -> str:
    """Give the sentence its full stop back, and the bracket that it opened itself."""
    trimmed = href.rstrip(".,:;!?\"'*_~|]")
    while trimmed.endswith(")") and trimmed.count(")") > trimmed.count("("):
        trimmed = trimmed[:-1].rstrip(".,:;!?\"'")
    return trimmed if len(trimmed) > len("https://") else href


def _link_to(href: str) -> Node:
    return {"type": "link", "href": href, "children": [{"type": "text", "text": href}]}


def _reference(state: StateInline, silent: bool) -> bool:
    """Mentions, custom emoji, timestamps: what Discord writes in angle brackets."""
    if state.src[state.pos] not in "<@":
        return False
    for pattern, build in _REFERENCES:
        if match := pattern.match(state.src, state.pos, state.posMax):
            return _leaf(state, silent, build(match), match.end())
    return False


def _leaf(state: StateInline, silent: bool, node: Node, end: int) -> bool:
    if not silent:
        state.push("leaf", "", 0).meta = node
    state.pos = end
    return True


def _span(
    state: StateInline, silent: bool, name: str, inside: tuple[int, int], end: int, **attributes: str
) -> bool:
    """Parse what stands between two markers on its own, so that nothing crosses them."""
    if not silent:
        outer, level = state.posMax, state.linkLevel
        state.push(f"{name}_open", "", 1).meta = dict(attributes)
        state.pos, state.posMax = inside
        state.linkLevel += name == "link"
        state.md.inline.tokenize(state)
        state.push(f"{name}_close", "", -1)
        state.posMax, state.linkLevel = outer, level
    state.pos = end
    return True


def _timestamp(match: re.Match[str]) -> Node:
    return {"type": "timestamp", "unix": int(match[1]), "style": match[2] or "f"}


def _emoji(match: re.Match[str]) -> Node:
    return {"type": "emoji", "name": match[2], "id": match[3], "animated": bool(match[1])}


def _mention(match: re.Match[str]) -> Node:
    return {"type": _MENTION_TYPES[match[1]], "id": match[2]}


def _command(match: re.Match[str]) -> Node:
    return {"type": "command", "id": match[2], "text": f"/{match[1]}"}


def _everyone(match: re.Match[str]) -> Node:
    return {"type": "everyone", "text": match[0]}


_REFERENCES: Final = (
    (_TIMESTAMP, _timestamp),
    (_EMOJI, _emoji),
    (_MENTION, _mention),
    (_COMMAND, _command),
    (_EVERYONE, _everyone),
)


def _build_parser() -> MarkdownIt:
    parser = MarkdownIt("zero")
    parser.enable(["escape", "backticks", "emphasis", "strikethrough"])
    parser.disable("text")
    ruler = parser.inline.ruler
    ruler.before("escape", "discord_text", _plain)
    ruler.after("escape", "discord_newline", _newline)
    for name, rule in (
        ("discord_reference", _reference),
        ("discord_bare_link", _bare_link),
        ("discord_masked_link", _masked_link),
        ("discord_spoiler", _spoiler),
    ):
        ruler.push(name, rule)
    return parser


def _tree(tokens: list[Token]) -> list[Node]:
    root: list[Node] = []
    stack = [root]
    depth = 0
    for token in tokens:
        if token.nesting > 0:
            depth += 1
            if depth <= MAX_DEPTH:
                node = _mark(token)
                stack[-1].append(node)
                stack.append(node["children"])
        elif token.nesting < 0:
            if depth <= MAX_DEPTH:
                stack.pop()
            depth -= 1
        else:
            _append(stack[-1], token)
    return root


def _mark(token: Token) -> Node:
    name = token.type.removesuffix("_open")
    return {"type": _MARKS.get(name) or _STRONG[token.markup], **token.meta, "children": []}


def _append(nodes: list[Node], token: Token) -> None:
    if token.type == "leaf":
        nodes.append(token.meta)
    elif token.type == "code_inline":
        nodes.append({"type": "code", "text": token.content})
    elif token.type == "hardbreak":
        nodes.extend(({"type": "text", "text": "\\"}, {"type": "break"}))
    elif not token.content:
        return
    elif nodes and nodes[-1]["type"] == "text":
        nodes[-1]["text"] += token.content
    else:
        nodes.append({"type": "text", "text": token.content})


_PARSER: Final = _build_parser()
