"""A save changes one value in the text and leaves every other character alone."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildwright.kernel.config.document import Document
from guildwright.kernel.errors import ConfigError

FILE = """{
  "_comment": "ours",
  "zebra": {"b": 1,   "a": [1, 2]},
  "prefix": "!",

  "logging": {
    "_comment_level": "quiet!",
    "level": "INFO"
  },
  "empty": {}
}
"""


def lines_changed(before: str, after: str) -> list[str]:
    old = before.splitlines()
    return [line for line in after.splitlines() if line not in old]


@pytest.mark.req("CORE-304")
@pytest.mark.parametrize(
    ("path", "value", "changed"),
    [
        ("prefix", "?", ['  "prefix": "?",']),
        ("logging.level", "DEBUG", ['    "level": "DEBUG"']),
        ("zebra.b", 7, ['  "zebra": {"b": 7,   "a": [1, 2]},']),
        ("zebra.c", True, ['  "zebra": {"b": 1,   "a": [1, 2], "c": true},']),
        ("logging.format", "json", ['    "level": "INFO",', '    "format": "json"']),
        ("empty.key", "ü", ['  "empty": {', '    "key": "ü"', "  }"]),
        ("new", {"a": 1}, ['  "empty": {},', '  "new": {', '    "a": 1', "  }"]),
        ("prefix", [1, {}], ['  "prefix": [', "    1,", "    {}", "  ],"]),
    ],
)
def test_only_the_lines_of_the_value_change(path: str, value: Any, changed: list[str]) -> None:
    saved = Document.parse(FILE, "config.json").with_value(path, value, "config.json")

    assert lines_changed(FILE, saved.text) == changed
    assert saved.value_at(path) == value
    assert saved.text.index("zebra") < saved.text.index("prefix") < saved.text.index("_comment_level")


def test_objects_missing_on_the_way_are_made() -> None:
    saved = Document.parse(FILE, "config.json").with_value("new.deep.er", None, "config.json")

    assert saved.data["new"] == {"deep": {"er": None}}


@pytest.mark.req("CORE-302")
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"prefix": "!",}', r"line 1, column \d+: "),
        ('{\n "prefix": "!"\n "x": 1}', "line 3, column 2: Expecting ',' delimiter"),
        ("", "line 1, column 1"),
        ("[1, 2]", "must hold one object"),
        ('"text"', "must hold one object"),
        ('{"a": NaN}', "NaN is not a value of JSON"),
        ('{"a": ' + "[" * 100_000, "recursion"),
        ('{"a": ' + "9" * 10_000 + "}", "limit"),
    ],
)
def test_what_is_not_json_is_refused_with_place_and_reason(text: str, reason: str) -> None:
    with pytest.raises(ConfigError, match=reason):
        Document.parse(text, "config.json")


@pytest.mark.req("CORE-306")
@pytest.mark.parametrize("path", ["prefix.deeper", "zebra.a.x"])
def test_a_step_that_is_no_object_is_named(path: str) -> None:
    with pytest.raises(ConfigError, match=path.rpartition(".")[0]):
        Document.parse(FILE, "config.json").with_value(path, 1, "config.json")


def test_line_ends_and_byte_order_mark_of_windows_stay() -> None:
    text = "\ufeff" + FILE.replace("\n", "\r\n")
    saved = Document.parse(text, "config.json").with_value("logging.new", 1, "config.json")

    assert saved.text.startswith("\ufeff{")
    assert "\n" not in saved.text.replace("\r\n", "")


def test_of_a_key_that_stands_twice_the_one_that_counts_is_changed() -> None:
    saved = Document.parse('{"a": 1, "a": 2}', "x").with_value("a", 3, "x")

    assert saved.text == '{"a": 1, "a": 3}'


names = st.text(min_size=1, max_size=8).filter(lambda name: "." not in name)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)


@given(
    data=st.dictionaries(names, values, max_size=4),
    name=names,
    value=values,
    indent=st.sampled_from([None, 0, 2, "\t"]),
)
def test_any_document_takes_any_value_and_keeps_the_rest(
    data: dict[str, Any], name: str, value: Any, indent: int | str | None
) -> None:
    text = json.dumps(data, indent=indent, ensure_ascii=False)
    saved = Document.parse(text, "x").with_value(name, value, "x")

    assert saved.data == {**data, name: value}
    assert list(saved.data) == list({**data, name: value})
