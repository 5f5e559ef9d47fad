"""The data map, as a page: `docs/data-map.md` is made of this."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from django.db.models import BinaryField, Field

from accounts.privacy.holdings import Holding, all_holdings

HEAD = """# Data map

What is held of people, table by table. Made by `manage.py data_map --write` from what each app says in its
`holdings.py`; do not edit it here. A test compares the two, and fails for a model that can reach an account and is not
in here. What is sealed lies under a key of its writer or of its talk (`adr/0005-encryption.md`); `erasure.md` says
how it goes.

Nothing of people lies in files. Redis holds allowances, spending and who is there under ids, ten minutes of running
text and answers for an hour (both sealed), and tasks, which carry ids. Logs carry ids and sizes.

The column of the take-out says in which section of it a table stands; with an arrow, that it comes back with the
take-out into another house (`takeout.md`).
"""
COLUMNS = ("Table", "What", "Why", "Sealed columns", "Columns", "Kept", "Take-out", "Erasure")


def written() -> str:
    return "\n".join(_lines(all_holdings()))


def _lines(holdings: Iterable[Holding]) -> Iterator[str]:
    yield HEAD.rstrip()
    for app, held in groupby(holdings, key=lambda holding: holding.model.partition(".")[0]):
        yield ""
        yield f"## {app}"
        yield ""
        yield _row(COLUMNS)
        yield _row(["---"] * len(COLUMNS))
        for holding in held:
            yield _row(_cells(holding))
    yield ""


def _cells(holding: Holding) -> list[str]:
    fields = [field for field in holding.rows._meta.local_fields if field.name not in holding.sealed]
    return [
        f"`{holding.rows._meta.db_table}`",
        holding.what,
        holding.why,
        ", ".join(f"`{name}`" for name in holding.sealed),
        ", ".join(_named(field) for field in fields),
        holding.kept,
        _taken(holding),
        holding.erased,
    ]


def _taken(holding: Holding) -> str:
    if not holding.taken:
        return f"no: {holding.left}"
    return f"`{holding.taken}`" + (" ↔" if holding.restored else "")


def _named(field: "Field[object, object]") -> str:
    return f"`{field.name}`" + (" (bytes)" if isinstance(field, BinaryField) else "")


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"
