"""Failures get an ID that people can name, and the journal keeps them without secrets."""

import logging
import re

import pytest

from guildwright.kernel import secrets
from guildwright.kernel.errors import GuildwrightError, Journal, new_error_id


def failure(text: str = "boom") -> Exception:
    try:
        raise RuntimeError(text)
    except RuntimeError as error:
        return error


@pytest.mark.req("CORE-602")
def test_ids_are_unique_and_sort_by_time() -> None:
    ids = [new_error_id() for _ in range(10_000)]

    assert len(set(ids)) == len(ids)
    assert ids == sorted(ids)
    assert all(re.fullmatch(r"E-[0-9A-HJKMNP-TV-Z]{12}", error_id) for error_id in ids)


@pytest.mark.req("CORE-602")
def test_the_id_in_the_log_is_the_one_that_finds_the_record(caplog: pytest.LogCaptureFixture) -> None:
    journal = Journal()
    with caplog.at_level(logging.INFO):
        record = journal.record(failure(), source="command", command="ban", guild_id=5)

    logged = caplog.records[-1]
    assert (logged.levelname, vars(logged)["error_id"]) == ("ERROR", record.error_id)
    assert logged.exc_info is not None
    assert journal.find(f" {record.error_id.lower()} ") is record
    assert journal.find("E-000000000000") is None


def test_a_persons_mistakes_are_counted_apart_from_ours() -> None:
    journal = Journal()
    for _ in range(10):
        journal.record(failure(), source="command", kind="U")
    journal.record(failure(), source="listener")

    assert (journal.user_errors, journal.system_errors) == (10, 1)


@pytest.mark.req("CORE-204")
def test_a_secret_in_an_exception_is_not_kept() -> None:
    secrets.register("hunter2-of-the-test")
    record = Journal().record(failure("login with hunter2-of-the-test failed"), source="task")

    assert "hunter2" not in record.message + record.traceback
    assert "login with" in record.message


def test_the_journal_keeps_the_newest_two_hundred() -> None:
    journal = Journal()
    records = [journal.record(failure(str(number)), source="task") for number in range(230)]

    assert journal.recent(3) == records[:-4:-1]
    assert len(journal.recent(1000)) == 200
    assert journal.find(records[0].error_id) is None


def test_the_same_failure_has_the_same_fingerprint_whatever_it_says() -> None:
    journal = Journal()
    one, two = (journal.record(failure(text), source="task") for text in ("guild 1", "guild 2"))
    other = journal.record(ValueError("guild 1"), source="task")

    assert one.fingerprint == two.fingerprint != other.fingerprint


def test_an_error_says_what_to_do() -> None:
    assert (
        str(GuildwrightError("The disk is full.", hint="Free some space."))
        == "The disk is full. Free some space."
    )
