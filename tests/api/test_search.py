"""Lists of what anybody may find go on where they ended, and nowhere else."""

import pytest

from characters.models import Tag
from characters.services import set_tags
from characters.services.audience import set_favourite
from tests.api.conftest import refused
from tests.characters.factories import a_character


def test_pages_go_on_where_they_ended(program, alice) -> None:
    ids = {str(a_character(alice, visibility="public").pk) for _ in range(3)}
    first = program.get(f"search/?creator={alice.pk}&sort=new&limit=2").json()
    second = program.client.get(first["next"]).json()
    assert {each["id"] for each in (*first["results"], *second["results"])} == ids
    assert second["next"] is None


@pytest.mark.parametrize(
    "path",
    ["search/", "search/?q=lighthouse", "search/?q=灯塔&sort=loved&rating=explicit", "search/?tag=seafaring&sort=new"],
)
def test_a_search_costs_the_same_however_much_it_finds(
    program, alice, django_assert_num_queries, django_assert_max_num_queries, path
) -> None:
    tag = Tag.objects.create(code="seafaring", name_en="Seafaring", name_zh="航海")

    def shown(count: int) -> None:
        for number in range(count):
            mira = a_character(alice, name=f"Mira {number}", about="A lighthouse. 灯塔", visibility="public")
            set_tags(character=mira, tags=[tag])

    shown(1)
    few = len(program.get(path).json()["results"])
    # the key, and four for the list
    with django_assert_max_num_queries(5) as one:
        program.get(path)
    shown(9)
    with django_assert_num_queries(len(one)):
        assert len(program.get(path).json()["results"]) == few + 9


@pytest.mark.parametrize("path", ["search/?sort=new&cursor={}", "favourites/?cursor={}"])
def test_a_cursor_of_another_list_is_refused(program, alice, path) -> None:
    for _ in range(2):
        character = a_character(alice, visibility="public")
        set_favourite(user=alice, character_id=character.pk, loved=True)
    other = program.get("search/?sort=loved&limit=1").json()["next"].partition("cursor=")[2].partition("&")[0]
    for cursor in ("nothing", other):
        assert refused(program.get(path.format(cursor)), 400, "invalid")["field"] == "cursor"
