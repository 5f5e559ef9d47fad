"""What somebody made elsewhere, taken in: with the checks, the quotas and the judgement of what is made here.

Everything comes in private. What was on stage there has to be published anew, as anything else.
"""

import hashlib
from typing import Any

from django.db.models import Max

from accounts.errors import AllowanceUsedUp
from accounts.privacy.holdings import Holding
from accounts.restore.guard import MB
from accounts.restore.work import Raw, Refused, Work, built, saved, wait_for
from characters.cards import read_card
from characters.content import CONTENT_FIELDS, checked, columns_of
from characters.drafting import MAX_TAG, storable
from characters.lore_fields import BOOK_FIELDS, ENTRY_FIELDS, checked_book, checked_entry
from characters.models import (
    Asset,
    CardOriginal,
    Character,
    CharacterVersion,
    Favourite,
    Knowledge,
    Lorebook,
    Scope,
    Tag,
)
from characters.services.assets import claim_pictures, cut_picture, pictures_in
from characters.services.audience import set_favourite
from characters.services.judging import judged_content, judged_lore
from characters.services.knowledge import add_knowledge
from characters.services.lore import make_room_in, read_by_meaning
from characters.services.quotas import reserve
from characters.services.sealing import write
from characters.services.search import index_character
from characters.services.tags import tags_named

MAX_PICTURE = 8 * MB
MAX_CARD = 64 * MB
MAX_SOURCE = 1_000_000
MAX_DRAFT = 1_000_000
MAX_VERSIONS = 2_000  # of one character
MOST_TAGS = 12


def take_picture(work: Work, holding: Holding, raw: Raw) -> Any:
    """Decoded and encoded anew, as any picture that somebody brings."""
    row, _texts = built(work, holding, raw)
    data = work.brought.file(raw.get("data"), MAX_PICTURE)
    cut = cut_picture(data=data, kind=row.kind, name=row.name, alt=row.alt)
    reserve(work.user, pictures=1, picture_bytes=len(cut.data) + len(cut.face))
    row.width, row.height, row.data, row.face = cut.width, cut.height, cut.data, cut.face
    return saved(work, holding, raw, row)


def take_card(work: Work, holding: Holding, raw: Raw) -> Any:
    """Read as a card that comes alone; what it turned into there is what it turns into here."""
    row, _texts = built(work, holding, raw)
    data = work.brought.file(raw.get("data"), MAX_CARD)
    card = read_card(data, row.filename)
    reserve(work.user, cards=1, card_bytes=len(data))
    row.container, row.spec, row.document = card.container, card.spec, card.text
    row.sha256, row.data = hashlib.sha256(data).hexdigest(), data
    row.derived = _derived(row.derived)
    return saved(work, holding, raw, row)


def _derived(value: Any) -> dict[str, Any]:
    """With what a version is compared, to tell whether its card still holds: nobody but its author is shown it."""
    told = value if isinstance(value, dict) else {}
    content, picture, tags = told.get("content"), told.get("picture"), told.get("tags")
    return {
        "content": {name: each for name, each in content.items() if name in CONTENT_FIELDS}
        if isinstance(content, dict)
        else {},
        "picture": picture if isinstance(picture, str) else "",
        "tags": {code: word for code, word in tags.items() if isinstance(word, str)} if isinstance(tags, dict) else {},
    }


def take_character(work: Work, holding: Holding, raw: Raw) -> Any:
    row, _texts = built(work, holding, raw)
    reserve(work.user, characters=1)
    pk = saved(work, holding, raw, row)
    row.tags.set(tags_of(work, raw.get("tags")))
    return pk


def tags_of(work: Work, codes: Any) -> list[Tag]:
    """By their codes, or, where the house has none of that code, by the words that came along."""
    if not isinstance(codes, list):
        return []
    wanted = [code for code in codes[:MOST_TAGS] if isinstance(code, str)]
    known = list(Tag.objects.filter(code__in=wanted))
    unknown = set(wanted) - {tag.code for tag in known}
    words = [raw.get("name_en") for raw in work.read("tags") if raw.get("code") in unknown] if unknown else []
    return known + tags_named(word for word in words if isinstance(word, str) and len(word) <= MAX_TAG)


