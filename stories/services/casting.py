"""The cast of a story as characters: rooms, portraits, moods, bonds and prompts know nothing else."""

from collections.abc import Iterator, Mapping
from typing import Any

from characters.content import MAX_LENGTHS, checked, content_of
from characters.models import Character, CharacterVersion, Visibility
from characters.selectors import editions_of
from characters.services.releases import create_version, put_on_stage
from inference.prompts.problems import Problem, Unfit
from stories.book import Book
from stories.book.parts import words_in
from stories.format import lines_of
from stories.models import Part, Story, StoryVersion

_HEADS = {
    "en": {"wants": "Wants", "fears": "Fears"},
    "zh-hans": {"wants": "想要", "fears": "害怕"},
}
_ENDS = {"en": ": ", "zh-hans": "："}


def cast_parts(version: StoryVersion, book: Book) -> list[Part]:
    """Everybody in every language. Who is as before keeps their character and its version; who is new gets one."""
    before = _played_before(version.story)
    house = _of_the_house(book)
    parts: list[Part] = []
    for position, (name, member) in enumerate(book.file.cast.items()):
        if member.preset:
            editions = house[member.preset]
        else:
            editions = _own(version.story, editions_for(book, name), before.get(name, {}))
        parts += [
            Part(version=version, name=name, language=language, position=position, played_by=_in(editions, language))
            for language in book.file.languages
        ]
    return Part.objects.bulk_create(parts)


def missing_players(book: Book) -> Iterator[Problem]:
    """What the check of the document alone cannot know."""
    known = Character.objects.filter(slug__in=_presets(book), owner=None, deleted_at=None, published__isnull=False)
    slugs = set(known.values_list("slug", flat=True))
    for name, member in book.file.cast.items():
        if member.preset and member.preset not in slugs:
            yield book.written.problem(
                f"cast.{name}.preset", f"there is no character of the house called {member.preset}"
            )


def editions_for(book: Book, name: str) -> dict[str, dict[str, Any]]:
    """The character of a part, by language. What it keeps secret is told by scene (`stories.telling.brief`)."""
    return {language: checked(language, _content(book, name, language)) for language in book.file.languages}


def _content(book: Book, name: str, language: str) -> dict[str, Any]:
    file, member = book.file, book.file.cast[name]
    about = "\n\n".join(
        filter(None, (words_in(line, language, file) for line in lines_of(member.about) if line.when is True))
    )
    heads, end = _HEADS[language], _ENDS[language]
    aims = [
        f"{head}{end}{said}"
        for part, head in heads.items()
        if (said := words_in(getattr(member, part), language, file))
    ]
    content = {
        "name": words_in(member.name, language, file),
        "tagline": words_in(member.role, language, file),
        "about": about,
        "description": "\n\n".join(filter(None, [about, "\n".join(aims)])),
        "personality": words_in(member.voice, language, file),
    }
    fitting = {field: text[: MAX_LENGTHS[field]].strip() for field, text in content.items()}
    return fitting | {"portrait": member.portrait or {"seed": f"{file.name}/{name}"[:60]}}


def _own(
    story: Story, editions: Mapping[str, Mapping[str, Any]], before: Mapping[str, CharacterVersion]
) -> dict[str, CharacterVersion]:
    own = {language: version for language, version in before.items() if version.character.story_id == story.pk}
    if own and {language: content_of(version) for language, version in own.items()} == editions:
        return own
    if own:
        character = next(iter(own.values())).character
    else:
        character = Character.objects.create(story=story, rating=story.rating, copyable=False)
    written = create_version(character=character, editions=editions)
    put_on_stage(character=character, version=written[0], visibility=Visibility.PRIVATE)
    return {version.language: version for version in written}


def _played_before(story: Story) -> dict[str, dict[str, CharacterVersion]]:
    """By name and language, as the newest version has it that knew the name."""
    found: dict[str, dict[str, CharacterVersion]] = {}
    parts = Part.objects.filter(version__story=story).select_related("version", "played_by__character")
    newest: dict[str, int] = {}
    for part in parts.order_by("-version__number"):
        if newest.setdefault(part.name, part.version.number) == part.version.number:
            found.setdefault(part.name, {})[part.language] = part.played_by
    return found


def _of_the_house(book: Book) -> dict[str, dict[str, CharacterVersion]]:
    """Raises Unfit where one is missing."""
    if problems := list(missing_players(book)):
        raise Unfit(problems)
    players = Character.objects.filter(slug__in=_presets(book)).select_related("published")
    return {str(each.slug): {edition.language: edition for edition in editions_of(each)} for each in players}


def _presets(book: Book) -> set[str]:
    return {member.preset for member in book.file.cast.values() if member.preset}


def _in(editions: Mapping[str, CharacterVersion], language: str) -> CharacterVersion:
    return editions.get(language) or next(iter(editions.values()))
