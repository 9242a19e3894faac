"""What people read and write in the page, in a real browser."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from .stage import Stage
from .window import Window

pytestmark = pytest.mark.browser


@pytest.mark.req("SAND-601")
def test_a_newcomer_is_told_what_to_try_and_gets_an_answer(window: Window) -> None:
    expect(window.page.get_by_role("heading", name="Welcome to #general")).to_be_visible()
    window.page.get_by_role("button", name=re.compile("!help")).click()
    expect(window.field).to_have_value("!help")
    window.field.press("Enter")
    help_answer = window.sees("Gallery: help")
    expect(help_answer.locator(".mark")).to_have_text("Bot")
    expect(help_answer.locator(".above")).to_contain_text("!help")


@pytest.mark.req("SAND-601")
def test_channels_and_members_stand_in_their_places(window: Window) -> None:
    channels = window.page.get_by_role("navigation", name="Channels")
    expect(channels.locator(".category")).to_have_text(["Information", "Text channels", "Staff", "Voice"])
    expect(channels.locator(".channel-name")).to_have_text(
        ["announcements", "general", "bot-commands", "questions", "mod-log", "Lounge"]
    )
    members = window.page.get_by_role("complementary", name="Members")
    expect(members.get_by_role("heading")).to_have_text(
        [re.compile("Admin"), re.compile("Moderator"), re.compile("Online")]
    )
    bot = members.get_by_role("button", name=re.compile("Guildwright"))
    expect(bot.locator(".mark")).to_have_text("Bot")
    expect(bot.locator(".presence-online")).to_be_visible()


@pytest.mark.req("SAND-601")
def test_messages_are_grouped_by_author_and_day(window: Window) -> None:
    for text in ("one", "two", "!ping"):
        window.says(text)
    window.sees("pong")
    expect(window.messages.locator(".author")).to_have_text(["Olivia", "Guildwright"])
    expect(window.log.get_by_role("separator")).to_have_text(["Today"])
    expect(window.messages).to_have_text(
        [re.compile("one"), re.compile("two"), re.compile("!ping"), re.compile("pong")]
    )


@pytest.mark.req("SAND-601")
def test_older_messages_come_when_the_reader_scrolls_up(window: Window, stage: Stage) -> None:
    for number in range(130):
        stage.writes("mia", f"message {number}")
    window.page.reload()
    window.sees("message 129")
    expect(window.message(re.compile(r"message 5$"))).to_have_count(0)
    for _ in range(40):
        window.page.locator("#scroller").evaluate("scroller => { scroller.scrollTop = 0 }")
        if window.page.get_by_role("heading", name="Welcome to #general").count():
            break
        window.page.wait_for_timeout(25)
    expect(window.messages).to_have_count(130)
    top = window.messages.first
    expect(top).to_contain_text("message 0")


@pytest.mark.req("SAND-601")
def test_a_message_is_on_the_screen_within_a_quarter_of_a_second(window: Window, stage: Stage) -> None:
    delays = sorted(delay_of(window, stage, f"message {number}") for number in range(7))
    assert delays[3] <= 0.25, delays


def delay_of(window: Window, stage: Stage, text: str) -> float:
    """Seconds between a message in the world and its words in the page."""
    window.page.evaluate(
        """text => { window.shown = new Promise((resolve) => {
            const list = document.querySelector('#messages');
            const look = () => list.textContent.includes(text) && resolve(Date.now());
            new MutationObserver(look).observe(list, {childList: true, subtree: true});
        }) }""",
        text,
    )
    written = time.time()
    stage.writes("mia", text)
    return window.page.evaluate("() => window.shown") / 1000 - written


@pytest.mark.req("SAND-602")
def test_markdown_is_drawn_as_elements(window: Window) -> None:
    window.says("!markdown")
    text = window.sees("small print").locator(".message-text")
    drawn = {
        "h3": "Heading one",
        "h4": "Heading two",
        "h5": "Heading three",
        "strong >> nth=0": "bold",
        "em >> nth=0": "italic",
        "u": "underline",
        "s": "strike",
        "blockquote": "a quoteof two lines",
        "ul > li >> nth=0": re.compile("first"),
        "ul ul li": "deeper",
        "ol > li >> nth=1": "two",
        "pre code": re.compile("def greet"),
        ".code-language": "py",
        "small": "small print",
    }
    for selector, content in drawn.items():
        expect(text.locator(selector)).to_have_text(content)
    expect(text.get_by_role("link", name="masked link")).to_have_attribute(
        "href", "https://example.org/a_(b)"
    )
    expect(text.locator(".mention")).to_have_text(["@Olivia", "# general", "@Admin", "@everyone"])
    expect(text.locator("time")).to_have_text(re.compile("years ago"))
    spoiler = text.get_by_role("button", name="Spoiler: show")
    spoiler.click()
    expect(text.locator(".spoiler.shown")).to_have_text("a spoiler")


@pytest.mark.req("SAND-602")
def test_an_embed_is_drawn_in_full(window: Window) -> None:
    window.says("!embed")
    embed = window.sees("An embed with everything").get_by_role("article", name="Embed")
    expect(embed.locator(".embed-author")).to_have_text("The author")
    expect(embed.get_by_role("link", name="An embed with everything")).to_have_attribute(
        "href", "https://example.org/title"
    )
    expect(embed.locator(".embed-title strong")).to_have_text("everything")
    expect(embed.locator(".embed-description blockquote")).to_have_text("and a quote")
    expect(embed.locator(".embed-row").first.locator(".embed-field-name")).to_have_text(
        ["First", "Second", "Third"]
    )
    expect(embed.locator(".embed-footer")).to_have_text(re.compile("The footer • .*2026"))
    assert embed.evaluate("node => getComputedStyle(node).borderInlineStartColor") == "rgb(79, 181, 128)"
    for image in embed.get_by_role("img").all():
        assert image.evaluate("async node => { await node.decode(); return node.naturalWidth > 0 }")
    expect(window.message("An embed with everything").locator(".attachments")).to_have_count(0)


@pytest.mark.req("SAND-602")
def test_attachments_are_shown_or_offered(window: Window) -> None:
    window.says("!files")
    message = window.sees("Three files")
    picture = message.get_by_role("img", name="Two shades of blue")
    assert picture.evaluate("async node => { await node.decode(); return node.naturalWidth }") == 320
    expect(message.get_by_role("button", name="Show the spoiler")).to_be_visible()
    with window.page.expect_download() as download:
        message.get_by_role("link", name="Download table.csv").click()
    assert Path(download.value.path()).read_text() == "name,count\nfig,3\n"


@pytest.mark.req("SAND-602", "SAND-601")
def test_people_react_and_see_the_count(open_window: Callable[..., Window]) -> None:
    olivia, mia = open_window("olivia"), open_window("mia")
    olivia.says("!reactions")
    for window, count in ((olivia, 2), (mia, 3)):
        thumb = window.sees("React to this").get_by_role("button", name="👍")
        thumb.click()
        expect(thumb).to_have_attribute("aria-pressed", "true")
        expect(thumb).to_contain_text(str(count))
    expect(olivia.message("React to this").get_by_role("button", name="👍, 3 reactions")).to_be_visible()
    mia.message("React to this").get_by_role("button", name="👍").click()
    expect(olivia.message("React to this").get_by_role("button", name="👍, 2 reactions")).to_be_visible()


@pytest.mark.req("SAND-602")
def test_a_poll_takes_votes(window: Window) -> None:
    window.says("!poll")
    poll = window.sees("Which fruit?").get_by_role("region", name="Poll")
    poll.get_by_role("button", name="banana").click()
    expect(poll.get_by_role("button", name="banana")).to_have_attribute("aria-pressed", "true")
    expect(poll).to_contain_text("1 vote")
    expect(poll.get_by_role("button", name="banana")).to_contain_text("100 %")


@pytest.mark.req("SAND-602", "SAND-601")
def test_threads_and_forum_posts_are_opened(window: Window) -> None:
    window.says("!thread")
    window.page.get_by_role("navigation", name="Channels").get_by_role(
        "button", name="A thread about fruit"
    ).click()
    window.sees("Inside the thread")
    window.opens("questions")
    window.log.get_by_role("button", name=re.compile("How do I begin")).click()
    expect(window.sees("Like this").locator("strong")).to_have_text("this")


@pytest.mark.req("SAND-602")
def test_a_person_edits_replies_pins_and_deletes(window: Window) -> None:
    window.says("frist")
    window.sees("frist")
    window.field.press("ArrowUp")
    editor = window.page.get_by_label("Edit the message")
    editor.fill("first")
    editor.press("Enter")
    expect(window.sees("first")).to_contain_text("(edited)")
    window.message("first").hover()
    window.message("first").get_by_role("button", name="Reply").click()
    expect(window.page.locator("#reply-bar")).to_contain_text("Replying to Olivia")
    window.says("second")
    expect(window.sees("second").locator(".above")).to_contain_text("first")
    window.message("second").click(button="right")
    window.page.get_by_role("menuitem", name="Pin message").click()
    window.sees("pinned a message")
    window.message("second").locator(".message-text").click(button="right")
    window.page.get_by_role("menuitem", name="Delete message").click()
    window.page.get_by_role("button", name="Delete", exact=True).click()
    expect(window.messages.filter(has_text="second")).to_have_count(0)


@pytest.mark.req("SAND-601")
def test_somebody_typing_is_announced(open_window: Callable[..., Window]) -> None:
    olivia, mia = open_window("olivia"), open_window("mia")
    mia.field.press_sequentially("hel")
    expect(olivia.page.locator("#typing")).to_have_text("Mia is typing…")
    mia.says("hello")
    olivia.sees("hello")
    expect(olivia.page.locator("#typing")).to_have_text("")


@pytest.mark.req("SAND-601")
def test_the_page_says_that_the_bot_is_away_and_back(window: Window, stage: Stage) -> None:
    banner = window.page.locator("#banner")
    stage.stop_bot()
    expect(banner).to_contain_text("Guildwright is offline")
    expect(window.page.locator("[data-user] .presence-offline")).to_be_visible()
    stage.start_bot()
    expect(banner).to_be_hidden()
    window.says("!ping")
    window.sees("pong")


@pytest.mark.req("SAND-603")
def test_files_are_chosen_pasted_and_dropped(window: Window, upload: Path) -> None:
    window.page.locator("#file").set_input_files(upload)
    for event, carrier in (("paste", "clipboardData"), ("drop", "dataTransfer")):
        window.page.evaluate(
            """([event, carrier]) => {
                const data = new DataTransfer();
                data.items.add(new File([event], `${event}.txt`, {type: 'text/plain'}));
                const target = document.querySelector(event === 'paste' ? '#draft' : '#chat');
                const Kind = event === 'paste' ? ClipboardEvent : DragEvent;
                target.dispatchEvent(new Kind(event, {[carrier]: data, bubbles: true, cancelable: true}));
            }""",
            [event, carrier],
        )
    expect(window.page.locator("#uploads .upload-name")).to_have_text(["notes.txt", "paste.txt", "drop.txt"])
    window.page.get_by_role("button", name="Remove paste.txt").click()
    window.says("files")
    expect(window.sees("files").locator(".file-name")).to_have_text(["notes.txt", "drop.txt"])


@pytest.mark.req("SAND-603")
def test_drafts_stay_with_their_channel_and_person(window: Window) -> None:
    window.field.fill("for general")
    window.opens("bot-commands")
    expect(window.field).to_have_value("")
    window.field.fill("for commands")
    window.becomes("Mia")
    expect(window.field).to_have_value("")
    window.becomes("Olivia")
    expect(window.field).to_have_value("for commands")
    window.opens("general")
    expect(window.field).to_have_value("for general")


@pytest.mark.req("SAND-601")
def test_a_mention_is_completed_and_reaches_the_one_it_names(open_window: Callable[..., Window]) -> None:
    olivia, mia = open_window("olivia"), open_window("mia")
    olivia.field.press_sequentially("hi @mi")
    expect(olivia.suggestions.get_by_role("option")).to_have_text([re.compile("Mia"), "@Admin"])
    olivia.field.press("Enter")
    olivia.field.press("Enter")
    expect(mia.sees("hi @Mia")).to_have_class(re.compile("named"))
