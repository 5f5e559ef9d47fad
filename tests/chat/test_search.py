"""Finding what was said: in one's own talks, opened and looked at before it is shown, and nothing that was let go."""

import random
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.blindindex import terms
from accounts.encryption import Cipher, Place, cipher_of, ciphers
from accounts.guests import BACKEND, adopt
from accounts.ids import uuid7
from chat.finding import excerpt, read_query
from chat.models import Conversation, Message, Participant, Room
from chat.selectors.search import CANDIDATES, PAGE_HITS, SaidBy, Wish, characters_talked_with, search
from chat.services.conversations import rename_conversation, restore_conversation, trash_conversation
from chat.services.removals import delete_from
from chat.services.undo import undo
from tests import numbers
from tests.chat.library import pour, say, talk_of
from tests.factories import GuestFactory, UserFactory


@pytest.fixture
def talk(alice):
    return talk_of(alice)


def find(user, written, **wish):
    return search(user=user, wish=Wish(query=read_query(written), **wish))


def lines(user, written, **wish):
    """The ids of what is found on the first page, newest first."""
    return [hit.id for group in find(user, written, **wish).groups for hit in group.hits]


def browser(user) -> Client:
    client = Client()
    client.force_login(user, backend=BACKEND)
    return client


# ---------------------------------------------------------------- what is found


def test_words_are_found_whole_and_all_of_them(alice, talk):
    [one, two, three] = say(talk, ["The lighthouse burns.", "A light house.", "LIGHTHOUSE, burning still"])
    assert lines(alice, "lighthouse") == [three.pk, one.pk]
    assert lines(alice, "lighthouse burns") == [one.pk]
    assert lines(alice, "light") == [two.pk]
    assert lines(alice, "lightho") == []


def test_chinese_is_found_anywhere_and_together(alice, talk):
    [one, two] = say(talk, ["勇敢的骑士走进灯塔。", "骑士不勇敢，灯也灭了，塔还在。"])
    assert lines(alice, "灯塔") == [one.pk]
    assert lines(alice, "敢的骑") == [one.pk]
    assert lines(alice, "骑士 勇敢") == [two.pk, one.pk]
    assert lines(alice, "塔") == [two.pk, one.pk], "one character is enough"


def test_quotation_marks_keep_words_together(alice, talk):
    [one, two] = say(talk, ["She keeps the old tavern.", "The tavern is old, she keeps it."])
    assert lines(alice, "old tavern") == [two.pk, one.pk]
    for written in ('"old tavern"', "“old tavern”", "「old tavern」", "old-tavern"):
        assert lines(alice, written) == [one.pk]


def test_width_case_and_marks_do_not_matter(alice, talk):
    [one] = say(talk, ["*draws* the **ＦＩＮＥ** sword in the Straße"])
    for written in ("fine", "FINE STRASSE", '"draws the fine"'):
        assert lines(alice, written) == [one.pk]


@pytest.mark.parametrize("written", ["", "   ", "…… —— !?", '""', "*_*"])
def test_nothing_to_look_for_finds_nothing(alice, talk, written):
    say(talk, ["…… —— !? *_*"])
    assert not read_query(written)
    assert find(alice, written).groups == []


def test_a_word_that_is_in_every_line_is_found_page_by_page(alice, talk):
    said = say(talk, [f"and the line {number}" for number in range(47)])
    seen: list[UUID] = []
    before = None
    for size in (PAGE_HITS, PAGE_HITS, 7):
        found = find(alice, "the", before=before)
        page = [hit.id for group in found.groups for hit in group.hits]
        assert len(page) == size
        seen, before = seen + page, found.before
    assert before is None
    assert seen == [line.pk for line in reversed(said)]


