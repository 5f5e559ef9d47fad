"""The presets of the house: read from YAML, each in two editions, loaded when they changed."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from django.db import connection, transaction

from accounts.errors import Invalid
from characters.content import checked, content_of
from characters.models import Character, Language, Tag, Visibility
from characters.selectors import editions_of
from characters.services import release, set_tags
from characters.services.search import index_tagged

DIRECTORY = Path(__file__).parent / "presets"
TAGS_FILE = "tags.yaml"
# Both editions have these in common; the rest is written for each language.
SHARED = ("portrait", "traits", "generation", "memory_policy")
# What pages show and the model never sees.
PRESENTED = ("cues", "related_title", "related", "portrait_alt", "keywords")
ON_OCCASION = ("advises", "voice", "pace")
_LOCK = 0x64726D70  # one loader at a time


class PresetError(Exception):
    """A preset file that cannot be used. The message names file and field."""


@dataclass(frozen=True, slots=True)
class Preset:
    slug: str
    position: int
    tags: tuple[str, ...]
    editions: dict[str, dict[str, Any]]


@dataclass(slots=True)
class Loaded:
    """Slugs, by what happened to them."""

    created: list[str]
    changed: list[str]
    unchanged: list[str]


_loaders: list[Callable[[], Loaded]] = []


def on_loading(loader: Callable[[], Loaded]) -> None:
    """For apps above, in their `apps.py`: what they ship is loaded by the same command, after the characters."""
    if loader not in _loaders:
        _loaders.append(loader)


def load_house() -> Iterator[Loaded]:
    """The characters, then what other apps ship."""
    yield load_presets()
    for loader in _loaders:
        yield loader()


def read_preset(path: Path) -> Preset:
    """One file, checked whole. Raises PresetError."""
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        shared = {field: raw.get(field, {}) for field in SHARED}
        editions = {language: _edition(language, shared, raw["editions"][language]) for language in Language.values}
        return Preset(path.stem, int(raw["position"]), tuple(raw["tags"]), editions)
    except Invalid as error:
        raise PresetError(f"{path.name}: {error.extra.get('field', '')}: {error.message}") from error
    except (KeyError, TypeError, ValueError, AttributeError, yaml.YAMLError) as error:
        raise PresetError(f"{path.name}: {type(error).__name__}: {error}") from error


def _edition(language: str, shared: dict[str, Any], written: dict[str, Any]) -> dict[str, Any]:
    fields = {name: value for name, value in written.items() if name not in PRESENTED + ON_OCCASION}
    shown = {name: written[name] for name in PRESENTED}
    shown |= {name: written[name] for name in ON_OCCASION if name in written}
    shown["related"] = [{"slug": slug, "line": line} for slug, line in shown["related"].items()]
    return checked(language, shared | fields | {"presentation": shown})


def preset_files(directory: Path = DIRECTORY) -> list[Path]:
    return sorted(path for path in directory.glob("*.yaml") if path.name != TAGS_FILE)


def load_presets(directory: Path = DIRECTORY) -> Loaded:
    """Bring the database to what the files say. Files that did not change since are not even parsed.

    A changed character gets a new version; talks that run keep theirs. A file that is gone leaves its character be.
    """
    tags = (directory / TAGS_FILE).read_bytes()
    digests = {path: _digest(tags, path) for path in preset_files(directory)}
    loaded = Loaded([], [], [])
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        known = dict(Character.objects.filter(slug__isnull=False).values_list("slug", "source_digest"))
        todo = [path for path, digest in digests.items() if known.get(path.stem) != digest]
        loaded.unchanged = [path.stem for path in digests if path not in todo]
        if todo:
            index_tagged(_load_tags(yaml.safe_load(tags)))
        for path in todo:
            outcome = loaded.changed if path.stem in known else loaded.created
            _load(read_preset(path), digests[path])
            outcome.append(path.stem)
    return loaded


def _digest(tags: bytes, path: Path) -> str:
    return hashlib.sha256(b"1\0" + tags + b"\0" + path.read_bytes()).hexdigest()


def _load_tags(tags: list[dict[str, str]]) -> list[Tag]:
    """Answers those that are new or called something else than before."""
    known = {tag.code: (tag.name_en, tag.name_zh) for tag in Tag.objects.filter(code__in=[tag["code"] for tag in tags])}
    rows = [
        Tag(code=tag["code"], name_en=tag["en"], name_zh=tag["zh"], position=place) for place, tag in enumerate(tags)
    ]
    Tag.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name_en", "name_zh", "position"],
    )
    return [tag for tag in rows if known.get(tag.code) != (tag.name_en, tag.name_zh)]


def _load(preset: Preset, digest: str) -> None:
    character, _created = Character.objects.select_related("published").get_or_create(
        slug=preset.slug, defaults={"visibility": Visibility.PUBLIC}
    )
    on_stage = {version.language: content_of(version) for version in editions_of(character)}
    if on_stage != preset.editions:
        release(character=character, editions=preset.editions)
    character.position, character.source_digest = preset.position, digest
    character.save(update_fields=["position", "source_digest", "updated_at"])
    tags = list(Tag.objects.filter(code__in=preset.tags))
    if missing := set(preset.tags) - {tag.code for tag in tags}:
        raise PresetError(f"{preset.slug}: no such tag: {', '.join(sorted(missing))}")
    set_tags(character=character, tags=tags)
