from typing import Any

from django.db import migrations
from django.db.models import Q

WORDS = [
    "romance",
    "romantic",
    "love",
    "lover",
    "lovers",
    "dating",
    "girlfriend",
    "boyfriend",
    "wife",
    "husband",
    "harem",
    "yandere",
    "erotic",
    "smut",
    "nsfw",
    "恋爱",
    "言情",
    "爱情",
    "恋人",
    "情人",
    "女友",
    "男友",
    "女朋友",
    "男朋友",
    "老婆",
    "老公",
    "妻子",
    "丈夫",
    "后宫",
    "病娇",
    "暧昧",
    "约会",
    "情色",
    "成人",
]


def mark(apps: Any, schema_editor: Any) -> None:
    """Tags that authors made before."""
    named = Q()
    for word in WORDS:
        named |= Q(name_en__iexact=word) | Q(name_zh__iexact=word)
    apps.get_model("characters", "Tag").objects.using(schema_editor.connection.alias).filter(named).update(adults=True)


class Migration(migrations.Migration):
    dependencies = [("characters", "0019_tags_for_adults")]

    operations = [migrations.RunPython(mark, migrations.RunPython.noop)]
