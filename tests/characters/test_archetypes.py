"""The beginnings that the builder offers: whole in both languages, wrong files named."""

import pytest

from characters.archetype_loading import DIRECTORY, ArchetypeError, archetypes, get_archetype, read_archetype
from characters.steps import GAP

KEYS = [path.stem for path in sorted(DIRECTORY.glob("*.yaml"))]


def test_there_are_at_least_twelve():
    assert len(archetypes()) == len(KEYS) >= 12


@pytest.mark.parametrize("key", KEYS)
def test_an_archetype_fills_every_step_in_both_languages(key):
    archetype = get_archetype(key)
    english, chinese = (archetype.contents[language] for language in ("en", "zh-hans"))
    for content in (english, chinese):
        for field in ("tagline", "about", "description", "personality", "scenario", "greetings", "examples"):
            assert content[field], field
        assert len(content["traits"]) == 8
        assert {setting["pinned"] for setting in content["traits"].values()} == {True, False}
        assert content["generation"]["temperature"]
        assert "name" not in content
    assert english["traits"] == chinese["traits"]
    for field in ("tagline", "description", "scenario"):
        gaps = [len(GAP.findall(content.get(field, ""))) for content in (english, chinese)]
        assert gaps[0] == gaps[1], f"{field}: {gaps}"


@pytest.mark.parametrize("key", KEYS)
def test_the_chinese_is_set_as_chinese(key):
    content = get_archetype(key).contents["zh-hans"]
    for text in (content["description"], content["personality"], content["scenario"], *content["greetings"]):
        assert '"' not in text
        assert "," not in text


def test_a_draft_gets_a_copy():
    get_archetype("innkeeper").content_in("en")["greetings"].append("changed")
    assert "changed" not in get_archetype("innkeeper").contents["en"]["greetings"]


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("palette: ember", "palette: plaid", "portrait"),
        ("value: 74", "value: 740", "traits.manner"),
        ("title: The innkeeper", "title:", "title"),
        ("position: 1", "nonsense: 1", "nonsense"),
        ("temperature: 0.85", "temperature: 9", "generation.temperature"),
    ],
)
def test_a_wrong_file_is_refused_by_field(tmp_path, old, new, named):
    text = (DIRECTORY / "innkeeper.yaml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "innkeeper.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ArchetypeError, match=named):
        read_archetype(path)
