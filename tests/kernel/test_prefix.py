"""Which prefixes are good, and the sentence for each that is not."""

import pytest

from guildwright.kernel.prefix import broken_rule


@pytest.mark.parametrize("prefix", ["!", "?", "gw!", "é", "🦊", "a b", "12345", "<"])
def test_a_good_prefix_breaks_no_rule(prefix: str) -> None:
    assert broken_rule(prefix) is None


@pytest.mark.parametrize(
    ("prefix", "rule"),
    [
        ("", "at least one"),
        ("123456", "at most 5 characters; this one has 6"),
        (" !", "no blank"),
        ("! ", "no blank"),
        ("!\n!", "no line break"),
        ("`!", "no backtick"),
        ("/do", "does not start with /"),
        ("<@1>", "no mention"),
        ("<#12>", "no mention"),
        ("@here", "no mention"),
        ("!\u200b", "can be seen"),
    ],
)
def test_a_bad_prefix_is_told_which_rule_it_breaks(prefix: str, rule: str) -> None:
    assert rule in str(broken_rule(prefix))
