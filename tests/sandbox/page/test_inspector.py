"""The inspector: what crosses the sockets, what the bot registered, its sessions, and faults at a button."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .stage import Stage
from .window import Window

pytestmark = pytest.mark.browser


@pytest.fixture
def page(window: Window) -> Page:
    """Olivia's window with the inspector open, and nothing of earlier tests in it."""
    page = window.page
    page.get_by_role("button", name="Inspector").click()
    expect(page.locator(".traffic-row, .inspector-empty").first).to_be_visible()
    page.get_by_role("button", name="Clear").click()
    return page


def tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click()


@pytest.mark.req("SAND-605")
def test_events_and_calls_appear_as_they_happen_and_are_opened_and_copied(
    page: Page, window: Window, stage: Stage
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    window.says("!gallery nothing")
    traffic = page.get_by_role("list", name="Traffic")
    event = traffic.get_by_role("button", name="MESSAGE_CREATE").first
    expect(event).to_be_visible()
    event.click()
    body = page.get_by_label("The entry as JSON")
    expect(body).to_contain_text("!gallery nothing")
    page.get_by_role("button", name="Copy JSON").click()
    expect(page.get_by_text("The entry is copied.")).to_be_visible()
    copied = json.loads(page.evaluate("navigator.clipboard.readText()"))
    assert copied["body"]["content"] == "!gallery nothing"
    assert stage.world.token not in page.content()


@pytest.mark.req("SAND-605")
def test_the_traffic_is_filtered_and_paused(page: Page, window: Window) -> None:
    rows = page.locator(".traffic-row")
    window.says("first")
    expect(rows.filter(has_text="MESSAGE_CREATE")).to_have_count(1)
    page.get_by_label("Filter the traffic").fill("message_create")
    expect(rows).to_have_count(1)
    page.get_by_label("Filter the traffic").fill("no such thing")
    expect(page.get_by_text("Nothing here fits the filter.")).to_be_visible()
    page.get_by_label("Filter the traffic").fill("message_create")
    page.get_by_role("button", name="Pause").click()
    window.says("second")
    expect(page.get_by_role("button", name=re.compile(r"Continue \(\d+\)"))).to_be_visible()
    expect(rows).to_have_count(1)
    page.get_by_role("button", name="Continue").click()
    expect(rows).to_have_count(2)
    page.get_by_role("button", name="Clear").click()
    expect(rows).to_have_count(0)


SLOW_READING = """() => {
    const read = fetch, Socket = WebSocket;
    const held = new Promise((done) => { window.release = done; });
    window.heard = 0;
    window.fetch = async (...asked) => {
        const answer = await read(...asked);
        if (/since=\\d{1,9}$/.test(asked[0])) await held;
        return answer;
    };
    window.opened = new Promise((done) => {
        window.WebSocket = class extends Socket {
            constructor(...asked) {
                super(...asked);
                this.addEventListener("open", done);
                this.addEventListener("message", () => { window.heard += 1; });
            }
        };
    });
}"""


def test_what_comes_while_the_log_is_read_stands_behind_it_once(window: Window, stage: Stage) -> None:
    page = window.page
    stage.writes("mia", "before")
    page.evaluate(SLOW_READING)
    page.get_by_role("button", name="Inspector").click()
    page.evaluate("window.opened")
    stage.writes("mia", "meanwhile")
    page.wait_for_function("window.heard > 0")
    page.evaluate("window.release()")
    numbers = page.locator(".traffic-row").filter(has_text="MESSAGE_CREATE").locator(".traffic-facts")
    expect(numbers.nth(1)).to_be_visible()
    shown = [int(text.rpartition("#")[2]) for text in numbers.all_inner_texts()]
    assert shown == sorted(set(shown))


@pytest.mark.req("SAND-605", "SAND-302")
def test_what_the_sandbox_does_not_model_is_shown_in_red(page: Page, stage: Stage) -> None:
    stage.calls("/nonsense")
    row = page.locator(".traffic-row.bad").filter(has_text="GET /nonsense")
    expect(row).to_contain_text("501")
    page.get_by_label("Kind of traffic").select_option("Problems")
    expect(page.locator(".traffic-row").filter(has_text="GET /nonsense")).to_be_visible()


@pytest.mark.req("SAND-605")
def test_commands_sessions_and_violations_are_listed(page: Page, stage: Stage) -> None:
    tab(page, "Commands")
    expect(page.get_by_role("heading", name=re.compile(r"Everywhere · \d+"))).to_be_visible()
    expect(page.get_by_text("fruit: text, amount: whole number")).to_be_visible()
    tab(page, "Sessions")
    expect(page.get_by_text("connected", exact=True)).to_be_visible()
    expect(page.get_by_text("guild_messages")).to_be_visible()
    expect(page.get_by_text("Last heartbeat")).to_be_visible()
    tab(page, "Violations")
    stage.call(stage.world.traffic.add, "violation", "interaction_unanswered")
    expect(page.get_by_role("heading", name="Interaction unanswered")).to_be_visible()
    expect(page.get_by_text("The bot did not answer within three seconds")).to_be_visible()


def test_what_cannot_be_read_says_why_and_is_tried_again(page: Page) -> None:
    page.evaluate(
        "() => { window.real = fetch; window.fetch = () => Promise.reject(new TypeError('gone')); }"
    )
    tab(page, "Commands")
    expect(page.get_by_role("alert")).to_contain_text("The sandbox does not answer.")
    page.evaluate("() => { window.fetch = window.real; }")
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name=re.compile(r"Everywhere · \d+"))).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)


