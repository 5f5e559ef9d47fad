"""Characters in the take-out of whoever made them: one page for each."""

from collections.abc import Iterator

from django.db.models import Q

from accounts.models import User
from accounts.privacy.holdings import Holding, taken
from accounts.takeout.pages import Book, article, told
from accounts.takeout.rows import Row, row_of
from accounts.takeout.words import Group
from characters.models import Character, CharacterVersion, Knowledge, Lorebook, Tag

TAG = {"code": "text", "name_en": "text", "name_zh": "text"}
MODELS = ("characters.Character", "characters.CharacterVersion")


def write_characters(user: User, book: Book) -> None:
    holdings = {holding.model: holding for holding in taken()}
    for character in Character.objects.filter(owner=user, deleted_at=None).order_by("pk"):
        _character(character, book, holdings)


def _character(character: Character, book: Book, holdings: dict[str, Holding]) -> None:
    versions = list(CharacterVersion.objects.filter(character=character).select_related("picture"))
    if not versions:
        return
    newest = versions[0]
    holding = holdings["characters.CharacterVersion"]
    path = f"pages/characters/{character.pk}.html"
    book.page(
        path,
        "character",
        name=newest.name,
        picture=f"../../files/pictures/{newest.picture_id}.webp" if newest.picture_id else "",
        alt=newest.picture.alt if newest.picture else "",
        character=article(row_of(character, holdings["characters.Character"]), holdings["characters.Character"]),
        versions=[
            (version.number, version.get_language_display(), told(version.created_at), _sheet(version, holding))
            for version in versions
        ],
        books=Lorebook.objects.filter(character=character, deleted_at=None).exists(),
        texts=Knowledge.objects.filter(character=character, deleted_at=None).exists(),
    )
    book.lists(Group.MAKING, newest.name, path, str(character.get_visibility_display()))


def _sheet(version: CharacterVersion, holding: Holding) -> object:
    row = row_of(version, holding)
    return article({name: value for name, value in row.items() if name not in ("number", "language")}, holding)


def tags_used(user: User) -> Iterator[Row]:
    """What the codes of their tags stand for: words that no other house knows are among them."""
    for tag in Tag.objects.filter(Q(characters__owner=user) | Q(stories__owner=user)).distinct():
        yield {"code": tag.code, "name_en": tag.name_en, "name_zh": tag.name_zh}