def test_titles_are_found_too(alice, talk):
    rename_conversation(user=alice, conversation_id=talk.pk, title="The soup of 灯塔")
    for written in ("soup", "灯塔"):
        [group] = find(alice, written).titled
        assert group.id == talk.pk
    assert [part.text for part in group.title if part.hit] == ["灯塔"]
    assert find(alice, "soup", said_by=SaidBy.ME).titled == []


# ---------------------------------------------------------------- who, when, with whom


def test_by_who_said_it_and_with_whom(alice, talk):
    other = talk_of(alice, name="Holmes")
    [mine, hers] = say(talk, ["the lamp is mine", "the lamp is hers"])
    [elsewhere] = say(other, ["the lamp is his"])
    assert lines(alice, "lamp") == [elsewhere.pk, hers.pk, mine.pk]
    assert lines(alice, "lamp", said_by=SaidBy.ME) == [elsewhere.pk, mine.pk]
    assert lines(alice, "lamp", said_by=SaidBy.CHARACTER) == [hers.pk]
    holmes = other.cast.get().character_id
    assert lines(alice, "lamp", character=holmes) == [elsewhere.pk]
    assert characters_talked_with(alice) == [(holmes, "Holmes"), (talk.cast.get().character_id, "Mira")]


def test_by_day(alice, talk):
    noon = datetime(2026, 11, 20, 12, tzinfo=UTC)
    days = [noon - timedelta(days=number) for number in (2, 1, 0)]
    keys = [UUID(int=(int(day.timestamp() * 1000) << 80) | uuid7().int % (1 << 80)) for day in days]
    cipher = cipher_of(alice)
    for key in keys:
        Message.objects.create(
            id=key, conversation=talk, role="player", author=alice, speaker="You",
            body=cipher.seal("rain", Place("message", key)), terms=terms("rain", cipher.index_secret),
        )  # fmt: skip
    assert lines(alice, "rain") == keys[::-1]
    assert lines(alice, "rain", since=days[1].date()) == [keys[2], keys[1]]
    assert lines(alice, "rain", until=days[1].date()) == [keys[1], keys[0]]
    assert lines(alice, "rain", since=days[1].date(), until=days[1].date()) == [keys[1]]


def test_hits_stand_together_by_talk_newest_first(alice, talk):
    other = talk_of(alice)
    [first] = say(talk, ["rain one"])
    [second] = say(other, ["rain two"])
    [third] = say(talk, ["rain three"])
    found = find(alice, "rain")
    assert [(group.id, [hit.id for hit in group.hits]) for group in found.groups] == [
        (talk.pk, [third.pk, first.pk]),
        (other.pk, [second.pk]),
    ]


# ---------------------------------------------------------------- what is not found


def test_what_was_let_go_is_not_found(alice, talk):
    [one, two, three, four] = say(talk, ["rain one", "rain two", "rain three", "rain four"])
    token = delete_from(user=alice, conversation_id=talk.pk, message_id=two.pk)
    assert lines(alice, "rain") == [one.pk], "what followed the deleted line went with it"
    undo(user=alice, conversation_id=talk.pk, token=token)
    assert lines(alice, "rain") == [four.pk, three.pk, two.pk, one.pk]
    Message.objects.filter(pk=three.pk).update(hidden=True)
    Message.objects.filter(pk=four.pk).update(status="withdrawn")
    assert lines(alice, "rain") == [two.pk, one.pk]
    trash_conversation(user=alice, conversation_id=talk.pk)
    assert lines(alice, "rain") == []
    restore_conversation(user=alice, conversation_id=talk.pk)
    assert lines(alice, "rain") == [two.pk, one.pk]


def test_a_branch_beside_a_deleted_one_is_found(alice, talk):
    [root, gone, _] = say(talk, ["rain root", "rain gone", "rain below"])
    [beside, after] = say(talk, ["rain beside", "rain after"], parent=root.pk)
    delete_from(user=alice, conversation_id=talk.pk, message_id=gone.pk)
    assert lines(alice, "rain") == [after.pk, beside.pk, root.pk]