def take_version(work: Work, holding: Holding, raw: Raw) -> Any:
    row, _texts = built(work, holding, raw)
    character = Character.objects.get(pk=row.character_id)
    content = {name: work.renamed(raw[name]) for name in CONTENT_FIELDS if name in raw}
    content |= {name: str(getattr(row, f"{name}_id") or "") for name in ("picture", "card")}
    clean = checked(row.language, content)
    clean = judged_content(clean, owner=work.user, rating=character.rating)
    claim_pictures(owner=work.user, character=character, asset_ids=pictures_in(clean))
    if (character.versions.aggregate(newest=Max("number"))["newest"] or 0) >= MAX_VERSIONS:
        raise Refused("too_many", "number")
    for name, value in columns_of(clean).items():
        setattr(row, name, value)
    row.save()
    row.pictures.add(*pictures_in(clean))
    return row.pk


def take_draft(work: Work, holding: Holding, raw: Raw) -> Any:
    """As it stands, valid or not; it is looked at when it becomes a version."""
    row, _texts = built(work, holding, raw)
    if not isinstance(row.content, dict) or not isinstance(row.tags, list) or len(str(row.content)) > MAX_DRAFT:
        raise Refused("does_not_fit", "content")
    if not all(isinstance(tag, str) for tag in row.tags):
        raise Refused("no_text", "tags")
    known = {*CONTENT_FIELDS, "rating", "visibility"}
    row.content = {name: storable(value) for name, value in row.content.items() if name in known}
    for name, model in (("card", CardOriginal), ("picture", Asset)):
        named = row.content.get(name)
        if named and not model._default_manager.filter(pk=named, owner=work.user).exists():
            row.content[name] = ""
    reserve(work.user, drafts=1)
    return saved(work, holding, raw, row)


def take_book(work: Work, holding: Holding, raw: Raw) -> Any:
    row, _texts = built(work, holding, raw)
    if row.scope not in Scope.values:
        raise Refused("no_choice", "scope")
    for name, value in checked_book({name: getattr(row, name) for name in BOOK_FIELDS}).items():
        setattr(row, name, value)
    belongs = {"character": row.character_id, "persona": row.persona_id, "conversation": row.conversation_id}
    if row.scope != Scope.ACCOUNT and belongs[row.scope] is None:
        raise Refused("no_reference", row.scope)
    if len(row.source) > MAX_SOURCE:
        raise Refused("does_not_fit", "source")
    reserve(work.user, lorebooks=1)
    write(row, row)
    wait_for(work, holding, raw, row)
    return row.pk


def take_entry(work: Work, holding: Holding, raw: Raw) -> Any:
    row, _texts = built(work, holding, raw)
    book = Lorebook.objects.select_related("character").get(pk=row.book_id)
    fields = {name: getattr(row, name) for name in ENTRY_FIELDS if name in holding.restored}
    for name, value in judged_lore(checked_entry(fields), book=book).items():
        setattr(row, name, value)
    if len(row.source) > MAX_SOURCE:
        raise Refused("does_not_fit", "source")
    make_room_in(book, entries=1, letters=len(row.content))
    return write(row, book).pk


def take_knowledge(work: Work, holding: Holding, raw: Raw) -> Any:
    row, _texts = built(work, holding, raw)
    made = add_knowledge(owner=work.user, character_id=row.character_id, title=row.title, text=row.text)
    Knowledge.objects.filter(pk=made.pk).update(enabled=row.enabled, created_at=row.created_at)
    return made.pk


def take_favourite(work: Work, holding: Holding, raw: Raw) -> Any:
    row, _texts = built(work, holding, raw)
    set_favourite(user=work.user, character_id=row.character_id, loved=True)
    Favourite.objects.filter(user=work.user, character=row.character_id).update(created_at=row.created_at)
    return None


def put_in_order(work: Work) -> None:
    """Every character has a version of its own on its bill, is found by what it says, and its lore is read."""
    made = [pk for (model, _old), pk in work.made.items() if model == "characters.Character"]
    for character in Character.objects.filter(pk__in=made).select_related("published"):
        if character.published is None or character.published.character_id != character.pk:
            character.published = CharacterVersion.objects.filter(character=character).first()
            character.save(update_fields=["published"])
        if character.published is None:
            character.delete()
        else:
            index_character(character)
    for book in Lorebook.objects.filter(pk__in=[pk for (m, _o), pk in work.made.items() if m == "characters.Lorebook"]):
        try:
            read_by_meaning(book, book.entries.filter(by_meaning=True))
        except AllowanceUsedUp:
            return  # what comes up by its keys does so all the same
