"""The builder in a browser: by keyboard, on a phone, in both languages."""

from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from accounts import plans
from accounts.models import User
from characters.models import Character, Draft
from characters.selectors import edition_of
from characters.services.drafts import open_draft, save_draft
from characters.services.history import restore_version
from characters.steps import STEPS
from tests.characters.factories import a_character
from tests.chat.stage import sign_in
from tests.e2e.axe import faults_and_width
from tests.e2e.looks import Theme, in_every_look
from tests.e2e.pages import LONG, BuilderPage, Held
from tests.factories import UserFactory
from tests.stack import Server


def test_what_is_written_is_saved_and_there_again(builder: BuilderPage) -> None:
    builder.open("background").write("scenario", "Rain, and a knock.")
    assert builder.stored()["scenario"] == "Rain, and a knock."
    builder.page.reload()
    expect(builder.field("scenario")).to_have_value("Rain, and a knock.")


def test_going_on_waits_for_the_last_word(builder: BuilderPage) -> None:
    builder.open("background")
    builder.field("scenario").fill("Rain, and a knock.")
    builder.page.locator(".build__foot .button--lead").click()
    builder.page.wait_for_url("**/voice/")
    assert builder.stored()["scenario"] == "Rain, and a knock."


def test_words_outlive_a_dead_line(builder: BuilderPage, context: BrowserContext) -> None:
    builder.open("background")
    context.set_offline(True)
    builder.field("scenario").fill("Written in a tunnel.")
    expect(builder.page.locator("[data-saved][data-state=trouble]")).to_be_visible(timeout=LONG)
    context.set_offline(False)
    builder.page.reload()
    expect(builder.field("scenario")).to_have_value("Written in a tunnel.", timeout=LONG)
    builder.write("personality", "And out again.")
    assert builder.stored()["scenario"] == "Written in a tunnel."


def test_leaving_by_the_rail_takes_the_last_words_along_and_says_nothing_of_it(builder: BuilderPage) -> None:
    page, away = builder.page, [True]
    page.route("**/save/", lambda route: route.abort() if away else route.continue_())
    builder.open("personality")
    page.locator("[data-trait=talk] [data-value]").focus()
    page.keyboard.press("Home")
    page.locator("[data-stop=background] a").click()
    page.wait_for_url("**/background/")
    away.clear()
    builder.write("scenario", "Rain.")
    assert builder.stored()["traits"]["talk"]["value"] == 0  # type: ignore[index]
    expect(builder.conflict).to_be_hidden()
    expect(page.locator("[data-toast]")).to_be_hidden()


def test_what_the_server_has_already_is_no_conflict_when_it_is_found_in_the_browser(builder: BuilderPage) -> None:
    page = builder.open("personality").page
    page.locator("[data-trait=talk] [data-value]").focus()
    page.keyboard.press("Home")
    key = f"draft:{builder.draft.pk}"
    kept = page.evaluate("key => localStorage.getItem(key)", key)
    expect(builder.saved).to_be_visible(timeout=LONG)
    # As if the answer had not come before the page was gone.
    page.evaluate("([key, kept]) => localStorage.setItem(key, kept)", [key, kept])
    page.reload()
    builder.open("background").write("scenario", "Rain.")
    expect(builder.conflict).to_be_hidden()


def test_who_was_signed_out_writes_on_and_loses_nothing(
    builder: BuilderPage, alice: User, server: Server, context: BrowserContext
) -> None:
    builder.open("background")
    context.clear_cookies(name="sessionid")
    builder.field("scenario").fill("Rain, and a knock.")
    told = builder.page.locator("[data-saved]")
    expect(told).to_contain_text("You are signed out.", timeout=LONG)
    expect(told.get_by_role("link", name="Sign in")).to_have_attribute("target", "_blank")
    with builder.page.expect_response("**/save/"):
        builder.page.locator(".build__foot .button--lead").click()
    # Back in, with another token, as whoever signs in gets one.
    context.add_cookies([{"name": "sessionid", "value": sign_in(alice).cookie, "url": server.base_url}])
    context.clear_cookies(name="csrftoken")
    context.new_page().goto(f"/create/{builder.draft.pk}/look/")
    builder.write("personality", "Goes on.")
    assert (builder.stored()["scenario"], builder.stored()["personality"]) == ("Rain, and a knock.", "Goes on.")


