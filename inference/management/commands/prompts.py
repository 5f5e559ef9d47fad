"""manage.py prompts check | list | render | diff | write | promote | rollback"""

import difflib
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from inference.models import PromptVersion
from inference.prompts import Shelf, Source, Unfit, shipped
from inference.prompts.read import read
from inference.samples import rendered, samples_of
from inference.selectors import NoSuchVersion, live_versions, shelf_with_live, source_of
from inference.services.prompts import CannotMove, checked_text, promote_version, roll_back, write_version


class Command(BaseCommand):
    help = "Checks prompt templates, renders and compares them, puts versions in force and takes them back."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        todo = parser.add_subparsers(dest="todo", required=True)
        check = todo.add_parser("check", help="all that is shipped and in force, or files that shall be")
        check.add_argument("file", nargs="*", type=Path)
        todo.add_parser("list", help="every template, what is shipped and what is in force")
        render = todo.add_parser("render", help="one template on a made-up sample")
        render.add_argument("name")
        render.add_argument("--version", dest="wanted", default="live", help="a version, live or shipped")
        render.add_argument("--sample", default="", help="which; without one the first. --sample ? lists them")
        diff = todo.add_parser("diff", help="two versions of a template")
        for argument in ("name", "one", "other"):
            diff.add_argument(argument)
        write = todo.add_parser("write", help="a file as a draft")
        write.add_argument("file", type=Path)
        write.add_argument("--note", default="")
        promote = todo.add_parser("promote", help="put a version in force")
        promote.add_argument("name")
        promote.add_argument("wanted")
        rollback = todo.add_parser("rollback", help="what was in force before")
        rollback.add_argument("name")
        for changing in (write, promote, rollback):
            changing.add_argument("--by", default="", help="e-mail address of whoever does it, for the record")

    def handle(self, *args: Any, todo: str, **options: Any) -> None:
        try:
            getattr(self, f"do_{todo}")(**options)
        except (Unfit, CannotMove) as error:
            raise CommandError(str(error)) from error
        except (NoSuchVersion, OSError) as error:
            raise CommandError(f"there is no {error}") from error

    def do_check(self, file: list[Path], **options: Any) -> None:
        for path in file:
            source = _read(path)
            checked_text(source.name, source.text, where=str(path))
        if not file:
            _shelf, unfit = shelf_with_live()
            if unfit:
                raise CommandError("in force, and fit for this version no more: " + ", ".join(map(str, unfit)))
            odd = _reworded()
            if odd:
                raise CommandError("shipped with other words before, and needs a new version: " + ", ".join(odd))
        self.stdout.write(f"{len(file) or len(shipped().sources)} in order")

    def do_list(self, **options: Any) -> None:
        live = dict(live_versions().values_list("name", "version"))
        for name, source in shipped().sources.items():
            self.stdout.write(f"{name:24} shipped {source.version:10} live {live.get(name, 'as shipped')}")

    def do_render(self, name: str, wanted: str, sample: str, **options: Any) -> None:
        keys = [each.key for each in samples_of(name)]
        if sample == "?" or not keys:
            self.stdout.write("\n".join(keys) or "nothing to try it on")
            return
        if sample and sample not in keys:
            raise CommandError(f"there is no sample {sample}: {', '.join(keys)}")
        for line in rendered(name, sample or keys[0], _shelf(name, wanted)):
            self.stdout.write(f"--- {line.role}\n{line.content}\n")

    def do_diff(self, name: str, one: str, other: str, **options: Any) -> None:
        left, right = (_source(name, each).text.splitlines() for each in (one, other))
        self.stdout.write("\n".join(difflib.unified_diff(left, right, one, other, lineterm="")))

    def do_write(self, file: Path, note: str, by: str, **options: Any) -> None:
        source = _read(file)
        row = write_version(name=source.name, text=source.text, note=note, by=_somebody(by))
        self.stdout.write(f"{row}: a draft")

    def do_promote(self, name: str, wanted: str, by: str, **options: Any) -> None:
        row = PromptVersion.objects.filter(name=name, version=wanted).first()
        if row is None:
            raise NoSuchVersion(f"{name} {wanted}")
        self.stdout.write(f"in force: {promote_version(version=row, by=_somebody(by))}")

    def do_rollback(self, name: str, by: str, **options: Any) -> None:
        self.stdout.write(f"in force: {roll_back(name=name, by=_somebody(by))}")


def _read(path: Path) -> Source:
    return read(path.read_text("utf-8"), str(path))


def _source(name: str, wanted: str) -> Source:
    if wanted in ("live", "shipped"):
        shelf = shipped() if wanted == "shipped" else shelf_with_live()[0]
        if name not in shelf.sources:
            raise NoSuchVersion(f"template {name}")
        return shelf.sources[name]
    return source_of(name, wanted)


def _shelf(name: str, wanted: str) -> Shelf:
    return shelf_with_live()[0].with_these([_source(name, wanted)])


def _reworded() -> list[str]:
    """Files that say other words than the same version did when it was first shipped."""
    known = {(row.name, row.version): row.text for row in PromptVersion.objects.filter(shipped=True)}
    return [
        f"{source.where} ({source.version})"
        for source in shipped().sources.values()
        if known.get((source.name, source.version), source.text) != source.text
    ]


def _somebody(address: str) -> Any:
    if not address:
        return None
    user = get_user_model().objects.filter(email__iexact=address).first()
    if user is None:
        raise CommandError(f"nobody has the address {address}")
    return user
