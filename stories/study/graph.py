"""Scenes and what leads from one to another, as the file says it; whether a condition ever holds is for plays."""

from collections.abc import Iterator
from typing import NamedTuple

from stories.book import Book
from stories.book.parts import words_in
from stories.book.sense import branches
from stories.format.shape import Words

MOST_LETTERS = 32


class Edge(NamedTuple):
    """`by` is the path of what leads there; `start` is empty for what may happen in any scene."""

    start: str
    to: str
    by: str


def edges(book: Book) -> list[Edge]:
    found = [Edge(_scene(path), branch.to, path) for path, branch in branches(book.file) if branch.to]
    return found + [Edge("", ending.name, ending.path) for ending in book.fated]


def reached(book: Book) -> set[str]:
    """Scenes and endings to which some way leads from the first scene."""
    onward: dict[str, set[str]] = {}
    for edge in edges(book):
        onward.setdefault(edge.start, set()).add(edge.to)
    found: set[str] = set()
    todo = {book.file.start, *onward.get("", ())}
    while todo:
        name = todo.pop()
        found.add(name)
        todo |= onward.get(name, set()) - found
    return found


def mermaid(book: Book, language: str = "en") -> str:
    return "\n".join(["flowchart TD", *_nodes(book, language), *_arrows(book, language)]) + "\n"


def _nodes(book: Book, language: str) -> Iterator[str]:
    for name, scene in book.file.scenes.items():
        yield f'  {name}["{titled(book, scene.title, language)}"]'
    for name, ending in book.file.endings.items():
        yield f'  {name}(["{titled(book, ending.title, language)}"])'
    if any(not edge.start for edge in edges(book)):
        yield '  anywhere{{"…"}}'


def _arrows(book: Book, language: str) -> Iterator[str]:
    for edge in edges(book):
        label = label_of(book, edge, language)
        yield f"  {edge.start or 'anywhere'} -->{f'|{_quoted(label)}| ' if label else ' '}{edge.to}"


def label_of(book: Book, edge: Edge, language: str) -> str:
    """What the player chooses, or the name of what happens."""
    parts = edge.by.split(".")
    if edge.by.startswith("endings."):
        return ""
    table = book.file.actions if parts[0] == "actions" else getattr(book.file.scenes[parts[1]], parts[2])
    name = parts[1] if parts[0] == "actions" else parts[3]
    words = getattr(table[name], "label", None)
    said = words_in(words, language, book.file) if words else ""
    rolled = {"passed": " ✓", "failed": " ✗"}.get(parts[-1], "")
    return short(said or name.replace("_", " ")) + rolled


def titled(book: Book, words: Words, language: str) -> str:
    return words_in(words, language, book.file).replace('"', "'")


def short(text: str) -> str:
    return text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - 1].rstrip() + "…"


def _quoted(label: str) -> str:
    return '"' + label.replace('"', "'") + '"'


def _scene(path: str) -> str:
    parts = path.split(".")
    return parts[1] if parts[0] == "scenes" else ""
