from pathlib import Path
from typing import Any

import yaml
from django.db import migrations

from accounts.ids import uuid7

SHIPPED = Path(__file__).resolve().parent.parent / "lists" / "reasons.yaml"


def add_reasons(apps: Any, schema_editor: Any) -> None:
    """What a new site begins with. Where there are some, an operator has written them."""
    rows = apps.get_model("moderation", "ReasonTemplate").objects.using(schema_editor.connection.alias)
    if rows.exists():
        return
    for position, row in enumerate(yaml.safe_load(SHIPPED.read_text(encoding="utf-8"))["reasons"]):
        (title_en, title_zh), (text_en, text_zh) = row["title"], row["text"]
        rows.create(
            id=uuid7(),
            rule=row["rule"],
            position=position,
            title_en=title_en,
            title_zh=title_zh,
            text_en=text_en,
            text_zh=text_zh,
        )


class Migration(migrations.Migration):
    dependencies = [("moderation", "0012_reason_templates")]

    operations = [migrations.RunPython(add_reasons, migrations.RunPython.noop)]
