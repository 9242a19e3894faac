"""Who acts in a window, and windows beside each other."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, expect

from .stage import Stage
from .window import Window

NAME_OF_FOCUS = """() => {
    const focused = document.activeElement;
    return focused.getAttribute('aria-label') || focused.textContent.trim();
}"""

pytestmark = pytest.mark.browser


@pytest.mark.req("SAND-604")
def test_another_person_takes_over_with_own_guilds_and_channels(window: Window) -> None:
    channels = window.page.get_by_role("navigation", name="Channels")
    guilds = window.page.get_by_role("navigation", name="Guilds")
    expect(channels).to_contain_text("mod-log")
    window.becomes("Mia")
    expect(channels).not_to_contain_text("mod-log")
    guilds.get_by_role("button", name="Mia's workshop").click()
    expect(window.page.get_by_role("heading", name="Mia's workshop")).to_be_visible()
    window.becomes("Max")
    expect(guilds.get_by_role("button", name="Mia's workshop")).to_have_count(0)
    window.says("Max was here")
    expect(window.sees("Max was here").locator(".author")).to_have_text("Max")


@pytest.mark.req("SAND-604")
def test_who_is_timed_out_can_only_read_until_it_ends(window: Window, stage: Stage) -> None:
    window.becomes("Max")
    expect(window.field).to_be_enabled()
    max_id = str(stage.person_id("max"))
    stage.acts("marco", "timeout", user_id=max_id, seconds=600)
    expect(window.field).to_be_disabled()
    expect(window.field).to_have_attribute("placeholder", "You are timed out and can only read")
    stage.acts("marco", "timeout", user_id=max_id, seconds=0)
    expect(window.field).to_be_enabled()


@pytest.mark.req("SAND-604")
def test_two_windows_are_two_people_who_talk(open_window: Callable[..., Window]) -> None:
    marco, mia = open_window("marco"), open_window("mia")
    marco.says("Hello Mia")
    expect(mia.sees("Hello Mia").locator(".author")).to_have_text("Marco")
    mia.says("Hello Marco")
    expect(marco.sees("Hello Marco").locator(".author")).to_have_text("Mia")


@pytest.mark.req("SAND-604")
def test_a_reloaded_window_stays_the_same_person_in_the_same_channel(window: Window) -> None:
    window.becomes("Max")
    window.opens("bot-commands")
    window.page.reload()
    expect(window.page.get_by_role("button", name="Acting as Max")).to_be_visible()
    expect(window.page.get_by_role("heading", name="bot-commands", exact=True)).to_be_visible()


@pytest.mark.req("SAND-604")
def test_a_second_window_is_opened_for_another_person(window: Window) -> None:
    window.page.get_by_role("button", name="Acting as").click()
    with window.page.context.expect_page() as opened:
        window.page.get_by_role("button", name="Marco in a new window").click()
    with opened.value as second:
        expect(second.get_by_role("button", name="Acting as Marco")).to_be_visible()
        assert "token" not in second.url
        second.close()
    expect(window.page.get_by_role("button", name="Acting as Olivia")).to_be_visible()


@pytest.mark.req("SAND-604")
def test_direct_messages_belong_to_their_person(window: Window) -> None:
    window.page.get_by_role("button", name="Direct messages").click()
    window.page.get_by_role("navigation", name="Channels").get_by_role(
        "button", name=re.compile("Guildwright")
    ).click()
    expect(window.page.get_by_role("heading", name="Guildwright").first).to_be_visible()
    window.says("!ping")
    window.sees("pong")
    window.becomes("Max")
    window.page.get_by_role("button", name="Direct messages").click()
    expect(window.messages.filter(has_text="pong")).to_have_count(0)


@pytest.mark.req("SAND-402")
def test_the_token_leaves_the_address_and_without_it_the_page_says_what_to_do(
    window: Window, browser: Browser, stage: Stage
) -> None:
    assert "token" not in window.page.url
    stranger = browser.new_context().new_page()
    stranger.goto(stage.sandbox.address().page.partition("#")[0])
    expect(stranger.get_by_text("guildwright run --sandbox")).to_be_visible()
    stranger.get_by_label("Address or token").fill(stage.page_address())
    stranger.get_by_role("button", name="Open").click()
    expect(stranger.locator("body.ready")).to_be_visible()
    stranger.context.close()


@pytest.mark.req("SAND-601")
def test_a_phone_has_drawers_and_no_sideways_scrolling(open_window: Callable[..., Window]) -> None:
    phone = open_window("mia", size=(390, 844), touch=True)
    page = phone.page
    for exhibit in ("!help", "!markdown", "!embed", "!layout"):
        phone.says(exhibit)
    phone.sees("Components v2")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    assert phone.log.evaluate("node => node.scrollWidth <= node.clientWidth")
    expect(page.get_by_role("navigation", name="Channels")).to_be_hidden()
    page.get_by_role("button", name="Guilds and channels").tap()
    page.get_by_role("navigation", name="Channels").get_by_role("button", name="bot-commands").tap()
    expect(page.get_by_role("heading", name="bot-commands", exact=True)).to_be_visible()
    expect(page.get_by_role("navigation", name="Channels")).to_be_hidden()
    page.get_by_role("button", name="Members").tap()
    expect(page.get_by_role("complementary", name="Members")).to_be_visible()
    page.keyboard.press("Escape")
    phone.field.fill("/sec")
    phone.suggestions.get_by_role("option").tap()
    page.get_by_role("button", name="Send").tap()
    phone.sees("psst")


@pytest.mark.req("SAND-601")
def test_everything_is_reached_by_keyboard(window: Window) -> None:
    window.says("keyboard")
    window.sees("keyboard")
    reached: set[str] = set()
    window.page.evaluate("() => document.activeElement.blur()")
    for _ in range(60):
        window.page.keyboard.press("Tab")
        reached.add(window.page.evaluate(NAME_OF_FOCUS))
    wanted = {
        "Skip to the message field",
        "Direct messages",
        "general",
        "Members",
        "Message",
        "Send",
        "More",
        "Reply",
    }
    assert wanted <= reached
    assert any(name.startswith("Acting as") for name in reached)
