"""What a scene holds ready: choices, and reactions to actions."""

from stories.book import Beat, Book, Reaction
from stories.book.parts import Option
from stories.rules.actions import Action
from stories.state import State


def due(book: Book, state: State, what: Option | Beat) -> bool:
    """Not used up, its condition holds, and where it leads is not closed."""
    if what.once and what.path in state.done:
        return False
    return what.when(state) and (what.to not in book.scenes or book.scenes[what.to].entry(state))


def reaction_to(book: Book, state: State, action: Action) -> Reaction | None:
    """The scene's own before the story's, in the order of the file."""
    for reactions in (book.scenes[state.scene].actions, book.actions):
        for reaction in reactions:
            if (
                reaction.verb == action.verb
                and reaction.target in ("", action.target)
                and reaction.item in ("", action.item)
                and due(book, state, reaction)
            ):
                return reaction
    return None
