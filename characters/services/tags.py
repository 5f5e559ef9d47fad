"""Tags by the words that authors use."""

import hashlib
from collections.abc import Iterable

from django.db.models import Q
from django.utils.text import slugify

from characters.models import Tag


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
    return Tag.objects.get_or_create(code=code, defaults={"name_en": word[:60], "name_zh": word[:60]})[0]
