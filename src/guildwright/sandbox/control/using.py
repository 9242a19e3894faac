"""The actions that reach the bot as interactions: commands, autocomplete, buttons, menus, forms."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from guildwright.kernel import limits
from guildwright.sandbox.control import answers, requests
from guildwright.sandbox.control.context import CurrentWorld
from guildwright.sandbox.control.reply import reply
from guildwright.sandbox.people import commands, components, modals
from guildwright.sandbox.people.person import find_person
from guildwright.sandbox.people.refusal import conflict
from guildwright.sandbox.rest.interactions import InteractionState, board_of
from guildwright.sandbox.world import Interaction

router = APIRouter(prefix="/_sandbox", tags=["interactions"])


@router.post("/autocomplete", response_model=answers.ChoicesAnswer)
async def autocomplete(request: Request, world: CurrentWorld, body: requests.Autocomplete) -> Response:
    """Return the bot's choices for the option that is being typed; waits for the bot."""
    person = find_person(world, int(body.person))
    started = commands.start_autocomplete(person, int(body.channel_id), body.path, body.options, body.focused)
    outcome = await board_of(world).outcome(started.id)
    if outcome.state is not InteractionState.AUTOCOMPLETE:
        deadline = f"{limits.INTERACTION_DEADLINE_SECONDS:.0f} seconds"
        raise conflict("no_answer", f"Loading options failed: the bot did not answer within {deadline}.")
    return reply(request, {"choices": list(outcome.choices)})


@router.post("/actions/command", response_model=answers.StartedAnswer)
async def command(request: Request, world: CurrentWorld, body: requests.Command) -> Response:
    """Run a slash command."""
    person = find_person(world, int(body.person))
    started = commands.run_command(person, int(body.channel_id), body.path, body.options)
    return _started(request, started)


@router.post("/actions/context", response_model=answers.StartedAnswer)
async def context(request: Request, world: CurrentWorld, body: requests.ContextMenu) -> Response:
    """Run a command of the menu of a person or a message."""
    person = find_person(world, int(body.person))
    started = commands.run_context_menu(
        person, int(body.channel_id), int(body.command_id), int(body.target_id)
    )
    return _started(request, started)


@router.post("/actions/click", response_model=answers.StartedAnswer)
async def click(request: Request, world: CurrentWorld, body: requests.Click) -> Response:
    """Press a button."""
    person = find_person(world, int(body.person))
    started = components.click(person, int(body.channel_id), int(body.message_id), body.custom_id)
    return _started(request, started)


@router.post("/actions/select", response_model=answers.StartedAnswer)
async def select(request: Request, world: CurrentWorld, body: requests.Select) -> Response:
    """Choose values in a select menu."""
    person = find_person(world, int(body.person))
    started = components.select(
        person, int(body.channel_id), int(body.message_id), body.custom_id, body.values
    )
    return _started(request, started)


@router.post("/actions/modal", response_model=answers.StartedAnswer)
async def modal(request: Request, world: CurrentWorld, body: requests.Modal) -> Response:
    """Send the form that an interaction showed."""
    person = find_person(world, int(body.person))
    return _started(request, modals.submit_modal(person, int(body.interaction_id), body.values))


def _started(request: Request, interaction: Interaction) -> Response:
    return reply(request, {"interaction_id": str(interaction.id)})