def test_words_on_their_way_are_kept_while_others_are_typed(builder: BuilderPage) -> None:
    page = builder.open("background").page
    held: list[Route] = []
    page.route("**/save/", lambda route: route.continue_() if held else held.append(route))
    with page.expect_request("**/save/"):
        builder.field("scenario").fill("On its way.")
    builder.field("personality").fill("Typed meanwhile.")
    page.reload()
    expect(builder.field("scenario")).to_have_value("On its way.")
    expect(builder.saved).to_be_visible(timeout=LONG)
    assert (builder.stored()["scenario"], builder.stored()["personality"]) == ("On its way.", "Typed meanwhile.")


def test_saved_is_said_when_all_is_and_not_of_what_came_before(builder: BuilderPage) -> None:
    page = builder.open("background").page
    held = Held(page, "**/save/")
    builder.field("scenario").fill("On its way.")
    held.wait()
    builder.field("personality").fill("Typed meanwhile.")
    held.let_go()
    held.wait()
    told = page.locator("[data-saved]")
    expect(told).to_have_attribute("data-state", "saving")
    assert builder.stored()["scenario"] == "On its way."
    held.let_go()
    expect(told).to_have_attribute("data-state", "saved")
    assert builder.stored()["personality"] == "Typed meanwhile."


def test_a_refused_version_leads_to_what_is_wrong(builder: BuilderPage) -> None:
    page = builder.page
    save_draft(draft=builder.draft, revision=2, changes={"name": "M" * 107})
    builder.open("publish")
    page.locator("[data-write]").click()
    page.wait_for_url("**/look/#f-name")
    expect(builder.field("name")).to_be_focused()
    expect(page.locator("[data-count=name]")).to_have_text("7 characters too many. The limit is 100.")


def test_a_slider_says_what_it_means_while_it_moves(builder: BuilderPage) -> None:
    builder.open("personality")
    trait = builder.page.locator("[data-trait=talk]")
    slider = trait.locator("[data-value]")
    figure = builder.page.locator("[data-radar] .figure").get_attribute("points")
    slider.focus()
    builder.page.keyboard.press("Home")
    expect(trait.locator("[data-band]")).to_have_text("nearly silent")
    expect(trait.locator("[data-says]")).to_contain_text("Mira speaks one short sentence")
    expect(slider).to_have_attribute("aria-valuetext", "0, nearly silent")
    expect(builder.page.locator("[data-radar] .figure")).not_to_have_attribute("points", figure or "")
    expect(builder.page.locator("[data-compiled]")).to_contain_text("speaks one short sentence", timeout=LONG)
    trait.locator("[data-kind]").click()
    expect(trait.locator("[data-kind]")).to_contain_text("pinned")
    expect(builder.saved).to_be_visible(timeout=LONG)
    expect(builder.page.locator("[data-compiled]")).to_contain_text("This never changes", timeout=LONG)
    assert builder.stored()["traits"]["talk"] == {"value": 0, "pinned": True, "low": 0, "high": 0}  # type: ignore[index]


def test_how_far_a_trait_may_move_is_set_by_keyboard_and_holds_the_slider(builder: BuilderPage) -> None:
    page = builder.open("personality").page
    trait = page.locator("[data-trait=manner]")
    moves = trait.locator("summary .trait__loose")
    reach = page.locator("[data-radar] .reach").get_attribute("d")
    trait.locator("summary").press("Enter")
    trait.locator("[data-low]").press("Home")
    expect(moves).to_contain_text("Moves between distant and")
    trait.locator("[data-high]").press("Home")  # no further down than the slider stands
    expect(trait.locator("[data-high-says]")).to_have_text("74")
    expect(page.locator("[data-radar] .reach")).not_to_have_attribute("d", reach or "")
    trait.locator("[data-value]").press("End")  # takes the upper bound along
    expect(trait.locator("[data-high-says]")).to_have_text("100")
    expect(page.locator("[data-compiled]")).to_contain_text("never past “distant” on one side", timeout=LONG)
    expect(builder.saved).to_be_visible(timeout=LONG)
    assert builder.stored()["traits"]["manner"] == {"value": 100, "pinned": False, "low": 0, "high": 100}  # type: ignore[index]


