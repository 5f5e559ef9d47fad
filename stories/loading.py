"""The stories of the house, brought from `stories/presets/` into the database when they changed."""

from django.db import connection, transaction

from characters.models import Visibility
from characters.preset_loading import Loaded
from characters.services.tags import tags_named
from stories.models import Story, StoryVersion
from stories.services import put_on_stage, save_version
from stories.services.filing import set_tags
from stories.services.releases import digest_of
from stories.shipped import files

# In the order of the house, each with its tags.
SHELF: dict[str, tuple[str, ...]] = {
    "bell-under-the-lake": ("adventure", "mystery"),
    "last-car-across": ("stories", "romance"),
    "article-fourteen": ("adventure", "thinking"),
    "forty-minutes": ("work", "learning"),
    "sicilian-afternoon": ("thinking", "learning"),
}
_LOCK = 0x64726D73  # one loader at a time


def load_stories() -> Loaded:
    """A changed story gets a new version; plays that run keep theirs. A file that is gone leaves its story be."""
    loaded = Loaded([], [], [])
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        published = StoryVersion.objects.filter(story__slug__isnull=False, pk__in=Story.objects.values("published"))
        known = dict(published.values_list("story__slug", "digest"))
        for path in files():
            source = path.read_text(encoding="utf-8")
            if known.get(path.stem) == digest_of(source):
                loaded.unchanged.append(path.stem)
                continue
            (loaded.changed if path.stem in known else loaded.created).append(path.stem)
            _load(path.stem, source)
    return loaded


def _load(slug: str, source: str) -> None:
    position = list(SHELF).index(slug) if slug in SHELF else len(SHELF)
    story, _created = Story.objects.get_or_create(slug=slug, defaults={"position": position})
    put_on_stage(story=story, version=save_version(story=story, source=source), visibility=Visibility.PUBLIC)
    set_tags(story=story, tags=tags_named(SHELF.get(slug, ())))
