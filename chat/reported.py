"""Lines, players and rooms as what is reported: who may, what moderators are told, and what removing one means."""

from datetime import datetime
from typing import Any
from uuid import UUID

from asgiref.sync import async_to_sync
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.encryption import cipher_for, cipher_of
from accounts.errors import Forbidden, NotFound
from accounts.models import User
from characters.models import Character
from characters.requests_admin import public_name
from characters.selectors import language_of
from characters.selectors.cast import Viewer
from chat.models import Conversation, Message, Participant, Play, Room
from chat.scene import audience_of
from chat.selectors import (
    MOST_MESSAGES,
    cast_version,
    conversations_for,
    said_at,
    shown_branch,
    text_of_message,
)
from chat.selectors.concerned import Moved, concerned
from chat.selectors.reading import passage
from chat.services import news, removals
from chat.services.branches import count_change
from chat.services.doors import visit_ended
from chat.services.rooms import people
from chat.services.rooms.presence import tell_room
from chat.services.sealing import require_open
from moderation.models import Case
from moderation.subjects import Evidence, Line, Reported, Told

AROUND = 10


class YourOwn(Forbidden):
    code = "ones_own"
    message = gettext_lazy("This is your own.")


class Lines:
    """Of a talk that one is in; of a character there is nobody to sanction."""

    def reportable(self, *, user: Viewer, subject: UUID) -> Reported:
        message = _seen_line(user, subject)
        if message.author_id == user.pk:
            raise YourOwn
        talk = Conversation.objects.get(pk=message.conversation_id)
        # Under the talk's key: it goes with the talk, and not before its lines do. Of a sealed one under the key of
        # whoever sends it: moderators have no passphrase.
        if talk.sealed_at:
            require_open(talk)
        sealed_by = cipher_of(user) if talk.sealed_at and isinstance(user, User) else cipher_for(talk.key_id)
        evidence = Evidence(
            text_of_message(message), sealed_by, message=message.pk, conversation=message.conversation_id
        )
        about = User.objects.filter(pk=message.author_id).first() if message.author_id else None
        return Reported(about=about, conversation=message.conversation_id, evidence=evidence)

    def told(self, case: Case) -> Told:
        message = Message.objects.filter(pk=case.subject).first()
        if message is None:
            return Told(_("A line that is gone"), gone=True)
        facts = [*_talk_facts(message.conversation_id), (_("Said"), _time(said_at(message.pk)))]
        if message.character_id:
            facts.append((_("By"), _("%(name)s, a character") % {"name": message.speaker}))
        elif message.author_id:
            facts.append((_("By"), _("%(name)s, a player") % {"name": message.speaker}))
        gone = message.hidden or message.deleted_at is not None
        return Told(_("A line of %(name)s") % {"name": message.speaker or _("somebody")}, facts, gone=gone)

    def around(self, case: Case) -> list[Line]:
        return lines_around(case, case.subject)

    def remove(self, *, case: Case, by: User, reason: str) -> dict[str, Any]:
        """As its author would: what follows it stays, and the row is forgotten with the rest of the trash."""
        message = Message.objects.filter(pk=case.subject).first()
        if message is None:
            raise NotFound
        if message.hidden or message.deleted_at is not None:
            return {}
        talk = Conversation.objects.select_for_update().get(pk=message.conversation_id)
        moved = Moved(talk.head_id, cuts=False)
        removals.remove(talk, [message.pk], cuts=False, by=by.pk)
        _tell_later(talk.pk, message.pk, moved)
        return {}

    def put_back(self, *, case: Case, by: User) -> None:
        """Where it stood, unless it is forgotten already."""
        message = Message.objects.filter(pk=case.subject, hidden=True).exclude(body=b"").first()
        if message is None:
            return
        talk = Conversation.objects.select_for_update().get(pk=message.conversation_id)
        moved = Moved(talk.head_id, cuts=False)
        Message.objects.filter(pk=message.pk).update(hidden=False)
        talk.removals.filter(lines=[message.pk]).delete()
        count_change(talk)
        _tell_later(talk.pk, message.pk, moved)


