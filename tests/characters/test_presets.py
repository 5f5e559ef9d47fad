import re
import shutil

import pytest
import yaml

from characters.macros import expand_names
from characters.models import Character, CharacterVersion, Tag
from characters.preset_loading import DIRECTORY, PresetError, load_presets, preset_files, read_preset
from characters.selectors import edition_of
from characters.selectors.discovery import HOUSE_TAGS
from characters.traits import TRAITS, compile_traits

SLUGS = ["assistant", "envoy", "holmes", "keeper", "knight", "mage", "programmer", "socrates", "teacher"]
PLAIN = {"assistant", "teacher", "programmer"}
CJK = re.compile(r"[\u4e00-\u9fff]")
PRESETS = {path.stem: read_preset(path) for path in preset_files()}
EDITIONS = [(slug, language) for slug in SLUGS for language in ("en", "zh-hans")]


def texts(fields):
    return [value for value in fields.values() if isinstance(value, str)] + fields["greetings"]


def test_the_house_has_its_nine():
    assert sorted(PRESETS) == SLUGS
    assert sorted(preset.position for preset in PRESETS.values()) == list(range(1, 10))


@pytest.mark.parametrize(("slug", "language"), EDITIONS)
def test_an_edition_is_complete(slug, language):
    fields = PRESETS[slug].editions[language]
    dense = language == "zh-hans"  # Chinese says the same in a third of the characters
    least = {"description": 1500, "personality": 150, "scenario": 120, "about": 150, "examples": 1200}
    for field, length in least.items():
        assert len(fields[field]) >= (length * 0.3 if dense else length), field
    for field in ("tagline", "epithet", "post_history_instructions", "creator_notes"):
        assert fields[field], field
    assert set(fields["traits"]) == set(TRAITS)
    assert any(not trait["pinned"] for trait in fields["traits"].values())
    assert compile_traits(fields["traits"], language, fields["name"])


@pytest.mark.parametrize(("slug", "language"), EDITIONS)
def test_it_opens_with_scenes_and_shows_its_voice(slug, language):
    fields = PRESETS[slug].editions[language]
    assert len(fields["greetings"]) >= 4
    for greeting in fields["greetings"]:
        assert re.search(r"\*[^*]+\*", greeting), "a stage direction"
        assert "“" in greeting
        assert "”" in greeting
        assert "{{user}}" not in greeting, "an opening is shown before anybody has a name"
    blocks = fields["examples"].split("<START>")[1:]
    assert len(blocks) >= 4
    for block in blocks:
        assert "{{user}}:" in block
        assert "{{char}}:" in block


@pytest.mark.parametrize(("slug", "language"), EDITIONS)
def test_nothing_is_left_unwritten_and_languages_do_not_mix(slug, language):
    fields = PRESETS[slug].editions[language]
    whole = "\n".join(texts(fields)) + str(fields["presentation"])
    assert not re.search(r"TODO|FIXME|lorem|XXX|\[\.\.\.\]", whole)
    left = expand_names(whole, char="A", user="B")
    assert "{{" not in left
    if language == "en":
        assert not CJK.search(whole)
    else:
        spoken = "".join([fields["name"], fields["tagline"], fields["about"], fields["creator_notes"]])
        assert CJK.search(spoken)
        prose = re.sub(r"`[^`]*`|```.*?```", "", "\n".join(fields["greetings"]), flags=re.S)
        assert not re.search(r"[\u4e00-\u9fff][,.?!;:]", prose), "Chinese has its own punctuation"