def test_the_card_is_seen_as_it_is_written(builder: BuilderPage) -> None:
    page = builder.open("look").page
    card = page.locator(".see__card")
    page.route("**/save/", lambda route: route.abort())
    builder.field("name").fill("Nora")
    builder.field("tagline").fill("Keeps the [[house]] open")
    expect(card.locator("[data-see=name]")).to_have_text("Nora")
    expect(card.locator("[data-see=tagline]")).to_have_text("Keeps the … open")
    expect(page.locator(".see__opening .msg__who")).to_have_text("Nora")


def test_the_expert_settings_are_saved_as_they_are_chosen(builder: BuilderPage) -> None:
    page = builder.open("expert").page
    for name, value in (
        ("system_prompt", "Speak in verse. {{original}}"),
        ("post_history_instructions", "Be brief."),
        ("depth_prompt.text", "She is tired."),
        ("depth_prompt.depth", "2"),
        ("generation.temperature", "0.4"),
        ("generation.max_tokens", "77"),
        ("generation.stop", "###\nEnd"),
        ("nickname", "Mimi"),
    ):
        builder.field(name).fill(value)
    builder.field("depth_prompt.role").select_option("user")
    page.get_by_role("radio", name="On request").check()
    page.get_by_role("checkbox", name="Feelings").uncheck()
    builder.write("memory_policy.limit", "40")
    stored = builder.stored()
    assert stored["memory_policy"] == {
        "mode": "on_request", "kinds": ["fact", "preference", "event", "promise"], "limit": 40,
    }  # fmt: skip
    assert stored["depth_prompt"] == {"text": "She is tired.", "depth": 2, "role": "user"}
    assert stored["generation"] == {
        "temperature": 0.4, "top_p": 0.95, "max_tokens": 77, "stop": ["###", "End"], "model": "",
    }  # fmt: skip
    assert (stored["system_prompt"], stored["post_history_instructions"], stored["nickname"]) == (
        "Speak in verse. {{original}}", "Be brief.", "Mimi",
    )  # fmt: skip
    page.reload()
    expect(page.get_by_role("radio", name="On request")).to_be_checked()
    expect(page.get_by_role("checkbox", name="Feelings")).not_to_be_checked()
    expect(builder.field("generation.stop")).to_have_value("###\nEnd")
    builder.field("generation.temperature").fill("9")
    expect(page.locator("[data-error='generation.temperature']")).to_contain_text("between 0 and 2", timeout=LONG)


def test_openings_are_added_ordered_and_removed_with_a_way_back(builder: BuilderPage) -> None:
    builder.open("voice")
    page = builder.page
    texts = page.locator("[data-list] textarea")
    count = texts.count()
    page.locator("[data-add]").click()
    page.keyboard.type("*She waves.* “Here, {{user}}!”")
    expect(page.locator("[data-see-opening] .act")).to_have_text("She waves.")
    expect(page.locator("[data-see-opening]")).to_contain_text("Here, you!")
    # What the server alone can carry out is there once it is saved, and never as it is written.
    page.keyboard.type(" {{reverse:niaR}}")
    expect(page.locator("[data-see-opening]")).to_contain_text("Here, you!” Rain", timeout=LONG)
    page.locator("[data-opening]").last.locator("[data-up]").click()
    expect(texts.nth(count - 1)).to_have_value("*She waves.* “Here, {{user}}!” {{reverse:niaR}}")
    page.locator("[data-opening]").first.locator("[data-remove]").click()
    expect(texts).to_have_count(count)
    page.locator("[data-toast] [data-undo]").click()
    expect(texts).to_have_count(count + 1)
    expect(builder.saved).to_be_visible(timeout=LONG)


def test_a_gap_is_one_press_away_from_being_filled(builder: BuilderPage) -> None:
    builder.open("background")
    gaps = builder.page.locator("#f-description ~ .gaps .gap")
    count = gaps.count()
    gaps.first.click()
    builder.page.keyboard.type("an inn")
    expect(gaps).to_have_count(count - 1)


