"""What is wrong with a story that can be read: ways that end nowhere, and what nobody ever meets."""

from collections.abc import Iterator

from inference.prompts.problems import Problem
from inference.prompts.problems import reason as _
from stories.book import Book
from stories.format import lines_of
from stories.study.graph import edges, reached
from stories.study.simulate import Plays
from stories.study.uses import uses_of


def findings(book: Book, plays: Plays) -> list[Problem]:
    """By line. What depends on chance is told with how many plays there were; without any, it stays unsaid."""
    problem = book.written.problem
    found = {
        problem(path, reason)
        for path, reason in (*_ways(book), *_names(book), *(_met(book, plays) if plays.count else ()))
    }
    return sorted(found)


Found = Iterator[tuple[str, str]]


def _ways(book: Book) -> Found:
    known, leaving = reached(book), {edge.start for edge in edges(book)}
    for name in book.scenes:
        if name not in known:
            yield f"scenes.{name}", _("no way leads to this scene")
        if name not in leaving and "" not in leaving:
            yield f"scenes.{name}", _("a dead end: nothing leads away from here")
    for name in book.endings:
        if name not in known:
            yield f"endings.{name}", _("no way leads to this ending")


def _names(book: Book) -> Found:
    file, uses = book.file, uses_of(book.file)
    for part, table in (("flags", file.flags), ("counters", file.counters)):
        for name in table:
            if name not in uses.read:
                yield f"{part}.{name}", _("nothing ever depends on it")
            elif name not in uses.written:
                yield f"{part}.{name}", _("nothing ever changes it")


def _met(book: Book, plays: Plays) -> Found:
    never = _("never met in %(plays)s plays", plays=f"{plays.count:,}")
    for name in book.endings:
        if not plays.endings[name]:
            yield f"endings.{name}", never
    for name in book.scenes:
        if not plays.scenes[name]:
            yield f"scenes.{name}", never
    for path in paths_of(book):
        if not plays.paths[path]:
            yield path, never
    for path, text in book.texts.items():
        if path.startswith(("cast.", "items.", "places.")):
            continue  # whoever looks at them is not in a random play
        for at, line in enumerate(lines_of(text)):
            if line.when is not True and not plays.lines[path, at]:
                yield f"{path}.{at}", _("never told in %(plays)s plays", plays=f"{plays.count:,}")
    for name, count in plays.stuck.items():
        yield (
            f"scenes.{name}",
            _("%(count)s of %(plays)s plays got stuck here", count=f"{count:,}", plays=f"{plays.count:,}"),
        )
    for name, count in plays.endless.items():
        yield (
            f"scenes.{name}",
            _("%(count)s of %(plays)s plays came to no end here", count=f"{count:,}", plays=f"{plays.count:,}"),
        )


def paths_of(book: Book) -> Iterator[str]:
    """Of what happens in plays: choices, beats, exits, actions, proposals."""
    for scene in book.scenes.values():
        for part in (scene.choices.values(), scene.beats, scene.exits, scene.actions, scene.proposals.values()):
            yield from (each.path for each in part)
    yield from (each.path for each in book.actions)
