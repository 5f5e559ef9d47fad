"""A talk that goes out as a file and comes in again is the same talk."""

import json

from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chat.models import Conversation, Message
from chat.services.exports import export_talk
from tests import numbers
from tests.chat.brought import brought, talks_of
from tests.chat.library import say, talk_of
from tests.factories import UserFactory


def exported_text(user, talk, kind) -> str:
    return b"".join(export_talk(user=user, conversation_id=talk.pk, format=kind).pieces).decode()


def canonical(written: str) -> dict:
    """With ids by their order: those are new on the way in."""
    told = json.loads(written)
    numbers_of = {message["id"]: number for number, message in enumerate(told["messages"])}
    for message in told["messages"]:
        message["id"], message["parent"] = numbers_of[message["id"]], numbers_of.get(message["parent"])
    told["conversation"]["head"] = numbers_of.get(told["conversation"]["head"])
    return told


said = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=40).filter(str.strip)


@st.composite
def steps(draw):
    """How a tree grows: what is said, and after which of the lines before."""
    return [
        (draw(st.integers(0, 1_000)), draw(st.sampled_from(["player", "character"])), draw(said))
        for _ in range(draw(st.integers(1, 10)))
    ]


@settings(max_examples=numbers.times("round trips of a talk"), suppress_health_check=list(HealthCheck))
@given(grown=steps(), titled=st.booleans())
def test_out_in_and_out_again_is_the_same(db, grown, titled):
    user = UserFactory()
    talk = talk_of(user, title="A title" if titled else "")
    [root] = say(talk, ["Root."])
    ids = [root.pk]
    for place, role, text in grown:
        [line] = say(talk, [text], parent=ids[place % len(ids)])
        Message.objects.filter(pk=line.pk).update(role=role)
        ids.append(line.pk)
    Conversation.objects.filter(pk=talk.pk).update(updated_at=timezone.now())
    first = exported_text(user, talk, "json")
    [copy] = talks_of(brought(user, first.encode()))
    assert canonical(exported_text(user, copy, "json")) == canonical(first)
    lines = exported_text(user, talk, "jsonl")
    other = UserFactory()  # by whom the talk is not known yet
    [again] = talks_of(brought(other, lines.encode(), "talk.jsonl"))
    assert exported_text(other, again, "jsonl") == lines
