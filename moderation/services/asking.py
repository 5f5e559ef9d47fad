"""The model that judges is asked later, by a worker, to whom the text travels sealed."""

from dataclasses import dataclass
from uuid import UUID

import structlog
from django.conf import settings

from accounts.encryption import Cipher, Place, cipher_for, cipher_of, key_id_of
from accounts.errors import ContentLost
from accounts.models import Operation, User
from accounts.spending.calls import Call
from accounts.spending.whole import answered
from inference import live
from inference.base import ChatRequest, Line, ModelError
from inference.registry import model_for, served_as
from moderation import tasks
from moderation.decision import Decision
from moderation.filters.base import Context, Stage, Text
from moderation.judge import SCHEMA, decision_of, is_wanted, quoted, read_answer
from moderation.services.queueing import put_before_moderators

log = structlog.get_logger(__name__)
PARCEL = "what is to be judged"
TEMPLATE = "moderation.judge"
MAX_TOKENS = 400
AN_HOUR = 3_600  # what has lain in the queue longer is let be


@dataclass(frozen=True, slots=True)
class Said:
    """Which message it is, whose, and where: as a task is told it."""

    message: str
    conversation: str
    user: str  # empty for a character's
    stage: str
    surface: str
    rating: str
    age: str

    @property
    def where(self) -> Context:
        return Context(stage=Stage(self.stage), surface=self.surface, rating=self.rating, age=self.age)


def ask_later(
    decision: Decision,
    text: str,
    *,
    message: UUID,
    conversation: UUID | None = None,
    user_id: UUID | None = None,
    cipher: Cipher | None = None,
) -> None:
    """Of a message that is stored, where the filters are unsure; as `put_before_moderators` takes it."""
    if not is_wanted(decision):
        return
    user = User.objects.filter(pk=user_id).first() if user_id else None
    try:
        sealer = cipher or (cipher_of(user) if user else None)
    except ContentLost:  # being erased at this moment
        return
    if sealer is None:
        return
    sealed = sealer.seal(text, Place(PARCEL, message))
    where = decision.where
    told = map(str, (message, conversation or "", user_id or "", where.stage, where.surface, where.rating, where.age))
    try:
        tasks.judge_message.apply_async((*told, sealed.hex()), retry=False, expires=AN_HOUR)
    except Exception:
        log.exception("not_sent_to_be_judged", message=str(message))


def judge_sent(said: Said, sealed: str) -> None:
    """Whatever fails changes nothing: the text stands as it did."""
    parcel, message = bytes.fromhex(sealed), UUID(said.message)
    try:
        cipher = cipher_for(key_id_of(parcel))
        text = cipher.open(parcel, Place(PARCEL, message))
    except ContentLost:
        return
    if (found := judged(text, said.where)) is not None:
        user_id, conversation = (UUID(each) if each else None for each in (said.user, said.conversation))
        put_before_moderators(found, text, user_id=user_id, cipher=cipher, message=message, conversation=conversation)


def judged(text: str, where: Context) -> Decision | None:
    """What is to be put before moderators; None where there is nothing, nobody answers, or it is no answer."""
    model = settings.JUDGE_MODEL
    if not model or not settings.FILTERS:  # turned off since
        return None
    language = "zh-hans" if Text(text).chinese else "en"
    template = live.template(TEMPLATE, language=language, model=served_as(model, ""))
    values = template.checked({"text": quoted(text)})
    request = ChatRequest(
        model=model_for(model, ""),
        lines=tuple(
            Line(block.role, told) for block in (*template.prefix, *template.tail) if (told := block.render(values))
        ),
        temperature=0.0,
        max_tokens=MAX_TOKENS,
        schema=dict(SCHEMA),
    )
    try:
        answer = read_answer(answered(Call(Operation.JUDGE), request))
    except ModelError as error:
        log.warning("not_judged", code=error.code, letters=len(text))
        return None
    if answer is None:
        log.warning("not_judged", code="no_answer", letters=len(text))
        return None
    return decision_of(answer, text, where)
