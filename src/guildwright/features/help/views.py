"""The controls under the help menu: a select of categories, buttons to turn pages, the way back, the credits.

The categories are read anew each time the main page is shown; `custom_id`s are fixed, so a second click that
was on its way while the menu changed still finds its button.
"""

from typing import Any

import discord

from guildwright.api import limits, replies
from guildwright.api.commands import Context
from guildwright.api.views import TIMEOUT_SECONDS, OwnedView
from guildwright.features.help import render, service
from guildwright.features.help.service import Catalogue

Click = discord.Interaction[Any]


class HelpMenu(OwnedView):
    """The menu of one person."""

    def __init__(
        self, ctx: Context, catalogue: Catalogue, *, show_locked: bool, timeout: float = TIMEOUT_SECONDS
    ) -> None:
        super().__init__(ctx, timeout=timeout)
        self.ctx = ctx
        self.catalogue = catalogue
        self._show_locked = show_locked
        self._page = 0
        self._category = ""

    async def show_main(self) -> discord.Embed:
        """Go to the main page; returns it."""
        self._category = ""
        self._lay_out_main()
        return render.main_page(self.ctx, self.catalogue, self._page)

    async def show_category(self, name: str, page: int = 0) -> discord.Embed:
        """Go to a page of a category; returns it."""
        entries = self.catalogue.categories[name]
        last = render.count_pages(len(entries), render.COMMANDS_PER_PAGE) - 1
        self._category, self._page = name, min(max(page, 0), last)
        shown = entries[self._page * render.COMMANDS_PER_PAGE :][: render.COMMANDS_PER_PAGE]
        locked = await service.find_locked(self.ctx, shown)
        self._lay_out_category(last)
        return render.category_page(self.ctx, name, entries, self._page, locked)

    # --- the controls ------------------------------------------------------------------------------

    def _lay_out_main(self) -> None:
        self.clear_items()
        names = list(self.catalogue.categories)
        pages = render.count_pages(len(names), render.CATEGORIES_PER_PAGE)
        self._page = min(max(self._page, 0), pages - 1)
        if names:
            self.add_item(CategorySelect(self.catalogue, self._page, pages))
        if pages > 1:
            self._add_button("◀ Prev Categories", "help:fewer", self._turn_back, off=self._page == 0)
            self._add_button("Next Categories ▶", "help:more", self._turn_on, off=self._page >= pages - 1)
        self._add_button("ℹ️ Credits", "help:credits", self._show_credits)

    def _lay_out_category(self, last: int) -> None:
        self.clear_items()
        self._add_button("◀ Previous", "help:previous", self._turn_back, off=self._page == 0)
        self._add_button("Next ▶", "help:next", self._turn_on, off=self._page >= last)
        self._add_button("🏠 Back to Main", "help:main", self._go_back)
        self._add_button("ℹ️ Credits", "help:credits", self._show_credits)

    def _add_button(self, label: str, custom_id: str, callback: Any, *, off: bool = False) -> None:
        button: discord.ui.Button[HelpMenu] = discord.ui.Button(
            label=label, custom_id=custom_id, disabled=off, style=discord.ButtonStyle.secondary
        )
        button.callback = callback
        self.add_item(button)

    # --- the clicks --------------------------------------------------------------------------------

    async def open(self, click: Click, category: str) -> None:
        """Show a category that was chosen; one whose extension went meanwhile leads back."""
        if category not in self.catalogue.categories:
            await self._go_back(click)
            return
        await self.update(click, embed=await self.show_category(category))

    async def _turn_on(self, click: Click) -> None:
        await self._turn(click, 1)

    async def _turn_back(self, click: Click) -> None:
        await self._turn(click, -1)

    async def _turn(self, click: Click, step: int) -> None:
        if self._category:
            embed = await self.show_category(self._category, self._page + step)
        else:
            self._page += step
            embed = await self.show_main()
        await self.update(click, embed=embed)

    async def _go_back(self, click: Click) -> None:
        """Read the categories anew: an extension may have come or gone since."""
        self.catalogue = await service.read_catalogue(self.ctx, show_locked=self._show_locked)
        self._page = 0
        await self.update(click, embed=await self.show_main())

    async def _show_credits(self, click: Click) -> None:
        await replies.send(click, render.credits_page(self.ctx), ephemeral=True)


class CategorySelect(discord.ui.Select[HelpMenu]):
    """Ten categories with the number of their commands."""

    def __init__(self, catalogue: Catalogue, page: int, pages: int) -> None:
        names = list(catalogue.categories)[page * render.CATEGORIES_PER_PAGE :][: render.CATEGORIES_PER_PAGE]
        self._names = names
        options = [
            discord.SelectOption(
                label=name[: limits.OPTION_LABEL],
                value=str(index),
                description=render.plural(len(catalogue.categories[name]), "command"),
            )
            for index, name in enumerate(names)
        ]
        place = f" (page {page + 1}/{pages})" if pages > 1 else ""
        super().__init__(placeholder=f"Choose a category{place}", options=options, custom_id="help:category")

    async def callback(self, interaction: Click) -> Any:
        """Open the chosen category."""
        assert self.view is not None  # noqa: S101 - a select that is clicked is in its view
        await self.view.open(interaction, self._names[int(self.values[0])])
