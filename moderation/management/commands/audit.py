import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from moderation.services.audit import breaks, head


class Command(BaseCommand):
    help = "Whether the audit log holds together, and its last mark. Exits with 1 where it does not."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=("verify", "head"))
        parser.add_argument(
            "--holds", metavar="NUMBER:MARK", help="an entry written down before, which has to be there"
        )
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        number, mark = head()
        told: dict[str, Any] = {"entries": number, "mark": mark}
        if options["what"] == "verify":
            told["breaks"] = [{"number": each.number, "why": each.why} for each in breaks()]
            if options["holds"]:
                told["holds"] = _holds(options["holds"])
        self.stdout.write(json.dumps(told) if options["json"] else _in_words(told))
        if told.get("breaks") or told.get("holds") is False:
            raise SystemExit(1)


def _holds(written_down: str) -> bool:
    from moderation.models import AuditEntry

    number, _colon, mark = written_down.partition(":")
    found = AuditEntry.objects.filter(pk=int(number) if number.isdigit() else 0).first()
    return found is not None and bytes(found.mark).hex() == mark


def _in_words(told: dict[str, Any]) -> str:
    lines = [f"{told['entries']} entries, the last mark is {told['mark'] or 'none'}"]
    lines += [f"entry {each['number']}: {each['why']}" for each in told.get("breaks", ())]
    if "breaks" in told and not told["breaks"]:
        lines.append("The log holds together.")
    if told.get("holds") is False:
        lines.append("What was written down before is not in it: the log was written anew.")
    return "\n".join(lines)
