"""Tags of what others see change at once, so that a rule looks at new ones first."""

import pytest
from django.test import Client

from accounts.errors import Invalid
from accounts.models import User
from characters.models import (
    Character,
    Publication,
)
from characters.services.shelf import file_character
from tests.characters.factories import a_character, let_through

pytestmark = pytest.mark.django_db
State = Publication.State
ENGLISH = {"accept-language": "en"}


@pytest.mark.parametrize("shown", ["public", "unlisted"])
def test_a_new_tag_of_what_others_see_is_checked(shown: str, alice: User) -> None:
    mira = a_character(alice, visibility=shown, tags=("mystery",))
    with pytest.raises(Invalid) as refused:
        file_character(character=mira, tags=["mystery", "hentai"])
    assert refused.value.extra["field"] == "tags"
    assert "content rating" in str(refused.value.message)
    assert [tag.code for tag in mira.tags.all()] == ["mystery"]
    file_character(character=mira, tags=["cosy inns"])
    assert [tag.name_en for tag in mira.tags.all()] == ["cosy inns"]


def test_the_builder_refuses_such_a_tag_too(alice: User, alices: Client) -> None:
    mira = a_character(alice, tags=("mystery",))
    where = alices.post("/create/open/", {"character": str(mira.pk)})["Location"].rpartition("look")[0]
    alices.post(f"{where}write/", {"revision": "1", "tags.shown": "1", "tags.more": "hentai"})
    page = alices.get(f"{where}publish/", headers=ENGLISH).content.decode()
    assert "“hentai” cannot be added while others see the character" in page
    assert [tag.code for tag in mira.tags.all()] == ["mystery"]
    assert mira.versions.count() == 1


def test_tags_of_what_is_private_are_free_and_those_that_stay_are_not_asked_again(alice: User) -> None:
    mira = a_character(alice, visibility="private")
    file_character(character=mira, tags=["hentai"])
    let_through(mira)
    Character.objects.filter(pk=mira.pk).update(visibility="public")
    file_character(character=mira, tags=["hentai", "mystery"])
    assert mira.tags.count() == 2
