"""What somebody is told of decisions about them; nobody else reads it here."""

from dataclasses import dataclass

from django.utils import timezone

from accounts.encryption import Place, cipher_for, key_id_of
from accounts.errors import ContentLost
from accounts.models import Sanction, User
from moderation.models import Appeal, Case, Exhibit, Notice
from moderation.subjects import subject_of

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
    theirs = Notice.objects.filter(user=user).select_related("sanction", "appeal", "case")[:MOST]
    return [_told(notice) for notice in theirs]


def _told(notice: Notice) -> Told:
    now = timezone.now()
    appeal: Appeal | None = getattr(notice, "appeal", None)
    sanction = notice.sanction
    stands = sanction is not None and sanction.lifted_at is None and (sanction.until is None or sanction.until > now)
    return Told(
        notice=notice,
        text=opened(notice.text, Place(NOTICE_TABLE, notice.pk)),
        excerpt=_excerpt(notice.case) if notice.case is not None else "",
        new=notice.read_at is None,
        sanction=sanction,
        stands=stands,
        appeal=appeal,
        appeal_text=opened(appeal.text, Place(APPEAL_TABLE, appeal.pk)) if appeal else "",
        answer=opened(appeal.answer, Place(ANSWER_TABLE, appeal.pk)) if appeal else "",
        may_appeal=appeal is None and now <= notice.appeal_until and notice.kind != Notice.Kind.READ,
    )


def _excerpt(case: Case) -> str:
    """Their own words, as they were kept for the case; of a character its name. Of a room there is nothing to quote."""
    if case.kind == Case.Kind.CHARACTER:
        return str(subject_of(case.kind).told(case).name)
    if case.kind not in (Case.Kind.MESSAGE, Case.Kind.PLAYER):
        return ""
    exhibit = case.exhibits.first()
    text = opened(exhibit.text, Place(Exhibit._meta.db_table, exhibit.pk)) if exhibit is not None else ""
    return text if len(text) <= EXCERPT else f"{text[:EXCERPT]}…"


def opened(sealed: bytes | memoryview, place: Place) -> str:
    """What is sealed; in words that it is lost, where its key was destroyed."""
    sealed = bytes(sealed)
    if not sealed:
        return ""
    try:
        return cipher_for(key_id_of(sealed)).open(sealed, place)
    except ContentLost as lost:
        return str(lost.message)