@pytest.mark.req("SAND-605", "SAND-501")
def test_the_socket_is_dropped_from_the_page_and_the_log_shows_the_resume(page: Page) -> None:
    tab(page, "Faults")
    page.get_by_role("button", name="Cut the connection: do it").click()
    expect(page.get_by_text("Cut the connection: 1 connection met.")).to_be_visible()
    tab(page, "Traffic")
    expect(page.locator(".traffic-row").filter(has_text="RESUMED").first).to_be_visible()
    tab(page, "Sessions")
    expect(page.get_by_text("connected", exact=True)).to_be_visible()


@pytest.mark.req("SAND-605", "SAND-501")
def test_a_fault_with_options_is_begun_and_ended(page: Page, stage: Stage) -> None:
    tab(page, "Faults")
    card = page.locator("form.card").filter(has=page.get_by_role("heading", name="Server error (5xx)"))
    card.get_by_text("Options").click()
    card.get_by_label("status").select_option("503")
    card.get_by_label("route").fill("/nowhere*")
    card.get_by_role("button", name="Server error (5xx): begin").click()
    expect(page.get_by_text("struck 0×")).to_be_visible()
    assert stage.calls("/nowhere/at/all") == 503
    expect(page.get_by_text("struck 1×")).to_be_visible()
    happened = page.get_by_role("list", name="What happened")
    expect(happened).to_contain_text("Server error (5xx) GET /nowhere/at/all")
    expect(page.locator(".traffic-row.bad").filter(has_text="503 ·")).to_have_count(1)
    page.get_by_role("button", name="End: Server error (5xx)").click()
    expect(page.get_by_text("Nothing: everything works.")).to_be_visible()
    assert stage.calls("/nowhere/at/all") == 501


@pytest.mark.req("SAND-605", "SAND-501")
def test_every_kind_of_fault_has_a_button_and_a_sentence(page: Page, stage: Stage) -> None:
    tab(page, "Faults")
    kinds = [kind for kind in stage.fault_kinds() if kind["side"] != "all"]
    for kind in kinds:
        card = page.locator("form.card").filter(
            has=page.get_by_role("heading", name=kind["title"], exact=True)
        )
        expect(card).to_contain_text(kind["sentence"])
        expect(card.get_by_role("button")).to_be_visible()


def test_the_inspector_fits_a_phone_and_obeys_the_keyboard(
    open_window: Callable[..., Window], stage: Stage
) -> None:
    page = open_window(size=(390, 800), touch=True).page
    page.get_by_role("button", name="Inspector").click()
    expect(page.get_by_role("tab", name="Traffic")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Commands")).to_have_attribute("aria-selected", "true")
    for name in ("Traffic", "Commands", "Sessions", "Violations", "Faults"):
        tab(page, name)
        wide = page.evaluate(
            "[...document.querySelectorAll('#inspector, #inspector *')]"
            ".filter(one => one.getBoundingClientRect().right > innerWidth + 1"
            " && !one.closest('.tabs') && !one.closest('pre')).length"
        )
        assert wide == 0, name
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Inspector")).to_be_focused()
    expect(page.get_by_role("complementary", name="Inspector")).to_be_hidden()
