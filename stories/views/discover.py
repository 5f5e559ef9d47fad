"""Stories on Discover, and the page of one.

`stories` at /stories/ (?q= words, ?tag= code, ?kind=practice, ?sort=new, ?page=)   stories/discover.html
    page          of stories, each with `published`, `author`, and `title`, `line`, `language` as shown to this viewer
    tags, kinds, sorts   {code, name, url, current}
`story` at /stories/<uuid>/                                                          stories/story.html
    story, version, title, line, about, language
    stakes        list of {matters, lost}
    cast          list of {name, role, about, version}
    languages, rating, by_house, author, is_mine; for its author standing, asks, newest, draft
    play_url      POST begins a play; empty where this server cannot
    lesson_url    POST name= makes a lesson of a practice story
"""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.models import Profile
from characters.models import Language, Rating, Visibility
from characters.selectors import language_of
from characters.selectors.publications import standing_of
from characters.views.parts import asked, is_member, rating_of, varied
from stories.book.parts import words_in
from stories.book.rubric import rubric_of
from stories.books import book_of
from stories.format import lines_of
from stories.models import Kind, Story, StoryVersion
from stories.models.story import SHOWN_TO
from stories.selectors import behind_curtain, get_story, shown_version
from stories.selectors.discovery import Order, StoryWish, found_for, may_see, tags_of_stories

A_PAGE = 24
SORTS = ((Order.POPULAR, gettext_lazy("Most played")), (Order.NEW, gettext_lazy("New")))
BEST = (Order.BEST, gettext_lazy("Best match"))
KINDS = (
    ("", gettext_lazy("All")),
    (Kind.STORY, gettext_lazy("To play")),
    (Kind.PRACTICE, gettext_lazy("To practise")),
)


@require_safe
def stories(request: HttpRequest) -> HttpResponse:
    language = language_of()
    sort = asked(request, "sort")
    wish = StoryWish(
        query=asked(request, "q")[:200],
        tag=asked(request, "tag")[:40],
        kind=asked(request, "kind"),
        order=Order(sort) if sort in list(Order) else None,
        rating=rating_of(request),
    )
    page = Paginator(found_for(request.user, wish), A_PAGE).get_page(request.GET.get("page"))
    for story in page:
        _dress(story, language)
    context = {
        "page": page,
        "more_url": _url(wish, page=str(page.next_page_number())) if page.has_next() else "",
        "back_url": _url(wish, page=str(page.previous_page_number())) if page.has_previous() else "",
        "query": wish.query,
        "wish": wish,
        "member": is_member(request),
        "searching": bool(wish.query or wish.tag or wish.kind),
        "kinds": [
            {"code": code or "all", "name": name, "url": _url(wish, kind=code), "current": wish.kind == code}
            for code, name in KINDS
        ],
        "sorts": [
            {"code": code, "name": name, "url": _url(wish, sort=code), "current": wish.ordered == code}
            for code, name in (SORTS if not wish.query else (BEST, *SORTS))
        ],
        "tags": [
            {
                "code": tag.code,
                "name": tag.name_in(language),
                "url": _url(wish, tag="" if tag.code == wish.tag else tag.code),
                "current": tag.code == wish.tag,
            }
            for tag in tags_of_stories(request.user)
        ],
    }
    return render(request, "stories/discover.html", context)


@require_safe
def story(request: HttpRequest, story_id: UUID) -> HttpResponse:
    try:
        try:
            found, hidden = get_story(user=request.user, story_id=story_id), False
        except Story.DoesNotExist:
            found, hidden = behind_curtain(user=request.user, story_id=story_id), True
        version = shown_version(found)
    except (Story.DoesNotExist, StoryVersion.DoesNotExist) as error:
        raise Http404 from error
    language = version.spoken(language_of())
    if hidden or not may_see(request.user, found, rating_of(request)):
        return _curtain(request, found, version.called(language), language, asks_age=hidden)
    is_mine = request.user.is_authenticated and found.owner_id == request.user.pk
    context: dict[str, Any] = {
        "story": found,
        "version": version,
        "language": language,
        "title": version.called(language),
        "line": version.line.get(language, ""),
        "about": version.about.get(language, ""),
        "languages": [Language(code).label for code in version.languages],
        "rating": Rating(found.rating).label,
        "by_house": found.owner_id is None and found.slug is not None,
        "author": _author(found),
        "author_url": reverse("creator", args=[found.owner_id])
        if found.owner_id and found.visibility == Visibility.PUBLIC
        else "",
        "tags": [
            {"name": tag.name_in(language_of()), "url": f"{reverse('stories')}?{urlencode({'tag': tag.code})}"}
            for tag in found.tags.all()
        ],
        "play_url": play_url(found),
        "is_mine": is_mine,
        **_inside(version, language),
    }
    if found.kind == Kind.PRACTICE and is_member(request):
        context |= {"lesson_url": _of_chat("lesson-make", found.pk), "lessons_url": _of_chat("lessons")}
    if is_mine:
        context |= {
            "figures_url": _of_chat("story-figures", found.pk),
            "standing": standing_of(found),
            "asks": SHOWN_TO,
            "newest": found.versions.order_by("-number").defer("source")[0],
        }
    return render(request, "stories/story.html", context)


def _curtain(request: HttpRequest, found: Story, title: str, language: str, *, asks_age: bool) -> HttpResponse:
    """What is rated more strongly than the viewer asked for is announced instead of shown, as characters are."""
    context = {
        "story": found,
        "title": title,
        "language": language,
        "wanted": found.rating if found.rating != Rating.GENERAL else Rating.MATURE,
        "asks_age": asks_age,
        "member": is_member(request),
        "here": reverse("story", args=[found.pk]),
    }
    return varied(render(request, "stories/curtain.html", context))


def play_url(story: Story) -> str:
    return _of_chat("story-play", story.pk)


def _of_chat(name: str, *arguments: UUID) -> str:
    """Where stories are played and taught; empty where this server cannot."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""


def _inside(version: StoryVersion, language: str) -> dict[str, Any]:
    """What is shown before the first scene: nothing that happens."""
    file = book_of(version).file
    players = version.cast_versions(language)
    return {
        "player": words_in(file.player, language, file),
        "stakes": [
            {"matters": words_in(each.matters, language, file), "lost": words_in(each.lost, language, file)}
            for each in file.stakes
        ],
        "cast": [
            {
                "name": words_in(member.name, language, file),
                "role": words_in(member.role, language, file),
                "about": "\n\n".join(
                    words_in(line, language, file) for line in lines_of(member.about) if line.when is True
                ),
                "version": players[name],
            }
            for name, member in file.cast.items()
            if name in players
        ],
        "rubric": [words_in(each.mark.name, language, file) for each in rubric_of(file).values()],
    }


def _dress(story: Story, language: str) -> None:
    assert story.published is not None
    story.shown = story.published
    story.language = story.shown.spoken(language)  # type: ignore[attr-defined]
    story.title = story.shown.called(language)  # type: ignore[attr-defined]
    story.line = story.shown.line.get(story.language, "")  # type: ignore[attr-defined]


def _author(story: Story) -> str:
    if story.owner_id is None:
        return ""
    return Profile.objects.filter(user_id=story.owner_id).values_list("name", flat=True).first() or ""


def _url(wish: StoryWish, **changed: str) -> str:
    query = {"q": wish.query, "tag": wish.tag, "kind": wish.kind, "sort": wish.order or ""} | changed
    said = urlencode({name: value for name, value in query.items() if value})
    return reverse("stories") + (f"?{said}" if said else "")
