"""Plans for a time: given by vouchers, ended by the clock."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import vouchers
from accounts.errors import Forbidden, Invalid
from accounts.ids import uuid7
from accounts.models import Plan, Term, User, Voucher
from accounts.terms import end_due_terms, give_days, set_base, terms_of
from accounts.vouchers import MoreAlready, UsedBefore, VoucherRefused, issue, read, redeem, revoke
from moderation.models import AuditEntry
from tests.factories import UserFactory


@pytest.fixture
def operator(db: None) -> User:
    return UserFactory(email="operator@example.com", is_staff=True, is_superuser=True)


@pytest.fixture
def code(operator: User) -> Callable[..., str]:
    """code(plan="premium", days=30, …): one that was just issued."""

    def issued(plan: str = "premium", days: int = 30, **more: object) -> str:
        wanted = Plan.objects.get(pk=plan)
        return issue(by=operator, label="Spring", plan=wanted, days=days, **more)[0].code  # type: ignore[arg-type]

    return issued


def plan_of(user: User) -> str | None:
    return User.objects.get(pk=user.pk).plan_id


def later(**span: int) -> None:
    """As if so much time had passed."""
    for term in Term.objects.all():
        for name in ("begins_at", "ends_at"):
            setattr(term, name, getattr(term, name) - timedelta(**span))
        term.save()


def test_a_code_gives_a_plan_and_when_it_is_over_the_old_one_is_back(alice: User, code) -> None:
    term = redeem(user=alice, code=code(days=30))
    assert plan_of(alice) == "premium"
    assert term.ends_at - term.begins_at == timedelta(days=30)
    assert end_due_terms() == 0
    later(days=30)
    assert (end_due_terms(), end_due_terms()) == (1, 0)
    assert plan_of(alice) == "free"


def test_only_a_hash_of_a_code_is_kept_and_it_can_be_typed_as_it_was_heard(alice: User, code) -> None:
    given = code()
    assert len(given) == 23
    kept = Voucher.objects.get()
    assert kept.ending == given[-4:]
    assert given.replace("-", "").encode() not in bytes(kept.digest)
    assert read("o1l-i") == "0111"
    redeem(user=alice, code=f" {given.lower().replace('-', ' ').replace('0', 'o')} ")
    assert plan_of(alice) == "premium"


def test_the_same_plan_again_is_added_behind_its_end(alice: User, code) -> None:
    first, second = redeem(user=alice, code=code(days=30)), redeem(user=alice, code=code(days=10))
    assert second.begins_at == first.ends_at
    later(days=35)
    assert end_due_terms() == 1
    assert plan_of(alice) == "premium"
    later(days=6)
    end_due_terms()
    assert plan_of(alice) == "free"


def test_of_two_plans_the_higher_holds_and_then_the_other(alice: User, code) -> None:
    redeem(user=alice, code=code("premium", days=60))
    redeem(user=alice, code=code("creator", days=10))
    assert plan_of(alice) == "creator"
    later(days=11)
    end_due_terms()
    assert plan_of(alice) == "premium"
    later(days=50)
    end_due_terms()
    assert plan_of(alice) == "free"


def test_who_has_more_keeps_the_code_for_later(alice: User, code) -> None:
    given = code("premium")
    redeem(user=alice, code=code("creator"))
    with pytest.raises(MoreAlready):
        redeem(user=alice, code=given)
    assert Term.objects.filter(plan="premium").count() == 0


def test_a_code_is_for_so_many_people_each_once(alice: User, bob: User, code) -> None:
    given = code(uses=2)
    redeem(user=alice, code=given)
    with pytest.raises(UsedBefore):
        redeem(user=alice, code=given)
    redeem(user=bob, code=given)
    with pytest.raises(VoucherRefused):
        redeem(user=UserFactory(), code=given)


def test_unknown_old_and_revoked_codes_look_alike(alice: User, operator: User, code) -> None:
    old, revoked = code(until=timezone.now() - timedelta(seconds=1)), code()
    revoke(by=operator, vouchers=[Voucher.objects.order_by("-id")[0].pk])
    told = set()
    for given in ("", "0" * 20, old, revoked):
        with pytest.raises(VoucherRefused) as refused:
            redeem(user=alice, code=given)
        told.add(str(refused.value.as_dict()))
    assert len(told) == 1
    assert plan_of(alice) == "free"


def test_guests_are_told_to_sign_up_first(guest: User, code) -> None:
    with pytest.raises(Forbidden):
        redeem(user=guest, code=code())


def test_what_an_operator_gives_for_good_holds_beneath_and_after(alice: User, code) -> None:
    redeem(user=alice, code=code("creator", days=5))
    set_base(user=alice, plan=Plan.objects.get(pk="premium"))
    assert plan_of(alice) == "creator"
    later(days=6)
    end_due_terms()
    assert plan_of(alice) == "premium"
    set_base(user=alice, plan=Plan.objects.get(pk="free"))
    assert plan_of(alice) == "free"
    assert terms_of(alice) == []


@pytest.mark.usefixtures("committed")
def test_eight_at_once_redeem_a_code_for_one_once() -> None:
    operator = UserFactory(email=f"{uuid7().hex}@example.com", is_staff=True)
    people = [UserFactory(email=f"{uuid7().hex}@example.com") for _ in range(8)]
    given = issue(by=operator, label="One", plan=Plan.objects.get(pk="premium"), days=1)[0].code
    start = threading.Barrier(8)

    def try_it(person: User) -> bool:
        try:
            start.wait(10)
            redeem(user=person, code=given)
        except VoucherRefused:
            return False
        else:
            return True
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(try_it, people)) == 1


def test_an_operator_makes_codes_that_are_shown_once_and_all_of_it_is_in_the_log(operator, alice, signed_in) -> None:
    desk: Client = signed_in(operator)
    form = {"label": "Fair", "plan": "premium", "days": 7, "uses": 1, "count": 3}
    page = desk.post("/admin/accounts/voucher/add/", form)
    codes = [each.code for each in page.context["made"]]
    assert len(set(codes)) == 3
    assert all(each in page.content.decode() for each in codes)
    assert "no-store" in page["Cache-Control"]
    listed = desk.get("/admin/accounts/voucher/").content.decode()
    assert codes[0] not in listed
    assert codes[0][-4:] in listed
    redeem(user=alice, code=codes[0])
    left = Voucher.objects.filter(terms=None)
    desk.post("/admin/accounts/voucher/", {"action": "revoke", "_selected_action": [each.pk for each in left]})
    log = AuditEntry.objects.filter(kind="voucher").order_by("number")
    assert [(entry.action, entry.actor, entry.detail.get("count")) for entry in log] == [
        ("vouchers_issued", operator.pk, 3),
        ("voucher_redeemed", alice.pk, None),
        ("vouchers_revoked", operator.pk, 2),
    ]
    assert desk.post("/admin/accounts/voucher/add/", form | {"plan": "guest"}).context["errors"]


def test_too_many_at_once_are_refused(operator: User) -> None:
    with pytest.raises(Invalid):
        issue(by=operator, label="x", plan=Plan.objects.get(pk="free"), days=1, count=vouchers.MOST_AT_ONCE + 1)


def test_on_the_page_a_code_is_redeemed_and_the_plan_shown_with_its_end(alice: User, code, signed_in) -> None:
    browser = signed_in(alice)
    wrong = browser.post("/settings/plan/redeem/", {"code": "nothing"})
    assert wrong.status_code == 400
    assert "code" in wrong.context["form"].errors
    done = browser.post("/settings/plan/redeem/", {"code": code(days=30)}, follow=True)
    assert done.redirect_chain == [("/settings/plan/", 302)]
    assert done.context["plan"].pk == "premium"
    assert [term.plan_id for term in done.context["terms"]] == ["premium"]


def test_codes_are_not_guessed_for_long(alice: User, signed_in, monkeypatch) -> None:
    monkeypatch.setattr("django_ratelimit.core.time.time", lambda: 1_800_000_000)
    browser = signed_in(alice)
    answers = [browser.post("/settings/plan/redeem/", {"code": str(number)}).status_code for number in range(12)]
    assert answers == [400] * 10 + [429] * 2


def test_time_that_was_given_is_the_person_s_and_goes_with_them(alice: User) -> None:
    give_days(user=alice, plan=Plan.objects.get(pk="premium"), days=3)
    alice.delete()
    assert not Term.objects.exists()