def test_a_stranger_who_used_the_same_word_is_never_found(alice, bob, talk):
    theirs = talk_of(bob)
    [mine] = say(talk, ["The secret word is platypus."])
    [others] = say(theirs, ["The secret word is platypus."])
    assert lines(alice, "platypus") == [mine.pk]
    assert lines(bob, "platypus") == [others.pk]
    # Not even where the index says so: what is Bob's is not among the talks that are searched, and what does not open
    # as it should is not shown.
    Message.objects.filter(pk=others.pk).update(terms=list(mine.terms))
    assert lines(alice, "platypus") == [mine.pk]
    Message.objects.filter(pk=mine.pk).update(body=others.body)
    assert lines(alice, "platypus") == []
    assert lines(alice, "platypus", character=theirs.cast.get().character_id) == []


def test_in_a_room_everybody_finds_what_is_for_them(alice, bob):
    room = talk_of(bob)
    Room.objects.create(conversation=room)
    part = Participant.objects.create(conversation=room, user=alice)
    [said, _, whispered] = say(room, ["A platypus.", "Where?", "platypus, between us"])
    Message.objects.filter(pk=whispered.pk).update(seen_by=[bob.pk])
    assert lines(bob, "platypus") == [whispered.pk, said.pk]
    assert lines(alice, "platypus") == [said.pk]
    Conversation.objects.filter(pk=room.pk).update(owner=alice)
    assert lines(alice, "platypus") == [said.pk], "what was said before it was handed over"
    Participant.objects.filter(pk=part.pk).update(left_at=timezone.now())
    assert lines(alice, "platypus") == []
    assert lines(UserFactory(), "platypus") == []


def test_the_index_alone_shows_nothing(alice, talk):
    [line] = say(talk, ["A quiet evening."])
    Message.objects.filter(pk=line.pk).update(terms=terms("platypus", cipher_of(alice).index_secret))
    assert lines(alice, "platypus") == []


def test_what_a_guest_said_is_found_by_the_account_that_adopts_them(db):
    guest, alice = GuestFactory(), UserFactory()
    [before] = say(talk_of(guest), ["The lighthouse burns"])
    adopt(guest, alice)
    [after] = say(talk_of(alice), ["We saw the lighthouse"])
    assert lines(alice, "lighthouse") == [after.pk, before.pk]


# ---------------------------------------------------------------- at rest, at work


def test_only_ciphertext_is_stored(alice, talk):
    canary = f"platypus{uuid7().hex}"
    [line] = say(talk, [f"I whisper {canary}."])
    rename_conversation(user=alice, conversation_id=talk.pk, title=f"About {canary}")
    assert lines(alice, canary) == [line.pk]
    with connection.cursor() as cursor:
        cursor.execute(
            "select table_name, column_name from information_schema.columns where table_schema = 'public'"
            " and data_type in ('bytea', 'text', 'character varying', 'json', 'jsonb', 'ARRAY')"
        )
        for table, column in cursor.fetchall():
            cursor.execute(
                f'select count(*) from "{table}" where position(%s in "{column}"::text) > 0'
                f' or position(%s in "{column}"::text) > 0',
                [canary, canary.encode().hex()],
            )
            assert cursor.fetchone() == (0,), f"{table}.{column}"


