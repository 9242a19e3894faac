"""One browser window: what a person does in it, in the words of the person."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from .stage import Stage


class Window:
    """A page of the sandbox in which somebody acts."""

    def __init__(self, page: Page, stage: Stage, person: str) -> None:
        self.page = page
        self.stage = stage
        page.goto(stage.page_address(person))
        expect(page.locator("body.ready")).to_be_visible()
        expect(self.log).to_have_attribute("aria-busy", "false")

    @property
    def log(self) -> Locator:
        return self.page.get_by_role("log")

    @property
    def field(self) -> Locator:
        return self.page.get_by_label("Message", exact=True).and_(self.page.locator("textarea"))

    @property
    def messages(self) -> Locator:
        return self.log.locator("article.message")

    @property
    def suggestions(self) -> Locator:
        return self.page.locator("#suggestions")

    def says(self, text: str) -> None:
        self.field.fill(text)
        self.field.press("Enter")

    def message(self, text: str | re.Pattern[str]) -> Locator:
        """The last message with the text."""
        return self.messages.filter(has_text=text).last

    def sees(self, text: str | re.Pattern[str]) -> Locator:
        """Wait until the text stands in a message."""
        message = self.message(text)
        expect(message).to_be_visible()
        return message

    def opens(self, channel: str) -> None:
        self.page.get_by_role("navigation", name="Channels").get_by_role(
            "button", name=channel, exact=True
        ).click()
        expect(self.log).to_have_attribute("aria-label", f"Messages in {channel}")

    def becomes(self, name: str) -> None:
        self.page.get_by_role("button", name="Acting as").click()
        self.page.get_by_role("dialog", name="Switch person").get_by_text(name, exact=True).click()
        expect(self.page.get_by_role("button", name=f"Acting as {name}")).to_be_visible()

    def starts(self, command: str) -> None:
        """Choose a slash command in the palette."""
        self.field.fill(f"/{command}")
        self.suggestions.get_by_role("option").first.click()
        expect(self.page.get_by_role("group", name=f"/{command}")).to_be_visible()

    def runs(self, command: str) -> None:
        """Run a slash command that needs no options."""
        self.starts(command)
        self.page.keyboard.press("Enter")

    def option(self, name: str) -> Locator:
        return self.page.locator(f"[data-option='{name}'] input")
