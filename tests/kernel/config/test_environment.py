"""Variables: what wins over what, what is refused, what never stops a start."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from guildwright.kernel.config.environment import Environment, read_environment
from guildwright.kernel.config.registry import REGISTRY
from guildwright.kernel.errors import ConfigError

ID = "123456789012345678"


def read(folder: Path, environ: Mapping[str, str], dotenv: str | bytes = "") -> Environment:
    if dotenv:
        (folder / ".env").write_bytes(dotenv if isinstance(dotenv, bytes) else dotenv.encode())
        (folder / ".env").chmod(0o600)
    return read_environment(folder, environ, REGISTRY)


def told(environment: Environment, severity: str) -> list[str]:
    return [str(problem) for problem in environment.problems if problem.severity == severity]


def test_a_good_environment_is_read_in_its_types(tmp_path: Path) -> None:
    environment = read(
        tmp_path,
        {"DISCORD_TOKEN": "abc.def.ghi", "SHARD_COUNT": "4", "SHARD_IDS": "0-2", "PORT": "8080"},
        f"BOT_OWNER_ID={ID}\nDISCORD_API_BASE=http://127.0.0.1:8090/api/v10/\n",
    )

    assert environment.token is not None
    assert environment.token.get_secret_value() == "abc.def.ghi"
    assert (environment.owner_id, environment.shard_count, environment.shard_ids) == (int(ID), 4, (0, 1, 2))
    assert environment.api_base == "http://127.0.0.1:8090/api/v10"
    assert environment.get("PORT") == 8080
    assert environment.problems == ()
    assert "abc.def" not in repr(environment)


@pytest.mark.req("CORE-202")
@pytest.mark.parametrize(
    ("text", "value"),
    [("TRUE", True), ("1", True), ("Yes", True), ("on", True), ("false", False), ("0", False), ("NO", False),
     ("off", False), ("", None), ("  ", None)],
)  # fmt: skip
def test_switches_take_these_words(tmp_path: Path, text: str, value: bool | None) -> None:
    environment = read(tmp_path, {"ENABLE_SHARD_MONITOR": text})
    assert environment.get("ENABLE_SHARD_MONITOR") is value
    assert environment.problems == ()


@pytest.mark.req("CORE-202")
@pytest.mark.parametrize("text", ["maybe", "y", "t", "2", "truee"])
def test_any_other_word_is_refused_with_name_and_value(tmp_path: Path, text: str) -> None:
    (sentence,) = told(read(tmp_path, {"ENABLE_SHARD_MONITOR": text}), "error")
    assert sentence.startswith(f'ENABLE_SHARD_MONITOR: the text "{text}" given; expected true')


@pytest.mark.req("CORE-203")
def test_any_key_can_be_set_by_its_variable(tmp_path: Path) -> None:
    overrides = read(
        tmp_path,
        {
            "GUILDWRIGHT_LOGGING__LEVEL": "debug",
            "GUILDWRIGHT_OWNER_IDS": f'["{ID}"]',
            "GUILDWRIGHT_LOGGING__LEVELS": '{"discord": "ERROR"}',
            "GUILDWRIGHT_STATUS__INTERVAL": "12.5",
            "FEATURE_HOT_RELOAD": "off",
        },
    ).overrides

    assert overrides == {
        "logging.level": "DEBUG",
        "owner_ids": [int(ID)],
        "logging.levels": {"discord": "ERROR"},
        "status.interval": 12.5,
        "features.hot_reload": False,
    }


@pytest.mark.req("CORE-203")
def test_an_unknown_name_is_a_warning_with_the_nearest_one(tmp_path: Path) -> None:
    names = {
        "GUILDWRIGHT_LOGING__LEVEL": "INFO",
        "GUILDWRIGHT_TEST_PG": "x",
        "GUILDWRIGHT_SECRET_KEY": "abcdefgh",
    }
    environment = read(tmp_path, {**names, "OTHER_THING": "1"})

    assert told(environment, "error") == []
    assert told(environment, "warning") == [
        "GUILDWRIGHT_LOGING__LEVEL: unknown name; did you mean GUILDWRIGHT_LOGGING__LEVEL?"
    ]


@pytest.mark.parametrize("text", ["not json", "[1]", "{}", '"x"', "[", "[[]]"])
def test_a_wrong_list_in_a_variable_is_refused(tmp_path: Path, text: str) -> None:
    (sentence,) = told(read(tmp_path, {"GUILDWRIGHT_OWNER_IDS": text}), "error")
    assert sentence.startswith("GUILDWRIGHT_OWNER_IDS: ")


@pytest.mark.req("CORE-107")
@pytest.mark.parametrize(
    "pasted", ['"abc.def.ghi"', " abc.def.ghi ", "'abc.def.ghi'", "Bot abc.def.ghi", "abc.def.ghi\n"]
)
def test_what_people_paste_around_a_token_is_stripped_with_a_warning(tmp_path: Path, pasted: str) -> None:
    environment = read(tmp_path, {"DISCORD_TOKEN": pasted})

    assert environment.token is not None
    assert environment.token.get_secret_value() == "abc.def.ghi"
    (warning,) = told(environment, "warning")
    assert warning.startswith("DISCORD_TOKEN")
    assert "abc" not in warning


@pytest.mark.req("CORE-108")
@pytest.mark.parametrize(
    "text", ["abc", "0", "-1", "1234567890123456", "1" * 21, "12345678901234567.0", "１" * 18]
)
def test_a_wrong_owner_is_refused_with_the_value(tmp_path: Path, text: str) -> None:
    (sentence,) = told(read(tmp_path, {"BOT_OWNER_ID": text}), "error")
    assert sentence == f'BOT_OWNER_ID: the text "{text}" given; expected an ID of 17–20 digits'


@pytest.mark.parametrize(
    ("count", "ids", "named"),
    [
        ("0", "", '"0"'), ("-1", "", '"-1"'), ("two", "", '"two"'), ("1.5", "", '"1.5"'),
        ("2", "0,5", "shard 5"), ("2", "0,x", "'x'"), ("2", "-1", "'-1'"), ("4", "1,1", "shard 1"),
        ("4", "0-2,2", "shard 2"), ("4", "3-1", "'3-1'"), ("auto", "0", "SHARD_COUNT"),
        ("", "0", "SHARD_COUNT"),
        ("4", "0-", "'0-'"), ("4", ",", "''"), ("4", "0-99999999999999", "'0-99999999999999'"),
    ],
)  # fmt: skip
def test_a_wrong_choice_of_shards_is_refused_quoting_the_item(
    tmp_path: Path, count: str, ids: str, named: str
) -> None:
    sentences = told(read(tmp_path, {"SHARD_COUNT": count, "SHARD_IDS": ids}), "error")
    assert named in sentences[0]
    assert sentences[0].startswith("SHARD_")


@pytest.mark.parametrize(
    ("count", "ids", "selected"),
    [("4", "0-2", (0, 1, 2)), ("4", " 3 , 0 - 1 ", (0, 1, 3)), ("4", "", ()), ("AUTO", "", ()), ("", "", ())],
)
def test_a_good_choice_of_shards_is_read(
    tmp_path: Path, count: str, ids: str, selected: tuple[int, ...]
) -> None:
    environment = read(tmp_path, {"SHARD_COUNT": count, "SHARD_IDS": ids})
    assert environment.problems == ()
    assert environment.shard_count == (4 if count == "4" else None)
    assert environment.shard_ids == selected


@pytest.mark.req("SAND-104")
@pytest.mark.parametrize(
    "address",
    ["http://example.org/api/v10", "http://10.0.0.5:8090/api", "http://127.0.0.1.example.org", "ftp://127.0.0.1",
     "127.0.0.1:8090", "https://", "http://localhost:99999", "http://[::1", "http://user@127.0.0.1/"],
)  # fmt: skip
def test_a_discord_elsewhere_without_encryption_is_refused(tmp_path: Path, address: str) -> None:
    for name in ("DISCORD_API_BASE", "DISCORD_CDN_BASE"):
        (sentence,) = told(read(tmp_path, {name: address}), "error")
        assert sentence.startswith(name)


@pytest.mark.req("SAND-104")
@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:8090/api/v10",
        "http://localhost:1",
        "http://[::1]:8090/api",
        "https://proxy.example.org/api",
    ],
)
def test_this_machine_or_an_encrypted_address_is_accepted(tmp_path: Path, address: str) -> None:
    assert read(tmp_path, {"DISCORD_API_BASE": address}).api_base == address


def test_names_of_older_versions_are_accepted_with_a_notice(tmp_path: Path) -> None:
    older = {"COMMAND_PREFIX": "?", "DATABASE_PATH": "bot.db", "SHARD_IPC_SECRET": "change_me_please"}
    environment = read(tmp_path, older)

    assert told(environment, "error") == []
    assert environment.overrides == {"prefix": "?"}
    assert [problem.path for problem in environment.problems] == list(older)
    assert read(tmp_path, {**older, "BOT_PREFIX": "%"}).overrides == {"prefix": "%"}


@pytest.mark.req("CORE-205")
@pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX")
def test_a_dotenv_that_others_can_read_is_a_warning_with_the_remedy(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("NO_COLOR=1\n")
    file.chmod(0o644)
    (warning,) = told(read(tmp_path, {}), "warning")
    assert f"chmod 600 {file}" in warning

    file.chmod(0o600)
    assert read(tmp_path, {}).problems == ()


def test_a_dotenv_that_is_no_text_is_refused_and_left_alone(tmp_path: Path) -> None:
    content = b"DISCORD_TOKEN=\xff\xfe\x00"
    with pytest.raises(ConfigError, match=r"\.env cannot be read"):
        read(tmp_path, {}, content)
    assert (tmp_path / ".env").read_bytes() == content


def test_a_dollar_in_a_value_is_a_dollar(tmp_path: Path) -> None:
    environment = read(tmp_path, {"HOME": "/root"}, "SENTRY_DSN=a$b${HOME}\n")
    assert environment.get("SENTRY_DSN") == "a$b${HOME}"


@pytest.mark.req("CORE-204")
def test_the_value_of_a_secret_is_in_no_problem(tmp_path: Path) -> None:
    environment = read(
        tmp_path, {"GUILDWRIGHT_OWNER_IDS": "x", "GUILDWRIGHT_WEATHER__API_KEY": "planted-1234"}
    )
    assert "planted" not in repr(environment)
