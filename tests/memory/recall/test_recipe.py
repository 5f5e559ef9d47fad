"""By what vectors are made: chosen, installed or not, and never for Chinese in this process."""

import asyncio
from importlib.util import find_spec
from typing import Any

import pytest
from django.core.checks import run_checks
from django.test import override_settings

from inference.providers.local import NotInstalled, is_installed
from inference.registry import embedder
from memory.models import Recipe as Frozen
from memory.recall.recipe import Recipe, chosen, in_force

LOCAL = "local:minilm"
installed = pytest.mark.skipif(not is_installed(LOCAL), reason="requirements-embeddings.txt is not installed")
missing = pytest.mark.skipif(is_installed(LOCAL), reason="requirements-embeddings.txt is installed")


def test_without_a_setting_words_alone_find() -> None:
    assert chosen() is None
    assert in_force("text-embedding-3-small", 1_536) is None


@override_settings(MEMORY_EMBEDDING_MODEL="some-model")
def test_the_recipe_in_force_is_the_one_that_was_frozen() -> None:
    assert in_force("some-model", 512) == Recipe("some-model", 512)
    assert in_force("another-model", 512) is None
    assert in_force(None, None) is None
    with override_settings(MEMORY_EMBEDDING_DIMENSIONS=256):
        assert in_force("some-model", 512) is None


def test_the_local_encoder_is_not_asked_about_chinese() -> None:
    local, served = Recipe(LOCAL, 384), Recipe("some-model", 512)
    assert (local.reads("I keep bees."), local.reads("我养蜜蜂。"), local.reads("  ")) == (True, False, False)
    assert served.reads("我养蜜蜂。")


@missing
@override_settings(MEMORY_EMBEDDING_MODEL=LOCAL)
def test_an_encoder_that_is_not_installed_says_so_and_words_go_on() -> None:
    assert find_spec("tokenizers") is None
    assert chosen() is None
    assert "memory.W001" in [found.id for found in run_checks()]
    with pytest.raises(NotInstalled, match="requirements-embeddings"):
        asyncio.run(embedder(LOCAL).embed(["Anybody there?"]))


@installed
def test_the_encoder_gives_the_vectors_of_its_model() -> None:
    """Cosines as the model's card has them."""
    texts = ["A man is eating food.", "A man is eating a piece of bread.", "The girl is carrying a baby."]
    one, other, third = asyncio.run(embedder(LOCAL).embed(texts))
    cosine = [sum(a * b for a, b in zip(one, each, strict=True)) for each in (one, other, third)]
    assert cosine == pytest.approx([1.0, 0.7553, -0.1050], abs=2e-3)


@override_settings(EMBEDDING_MODEL=LOCAL)
def test_knowledge_is_not_read_by_an_encoder_that_knows_english_only() -> None:
    assert "memory.E001" in [found.id for found in run_checks()]


@pytest.mark.django_db
@override_settings(MEMORY_EMBEDDING_MODEL="some-model")
def test_another_model_in_the_settings_is_told_at_the_start(db: Any) -> None:
    assert _told() == []
    Frozen.objects.create(model="some-model", dimensions=512)
    assert _told() == []
    Frozen.objects.update(model="another-model")
    assert _told() == ["memory.W002"]


def _told() -> list[str]:
    return [str(found.id) for found in run_checks(databases=["default"]) if str(found.id).startswith("memory.")]
