"""What people answered, and what follows. Every read of a choice comes here."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction

from accounts.consents.words import Words, known, newest, words_of
from accounts.errors import Invalid
from accounts.models import Consent, DataUse, User

SIGNALLED = (DataUse.IMPROVEMENT, DataUse.ANALYTICS)
"""What a browser's Global Privacy Control says no to: all that is not for the person's own use of the service."""

Follower = Callable[[User, bool], None]
_followers: dict[DataUse, list[Follower]] = {}


@dataclass(frozen=True, slots=True)
class Choice:
    """How one purpose stands for somebody. `answer` is their last one, if they gave any."""

    words: Words
    given: bool
    answer: Consent | None

    @property
    def purpose(self) -> DataUse:
        return self.words.purpose

    @property
    def is_choice(self) -> bool:
        return self.words.default is not None

    @property
    def of_older_words(self) -> bool:
        return self.answer is not None and self.answer.version < self.words.version


def on_answer(purpose: DataUse, follower: Follower) -> None:
    """For apps above, in their `apps.py`: what changes, in the transaction of the answer, when it is another one."""
    here = _followers.setdefault(purpose, [])
    if follower not in here:
        here.append(follower)


def not_refused(person: str, purpose: DataUse) -> str:
    """For statements of apps above: that the person in this column did not say no to what holds without an answer."""
    return (
        f"not exists (select from accounts_consent a where a.user_id = {person} and a.purpose = '{purpose.value}'"
        " and a.current and not a.given)"
    )


def agrees(user: User, purpose: DataUse) -> bool:
    """Whether this may be done with what is theirs."""
    answer = Consent.objects.filter(user=user, purpose=purpose, current=True).values_list("given", flat=True).first()
    return _holds(purpose, answer)


def choices_of(user: User) -> list[Choice]:
    answers = {each.purpose: each for each in Consent.objects.filter(user=user, current=True)}
    found = []
    for purpose in DataUse:
        answer = answers.get(purpose)
        found.append(Choice(newest(purpose), _holds(purpose, answer.given if answer else None), answer))
    return found


def history_of(user: User) -> list[tuple[Consent, Words]]:
    """All that somebody ever answered, the newest first, with the words as they were."""
    return [(each, words_of(DataUse(each.purpose), each.version)) for each in Consent.objects.filter(user=user)]


@transaction.atomic
def answer(
    *, user: User, purpose: DataUse, given: bool, version: int, source: str = Consent.Source.PAGE, language: str = ""
) -> Consent | None:
    """Kept as proof. None where it is what they had answered to these words already.

    Raises Invalid for what is no choice, and for words that are no longer the newest: they have to be read first.
    """
    words = newest(purpose)
    if words.default is None:
        raise Invalid(field="purpose")
    if version != words.version:
        raise Invalid(field="version", limit=words.version)
    User.objects.select_for_update(no_key=True).only("pk").get(pk=user.pk)
    before = Consent.objects.filter(user=user, purpose=purpose, current=True).first()
    if before is not None and (before.given, before.version) == (given, version):
        return None
    held = _holds(purpose, before.given if before else None)
    Consent.objects.filter(user=user, purpose=purpose, current=True).update(current=False)
    made = Consent.objects.create(
        user=user, purpose=purpose, given=given, version=version, language=known(language or None), source=source
    )
    if given != held:
        for follower in _followers.get(purpose, ()):
            follower(user, given)
    return made


def honour_signal(user: User) -> list[DataUse]:
    """A browser asks not to sell or share: what that concerns is off, unless they said yes to it here themselves."""
    refused = []
    for choice in choices_of(user):
        if choice.purpose in SIGNALLED and choice.given and choice.answer is None:
            answer(
                user=user,
                purpose=choice.purpose,
                given=False,
                version=choice.words.version,
                source=Consent.Source.SIGNAL,
            )
            refused.append(choice.purpose)
    return refused


def _holds(purpose: DataUse, given: bool | None) -> bool:
    default = newest(purpose).default
    if default is None:
        return True
    return default if given is None else given
