"""What somebody is told of decisions about them; nobody else reads it here."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from accounts.encryption import Place, cipher_for, key_id_of, load_ciphers
from accounts.errors import ContentLost
from accounts.models import Sanction, User
from moderation.models import Appeal, Case, Exhibit, Notice
from moderation.subjects import made_things

MOST = 100
EXCERPT = 300  # characters
# Where their texts are sealed to.
NOTICE_TABLE = Notice._meta.db_table
APPEAL_TABLE = Appeal._meta.db_table
ANSWER_TABLE = f"{APPEAL_TABLE}.answer"


@dataclass(frozen=True, slots=True)
class Told:
    """One decision. `excerpt`: what it is about, of what they said or made themselves; `new`: not read before;
    `stands`: still in force; `may_appeal`: now.
    """

    notice: Notice
    text: str
    excerpt: str
    new: bool
    sanction: Sanction | None
    stands: bool
    appeal: Appeal | None
    appeal_text: str
    answer: str
    may_appeal: bool


def notices_for(user: User) -> list[Told]:
    """The newest first."""
    theirs = list(Notice.objects.filter(user=user).select_related("sanction", "appeal", "case")[:MOST])
    cases = {notice.case_id: notice.case for notice in theirs if notice.case is not None}
    excerpts = _excerpts(list(cases.values()))
    return [_told(notice, excerpts.get(notice.case_id, "")) for notice in theirs]


def _told(notice: Notice, excerpt: str) -> Told:
    now = timezone.now()
    appeal: Appeal | None = getattr(notice, "appeal", None)
    sanction = notice.sanction
    stands = sanction is not None and sanction.lifted_at is None and (sanction.until is None or sanction.until > now)
    return Told(
        notice=notice,
        text=opened(notice.text, Place(NOTICE_TABLE, notice.pk)),
        excerpt=excerpt,
        new=notice.read_at is None,
        sanction=sanction,
        stands=stands,
        appeal=appeal,
        appeal_text=opened(appeal.text, Place(APPEAL_TABLE, appeal.pk)) if appeal else "",
        answer=opened(appeal.answer, Place(ANSWER_TABLE, appeal.pk)) if appeal else "",
        may_appeal=appeal is None and now <= notice.appeal_until and notice.kind != Notice.Kind.READ,
    )


def _excerpts(cases: Sequence[Case]) -> dict[UUID | None, str]:
    """Their own words, as they were kept for the case; of a work its name. Of a room there is nothing to quote.

    So many queries whatever the number: one for words and one for their keys, one for each kind of work.
    """
    names = {kind: {case.subject for case in cases if case.kind == kind} for kind in Case.MADE}
    found: dict[UUID | None, str] = {}
    for kind, made in made_things().items():
        called = made.names(names[kind]) if names[kind] else {}
        found |= {case.pk: called.get(case.subject, "") for case in cases if case.kind == kind}
    spoken = [case.pk for case in cases if case.kind in (Case.Kind.MESSAGE, Case.Kind.PLAYER)]
    newest = list(Exhibit.objects.filter(case__in=spoken).order_by("case_id", "-id").distinct("case_id"))
    load_ciphers(key_id_of(exhibit.text) for exhibit in newest if exhibit.text)
    for exhibit in newest:
        text = opened(exhibit.text, Place(Exhibit._meta.db_table, exhibit.pk))
        found[exhibit.case_id] = text if len(text) <= EXCERPT else f"{text[:EXCERPT]}…"
    return found


def opened(sealed: bytes | memoryview, place: Place) -> str:
    """What is sealed; in words that it is lost, where its key was destroyed."""
    sealed = bytes(sealed)
    if not sealed:
        return ""
    try:
        return cipher_for(key_id_of(sealed)).open(sealed, place)
    except ContentLost as lost:
        return str(lost.message)
