"""Two tabs of one player, on two servers, do whatever can be done to a talk: its tree stays sound, nothing that was
acknowledged is lost, and an undo brings back exactly what was there.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.encryption import Place, cipher_for, ciphers, key_id_of
from accounts.ids import uuid7
from chat.models import Conversation, Message, Removal, Revision
from chat.selectors import shown_branch
from chat.selectors.tree import tree_of
from tests.chat.checks import assert_settled
from tests.chat.client import Page
from tests.chat.stage import Browser, Stage, in_database
from tests.numbers import times
from tests.stack import Server

ACTS = (
    "say", "say", "say", "stop", "say anew", "regenerate", "continue", "swipe", "write a take", "change", "bring back",
    "delete one", "delete from", "delete many", "mute", "unmute", "undo", "undo", "restore", "at once",
)  # fmt: skip
acts = st.lists(
    st.tuples(st.sampled_from(ACTS), st.booleans(), st.integers(0, 10_000), st.integers(0, 10_000)),
    min_size=6,
    max_size=16,
)


@dataclass(frozen=True)
class Seen:
    """The talk as it stands: every line that shows, with what can be said of it, and the branch."""

    head: UUID | None
    branch: tuple[UUID, ...]
    lines: tuple[tuple[Any, ...], ...]
    removals: tuple[UUID, ...]

    @property
    def roles(self) -> dict[UUID, str]:
        return {line[0]: line[2] for line in self.lines}


@dataclass
class Change:
    """An undo, what was there before, and whether it can still bring back exactly that."""

    token: str
    before: Seen
    exact: bool = True


@dataclass
class Hands:
    """One run: two tabs, and what was promised to them."""

    stage: Stage
    talk: Conversation
    tabs: list[tuple[Page, Browser]]
    promised: list[tuple[UUID, str]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    async def act(self, what: str, tab: int, one: int, other: int) -> None:
        before = await self.look()
        page, browser = self.tabs[tab]
        line = before.branch[one % len(before.branch)] if before.branch else uuid7()
        theirs = [each for each in before.branch if before.roles[each] == "character"]
        mine = [each for each in before.branch if before.roles[each] == "player"]
        match what:
            case "say" | "stop":
                await self.say(page, f"Line {len(self.promised)}", stop=what == "stop")
            case "say anew" if mine:
                content, line = f"Anew {len(self.promised)}", mine[one % len(mine)]
                status, told = await self.post(
                    browser, f"messages/{line}/edit", content=content, client_id=str(uuid7())
                )
                assert status == 200, told
                self.promised.append((UUID(told["message_id"]), content))
                await self.ended(page, told)
            case "regenerate" | "continue" if theirs and theirs[-1] != before.branch[0]:
                await self.turn(page, what, message_id=theirs[-1])
            case "swipe" if before.branch:
                beside = await in_database(lambda: takes_of(self.talk.pk, line))
                status, told = await self.post(browser, f"messages/{beside[other % len(beside)]}/select")
                assert status == 200, told
                self.moved()
            case "write a take" if theirs:
                await self.changed(browser, before, f"messages/{theirs[one % len(theirs)]}/edit", content=f"Take {one}")
            case "change" if before.branch:
                content = f"Changed {len(self.promised)} {one}"
                if await self.changed(browser, before, f"messages/{line}/edit", content=content, in_place=True):
                    self.promised.append((line, content))
            case "bring back" if before.branch:
                behind = await in_database(
                    lambda: list(Revision.objects.filter(message_id=line).values_list("pk", flat=True))
                )
                if behind:
                    await self.changed(browser, before, f"messages/{line}/wordings/{behind[other % len(behind)]}")
            case "delete from" if before.branch:
                await self.changed(browser, before, f"messages/{line}/delete")
            case "delete one" | "delete many" if before.branch:
                some = [line] if what == "delete one" else list({line, before.branch[other % len(before.branch)]})
                await self.changed(browser, before, "messages/delete", messages=[str(each) for each in some])
            case "mute" | "unmute" if before.branch:
                await self.changed(browser, before, "messages/mute", messages=[str(line)], muted=what == "mute")
            case "undo" if self.changes:
                await self.undo(browser)
            case "restore" if before.removals:
                removal = before.removals[one % len(before.removals)]
                status, where = await browser.submit(f"/talks/{self.talk.pk}/removals/{removal}/restore")
                assert status == 302, where
                self.moved()
            case "at once" if before.branch:
                await self.at_once(line, one)

    async def at_once(self, line: UUID, one: int) -> None:
        """One tab speaks while the other deletes: whoever is first, the other is told."""
        (page, _), (_, browser) = self.tabs if one % 2 else self.tabs[::-1]
        client_id, content = uuid7(), f"At once {len(self.promised)}"
        sent = page.send("chat", content=content, client_id=client_id)
        _, (status, told) = await asyncio.gather(sent, self.post(browser, f"messages/{line}/delete"))
        answer = await page.wait_for("ack", "error", client_id=str(client_id))
        assert status in (200, 409), told
        if answer["type"] == "ack":
            self.promised.append((UUID(answer["message_id"]), content))
            await self.ended(page, answer)
        else:
            assert answer["code"] == "busy", answer
        self.moved()

    # ------------------------------------------------------------ what acts are made of

    async def say(self, page: Page, content: str, *, stop: bool) -> None:
        start = len(page.frames)
        ack = await page.say(content)
        self.promised.append((UUID(ack["message_id"]), content))
        if stop:
            await page.send("stop")
        await self.ended(page, ack, start)

    async def turn(self, page: Page, kind: str, **fields: Any) -> None:
        start = len(page.frames)
        await self.ended(page, await page.ask_again(kind, fields["message_id"]), start)

    async def ended(self, page: Page, told: dict[str, Any], start: int = 0) -> None:
        turn = await page.rest_of_turn(told, start)
        if turn.text:
            self.promised.append((UUID(turn.message_id), turn.text))
        self.moved()

    async def changed(self, browser: Browser, before: Seen, path: str, **fields: Any) -> bool:
        """Something with an undo. False when it changed nothing."""
        status, told = await self.post(browser, path, **fields)
        assert status == 200, (path, told)
        if "message_id" in told and not fields.get("in_place"):
            self.promised.append((UUID(told["message_id"]), fields["content"]))
        if told["undo"]:
            self.changes.append(Change(told["undo"], before))
        return bool(told["undo"])

    async def undo(self, browser: Browser) -> None:
        change, before = self.changes.pop(), await self.look()
        status, told = await self.post(browser, "undo", undo=change.token)
        after = await self.look()
        if change.exact:
            assert status == 200, told
            assert comparable(after) == comparable(change.before)
        elif status == 200:
            self.moved()
        else:
            assert status in (400, 409), told
            assert after == before, "what is refused changes nothing"

    def moved(self) -> None:
        """Something was done that no undo knows of."""
        for change in self.changes:
            change.exact = False

    async def post(self, browser: Browser, path: str, **fields: Any) -> tuple[int, dict[str, Any]]:
        return await browser.post(f"/talks/{self.talk.pk}/{path}", **fields)

    async def look(self) -> Seen:
        """The talk; fails when its tree is not sound."""
        return await in_database(lambda: seen(self.talk.pk))

    async def assert_kept(self) -> None:
        found = await in_database(lambda: everything(self.talk.pk))
        for line, text in self.promised:
            assert text in found[line], "what was acknowledged is still there, in its place or behind it"


def comparable(seen: Seen) -> tuple[Any, ...]:
    """Without the trash: what an undo throws away waits there."""
    return seen.head, seen.branch, seen.lines


def seen(talk_id: UUID) -> Seen:
    talk, tree = Conversation.objects.get(pk=talk_id), tree_of(talk_id)
    rows = {row.pk: row for row in Message.objects.filter(conversation=talk_id).order_by("id")}
    for row in rows.values():
        assert row.parent_id is None or (row.parent_id in rows and row.parent_id < row.pk), "every parent is there"
    shown = [row for row in rows.values() if tree.shows(row.pk)]
    assert talk.head_id is None if not shown else tree.shows(talk.head_id), "the head shows"
    assert not tree.below(talk.head_id), "the head is a leaf"
    branch = tree.branch(talk.head_id)
    page, _ = shown_branch(user=talk.owner, conversation=talk, leaf=talk.head_id, limit=400)
    assert [line.id for line in page] == branch, "the page shows the branch"
    for line in page:
        assert line.siblings == tree.below(line.parent_id), "and its alternatives"
    removals = Removal.objects.filter(conversation=talk_id).order_by("id").values_list("pk", flat=True)
    return Seen(
        talk.head_id,
        tuple(branch),
        tuple(
            (row.pk, tree.above(row.pk), row.role, opened(row.body, row.pk), row.status, row.muted, row.edited_at)
            for row in shown
        ),
        tuple(removals),
    )


def everything(talk_id: UUID) -> dict[UUID, list[str]]:
    """All that every line says or ever said."""
    ciphers.clear()
    found = {row.pk: [opened(row.body, row.pk)] for row in Message.objects.filter(conversation=talk_id)}
    for revision in Revision.objects.filter(conversation=talk_id):
        found[revision.message_id].append(opened(revision.body, revision.message_id))
    return found


def opened(body: bytes, line: UUID) -> str:
    return cipher_for(key_id_of(body)).open(body, Place("message", line))


def revisions_of(line: UUID) -> list[UUID]:
    return list(Revision.objects.filter(message_id=line).order_by("id").values_list("pk", flat=True))


def takes_of(talk_id: UUID, line: UUID) -> list[UUID]:
    tree = tree_of(talk_id)
    return tree.below(tree.above(line))


async def play(servers: tuple[Server, Server], what: list[tuple[str, bool, int, int]]) -> None:
    stage = Stage(servers[0])
    try:
        player = await stage.player()
        talk = await stage.talk(player, "script-3-tps0", greetings=["Evening.", "You again?"])
        tabs = [(await stage.open(talk, player, server=here), stage.browser(player, here)) for here in servers]
        hands = Hands(stage, talk, tabs)
        for act, second, one, other in what:
            await hands.act(act, int(second), one, other)
            await hands.look()
        await hands.assert_kept()
        while hands.changes and hands.changes[-1].exact:
            await hands.undo(hands.tabs[0][1])
        await hands.assert_kept()
        # Compressed answers end in a comment of any length, so that their size tells nothing.
        pages = [(await browser.get(f"/talks/{talk.pk}/branch/"))[1].partition("<!--")[0] for _, browser in tabs]
        assert pages[0] == pages[1], "both tabs are shown the same"
        await assert_settled(stage)
    finally:
        await stage.close()


@pytest.mark.timeout(3600)
def test_whatever_two_hands_do_the_tree_is_sound_and_nothing_is_lost(server: Server, second_server: Server) -> None:
    @settings(max_examples=times("two hands at one talk"))
    @given(acts)
    def run(what: list[tuple[str, bool, int, int]]) -> None:
        asyncio.run(play((server, second_server), what))

    run()
