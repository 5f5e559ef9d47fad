import pytest

from characters.cards.fandom import work_behind


@pytest.mark.parametrize(("text", "tags", "work"), [
    ("Mira from the anime Harbour Lights, who keeps an inn.", (), "Harbour Lights"),
    ("A knight from the video game “Iron Vale”.", (), "Iron Vale"),
    ("出自《灯塔》的守门人。", (), "灯塔"),
    ("《灯塔》里的角色。", (), "灯塔"),
    ("She keeps an inn.", ("tavern", "Anime"), "Anime"),
    ("She came from the game of chess pale.", ("mystery",), ""),
    ("A book of the sea lies open.", (), ""),
    ("她读过《灯塔》。", ("悬疑",), ""),
])  # fmt: skip
def test_a_card_that_names_its_work_is_asked_about(text, tags, work):
    assert work_behind([text], tags) == work