class Players:
    """Whom one has met in a room, or whose characters everybody sees."""

    def reportable(self, *, user: Viewer, subject: UUID) -> Reported:
        if subject == user.pk:
            raise YourOwn
        person = User.objects.filter(pk=subject, is_active=True).first()
        if person is None:
            raise NotFound
        room = _room_of_both(user, person)
        if room is None and not Character.objects.filter(owner=person, visibility="public", deleted_at=None).exists():
            raise NotFound
        return Reported(about=person, conversation=room)

    def told(self, case: Case) -> Told:
        person = User.objects.filter(pk=case.subject).select_related("profile").first()
        if person is None:
            return Told(_("A person who is gone"), gone=True)
        kind = _("guest") if person.is_guest else _("account")
        facts = [(_("Here since"), date_format(person.date_joined, "DATE_FORMAT")), (_("Kind"), kind)]
        if case.conversation:
            facts += _talk_facts(case.conversation)
        return Told(public_name(person), facts, gone=not person.is_active)

    def around(self, case: Case) -> list[Line]:
        """Around what filters found last, or what they said last in the room where they were reported."""
        newest = case.exhibits.filter(message__isnull=False).first()
        if newest is not None and newest.message is not None:
            return lines_around(case, newest.message)
        said = Message.objects.filter(
            conversation=case.conversation, author=case.subject, deleted_at=None, hidden=False
        )
        last = said.order_by("-id").first() if case.conversation else None
        return lines_around(case, last.pk) if last else []

    def remove(self, *, case: Case, by: User, reason: str) -> dict[str, Any]:
        raise NotFound

    def put_back(self, *, case: Case, by: User) -> None:
        """There is nothing that was removed."""


class Rooms:
    """A room that one is in or was in; it is its host's."""

    def reportable(self, *, user: Viewer, subject: UUID) -> Reported:
        part = Participant.objects.filter(conversation=subject, conversation__room__isnull=False, user=user.pk)
        found = part.select_related("conversation__owner").first()
        if found is None:
            raise NotFound
        if found.conversation.owner_id == user.pk:
            raise YourOwn
        return Reported(about=found.conversation.owner, conversation=subject)

    def told(self, case: Case) -> Told:
        room = Room.objects.filter(conversation=case.subject).select_related("conversation__owner__profile").first()
        if room is None:
            return Told(_("A room that is gone"), gone=True)
        talk = room.conversation
        facts = [(_("Host"), public_name(talk.owner)), *_talk_facts(talk.pk)]
        return Told(_("A room"), facts, gone=talk.deleted_at is not None)

    def around(self, case: Case) -> list[Line]:
        head = Conversation.objects.filter(pk=case.subject).values_list("head", flat=True).first()
        return lines_around(case, head) if head else []

    def remove(self, *, case: Case, by: User, reason: str) -> dict[str, Any]:
        """Everybody else is out and no link is good any more; what was said stays the host's."""
        talk = Conversation.objects.filter(pk=case.subject, deleted_at=None).select_related("owner").first()
        if talk is None:
            raise NotFound
        at = timezone.now()
        gone = people.end_room(user=talk.owner, conversation_id=talk.pk, at=at)
        transaction.on_commit(lambda: _closed(talk.pk, gone))
        return {"at": at.isoformat()}

    def put_back(self, *, case: Case, by: User) -> None:
        """Whoever had to go is in it again, and the links of then are good again."""
        if case.stood and people.open_again(conversation_id=case.subject, at=datetime.fromisoformat(case.stood["at"])):
            transaction.on_commit(lambda: async_to_sync(tell_room)(case.subject))


