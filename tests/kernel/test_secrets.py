"""What must not be shown is replaced in every text."""

import pytest

from guildwright.kernel import secrets


@pytest.mark.req("CORE-204")
@pytest.mark.parametrize(
    "name", ["DISCORD_TOKEN", "SHARD_IPC_SECRET", "GEMINI_API_KEY", "DB_PASSWORD", "SENTRY_DSN", "my_token"]
)
def test_values_of_secret_variables_never_appear(name: str) -> None:
    secrets.register_environment({name: f"value-of-{name}", "PLAIN": "nothing special"})

    assert (
        secrets.redact(f"it was 'value-of-{name}', nothing special")
        == f"it was '{secrets.MASK}', nothing special"
    )


@pytest.mark.req("CORE-204")
@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("token MTA5ODc2NTQzMjEwOTg3NjU0.GaBcDe.abcdefghijklmnopqrstuvwxyz0123456789AB!", "GaBcDe"),
        ("Authorization: Bot abcdefghijklmnopqrstuvwxyz", "abcdefghijkl"),
        ("Authorization: Bearer abc.def-ghi_jklmnopq", "jklmnopq"),
        ("postgresql://bot:correct-horse@db/name", "correct-horse"),
        ('{"client_secret": "0123456789abcdef"}', "0123456789abcdef"),
        ("OTHER_TOKEN=0123456789abcdef", "0123456789abcdef"),
    ],
)
def test_what_looks_like_a_secret_is_hidden_though_nobody_registered_it(text: str, hidden: str) -> None:
    shown = secrets.redact(text)

    assert hidden not in shown
    assert secrets.MASK in shown


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Guild 1098765432109876543 joined with 12 members.",
        "The token is wrong; put another one into .env.",
        "http://127.0.0.1:8090/api/v10",
        "monkeys: 3 bananas",
    ],
)
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert secrets.redact(text) == text


@pytest.mark.req("CORE-204")
def test_where_a_known_secret_is_part_of_a_longer_one_both_are_hidden() -> None:
    secrets.register("abcdefgh")
    text = "before MTA5ODc2NTQzMjEwOTg3NjU0.GaBcDe.abcdefghijklmnopqrstuvwxyz0123456789AB after abcdefgh"

    assert secrets.redact(text) == f"before {secrets.MASK} after {secrets.MASK}"


def test_a_value_too_short_to_be_a_secret_does_not_blot_out_the_log() -> None:
    secrets.register("on")

    assert secrets.redact("Hot reload is on.") == "Hot reload is on."


def test_of_two_secrets_the_longer_one_is_hidden_whole() -> None:
    secrets.register("planted-one")
    secrets.register("planted-one-and-more")

    assert secrets.redact("planted-one-and-more!") == f"{secrets.MASK}!"
