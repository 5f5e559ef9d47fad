"""Several at the same moment: one report, one decision."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from django.db import connections

from accounts.management.commands.demo_accounts import make_demo_account
from characters.models import Publication
from moderation.models import Report
from moderation.services.desk import ClosedAlready
from moderation.services.reports import report_character
from tests.characters.factories import a_character
from tests.factories import UserFactory
from tests.moderation.cases import removed


def at_once(*tasks: Callable[[], Any]) -> list[Any]:
    def run(task: Callable[[], Any]) -> Any:
        try:
            return task()
        except ClosedAlready as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


def test_tabs_report_once_and_moderators_decide_once(committed: None) -> None:
    mira, bob, eve = a_character(UserFactory()), UserFactory(), UserFactory()
    said = partial(report_character, character_id=mira.pk, reason="spam")
    told = at_once(*[partial(said, user=bob)] * 4)
    assert sorted(new for _report, new in told) == [False, False, False, True]
    reports: list[Report] = [told[0][0], said(user=eve)[0]]
    moderators = [
        make_demo_account(role="moderator", email=f"mo{number}@{mira.pk}.example", password="one good password")
        for number in range(2)
    ]
    decided = at_once(
        *(partial(removed, each, by=by, text="No.") for by, each in zip(moderators, reports, strict=True))
    )
    assert len([each for each in decided if isinstance(each, ClosedAlready)]) == 1
    assert Publication.objects.filter(character=mira, state="hidden").count() == 1
    assert {each.state for each in Report.objects.filter(character=mira)} == {Report.State.UPHELD}