def test_the_weight_of_each_text_and_of_all_is_counted_while_writing(builder: BuilderPage) -> None:
    builder.open("background")
    before = builder.page.locator("[data-total]").inner_text()
    builder.field("scenario").fill("a" * 380)
    expect(builder.page.locator("[data-count=scenario] [data-tokens]")).to_have_text("100")
    expect(builder.page.locator("[data-total]")).not_to_have_text(before, use_inner_text=True)


def test_from_nothing_to_a_character_by_keyboard(page: Page, alice: User) -> None:
    page.goto("/create/")
    page.get_by_role("button", name="The investigator").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/look/")
    page.locator("[data-field=name]").focus()
    page.keyboard.type("Ida")
    for step in ("personality", "background", "voice", "try", "publish"):
        page.locator(".build__foot .button--lead").focus()
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/{step}/")
        if step == "personality":
            page.locator("#t-curiosity").focus()
            page.keyboard.press("ArrowLeft")
    page.locator("input[name=visibility][value=private]").focus()
    page.locator(".build__foot .button--lead").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".written")).to_contain_text("Version 1 was written", timeout=LONG)
    character = Character.objects.get(owner=alice)
    assert (edition_of(character).name, edition_of(character).traits["curiosity"]["value"]) == ("Ida", 91)


def test_the_steps_are_reached_by_tab_in_the_order_of_the_page(builder: BuilderPage) -> None:
    builder.open("personality")
    stops: list[str] = []
    builder.page.locator(".steps a").first.focus()
    for _ in range(30):
        stops.append(
            builder.page.evaluate(
                "document.activeElement.closest('[data-stop], [data-trait]')?.dataset.stop "
                "?? document.activeElement.closest('[data-trait]')?.dataset.trait ?? ''"
            )
        )
        builder.page.keyboard.press("Tab")
    order = list(dict.fromkeys(filter(None, stops)))
    assert order[:9] == [*(step.key for step in STEPS), "manner", "talk"]


@in_every_look
def test_axe_finds_nothing_on_any_step(
    browser: Browser, server: Server, alice: User, theme: Theme, language: str, width: int
) -> None:
    context = browser.new_context(
        base_url=server.base_url, locale=language, color_scheme=theme, reduced_motion="reduce",
        viewport={"width": width, "height": 800},
    )  # fmt: skip
    context.add_cookies([{"name": "sessionid", "value": sign_in(alice).cookie, "url": server.base_url}])
    draft = open_draft(owner=alice, language=language, archetype="ghost")
    mira = a_character(alice, visibility="private")
    page = context.new_page()
    found: dict[str, list[str]] = {}

    def look(name: str) -> None:
        if wrong := faults_and_width(page):
            found[name] = wrong

    page.goto("/create/")
    look("create")
    page.locator(".shelf .pop summary").first.click()
    if width > 1000:  # on a phone the menu lies over other buttons
        look("the menu of a draft")
    for step in STEPS:
        page.goto(f"/create/{draft.pk}/{step.key}/")
        page.evaluate("for (const closed of document.querySelectorAll('main details')) closed.open = true")
        look(step.key)
    save_draft(draft=Draft.objects.get(pk=draft.pk), revision=1, changes={"name": "x" * 200, "scenario": "Theirs."})
    page.locator("[data-field=system_prompt]").fill("Mine.")
    expect(page.locator("[data-saved][data-state=saved]")).to_be_visible(timeout=LONG)
    page.goto(f"/create/{draft.pk}/publish/")
    look("publish with something wrong")
    restore_version(owner=alice, version=edition_of(mira))
    page.goto(f"/characters/{mira.pk}/history/")
    look("history")
    context.close()
    assert found == {}


def test_a_stranger_finds_nothing(browser: Browser, server: Server, draft: Draft) -> None:
    context = browser.new_context(base_url=server.base_url)
    bob = UserFactory(plan=plans.UNLIMITED)
    context.add_cookies([{"name": "sessionid", "value": sign_in(bob).cookie, "url": server.base_url}])
    answer = context.new_page().goto(f"/create/{draft.pk}/look/")
    assert answer is not None
    assert answer.status == 404
    context.close()
