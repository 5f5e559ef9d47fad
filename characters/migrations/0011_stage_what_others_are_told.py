from typing import Any

from django.db import migrations

SETTINGS = ("position", "name", "scan_depth", "token_budget", "recursive")
FIELDS = (
    "name", "content", "keys", "secondary_keys", "logic", "selective", "use_regex", "case_sensitive", "whole_words",
    "constant", "by_meaning", "scan_depth", "probability", "sticky", "cooldown", "delay", "group", "group_weight",
    "group_override", "exclude_recursion", "prevent_recursion", "delay_until_recursion", "place", "depth", "role",
    "order", "priority",
)  # fmt: skip


def stage(apps: Any, schema_editor: Any) -> None:
    """What others are told so far counts as granted."""
    Book, Entry, Knowledge, Passage, StagedBook, StagedText = (
        apps.get_model("characters", name)
        for name in ("Lorebook", "LoreEntry", "Knowledge", "Passage", "StagedBook", "StagedText")
    )
    shown = {"character__published_at__isnull": False, "enabled": True, "deleted_at": None}
    for book in Book.objects.filter(**shown).iterator():
        entries = Entry.objects.filter(book=book, enabled=True).order_by("position", "id")
        StagedBook.objects.create(
            book=book,
            revision=book.revision,
            settings={name: getattr(book, name) for name in SETTINGS},
            entries=[{"id": str(each.pk)} | {name: getattr(each, name) for name in FIELDS} for each in entries],
        )
        Passage.objects.filter(entry__in=entries).update(staged=True)
    for text in Knowledge.objects.filter(**shown).iterator():
        StagedText.objects.create(knowledge=text, title=text.title, text=text.text)
        Passage.objects.filter(knowledge=text).update(staged=True)


class Migration(migrations.Migration):
    dependencies = [("characters", "0010_lore_and_knowledge_on_stage")]

    operations = [migrations.RunPython(stage, migrations.RunPython.noop)]
