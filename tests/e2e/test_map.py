"""The map of a talk's branches: where lines stand on it, what keys do, and that five hundred of them are no burden."""

import random
from typing import Any

from playwright.sync_api import Page, expect

from accounts.models import User
from chat.services.checkpoints import name_place
from tests.chat.grown import Talk
from tests.e2e.pages import TalkPage

PLAN = """
async ([lines, head]) => {
  const { Plan } = await import("/static/js/chat/map/plan.js");
  const plan = new Plan(lines, head);
  return plan.spots.map(({ row, lane, current }) => [row, lane, current]);
}
"""
# Milliseconds that drawing takes while one runs through all of the map.
RUN = """
async () => {
  const plane = document.querySelector("[data-plane]");
  const frame = () => new Promise(requestAnimationFrame);
  const taken = [];
  let most = 0;
  const far = plane.scrollHeight - plane.clientHeight;
  for (let step = 0; step <= 120; step += 1) {
    plane.scrollTop = far * step / 120;
    const before = performance.now();
    plane.dispatchEvent(new Event("scroll"));
    await frame();
    await frame();
    most = Math.max(most, plane.querySelectorAll("*").length);
    taken.push(performance.now() - before);
  }
  return { most, far, median: taken.sort((a, b) => a - b)[60] };
}
"""


def tree(dice: random.Random, size: int) -> tuple[list[Any], str]:
    lines: list[Any] = []
    for number in range(size):
        parent = (
            -1 if not lines or dice.random() < 0.03 else dice.randrange(number) if dice.random() < 0.3 else number - 1
        )
        lines.append([str(number), parent, number % 2])
    leaves = set(range(size)) - {line[1] for line in lines}
    return lines, str(dice.choice(sorted(leaves)))


def test_every_line_has_a_place_of_its_own_below_what_it_follows(page: Page) -> None:
    page.goto("/help/connect-model/")
    for seed in range(12):
        lines, head = tree(random.Random(seed), random.Random(seed).choice([1, 2, 30, 400]))
        places = page.evaluate(PLAN, [lines, head])
        assert len({(row, lane) for row, lane, _ in places}) == len(places)
        for (_, parent, _), (row, lane, _) in zip(lines, places, strict=True):
            assert row == (places[parent][0] + 1 if parent >= 0 else 0)
            assert parent < 0 or lane >= places[parent][1], "branches leave to the right"
        at, branch = int(head), []
        while at >= 0:
            branch.append(at)
            at = lines[at][1]
        assert [number for number, (_, _, current) in enumerate(places) if current] == sorted(branch)
        assert {places[number][1] for number in branch} == {0}, "the current branch runs straight down"


OVERLAPS = """
() => {
  const box = (each) => each.getBoundingClientRect();
  const meets = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  const names = [...document.querySelectorAll("#map .spotname")];
  const others = [...document.querySelectorAll("#map .dot__in, #map .spotname")];
  const inTheWay = (name) => others.filter((each) => each !== name && meets(box(name), box(each)));
  return [names.length, names.flatMap(inTheWay).length];
}
"""


def test_a_name_on_the_map_stands_in_nobodys_way(page: Page, alice: User) -> None:
    """With takes beside it that have names as well, at every size."""
    talk = Talk(alice)
    one = talk.say("One", below=talk.opening)
    takes = [talk.say(f"Take {number}", below=one) for number in range(4)]
    named = zip(takes[1:], ("Where the lamp went out", "灯塔熄灭之后的那个漫长的夜晚", "B"), strict=True)
    for line, name in named:
        name_place(**talk.who, message_id=line, name=name)
    TalkPage(page, talk.id).open()
    page.locator("[data-open-map]").click()
    expect(page.locator("#map .spotname")).to_have_count(3)
    expect(page.locator("#map .spotname", has_text="Where the lamp")).to_be_visible()
    for _size in range(2):
        page.locator("#map [data-zoom-in]").click()
    for _size in range(5):
        names, overlaps = page.evaluate(OVERLAPS)
        assert names >= 1
        assert overlaps == 0
        page.locator("#map [data-zoom-out]").click()


