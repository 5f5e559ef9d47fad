"""manage.py stories check | simulate | graph | play | schema"""

import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from inference.prompts.problems import Unfit
from stories.book import Book, read_book
from stories.format.schema import schema_text
from stories.management.playing import play
from stories.shipped import files
from stories.study import Plays, findings, mermaid, simulate
from stories.study.drawing import svg


class Command(BaseCommand):
    help = "Checks stories, plays them at random, draws them, or lets you play one."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        todo = parser.add_subparsers(dest="todo", required=True)
        check = todo.add_parser(
            "check", help="files, or all that are shipped: what is wrong, and what nobody ever meets"
        )
        check.add_argument("file", nargs="*", type=Path)
        played = todo.add_parser("simulate", help="how random plays of a story end")
        played.add_argument("file", type=Path)
        played.add_argument("--from", dest="start", default="", help="a scene to begin with")
        for playing in (check, played):
            playing.add_argument("--plays", type=int, default=10_000)
            playing.add_argument("--seed", default="1")
        graph = todo.add_parser("graph", help="scenes and what leads from one to another")
        graph.add_argument("file", type=Path)
        graph.add_argument("--as", dest="form", choices=("mermaid", "svg"), default="mermaid")
        graph.add_argument("--language", default="en")
        play = todo.add_parser("play", help="play a story here, without a model: its own words and its rules")
        play.add_argument("file", type=Path)
        play.add_argument("--seed", default="1")
        play.add_argument("--language", default="en")
        todo.add_parser("schema", help="the shape of a story file, as a JSON Schema")

    def handle(self, *args: Any, todo: str, **options: Any) -> None:
        try:
            getattr(self, f"do_{todo}")(**options)
        except Unfit as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from error

    def do_check(self, file: list[Path], plays: int, seed: str, **options: Any) -> None:
        wrong = 0
        for path in file or files():
            book = read_book(path)
            found = findings(book, simulate(book, plays, seed))
            wrong += len(found)
            for each in found:
                self.stdout.write(str(each))
        if wrong:
            raise CommandError(f"{wrong} found")
        self.stdout.write(f"{len(file or files())} in order")

    def do_simulate(self, file: Path, plays: int, seed: str, start: str, **options: Any) -> None:
        book = read_book(file)
        if start and start not in book.scenes:
            raise CommandError(f"there is no scene {start}: {', '.join(book.scenes)}")
        began = time.perf_counter()
        found = simulate(book, plays, seed, start)
        took = time.perf_counter() - began
        self.stdout.write(f"{plays:,} plays in {took:.1f} s, {found.steps / max(1, plays):.1f} actions each")
        self._told(book, found)

    def _told(self, book: Book, found: Plays) -> None:
        for title, names, counts in (
            ("endings", book.endings, found.endings),
            ("scenes", book.scenes, found.scenes),
        ):
            self.stdout.write(title)
            for name in names:
                self.stdout.write(f"  {name:32} {counts[name] / found.count:7.2%}")
        for title, counts in (("stuck", found.stuck), ("endless", found.endless)):
            for name, count in counts.items():
                self.stdout.write(f"{title} in {name}: {count:,}")

    def do_graph(self, file: Path, form: str, language: str, **options: Any) -> None:
        book = read_book(file)
        self.stdout.write(svg(book, language) if form == "svg" else mermaid(book, language), ending="")

    def do_play(self, file: Path, seed: str, language: str, **options: Any) -> None:
        try:
            play(read_book(file), seed, language, input, self.stdout.write)
        except (EOFError, KeyboardInterrupt):
            self.stdout.write("")

    def do_schema(self, **options: Any) -> None:
        self.stdout.write(schema_text(), ending="")
