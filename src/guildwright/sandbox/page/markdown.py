"""Discord's markdown as a tree of plain dictionaries, which the chat page draws without HTML.

Blocks follow Discord, which reads line by line (a quote ends with its line, blank lines stay,
a code block may begin in mid-line), not CommonMark. The marks inside a line are in `inline.py`.
Length and depth are bounded, and every loop only moves forward: no text makes it slow.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from guildwright.sandbox.page.inline import Node, parse_inline

__all__ = ["Node", "parse", "parse_inline"]

MAX_LENGTH: Final = 8_000
"""Longer than any field of Discord; what is beyond stays unmarked text."""
MAX_LIST_DEPTH: Final = 11

_HEADING = re.compile(r"(#{1,3}) +(?=\S)([^\n]+)(?:\n|$)")
_SUBTEXT = re.compile(r"-# +(?=\S)([^\n]+)(?:\n|$)")
_QUOTE_LINE = re.compile(r" {0,3}> ([^\n]*)(\n|$)")
_QUOTE_REST = re.compile(r" {0,3}>>> ")
_ITEM = re.compile(r"( {0,40})([-*]|\d{1,9}\.) +(?=\S)([^\n]+)(?:\n|$)")
_CONTINUATION = re.compile(r" {2,40}(?=\S)([^\n]+)(?:\n|$)")
_LINE = re.compile(r"[^\n]*(?:\n|$)")
_LANGUAGE = re.compile(r"([\w+\-.#]{1,30})\n")


def parse(text: str) -> list[Node]:
    """Return the nodes of a message, an embed's description or a text display."""
    nodes = _Blocks(text[:MAX_LENGTH]).parse()
    if len(text) > MAX_LENGTH:
        nodes.append({"type": "text", "text": text[MAX_LENGTH:]})
    return nodes


@dataclass(slots=True)
class _Item:
    indent: int
    number: int | None
    text: str


class _Blocks:
    """Reads a text from the front; lines that begin no block gather until one does."""

    def __init__(self, text: str, *, quoted: bool = False) -> None:
        self.text = text
        self.position = 0
        self.quoted = quoted
        self.nodes: list[Node] = []
        self.gathered = ""
        self.in_mid_line = False
        self.fence_may_follow = True

    def parse(self) -> list[Node]:
        while self.position < len(self.text):
            if self.in_mid_line or not self._take_block():
                self._take_line()
        self._flush()
        return self.nodes

    def _take_block(self) -> bool:
        if not self.quoted and (self._take_quote_rest() or self._take_quote()):
            return True
        return self._take_heading() or self._take_subtext() or self._take_list()

    def _take_quote_rest(self) -> bool:
        match = _QUOTE_REST.match(self.text, self.position)
        if match is None:
            return False
        self._add({"type": "quote", "children": _Blocks(self.text[match.end() :], quoted=True).parse()})
        self.position = len(self.text)
        return True

    def _take_quote(self) -> bool:
        lines: list[str] = []
        while match := _QUOTE_LINE.match(self.text, self.position):
            lines.append(match[1])
            self.position = match.end()
            if not match[2]:
                break
        if lines:
            self._add({"type": "quote", "children": _Blocks("\n".join(lines), quoted=True).parse()})
        return bool(lines)

    def _take_heading(self) -> bool:
        match = _HEADING.match(self.text, self.position)
        if match:
            self._add({"type": "heading", "level": len(match[1]), "children": parse_inline(match[2].strip())})
            self.position = match.end()
        return match is not None

    def _take_subtext(self) -> bool:
        match = _SUBTEXT.match(self.text, self.position)
        if match:
            self._add({"type": "subtext", "children": parse_inline(match[1].strip())})
            self.position = match.end()
        return match is not None

    def _take_list(self) -> bool:
        items: list[_Item] = []
        while self.position < len(self.text):
            if match := _ITEM.match(self.text, self.position):
                number = int(match[2][:-1]) if match[2][-1] == "." else None
                items.append(_Item(len(match[1]), number, match[3]))
            elif items and (match := _CONTINUATION.match(self.text, self.position)):
                items[-1].text += "\n" + match[1]
            else:
                break
            self.position = match.end()
        for node in _lists(items):
            self._add(node)
        return bool(items)

    def _take_line(self) -> None:
        """Gather one line, or everything up to the code block that begins in it."""
        self.in_mid_line = False
        line = _LINE.match(self.text, self.position)
        end = line.end() if line else len(self.text)
        start = self.text.find("```", self.position, end) if self.fence_may_follow else -1
        if start < 0:
            self._gather(end)
            return
        close = self.text.find("```", start + 3)
        if close < 0:
            self.fence_may_follow = False
        if close < 0 or not self.text[start + 3 : close].strip("\n"):
            self._gather(end)
            return
        self._gather(start)
        self._add(_code_block(self.text[start + 3 : close]))
        self.position = close + 3
        self.in_mid_line = not self.text.startswith("\n", self.position)
        self.position += not self.in_mid_line

    def _gather(self, end: int) -> None:
        self.gathered += self.text[self.position : end]
        self.position = end

    def _add(self, node: Node) -> None:
        self._flush()
        self.nodes.append(node)

    def _flush(self) -> None:
        text = self.gathered.removesuffix("\n")
        self.gathered = ""
        if text:
            self.nodes.extend(parse_inline(text))


def _code_block(body: str) -> Node:
    language = _LANGUAGE.match(body)
    code = body[language.end() :] if language else body
    if not code.strip("\n"):
        language, code = None, body
    return {"type": "code_block", "language": language[1] if language else "", "text": code.strip("\n")}


def _lists(items: list[_Item]) -> list[Node]:
    """Nest the items by their indentation."""
    roots: list[Node] = []
    open_lists: list[tuple[int, Node]] = []
    for item in items:
        while len(open_lists) > 1 and item.indent < open_lists[-1][0]:
            open_lists.pop()
        deeper = bool(open_lists) and item.indent >= open_lists[-1][0] + 2
        if not open_lists:
            open_lists.append((item.indent, _new_list(item, roots)))
        elif deeper and len(open_lists) < MAX_LIST_DEPTH:
            inside = open_lists[-1][1]["children"][-1]["children"]
            open_lists.append((item.indent, _new_list(item, inside)))
        elif open_lists[-1][1]["ordered"] != (item.number is not None):
            indent, _ = open_lists.pop()
            container = open_lists[-1][1]["children"][-1]["children"] if open_lists else roots
            open_lists.append((indent, _new_list(item, container)))
        open_lists[-1][1]["children"].append({"type": "item", "children": parse_inline(item.text.strip())})
    return roots


def _new_list(item: _Item, container: list[Node]) -> Node:
    node: Node = {
        "type": "list",
        "ordered": item.number is not None,
        "start": 1 if item.number is None else item.number,
        "children": [],
    }
    container.append(node)
    return node