def grown(alice: User, size: int) -> Talk:
    talk, dice = Talk(alice), random.Random(5)
    lines = [talk.opening]
    for number in range(size):
        lines.append(
            talk.say(f"Number {number}", below=dice.choice(lines[-20:]) if dice.random() < 0.12 else lines[-1])
        )
    return talk


def test_five_hundred_lines_are_drawn_as_they_come_into_sight(page: Page, alice: User) -> None:
    talk = grown(alice, 500)
    shown = TalkPage(page, talk.id).open()
    page.locator("[data-open-map]").click()
    expect(page.locator("#map .dot").first).to_be_attached()
    told = page.evaluate(RUN)
    assert told["far"] > 1_000
    assert told["most"] < 900
    assert told["median"] < 300, "two frames, on a busy machine"
    assert shown


def test_one_walks_the_map_by_keys_and_goes_to_another_branch(page: Page, alice: User) -> None:
    talk = Talk(alice)
    one, two = talk.script("One", "Two")
    talk.script(*(f"Later {number}" for number in range(6)))
    other = talk.say("Another two", below=one)
    talk.script("And on")
    name_place(**talk.who, message_id=two, name="The first way")
    shown = TalkPage(page, talk.id).open()
    page.locator("[data-open-map]").click()
    told = page.locator("#map [data-told]")
    expect(told).to_contain_text("And on")
    for key, words in (("Home", "Evening"), ("ArrowDown", "One"), ("ArrowDown", "Another two"), ("ArrowRight", "Two")):
        page.keyboard.press(key)
        expect(told.locator("span")).to_contain_text(words)
    expect(told).to_contain_text("take 1 of 2")
    expect(told).to_contain_text("The first way")
    focused = page.evaluate(
        "document.getElementById(document.activeElement.getAttribute('aria-activedescendant')).getAttribute('aria-label')"
    )
    assert focused == "Mira: Two The first way"
    page.keyboard.press("+")
    page.keyboard.press("Enter")
    expect(page.locator("#map")).to_be_hidden()
    expect(shown.last).to_have_attribute("data-source", "Later 5")
    expect(page.locator(f"#m-{two}.msg--here")).to_be_in_viewport()
    assert shown.focused() == "more"
    page.locator("[data-open-map]").click()
    page.locator("[data-as-list]").click()
    branches = page.locator("#map .map__branch")
    expect(branches).to_have_count(2)
    expect(branches.nth(1)).to_have_attribute("aria-current", "true")
    branches.first.click()
    expect(shown.last).to_have_attribute("data-source", "And on")
    assert other


def test_a_checkpoint_is_set_found_renamed_deleted_and_brought_back(page: Page, alice: User) -> None:
    talk = Talk(alice)
    lines = talk.script(*(f"Number {number}" for number in range(60)))
    shown = TalkPage(page, talk.id).open()
    shown.do(shown.lines.nth(20), "checkpoint")
    page.locator("#ask-name-text").fill("Where it began")
    page.keyboard.press("Enter")
    expect(shown.toast).to_contain_text("kept")
    name_place(**talk.who, message_id=lines[1], name="Long ago")
    page.locator("[data-checkpoints] summary").click()
    places = page.locator(".places__go")
    expect(places).to_have_text(["Long ago", "Where it began"])
    places.first.click()
    expect(page.locator(f"#m-{lines[1]}")).to_be_in_viewport()
    page.locator("[data-do=rename]").nth(1).click()
    expect(page.locator("#ask-name-text")).to_have_value("Where it began")
    page.locator("#ask-name-text").fill("The beginning")
    page.keyboard.press("Enter")
    expect(places).to_have_text(["Long ago", "The beginning"])
    page.locator("[data-do=delete]").first.click()
    expect(places).to_have_text(["The beginning"])
    shown.toast.locator("[data-undo]").click()
    expect(places).to_have_text(["Long ago", "The beginning"])