@pytest.mark.parametrize("slug", SLUGS)
def test_both_editions_tell_the_same_character(slug):
    english, chinese = (PRESETS[slug].editions[language] for language in ("en", "zh-hans"))
    assert len(english["greetings"]) == len(chinese["greetings"])
    assert english["examples"].count("<START>") == chinese["examples"].count("<START>")
    for shared in ("portrait", "traits", "generation", "memory_policy"):
        assert english[shared] == chinese[shared]
    for shown in (english["presentation"], chinese["presentation"]):
        assert len(shown["cues"]) == 3
        assert shown["portrait_alt"]
        assert shown["related_title"]
        related = [entry["slug"] for entry in shown["related"]]
        assert set(related) <= set(SLUGS) - {slug}
        assert all(entry["line"] for entry in shown["related"])
    assert [r["slug"] for r in english["presentation"]["related"]] == [
        r["slug"] for r in chinese["presentation"]["related"]
    ]


def test_parameters_suit_the_part():
    warmth = {slug: preset.editions["en"]["generation"]["temperature"] for slug, preset in PRESETS.items()}
    assert warmth["socrates"] == 0.2
    assert all(warmth[slug] <= 0.5 for slug in PLAIN)
    assert all(warmth[slug] >= 0.8 for slug in ("keeper", "knight", "mage", "envoy"))


# --- loading ---


@pytest.fixture
def folder(tmp_path):
    """Presets of our own to change: two of the house under other names."""
    for name in ("keeper", "socrates"):
        shutil.copy(DIRECTORY / f"{name}.yaml", tmp_path / f"test-{name}.yaml")
    shutil.copy(DIRECTORY / "tags.yaml", tmp_path)
    return tmp_path


@pytest.mark.django_db
def test_loading_again_changes_nothing_and_asks_two_questions(folder, django_assert_num_queries):
    assert sorted(load_presets(folder).created) == ["test-keeper", "test-socrates"]
    with django_assert_num_queries(4):  # savepoint, lock, digests, savepoint
        again = load_presets(folder)
    assert (again.created, again.changed) == ([], [])
    assert CharacterVersion.objects.filter(character__slug="test-keeper").count() == 2


@pytest.mark.django_db
def test_a_changed_preset_becomes_a_new_version_and_the_old_one_stays(folder):
    load_presets(folder)
    before = edition_of(Character.objects.get(slug="test-keeper"), "en")
    path = folder / "test-keeper.yaml"
    path.write_text(path.read_text("utf-8").replace("holds a glass to the lamp", "holds a glass to the fire"), "utf-8")
    assert load_presets(folder).changed == ["test-keeper"]
    after = edition_of(Character.objects.get(slug="test-keeper"), "en")
    assert (before.number, after.number) == (1, 2)
    assert "to the fire" in after.greeting
    assert "to the lamp" in CharacterVersion.objects.get(pk=before.pk).greeting
    assert edition_of(Character.objects.get(slug="test-keeper"), "zh-hans").number == 2


@pytest.mark.django_db
def test_a_change_that_players_do_not_see_makes_no_version(folder):
    load_presets(folder)
    path = folder / "test-keeper.yaml"
    path.write_text(
        "# a remark\n" + path.read_text("utf-8").replace("tags: [stories, mystery]", "tags: [work]"), "utf-8"
    )
    assert load_presets(folder).changed == ["test-keeper"]
    keeper = Character.objects.get(slug="test-keeper")
    assert edition_of(keeper).number == 1
    assert [tag.code for tag in keeper.tags.all()] == ["work"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("position: 3", "position: x"),
        ("palette: ember", "palette: plaid"),
        ("tags: [stories, mystery]", "tags: [none]"),
    ],
)
def test_a_preset_that_cannot_be_used_names_itself_and_changes_nothing(folder, old, new):
    path = folder / "test-keeper.yaml"
    path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    with pytest.raises(PresetError, match="test-keeper"):
        load_presets(folder)
    assert not Character.objects.filter(slug__startswith="test-").exists()


@pytest.mark.django_db
def test_the_house_is_loaded_with_tags_in_two_languages():
    assert Character.objects.filter(slug__in=SLUGS, visibility="public", owner=None).count() == 9
    expected = yaml.safe_load((DIRECTORY / "tags.yaml").read_text("utf-8"))
    assert [tag.code for tag in Tag.objects.filter(position__lt=HOUSE_TAGS)] == [tag["code"] for tag in expected]
