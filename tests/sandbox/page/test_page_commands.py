"""Slash commands, menus and forms, run in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from .stage import Stage
from .window import Window

pytestmark = pytest.mark.browser

EVERY_COMMAND = ["/config set", "/form", "/order", "/secret", "/silent", "/staff", "/think"]


@pytest.mark.req("SAND-603")
def test_the_palette_lists_what_this_person_may_use_and_narrows_as_typed(window: Window) -> None:
    labels = window.suggestions.locator(".listbox-label")
    window.field.fill("/")
    expect(labels).to_have_text([re.compile(f"^{name}") for name in EVERY_COMMAND])
    window.field.press_sequentially("se")
    expect(labels).to_have_text([re.compile("^/secret"), re.compile("^/config set")])
    window.field.fill("/nothing of that name")
    expect(window.suggestions).to_contain_text("No command matches")
    window.field.fill("")
    window.becomes("Mia")
    window.field.fill("/sta")
    expect(window.suggestions).to_contain_text("No command matches")


@pytest.mark.req("SAND-603")
def test_a_command_with_five_types_of_options_and_autocomplete(window: Window, stage: Stage) -> None:
    window.starts("order")
    keyboard, options = window.page.keyboard, window.suggestions.get_by_role("option")
    expect(window.suggestions).to_contain_text("What to order")
    keyboard.type("ch")
    expect(options).to_have_text(["Cherry"])
    keyboard.press("Enter")
    expect(window.option("amount")).to_be_focused()
    keyboard.type("3")
    keyboard.press("Enter")
    expect(options).to_have_text(["True", "False"])
    keyboard.press("ArrowDown")
    keyboard.press("Enter")
    expect(window.option("to")).to_be_focused()
    keyboard.type("mia")
    keyboard.press("Tab")
    expect(options).to_have_text(["Small", "Large"])
    keyboard.type("lar")
    keyboard.press("Enter")
    options.filter(has_text="where").click()
    keyboard.type("log")
    keyboard.press("Enter")
    expect(window.option("where")).to_have_value("mod-log")
    keyboard.press("Enter")
    answer = window.sees("Order: ['id-cherry', 3, False, 'Mia', 'large', 'mod-log', '']")
    expect(answer.locator(".above")).to_have_text(re.compile("Olivia used /order"))
    expect(window.field).to_be_focused()


@pytest.mark.req("SAND-603")
def test_of_two_autocompletes_the_later_one_counts(window: Window, stage: Stage) -> None:
    window.starts("order")
    fruit = window.option("fruit")
    fruit.fill("slow")
    assert stage.bot is not None
    stage.run(stage.bot.held.wait())
    fruit.fill("fi")
    expect(window.suggestions.get_by_role("option")).to_have_text(["Fig"])
    stage.call(stage.bot.release.set)
    fruit.press("Enter")
    expect(fruit).to_have_value("Fig")


@pytest.mark.req("SAND-603")
def test_a_wrong_option_is_named_and_the_command_not_sent(window: Window) -> None:
    window.starts("order")
    for name, value, problem in (
        ("amount", "99", "The largest value is 20."),
        ("amount", "1.5", "Write a whole number, such as 7."),
        ("gift", "maybe", "Choose a yes or no from the list."),
        ("to", "nobody", "Choose a person from the list."),
    ):
        for filled in ("fruit", "amount", "gift", "to"):
            window.option(filled).fill({"fruit": "x", "amount": "2", "gift": "true", "to": "Mia"}[filled])
            if filled == name:
                window.option(name).fill(value)
        window.page.get_by_role("button", name="Send").click()
        expect(window.page.locator(f"[data-option={name}] .option-error")).to_have_text(problem)
        expect(window.option(name)).to_be_focused()
    expect(window.messages).to_have_count(0)
    window.page.keyboard.press("Escape")
    expect(window.field).to_be_focused()


@pytest.mark.req("SAND-602", "SAND-604")
def test_an_ephemeral_answer_is_only_for_the_one_who_asked(open_window: Callable[..., Window]) -> None:
    olivia, mia = open_window("olivia"), open_window("mia")
    mia.runs("secret")
    answer = mia.sees("psst")
    expect(answer).to_contain_text("Only you can see this")
    mia.says("!ping")
    olivia.sees("pong")
    expect(olivia.messages.filter(has_text="psst")).to_have_count(0)
    answer.get_by_role("button", name="Dismiss message").click()
    expect(mia.messages.filter(has_text="psst")).to_have_count(0)


@pytest.mark.req("SAND-602")
def test_a_deferred_answer_thinks_first(window: Window, stage: Stage) -> None:
    window.runs("think")
    window.sees("Guildwright is thinking…")
    assert stage.bot is not None
    stage.call(stage.bot.release.set)
    window.sees("Thought about it")
    expect(window.messages.filter(has_text="is thinking")).to_have_count(0)


@pytest.mark.req("SAND-602")
def test_a_command_without_an_answer_says_so(window: Window, stage: Stage) -> None:
    window.runs("silent")
    expect(window.page.locator("#typing")).to_contain_text("Waiting for the answer to /silent")
    stage.call(stage.world.clock.advance, 3)
    failure = window.sees("The application did not respond")
    expect(failure).to_contain_text("/silent")
    failure.get_by_role("button", name="Dismiss").click()
    expect(window.messages).to_have_count(0)


@pytest.mark.req("SAND-602", "SAND-603")
def test_a_form_is_checked_and_sent(window: Window) -> None:
    window.runs("form")
    form = window.page.get_by_role("dialog", name="Report a fruit")
    expect(form.get_by_label("Name")).to_be_focused()
    form.get_by_label("Name").fill("fi")
    form.get_by_role("button", name="Submit").click()
    expect(form.get_by_role("alert").filter(has_text="Write at least 3 characters")).to_be_visible()
    form.get_by_label("Name").fill("fig tree")
    form.get_by_label("Story").fill("two\nlines")
    form.get_by_role("button", name="Kind").click()
    window.page.keyboard.type("ban")
    window.page.keyboard.press("Enter")
    form.get_by_role("button", name="Submit").click()
    window.sees(re.compile(r"Report: fig tree / two\s*lines / banana"))
    expect(form).to_be_hidden()


@pytest.mark.req("SAND-603")
def test_menus_of_messages_and_people_offer_the_apps(window: Window) -> None:
    window.says("a fine sentence")
    window.sees("a fine sentence").click(button="right")
    window.page.get_by_role("menuitem", name="Quote").click()
    window.sees("“a fine sentence”")
    members = window.page.get_by_role("complementary", name="Members")
    members.get_by_role("button", name=re.compile("^Mia")).click(button="right")
    window.page.get_by_role("menuitem", name="Greet").click()
    window.sees("Olivia greets Mia")


@pytest.mark.req("SAND-602")
def test_buttons_of_every_style_answer(window: Window, stage: Stage) -> None:
    window.says("!buttons")
    panel = window.sees("Buttons of every style")
    for style in ("primary", "secondary", "success", "danger"):
        panel.locator(f".button-{style}[data-custom-id]").first.click()
        window.sees(f"Olivia pressed style-{style}")
    expect(panel.get_by_role("button", name="Disabled")).to_be_disabled()
    expect(panel.get_by_role("link", name="Link")).to_have_attribute("href", "https://example.org")
    panel.get_by_role("button", name="🎉").click()
    expect(panel.get_by_role("button", name="🎉")).to_have_attribute("aria-busy", "true")
    stage.call(stage.world.clock.advance, 3)
    expect(panel.get_by_role("alert")).to_contain_text("The application did not respond")


@pytest.mark.req("SAND-602")
def test_selects_of_every_kind_are_searched_and_chosen(window: Window) -> None:
    window.says("!selects")
    window.sees("And one more")
    keyboard = window.page.keyboard
    for custom_id, typed, chosen in (
        ("fruit", "eld", "elderberry"),
        ("user", "marco", "marco"),
        ("role", "moder", "Moderator"),
        ("channel", "mod", "mod-log"),
        ("mentionable", "mia", "mia"),
    ):
        window.log.locator(f"[data-custom-id='{custom_id}']").click()
        keyboard.type(typed)
        keyboard.press("Enter")
        window.sees(re.compile(f"chose {chosen}", re.IGNORECASE))
    window.log.locator("[data-custom-id='fruits']").click()
    for typed in ("apple", "fig"):
        window.page.get_by_role("combobox", name="Up to three: search").fill(typed)
        keyboard.press("Enter")
    window.page.get_by_role("button", name="Done").click()
    window.sees("chose apple, fig")


@pytest.mark.req("SAND-602")
def test_components_v2_are_laid_out(window: Window) -> None:
    window.says("!layout")
    container = window.sees("Components v2").locator(".container")
    expect(container.locator("h4")).to_have_text("Components v2")
    expect(container.locator(".section").first.locator("small")).to_have_text("and small print")
    expect(container.locator(".thumbnail img")).to_be_visible()
    expect(container.locator("hr.wide")).to_have_count(1)
    expect(container.get_by_role("img", name="The first")).to_be_visible()
    expect(container.get_by_role("button", name="Show the spoiler")).to_be_visible()
    expect(container.locator(".file-name")).to_have_text("notes.txt")
    container.get_by_role("button", name="In a section").click()
    window.sees("Olivia pressed style-section")
