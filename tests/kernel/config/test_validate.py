"""Everything wrong with a configuration is told at once, so that it can be put right in one go."""

from typing import Any

import pytest

from guildwright.kernel.config.keys import KEYS
from guildwright.kernel.config.registry import REGISTRY, put
from guildwright.kernel.config.validate import errors, judge
from guildwright.kernel.errors import Problem

GOOD = {"prefix": "!"}


def problems(document: dict[str, Any], severity: str = "error") -> list[Problem]:
    return [problem for problem in judge(document, REGISTRY).problems if problem.severity == severity]


@pytest.mark.req("CORE-309")
def test_six_faults_are_six_sentences_with_path_type_and_expectation() -> None:
    document = {
        "prefix": "toolong",
        "allow_mention_prefix": 1,
        "owner_ids": [123456789012345678, "12"],
        "logging": {"level": "LOUD", "max_bytes": True},
        "cooldowns": {"default_per": 0.1},
    }

    assert [str(problem) for problem in problems(document)] == [
        'prefix: the text "toolong" given; A prefix has at most 5 characters; this one has 7.',
        "allow_mention_prefix: the number 1 given; expected true or false",
        'owner_ids[1]: the text "12" given; expected an ID of 17–20 digits',
        'logging.level: the text "LOUD" given; expected one of DEBUG, INFO, WARNING, ERROR, CRITICAL',
        "logging.max_bytes: the boolean true given; expected a whole number of at least 1024",
        "cooldowns.default_per: the number 0.1 given; expected a number of at least 0.5",
    ]


@pytest.mark.req("CORE-309")
@pytest.mark.parametrize("value", [[], {}, "text", "", 3.5, -1, 10**30, True, 0, "\ud800", ["x"], {"x": 1}])
def test_any_value_of_any_key_is_judged_without_failing(value: Any) -> None:
    for key in KEYS:
        document: dict[str, Any] = dict(GOOD)
        put(document, key.path, value)
        for problem in judge(document, REGISTRY).problems:
            assert problem.expected


@pytest.mark.req("CORE-309")
def test_an_unknown_key_is_a_warning_that_names_the_nearest() -> None:
    document = {**GOOD, "loging": {"level": "INFO"}, "weather": {"city": "Oslo"}}

    assert errors(judge(document, REGISTRY).problems) == ()
    assert [str(problem) for problem in problems(document, "warning")] == [
        "loging.level: unknown key; did you mean logging.level?",
        "weather.city: unknown key; it is kept and not used",
    ]


@pytest.mark.req("CORE-309")
def test_missing_keys_take_defaults_and_are_listed_as_information() -> None:
    assert problems({}) == []
    assert problems({}, "warning") == []
    assert "logging.level: not set; its default 'INFO' is used" in map(str, problems({}, "info"))


@pytest.mark.parametrize("document", [{"logging": 5}, {"logging": []}, {"status": "watching"}])
def test_a_section_that_is_no_object_is_an_error(document: dict[str, Any]) -> None:
    (problem,) = problems({**GOOD, **document})
    assert problem.expected == "expected an object"


def test_the_parts_of_a_status_are_judged_one_by_one() -> None:
    statuses = [{"text": "a"}, {"type": "sleeping", "text": "b"}, {"type": "playing"}]
    (problem,) = problems({**GOOD, "status": {"statuses": statuses}})

    assert problem.path == "status.statuses[1].type"
    assert "'playing'" in problem.expected


@pytest.mark.parametrize("numbers", [(90, 90, 100), (96, 95, 100), (90, 95, 94)])
def test_limits_that_contradict_each_other_are_an_error(numbers: tuple[int, int, int]) -> None:
    warning, safe, most = numbers
    limiter = {"warning_threshold": warning, "safe_limit": safe, "max_limit": most}
    (problem,) = problems({**GOOD, "slash_limiter": limiter})
    assert problem.path == "slash_limiter"


def test_null_means_not_set() -> None:
    verdict = judge({"prefix": "!", "logging": {"level": None}}, REGISTRY)
    assert errors(verdict.problems) == ()
    assert "logging.level" not in verdict.values


def test_a_single_channel_is_accepted_where_several_may_stand() -> None:
    verdict = judge({**GOOD, "errors": {"report_channel_ids": "123456789012345678"}}, REGISTRY)
    assert verdict.values["errors.report_channel_ids"] == [123456789012345678]


def test_words_of_a_closed_list_are_accepted_in_any_case() -> None:
    assert judge({**GOOD, "logging": {"level": "debug"}}, REGISTRY).values["logging.level"] == "DEBUG"


FIRST_AGE = {
    "prefix": "!", "owner_ids": [], "auto_reload": True,
    "status": {"type": "watching", "text": "{guilds} servers"},
    "database": {"path": "./data/bot.db"},
    "logging": {"level": "INFO", "max_bytes": 10485760, "backup_count": 5},
    "extensions": {"auto_load": True, "blacklist": []},
    "cooldowns": {"default_rate": 3, "default_per": 5.0},
    "command_permissions": {},
}  # fmt: skip
SECOND_AGE = {
    **FIRST_AGE, "_comment": "second", "framework": {"load_cogs": True, "enable_event_hooks": True},
    "database": {"base_path": "./data", "_comment_path": "was path"},
}  # fmt: skip
THIRD_AGE = {
    **SECOND_AGE, "allow_mention_prefix": True, "slash_limiter": {"max_limit": 100, "safe_limit": 95},
    "shards": {"anything": [1]}, "dashboard": {"port": 8000, "theme": {"a": "b"}},
}  # fmt: skip


@pytest.mark.req("CORE-303")
@pytest.mark.parametrize("document", [FIRST_AGE, SECOND_AGE, THIRD_AGE])
def test_files_of_every_earlier_age_are_accepted(document: dict[str, Any]) -> None:
    assert errors(judge(document, REGISTRY).problems) == ()
    assert problems(document, "warning") == []


def test_every_default_is_good_for_its_own_key() -> None:
    for key in KEYS:
        if key.default is not None:
            assert key.kind.check(key.default) == key.default, key.path