def test_a_large_library_is_searched_with_few_queries_and_few_lines_opened(alice, talk, monkeypatch):
    rng, count = random.Random(11), numbers.times("lines of a library")
    words = [f"word{number}" for number in range(2_000)]
    talks = [talk, *(talk_of(alice) for _ in range(9))]
    for each in talks:
        pour(each, [" ".join(["the", *rng.choices(words, k=8)]) for _ in range(count // len(talks))])
    [rare] = say(talk, ["the platypus"])
    say(talks[1], [f"the line {number}" for number in range(CANDIDATES + 60)])
    # Deleted far above: what stands below it is looked through, each line once.
    gone = Message.objects.filter(conversation=talks[2]).order_by("pk")[5]
    Message.objects.filter(pk=gone.pk).update(deleted_at=timezone.now())
    opened: list[Place] = []
    open_ = Cipher.open

    def counted(self, blob, place):
        opened.append(place)
        return open_(self, blob, place)

    monkeypatch.setattr(Cipher, "open", counted)
    for written, expected in (("the", PAGE_HITS), ("platypus the", 1), ("word7 the", None), ("nowhere", 0)):
        opened.clear()
        ciphers.clear()
        with CaptureQueriesContext(connection) as asked:
            found = find(alice, written)
        hits = sum(len(group.hits) for group in found.groups)
        assert len(asked) <= 12
        assert len(opened) <= CANDIDATES + PAGE_HITS
        assert expected is None or hits == expected
    # Candidates that turn out to be none: a page may be empty, and there is a way further back.
    found = find(alice, '"platypus the"')
    assert (found.groups, found.before) == ([], None)
    assert lines(alice, "platypus") == [rare.pk]


def test_a_page_without_hits_leads_further_back(alice, talk):
    [wanted] = say(talk, ["old tavern"])
    say(talk, ["tavern old"] * (CANDIDATES + 5))
    found = find(alice, '"old tavern"')
    assert found.groups == []
    assert found.looked_back_to is not None
    further = find(alice, '"old tavern"', before=found.before)
    assert [hit.id for group in further.groups for hit in group.hits] == [wanted.pk]


# ---------------------------------------------------------------- excerpts


def test_an_excerpt_stands_around_the_first_hit():
    text = "word " * 40 + "the *Platypus*\nsleeps " + "word " * 60
    found = excerpt(read_query("platypus"), text)
    assert [part.text for part in found.parts if part.hit] == ["Platypus"]
    assert found.cut_before
    assert found.cut_after
    assert "*" not in "".join(part.text for part in found.parts)
    assert sum(len(part.text) for part in found.parts) < 200


def test_what_is_marked_is_what_was_meant_whatever_folding_does_to_lengths():
    found = excerpt(read_query("straße ﬁne 灯塔"), "STRASSE, ﬁne; İ 灯塔 é")
    assert [part.text for part in found.parts if part.hit] == ["STRASSE", "ﬁne", "灯塔"]
    assert "".join(part.text for part in found.parts) == "STRASSE, ﬁne; İ 灯塔 é"


# ---------------------------------------------------------------- pages


def test_the_page_shows_hits_without_html_of_the_text(alice, talk):
    [line] = say(talk, ["<b>bold</b> & the <script>platypus</script>"])
    page = browser(alice).get(reverse("talk-search"), {"q": "platypus"}).content.decode()
    assert "&lt;script&gt;<mark>platypus</mark>&lt;/script&gt;" in page
    assert reverse("talk-at", args=[talk.pk, line.pk]) in page


def test_the_page_says_what_is_wrong(alice, talk):
    client, address = browser(alice), reverse("talk-search")
    assert "There is no word in that" in client.get(address, {"q": "…"}).content.decode()
    assert "Nothing was found" in client.get(address, {"q": "platypus"}).content.decode()
    assert "201 characters are too many" in client.get(address, {"q": "x" * 201}).content.decode()
    assert client.get(address, {"q": "rain", "since": "soon", "before": "x", "by": "y"}).status_code == 200
    assert "Nothing was found" in unescape(Client().get(address, {"q": "platypus"}).content.decode())


def test_the_next_page_is_a_piece_of_one(alice, talk):
    say(talk, [f"rain {number}" for number in range(25)])
    client = browser(alice)
    few = client.get(reverse("talk-search"), {"q": "rain", "by": "player"}).content.decode()
    assert "hx-get" not in few
    page = client.get(reverse("talk-search"), {"q": "rain"}).content.decode()
    [more] = re.findall(r'hx-get="([^"]+)"', page)
    piece = client.get(unescape(more), headers={"HX-Request": "true"}).content.decode()
    assert piece.count("<li>") == 5
    assert "<html" not in piece


# ---------------------------------------------------------------- going there


def test_a_line_that_the_talk_shows_is_shown_in_the_talk(alice, talk):
    said = say(talk, [f"line {number}" for number in range(30)])
    answer = browser(alice).get(reverse("talk-at", args=[talk.pk, said[3].pk]))
    assert answer.status_code == 302
    assert answer["Location"] == f"{reverse('talk', args=[talk.pk])}#m-{said[3].pk}"


def shown(page: str) -> list[str]:
    return re.findall(r'id="m-([0-9a-f-]{36})"', page)


def test_a_line_far_up_is_shown_among_its_neighbours(alice, talk):
    said = say(talk, [f"line {number}" for number in range(200)])
    page = browser(alice).get(reverse("talk-at", args=[talk.pk, said[50].pk])).content.decode()
    assert shown(page) == [str(line.pk) for line in said[30:71]]
    assert page.count("msg--marked") == 1
    assert "Further up in the talk." in page
    [earlier, later] = re.findall(rf'href="(/talks/{talk.pk}/at/[^"#]+)', page)
    page = browser(alice).get(later).content.decode()
    assert shown(page) == [str(line.pk) for line in said[50:91]]
    page = browser(alice).get(earlier).content.decode()
    assert shown(page) == [str(line.pk) for line in said[10:51]]


def test_a_line_on_another_branch_is_shown_on_it_and_the_talk_can_go_on_there(alice, talk):
    trunk = say(talk, [f"line {number}" for number in range(4)])
    other = say(talk, ["other one", "other two", "other three"], parent=trunk[1].pk)
    Conversation.objects.filter(pk=talk.pk).update(head=trunk[3].pk)
    client = browser(alice)
    page = client.get(reverse("talk-at", args=[talk.pk, other[1].pk])).content.decode()
    assert shown(page) == [str(line.pk) for line in (*trunk[:2], *other)]
    assert "Another branch than the one on which the talk goes on." in page
    talk.refresh_from_db()
    assert talk.head_id == trunk[3].pk, "looking moves nothing"
    answer = client.post(reverse("talk-go-on", args=[talk.pk, other[2].pk]))
    assert answer.status_code == 302
    talk.refresh_from_db()
    assert talk.head_id == other[2].pk


def test_the_branch_that_was_looked_at_is_kept_while_paging(alice, talk):
    trunk = say(talk, [f"line {number}" for number in range(30)])
    other = say(talk, [f"other {number}" for number in range(5)], parent=trunk[9].pk)
    Conversation.objects.filter(pk=talk.pk).update(head=trunk[-1].pk)
    address = reverse("talk-at", args=[talk.pk, trunk[5].pk])
    page = browser(alice).get(address, {"leaf": str(other[-1].pk)}).content.decode()
    assert shown(page) == [str(line.pk) for line in (*trunk[:10], *other)]
    assert browser(alice).get(address, {"leaf": str(uuid7())}).status_code == 302, "a leaf that is none is passed over"


def test_nobody_is_led_to_what_was_let_go(alice, bob, talk):
    [one, two, three] = say(talk, ["one", "two", "three"])
    elsewhere = talk_of(alice)
    client = browser(alice)
    assert client.get(reverse("talk-at", args=[elsewhere.pk, one.pk])).status_code == 404
    assert browser(bob).get(reverse("talk-at", args=[talk.pk, one.pk])).status_code == 404
    delete_from(user=alice, conversation_id=talk.pk, message_id=two.pk)
    for line in (two, three):
        assert client.get(reverse("talk-at", args=[talk.pk, line.pk])).status_code == 404
        assert client.post(reverse("talk-go-on", args=[talk.pk, line.pk])).status_code == 404
