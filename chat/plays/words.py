"""What somebody did, as a line of theirs; and what the rules told of it, as the model reads it."""

from collections.abc import Callable

from stories.book import Book
from stories.book.parts import words_in
from stories.events import Met, Rolled, Told
from stories.format import Words
from stories.rules import Action, Entry

_DEEDS: dict[str, dict[str, str]] = {
    "en": {
        "inspect": "*looks at {target}*",
        "take": "*takes {target}*",
        "use": "*uses {item}*",
        "use_on": "*uses {item} on {target}*",
        "give": "*gives {item} to {target}*",
        "attack": "*attacks {target}*",
        "attack_with": "*attacks {target} with {item}*",
        "go": "*goes to {target}*",
        "talk": "*turns to {target}*",
        "roll": "*rolls: {target}*",
    },
    "zh-hans": {
        "inspect": "*看了看{target}*",
        "take": "*拿起{target}*",
        "use": "*用{item}*",
        "use_on": "*把{item}用在{target}上*",
        "give": "*把{item}给{target}*",
        "attack": "*向{target}动手*",
        "attack_with": "*拿{item}向{target}动手*",
        "go": "*往{target}去*",
        "talk": "*转向{target}*",
        "roll": "*掷{target}*",
    },
}


def deed(book: Book, scene: str, action: Action, language: str) -> str:
    """In the story's names: a choice or an action of the author's in its own words."""
    spoken = language if language in book.file.languages else book.file.languages[0]
    if (label := _label(book, scene, action)) is not None:
        said = words_in(label, spoken, book.file)
        return said if action.verb == "choose" else f"*{said}*"
    kind = action.verb
    if kind == "use" and action.target:
        kind = "use_on"  # type: ignore[assignment]
    elif kind == "attack" and action.item:
        kind = "attack_with"  # type: ignore[assignment]
    called = named(book, spoken)
    return _DEEDS[spoken][kind].format(target=called(action.target), item=called(action.item))


def named(book: Book, language: str) -> Callable[[str], str]:
    """What things, people, places and dice are called."""
    file = book.file

    def called(name: str) -> str:
        for table in (file.cast, file.items, file.places, file.dice):
            if name in table:
                return words_in(table[name].name, language, file)  # type: ignore[index]
        return name

    return called


def _label(book: Book, scene: str, action: Action) -> Words | None:
    written = book.file.scenes[scene]
    if action.verb == "choose":
        return written.choices[action.target].label
    if action.verb == "custom":
        return (written.actions.get(action.target) or book.file.actions[action.target]).label
    return None


def told_of(book: Book, entry: Entry, language: str) -> str:
    """Texts and dice of an entry, in their order."""
    lines = []
    for event in entry.events:
        if isinstance(event, Told):
            lines.append(book.told(event.path, language, event.lines))
        elif isinstance(event, Rolled):
            name = words_in(book.dice[event.dice].name, language, book.file)
            made = " + ".join(map(str, (*event.rolls, event.plus)))
            lines.append(f"[{name}: {made} / {event.needs} {'✓' if event.passed else '✗'}]")
        elif isinstance(event, Met) and event.what == "scene":
            title = book.file.scenes[event.path.partition(".")[2]].title
            lines.append(f"— {words_in(title, language, book.file)} —")
    return "\n\n".join(filter(None, lines))
