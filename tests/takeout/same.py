"""Two accounts beside each other, by their archives: ids and times of the import aside."""

import re
import zipfile
from typing import Any

from accounts.privacy.holdings import taken
from tests.takeout.settler import section

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# Of what is restored: set by the house, and told anew with every take-out.
OF_THE_HOUSE = {"characters.CharacterVersion": {"created_at"}}


def canonical(archive: zipfile.ZipFile) -> dict[str, list[dict[str, Any]]]:
    """Every section that comes back, with ids as the numbers in which they first stand there."""
    numbers: dict[str, str] = {}
    told = {}
    for holding in taken():
        if not holding.restored:
            continue
        rows = []
        for row in section(archive, holding.taken):
            if row.get("deleted_at"):
                continue
            columns = {"id", *holding.restored} if holding.model != "chat.Message" else set(row) - {"deleted_at"}
            rows.append({name: _numbered(row[name], numbers) for name in sorted(columns & set(row))})
        told[holding.taken] = rows
    return told


def _numbered(value: Any, numbers: dict[str, str]) -> Any:
    if isinstance(value, str):
        return UUID.sub(lambda found: numbers.setdefault(found[0], f"#{len(numbers)}"), value)
    if isinstance(value, list):
        return [_numbered(each, numbers) for each in value]
    if isinstance(value, dict):
        return {name: _numbered(each, numbers) for name, each in value.items()}
    return value
