"""docs/capacity.md says what its arithmetic says."""

from pathlib import Path

import pytest

from bench.capacity import Assumed, Measured, need, table, users_of_a_core

PAGE = (Path(__file__).parents[2] / "docs/capacity.md").read_text()


def test_the_page_has_the_numbers_that_follow_from_what_was_measured() -> None:
    assert table() in PAGE
    assert f"carries {users_of_a_core():,} monthly users" in PAGE
    measured = Measured()
    for figure in (f"Postgres {measured.postgres * 1000:g} ms", f"{measured.bytes_a_reply:,} bytes"):
        assert figure in PAGE


def test_by_hand_for_a_million() -> None:
    """1,000,000 x 0.2 x 30 = 6,000,000 turns a day; a tenth of them in 3,600 s."""
    found = need(1_000_000, Measured(postgres=0.01, bytes_a_reply=2**10), Assumed(postgres_full=0.5))
    assert found.turns_a_second == pytest.approx(166.67, abs=0.01)
    assert found.postgres_cores == pytest.approx(166.67 * 0.01 / 0.5, abs=0.01)
    assert found.gib_a_month == pytest.approx(6_000_000 * 30 / 2**20)
    assert found.model_calls == 834
    # 900 tokens at 0.25, 2,100 at 0.025 and 150 at 2.00 a million.
    assert found.model_month == pytest.approx(180_000_000 * (225 + 52.5 + 300) / 1e6)


def test_twice_the_people_need_twice_as_much_and_at_least_one_of_each() -> None:
    one, two = need(3_000_000), need(6_000_000)
    assert two.web_cores == pytest.approx(2 * one.web_cores)
    assert two.cells >= one.cells >= need(1).cells == 1
