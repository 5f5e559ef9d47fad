"""Lists of what anybody may find go on where they ended, and nowhere else."""

import pytest

from characters.services.audience import set_favourite
from tests.api.conftest import refused
from tests.characters.factories import a_character


def test_pages_go_on_where_they_ended(program, alice) -> None:
    ids = {str(a_character(alice, visibility="public").pk) for _ in range(3)}
    first = program.get(f"search/?creator={alice.pk}&sort=new&limit=2").json()
    second = program.client.get(first["next"]).json()
    assert {each["id"] for each in (*first["results"], *second["results"])} == ids
    assert second["next"] is None


@pytest.mark.parametrize("path", ["search/?sort=new&cursor={}", "favourites/?cursor={}"])
def test_a_cursor_of_another_list_is_refused(program, alice, path) -> None:
    for _ in range(2):
        character = a_character(alice, visibility="public")
        set_favourite(user=alice, character_id=character.pk, loved=True)
    other = program.get("search/?sort=loved&limit=1").json()["next"].partition("cursor=")[2].partition("&")[0]
    for cursor in ("nothing", other):
        assert refused(program.get(path.format(cursor)), 400, "invalid")["field"] == "cursor"
