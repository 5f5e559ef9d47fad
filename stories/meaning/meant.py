"""From a line to an action that is possible right now, or None."""

import re
import unicodedata
from collections.abc import Iterator

from stories.book import Book
from stories.format.shape import Called, Words
from stories.meaning import chinese, english
from stories.meaning.reading import Names, Reading
from stories.rules.actions import Action
from stories.rules.options import due
from stories.rules.possible import possible, visible
from stories.state import State

MOST_LETTERS = 160
_HAN = re.compile("[㐀-䶿一-鿿]")
_ACTED = re.compile(r"\*([^*]+)\*")
_QUOTED = re.compile('["“”„«»「」『』]')
_ENDS = " \t\n.!。！…~～"


def meant(book: Book, state: State, line: str) -> Action | None:
    """A line that says more than one thing, asks, denies, quotes or supposes is no action, unless it is the very words
    of a choice.
    """
    if state.ending or len(line) > MOST_LETTERS:
        return None
    if named := _chosen(book, state, marked(line)):
        return named
    said = _candidate(line)
    if not said:
        return None
    if named := _chosen(book, state, marked(said)):
        return named
    reading = (chinese if _HAN.search(said) else english).read(said, _names(book, state))
    if reading is None:
        return None
    action = _action(book, reading)
    return action if possible(book, state, action) else None


def fold(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().replace("’", "'").strip(_ENDS).split())


def marked(text: str) -> str:
    """Without any marks but those that change what is meant: a question is no decision, speech is no deed."""
    folded = _QUOTED.sub('"', fold(text)).replace("'", "")
    letters = (" " if each not in '"?' and unicodedata.category(each)[0] in "PZC" else each for each in folded)
    return " ".join("".join(letters).replace('"', ' " ').replace("?", " ? ").split())


def _candidate(line: str) -> str:
    """What stands between asterisks, if anything does; else all of it, unless it is speech."""
    acted = _ACTED.findall(line)
    if len(acted) > 1:
        return ""
    if not acted and _QUOTED.search(line):
        return ""
    said = fold(acted[0] if acted else line)
    return "" if re.search(r"[?？\n;；]", said) else said


def _chosen(book: Book, state: State, said: str) -> Action | None:
    """A choice or an action of the scene in its own words, or in others that its author gave it."""
    if not said:
        return None
    scene, written = book.scenes[state.scene], book.file.scenes[state.scene]
    found = [
        Action("choose", name)
        for name, choice in written.choices.items()
        if said in _sayings(choice.label, choice.called) and due(book, state, scene.choices[name])
    ]
    found += [
        Action("custom", name)
        for name, reaction in {**book.file.actions, **written.actions}.items()
        if reaction.verb == "custom" and said in _sayings(reaction.label, reaction.called)
    ]
    possibly = [action for action in found if possible(book, state, action)]
    return possibly[0] if len(possibly) == 1 else None


def _sayings(words: Words, called: Called) -> set[str]:
    """A line that is to be spoken may be typed with its quotation marks or without."""
    found = set(map(marked, _phrases(words, called)))
    return found | {" ".join(each.replace('"', " ").split()) for each in found}


def _phrases(words: Words, called: Called) -> set[str]:
    return {fold(each) for each in (words.en, words.zh_hans, *called.en, *called.zh_hans) if each.strip()}


def _names(book: Book, state: State) -> Names:
    """What all that is in sight is called, and where roads lead. A name that two things share means neither."""
    meanings: dict[str, set[str]] = {}
    for key, words, called in _things(book, state):
        for phrase in _phrases(words, called):
            plain = english.without_article(phrase)
            for name in {plain, plain.rpartition(" ")[2]}:  # the old lamp is a lamp
                meanings.setdefault(name, set()).add(key)
    return {name: keys.pop() for name, keys in meanings.items() if len(keys) == 1}


def _things(book: Book, state: State) -> Iterator[tuple[str, Words, Called]]:
    file = book.file
    for name, member in file.cast.items():
        if visible(state, name):
            yield name, member.name, member.called
    for name, item in file.items.items():
        if visible(state, name):
            yield name, item.name, item.called
    for name, place in file.places.items():
        if name == state.place or name in book.roads.get(state.place, ()):
            yield name, place.name, place.called


def _action(book: Book, reading: Reading) -> Action:
    if reading.verb == "use" and not reading.item:
        return Action("use", item=reading.target)
    return Action(reading.verb, reading.target, reading.item)
