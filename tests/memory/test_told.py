"""Which lines are told: what memories are compared with."""

import random

import pytest
from django.db import connection

from chat.models import Conversation, Message
from chat.selectors.told import branches_now, told_now
from chat.services.edits import edit_in_place, select_alternative
from chat.services.mutes import mute_lines
from chat.services.removals import delete_from, delete_lines
from chat.services.undo import undo
from chat.told import Branches
from memory.told import id_of, mark_of, revision_of
from tests.chat.grown import Talk

pytestmark = pytest.mark.django_db


def told_in(talk, leaf=None, *, kept=None):
    found = branches_now({talk.id: leaf}, kept=kept or Branches())
    return [id_of(mark) for mark in found[talk.id].marks]


def mark(line):
    row = Message.objects.get(pk=line)
    return mark_of(row.pk, revision_of(row.edited_at))


def test_a_branch_is_told_from_its_opening_to_its_head():
    talk = Talk()
    lines = talk.script("One", "Two", "Three")
    assert told_in(talk) == [talk.opening, *lines]
    assert told_in(talk, lines[0]) == [talk.opening, lines[0]]


def test_another_take_is_told_and_the_first_one_is_not():
    talk = Talk()
    one, two = talk.script("One", "Two")
    other = talk.say("Two, otherwise", below=one, role="character")
    assert told_in(talk) == [talk.opening, one, other]
    select_alternative(**talk.who, message_id=two)
    assert told_in(talk) == [talk.opening, one, two]


def test_what_is_deleted_is_not_told_until_it_is_back():
    talk, kept = Talk(), Branches()
    lines = talk.script("One", "Two", "Three", "Four")
    whole = told_in(talk, kept=kept)
    token = delete_from(**talk.who, message_id=lines[2])
    assert told_in(talk, kept=kept) == [talk.opening, *lines[:2]]
    undo(**talk.who, token=token)
    assert told_in(talk, kept=kept) == whole
    token = delete_lines(**talk.who, message_ids=[lines[1]])
    assert told_in(talk, kept=kept) == [talk.opening, lines[0], *lines[2:]]
    undo(**talk.who, token=token)
    assert told_in(talk, kept=kept) == whole


def test_other_words_are_another_wording_and_the_former_ones_come_back_as_they_were():
    talk, kept = Talk(), Branches()
    one, _two = talk.script("One", "Two")
    before = mark(one)
    branches_now({talk.id: None}, kept=kept)
    token = edit_in_place(**talk.who, message_id=one, content="One, better")
    after = mark(one)
    marks = branches_now({talk.id: None}, kept=kept)[talk.id].marks
    assert after != before
    assert after in marks
    assert before not in marks
    undo(**talk.who, token=token)
    assert before in branches_now({talk.id: None}, kept=kept)[talk.id].marks


def test_what_is_muted_is_not_told():
    talk, kept = Talk(), Branches()
    one, two = talk.script("One", "Two")
    assert one in told_in(talk, kept=kept)
    mute_lines(**talk.who, message_ids=[one], muted=True)
    assert told_in(talk, kept=kept) == [talk.opening, two]


def test_the_trash_and_temporary_talks_have_nothing_that_is_told():
    talk = Talk()
    [one] = talk.script("One")
    assert told_now([talk.id]).has(mark(one))
    Conversation.objects.filter(pk=talk.id).update(deleted_at="2026-01-01T00:00Z")
    assert not told_now([talk.id]).has(mark(one))
    Conversation.objects.filter(pk=talk.id).update(deleted_at=None, expires_at="2126-01-01T00:00Z")
    assert not told_now([talk.id]).has(mark(one))


def test_a_branch_that_grows_is_read_from_where_it_was_and_no_further(django_assert_num_queries):
    talk, kept = Talk(), Branches()
    talk.script(*map(str, range(20)))
    told_in(talk, kept=kept)
    talk.script("More", "And more")
    with django_assert_num_queries(1) as asked:
        lines = told_in(talk, kept=kept)
    assert len(lines) == 23
    with connection.cursor() as cursor:
        cursor.execute(asked.captured_queries[0]["sql"])
        [row] = cursor.fetchall()
    assert len(row[3]) == 2 * 41


def test_what_is_kept_says_the_same_as_what_is_read_anew():
    dice = random.Random(7)
    talk, kept = Talk(), Branches()
    lines = [talk.opening]
    for _ in range(120):
        luck = dice.random()
        if luck < 0.15:
            lines.append(talk.say("x", below=dice.choice(lines)))
        elif luck < 0.3 and told_in(talk):
            shown = told_in(talk)
            leaf = dice.choice(shown)
            assert told_in(talk, leaf, kept=kept) == told_in(talk, leaf)
        elif luck < 0.38 and len(told_in(talk)) > 3:
            delete_lines(**talk.who, message_ids=[dice.choice(told_in(talk))])
        elif luck < 0.42 and len(told_in(talk)) > 6:
            delete_from(**talk.who, message_id=dice.choice(told_in(talk)[3:]))
        elif luck < 0.48 and told_in(talk):
            mute_lines(**talk.who, message_ids=[dice.choice(told_in(talk))], muted=True)
        else:
            lines.append(talk.say("x"))
        assert told_in(talk, kept=kept) == told_in(talk)


def test_a_process_remembers_no_more_lines_than_it_may():
    kept = Branches(most=30)
    talks = [Talk() for _ in range(4)]
    for talk in talks:
        talk.script(*map(str, range(12)))
        told_in(talk, kept=kept)
    assert [kept.get(talk.id) is not None for talk in talks] == [False, False, True, True]