class WholeTalks:
    """For reading one as a whole, which others have to agree to. A sealed one looks like none: while its player has it
    open, this process could read along.
    """

    def people(self, conversation: UUID) -> list[User]:
        talk = Conversation.objects.filter(pk=conversation, deleted_at=None, expires_at=None, sealed_at=None).first()
        if talk is None:
            raise NotFound
        return list(User.objects.filter(participations__conversation=talk, participations__left_at=None))

    def name(self, conversation: UUID, person: User) -> str:
        return cast_version(Conversation.objects.get(pk=conversation)).name

    def lines(self, conversation: UUID, *, before: UUID | None = None) -> tuple[list[Line], UUID | None]:
        """As its owner sees them: no whisper of others."""
        whole = Conversation.objects.select_related("owner").filter(pk=conversation, deleted_at=None, sealed_at=None)
        talk = whole.first()
        if talk is None:
            raise NotFound
        leaf = talk.head_id
        if before is not None:
            leaf = Message.objects.filter(pk=before, conversation=talk).values_list("parent", flat=True).first()
            if leaf is None:
                raise NotFound
        shown, more = shown_branch(user=talk.owner, conversation=talk, leaf=leaf, limit=MOST_MESSAGES)
        lines = [Line(each.author, each.content, each.created_at) for each in shown]
        return lines, shown[0].id if more and shown else None


def lines_around(case: Case, line: UUID) -> list[Line]:
    """Ten before and ten after it, as whoever reported it sees them: no whisper of others. Empty where it is gone, or
    sealed.
    """
    message = Message.objects.filter(pk=line).first()
    talk = message and Conversation.objects.filter(pk=message.conversation_id).select_related("owner").first()
    if message is None or not talk or talk.sealed_at:
        return []
    reporter = case.reports.exclude(reporter=None).select_related("reporter").order_by("id").first()
    eyes = [reporter.reporter if reporter else None, case.about, talk.owner]
    reader = next(user for user in eyes if user is not None and audience_of(message).shown_to(user.pk))
    try:
        found = passage(user=reader, conversation=talk, line=line).messages
    except NotFound:
        return []
    at = next((place for place, each in enumerate(found) if each.id == line), 0)
    near = found[max(0, at - AROUND) : at + AROUND + 1]
    return [Line(each.author, each.content, each.created_at, marked=each.id == line) for each in near]


def _seen_line(user: Viewer, message_id: UUID) -> Message:
    """One that this person has before them. NotFound for every other."""
    if not isinstance(user, User):
        raise NotFound
    message = Message.objects.filter(
        pk=message_id, conversation__in=conversations_for(user), deleted_at=None, hidden=False
    ).first()
    if message is None or not audience_of(message).shown_to(user.pk):
        raise NotFound
    return message


def _room_of_both(user: Viewer, person: User) -> UUID | None:
    """The room in which they met last."""
    theirs = Participant.objects.filter(conversation=OuterRef("conversation"), user=person)
    both = Participant.objects.filter(Exists(theirs), user=user.pk, conversation__room__isnull=False)
    return both.order_by("-conversation__updated_at").values_list("conversation", flat=True).first()


def _talk_facts(conversation_id: UUID) -> list[tuple[str, str]]:
    played = Play.objects.filter(conversation=conversation_id).select_related("version").defer("version__source")
    stories = [(_("Story"), play.version.called(language_of())) for play in played]
    return stories + _where(conversation_id)


def _where(conversation_id: UUID) -> list[tuple[str, str]]:
    people_in = Participant.objects.filter(conversation=conversation_id, left_at=None).count()
    if Room.objects.filter(conversation=conversation_id).exists():
        return [(_("Where"), _("in a room of %(people)s") % {"people": people_in})]
    return [(_("Where"), _("in a talk of one player"))]


def _time(at: datetime) -> str:
    return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")


def _tell_later(conversation_id: UUID, line: UUID, moved: Moved) -> None:
    """Open pages look again."""

    def tell() -> None:
        only = concerned(conversation_id, [line], moved=moved)
        async_to_sync(news.tell_changed)(conversation_id, "deleted", line, only=only)

    transaction.on_commit(tell)


def _closed(conversation_id: UUID, gone: list[UUID]) -> None:
    for user_id in gone:
        async_to_sync(visit_ended)(user_id)
    async_to_sync(tell_room)(conversation_id)
