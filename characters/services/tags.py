"""Tags by the words that authors use."""

import hashlib
from collections.abc import Iterable

from django.db.models import Q
from django.utils.text import slugify

from characters.models import Tag

# Romance, and more: who has not said to be an adult does not see them. An operator may set others in the admin.
FOR_ADULTS = frozenset(
    [
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
)


def tags_named(words: Iterable[str]) -> list[Tag]:
    """The tags of these codes or names, in either language; words that nobody has used become tags of their own."""
    return [_tag(word.strip()) for word in dict.fromkeys(words) if word.strip()]


def _tag(word: str) -> Tag:
    known = Tag.objects.filter(Q(code=word) | Q(name_en__iexact=word) | Q(name_zh=word)).first()
    if known is not None:
        return known
    # A code is ASCII: a name that is not gets one of its own, the same for the same name.
    code = slugify(word)[:40] if word.isascii() else ""
    # "C++" is not "C".
    if not code or Tag.objects.filter(code=code).exists():
        code = f"t-{hashlib.sha256(word.casefold().encode()).hexdigest()[:16]}"
    return Tag.objects.get_or_create(
        code=code, defaults={"name_en": word[:60], "name_zh": word[:60], "adults": word.casefold() in FOR_ADULTS}
    )[0]
