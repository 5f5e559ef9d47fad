"""Lines changed, taken out, kept from the model: nothing is lost, and everything comes back as it was."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.blindindex import terms_to_ask
from accounts.encryption import ciphers
from accounts.erasure import erase
from accounts.errors import Busy, Conflict, Forbidden, Invalid, NotFound
from accounts.guests import BACKEND, adopt
from accounts.ids import uuid7
from chat.models import Conversation, Message, Participant, Removal, Revision, Turn
from chat.selectors import older_than, shown_branch
from chat.selectors.lines import wordings_of
from chat.selectors.trash import removed_for
from chat.services.edits import bring_back, edit_in_place, rewrite_reply, select_alternative
from chat.services.mutes import mute_lines
from chat.services.removals import delete_from, delete_lines, restore_lines
from chat.services.undo import undo
from chat.tasks import empty_trash
from tests.chat.grown import Talk
from tests.factories import GuestFactory, UserFactory


@pytest.fixture
def talk(db: None) -> Talk:
    return Talk()


def back(talk: Talk, token: str) -> None:
    undo(**talk.who, token=token)


def searched(talk: Talk, phrase: str) -> set:
    [asked] = terms_to_ask(talk.owner, phrase)
    found = Message.objects.filter(conversation=talk.id, terms__contains=asked, deleted_at=None, hidden=False)
    return set(found.values_list("pk", flat=True))


# ---------------------------------------------------------------- in place


def test_words_change_in_place_and_what_follows_stays(talk: Talk) -> None:
    line, reply = talk.script("I order soup.", "Soup it is.")
    edit_in_place(**talk.who, message_id=line, content="I order bread.")
    assert talk.shown() == ["Evening, You.", "I order bread.", "Soup it is."]
    assert talk.head == reply
    assert [each.edited for each in talk.lines()] == [False, True, False]
    assert searched(talk, "bread") == {line}
    assert searched(talk, "soup") == {reply}, "who looks for what is no longer said does not find it"
    assert [each.content for each in wordings_of(**talk.who, message_id=line)] == ["I order soup."]


def test_undo_brings_the_words_back_and_the_later_change_goes_first(talk: Talk) -> None:
    [line] = talk.script("One")
    before = Message.objects.filter(pk=line).values().get()
    first = edit_in_place(**talk.who, message_id=line, content="Two")
    second = edit_in_place(**talk.who, message_id=line, content="Three")
    with pytest.raises(Conflict):
        back(talk, first)
    back(talk, second)
    assert talk.shown()[-1] == "Two"
    back(talk, first)
    assert Message.objects.filter(pk=line).values().get() == before, "to the byte"
    assert {each.content for each in wordings_of(**talk.who, message_id=line)} == {"Two", "Three"}


def test_any_earlier_words_can_be_brought_back(talk: Talk) -> None:
    [line] = talk.script("One")
    for words in ("Two", "Three"):
        edit_in_place(**talk.who, message_id=line, content=words)
    two, one = wordings_of(**talk.who, message_id=line)
    assert (one.content, one.since, two.content) == ("One", None, "Two")
    token = bring_back(**talk.who, message_id=line, revision_id=one.id)
    assert talk.shown()[-1] == "One"
    assert not talk.lines()[-1].edited
    assert [each.content for each in wordings_of(**talk.who, message_id=line)] == ["Three", "Two"]
    back(talk, token)
    assert talk.shown()[-1] == "Three"
    with pytest.raises(NotFound):
        bring_back(**talk.who, message_id=talk.opening, revision_id=one.id)


def test_a_broken_off_reply_that_is_put_right_is_whole(talk: Talk) -> None:
    talk.say("Tell me.")
    reply = talk.say("Once upon a", status="interrupted")
    token = edit_in_place(**talk.who, message_id=reply, content="Once upon a time.")
    assert talk.lines()[-1].status == "complete"
    back(talk, token)
    assert talk.lines()[-1].status == "interrupted"


def test_the_same_words_are_no_change(talk: Talk) -> None:
    [line] = talk.script("One")
    assert edit_in_place(**talk.who, message_id=line, content="One") == ""
    assert not Revision.objects.filter(conversation=talk.id).exists()


def test_nobody_changes_what_another_player_said_nor_reads_what_they_said_before(talk: Talk) -> None:
    [line] = talk.script("Mine")
    edit_in_place(**talk.who, message_id=line, content="Still mine")
    bob = UserFactory()
    Participant.objects.create(conversation=talk.row, user=bob)
    with pytest.raises(NotFound):
        wordings_of(user=bob, conversation_id=talk.id, message_id=line)
    Message.objects.filter(pk=line).update(author=bob)
    with pytest.raises(Forbidden):
        edit_in_place(**talk.who, message_id=line, content="Not yours")
    with pytest.raises(NotFound):
        wordings_of(**talk.who, message_id=line)


def test_what_was_withdrawn_is_not_written_anew(talk: Talk) -> None:
    reply = talk.say("Something", status="withdrawn")
    with pytest.raises(Forbidden):
        edit_in_place(**talk.who, message_id=reply, content="Something else")


def test_what_a_guest_said_can_be_changed_and_read_after_signing_in(db: None) -> None:
    talk = Talk(GuestFactory())
    [line] = talk.script("One")
    edit_in_place(**talk.who, message_id=line, content="Two")
    alice = UserFactory()
    adopt(talk.owner, alice)
    ciphers.clear()
    who = {"user": alice, "conversation_id": talk.id}
    edit_in_place(**who, message_id=line, content="Three")
    assert [each.content for each in wordings_of(**who, message_id=line)] == ["Two", "One"]


# ---------------------------------------------------------------- taking out


def test_one_line_goes_and_what_follows_moves_up(talk: Talk) -> None:
    one, two, three = talk.script("One", "Two", "Three")
    token = delete_lines(**talk.who, message_ids=[two])
    assert talk.shown() == ["Evening, You.", "One", "Three"]
    assert talk.head == three
    assert talk.lines()[-1].parent_id == one
    back(talk, token)
    assert talk.shown() == ["Evening, You.", "One", "Two", "Three"]


def test_what_moved_up_stands_among_the_alternatives(talk: Talk) -> None:
    [one, two] = talk.script("One", "Two")
    other = talk.say("Another two", below=one)
    select_alternative(**talk.who, message_id=two)
    three = talk.say("Three")
    delete_lines(**talk.who, message_ids=[two])
    last = talk.lines()[-1]
    assert (last.content, last.siblings, last.position) == ("Three", [other, three], 2)
    assert select_alternative(**talk.who, message_id=other) == other
    assert talk.shown() == ["Evening, You.", "One", "Another two"]


def test_the_last_line_alone_leaves_the_one_before_or_another_take(talk: Talk) -> None:
    one, two = talk.script("One", "Two")
    delete_lines(**talk.who, message_ids=[two])
    assert talk.head == one
    first = talk.say("Another two")
    second = talk.say("A third two", below=one)
    delete_lines(**talk.who, message_ids=[second])
    assert talk.head == first


def test_many_at_once_with_one_undo(talk: Talk) -> None:
    lines = talk.script(*map(str, range(8)))
    token = delete_lines(**talk.who, message_ids=[lines[0], lines[3], lines[4], lines[7]])
    assert talk.shown() == ["Evening, You.", "1", "2", "5", "6"]
    back(talk, token)
    assert talk.shown() == ["Evening, You.", *map(str, range(8))]
    assert talk.head == lines[7]
    with pytest.raises(Invalid):
        back(talk, token)


def test_all_of_them_leave_an_empty_talk(talk: Talk) -> None:
    lines = talk.script("One", "Two")
    token = delete_lines(**talk.who, message_ids=[talk.opening, *lines])
    assert (talk.shown(), talk.head) == ([], None)
    back(talk, token)
    assert talk.shown() == ["Evening, You.", "One", "Two"]


def test_a_page_is_full_whatever_was_taken_out(talk: Talk) -> None:
    lines = talk.script(*map(str, range(120)))
    delete_lines(**talk.who, message_ids=lines[30:100])
    page, more = shown_branch(user=talk.owner, conversation=talk.row, leaf=talk.head)
    assert [line.content for line in page] == [str(number) for number in (*range(10, 30), *range(100, 120))]
    assert more
    older, more = older_than(user=talk.owner, conversation=talk.row, message_id=page[0].id)
    assert (len(older), more) == (11, False)
    since, more = shown_branch(user=talk.owner, conversation=talk.row, leaf=talk.head, since=lines[2])
    assert (since[0].id, len(since), more) == (lines[2], 48, True)


@pytest.mark.parametrize("count", [0, 501])
def test_how_many_may_be_chosen_at_once(talk: Talk, count: int) -> None:
    lines = [uuid7() for _ in range(count)]
    with pytest.raises(Invalid):
        delete_lines(**talk.who, message_ids=lines)
    with pytest.raises(Invalid):
        mute_lines(**talk.who, message_ids=lines, muted=True)


def test_all_or_none(talk: Talk) -> None:
    lines = talk.script("One", "Two")
    with pytest.raises(NotFound):
        delete_lines(**talk.who, message_ids=[lines[0], uuid7()])
    with pytest.raises(NotFound):
        mute_lines(**talk.who, message_ids=[lines[0], uuid7()], muted=True)
    assert talk.shown() == ["Evening, You.", "One", "Two"]
    assert not any(line.muted for line in talk.lines())


def test_branches_wait_for_a_running_turn(talk: Talk) -> None:
    [line] = talk.script("One")
    Turn.objects.create(
        conversation=talk.row, reply_id=uuid7(), parent_id=line, process=uuid7(), started_at=timezone.now()
    )
    for attempt in (
        lambda: delete_lines(**talk.who, message_ids=[line]),
        lambda: delete_from(**talk.who, message_id=line),
        lambda: edit_in_place(**talk.who, message_id=line, content="Two"),
    ):
        with pytest.raises(Busy):
            attempt()
    mute_lines(**talk.who, message_ids=[line], muted=True)


def test_strangers_and_other_players_change_nothing(talk: Talk) -> None:
    lines = talk.script("One", "Two")
    bob = UserFactory()
    who = {"user": bob, "conversation_id": talk.id}
    for refused in (NotFound, (NotFound, Forbidden)):
        for attempt in (
            lambda: delete_lines(**who, message_ids=lines),
            lambda: delete_from(**who, message_id=lines[0]),
            lambda: mute_lines(**who, message_ids=lines, muted=True),
            lambda: edit_in_place(**who, message_id=lines[0], content="x"),
            lambda: rewrite_reply(**who, message_id=lines[1], content="x"),
        ):
            with pytest.raises(refused):
                attempt()
        Participant.objects.get_or_create(conversation=talk.row, user=bob)
    assert talk.shown() == ["Evening, You.", "One", "Two"]
    other = Talk()
    with pytest.raises(NotFound):
        delete_lines(**other.who, message_ids=lines)


# ---------------------------------------------------------------- the trash


def test_lines_come_back_from_the_trash_also_when_the_talk_has_gone_on(talk: Talk) -> None:
    [_, two, _] = talk.script("One", "Two", "Three")
    delete_lines(**talk.who, message_ids=[two])
    talk.script("Four", "Five")
    [removed] = removed_for(talk.owner)
    assert (removed.words, removed.count, removed.with_rest) == ("Two", 1, False)
    restore_lines(**talk.who, removal_id=removed.id)
    assert talk.shown() == ["Evening, You.", "One", "Two", "Three", "Four", "Five"]
    assert removed_for(talk.owner) == []
    with pytest.raises(NotFound):
        restore_lines(**talk.who, removal_id=removed.id)


def test_what_hangs_on_something_deleted_waits_for_it(talk: Talk) -> None:
    one, two, three = talk.script("One", "Two", "Three")
    delete_lines(**talk.who, message_ids=[three])
    delete_from(**talk.who, message_id=one)
    later, earlier = removed_for(talk.owner)
    assert (later.words, later.with_rest) == ("One", True)
    with pytest.raises(Conflict):
        restore_lines(**talk.who, removal_id=earlier.id)
    restore_lines(**talk.who, removal_id=later.id)
    restore_lines(**talk.who, removal_id=earlier.id)
    assert talk.shown() == ["Evening, You.", "One", "Two", "Three"]
    assert two in {line.id for line in talk.lines()}


def test_a_branch_that_comes_back_after_the_talk_went_on_is_an_alternative(talk: Talk) -> None:
    one, two = talk.script("One", "Two")
    delete_from(**talk.who, message_id=two)
    other = talk.say("Another two")
    restore_lines(**talk.who, removal_id=removed_for(talk.owner)[0].id)
    assert talk.shown() == ["Evening, You.", "One", "Another two"]
    assert talk.lines()[-1].siblings == [two, other]
    assert one


def test_a_take_that_was_undone_is_in_the_trash(talk: Talk) -> None:
    talk.script("One", "Two")
    fresh, token = rewrite_reply(**talk.who, message_id=talk.head, content="Rewritten")
    assert talk.head == fresh
    back(talk, token)
    assert talk.shown()[-1] == "Two"
    [removed] = removed_for(talk.owner)
    assert removed.words == "Rewritten"


def test_the_page_of_the_trash_gives_lines_back(talk: Talk) -> None:
    lines = talk.script("One", "Two", "Three")
    delete_lines(**talk.who, message_ids=lines[:2])
    delete_from(**talk.who, message_id=talk.opening)
    client = Client()
    client.force_login(talk.owner, backend=BACKEND)
    page = client.get(reverse("trash")).content.decode()
    assert "One" in page
    first, second = removed_for(talk.owner)
    refused = client.post(second.restore_url, follow=True)
    assert "Bring that back first" in refused.content.decode()
    assert client.post(first.restore_url).status_code == 302
    assert client.post(second.restore_url).status_code == 302
    assert talk.shown() == ["Evening, You.", "One", "Two", "Three"]


def test_the_trash_of_lines_costs_four_queries(talk: Talk, django_assert_num_queries) -> None:
    lines = talk.script(*map(str, range(6)))
    for line in lines[::-1]:
        delete_from(**talk.who, message_id=line)
    removed_for(talk.owner)
    with django_assert_num_queries(4):
        assert len(removed_for(talk.owner)) == 6


def test_after_thirty_days_they_are_gone_for_good(talk: Talk) -> None:
    one, two, three = talk.script("One", "Two", "Three")
    other = talk.say("Another two", below=one)
    talk.say("And on")
    edit_in_place(**talk.who, message_id=two, content="Two, better")
    edit_in_place(**talk.who, message_id=one, content="One, better")
    delete_lines(**talk.who, message_ids=[two])
    delete_from(**talk.who, message_id=other)
    kept = delete_lines(**talk.who, message_ids=[three])
    old = list(Removal.objects.filter(conversation=talk.id).order_by("removed_at")[:2])
    Removal.objects.filter(pk__in=[each.pk for each in old]).update(removed_at=timezone.now() - timedelta(days=31))
    empty_trash()
    empty_trash()
    assert not Message.objects.filter(pk=other).exists()
    left = Message.objects.get(pk=two)
    assert (bytes(left.body), left.terms, left.speaker) == (b"", [], "")
    assert set(Revision.objects.filter(conversation=talk.id).values_list("message_id", flat=True)) == {one}
    back(talk, kept)
    assert talk.shown() == ["Evening, You.", "One, better", "Three"]


def test_erasing_somebody_takes_revisions_and_removals_along(talk: Talk) -> None:
    one, two = talk.script("One", "Two")
    edit_in_place(**talk.who, message_id=one, content="Better")
    delete_lines(**talk.who, message_ids=[two])
    erase(talk.owner)
    assert not Conversation.objects.filter(pk=talk.id).exists()
    assert not Revision.objects.filter(conversation=talk.id).exists()
    assert not Removal.objects.filter(conversation=talk.id).exists()


# ---------------------------------------------------------------- not told to the model


def test_muted_lines_stay_on_the_page_and_undo_knows_which_were_muted_before(talk: Talk) -> None:
    one, two, three = talk.script("One", "Two", "Three")
    mute_lines(**talk.who, message_ids=[two], muted=True)
    token = mute_lines(**talk.who, message_ids=[one, two], muted=True)
    assert [(line.content, line.muted) for line in talk.lines()][1:] == [("One", True), ("Two", True), ("Three", False)]
    back(talk, token)
    assert [line.muted for line in talk.lines()][1:] == [False, True, False]
    mute_lines(**talk.who, message_ids=[two, three], muted=False)
    assert not any(line.muted for line in talk.lines())
