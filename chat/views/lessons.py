"""Teaching with a story.

`lessons` at /lessons/ lists one's own                                               chat/lessons.html
`lesson-make` POST /stories/<story>/lessons name=; `lesson-link`, `lesson-close` POST
`lesson` at /lessons/<lesson>/ is a class: who plays, how far, how well              chat/lesson.html
`lesson-results` at /lessons/<lesson>/results/<format>: csv, json
`attend` at /lessons/by/<token>/ asks whoever learns; `attend-in` POST begins        chat/attend.html
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST

from accounts.age import AgeNeeded
from accounts.csv_files import csv_file
from accounts.errors import NotFound, ProductError
from accounts.guests import get_or_create_guest
from accounts.limits import charge, client_ip, message_buckets
from accounts.models import User
from accounts.selectors import display_name
from accounts.views import limited_form
from characters.views.parts import is_member, link, rating_of
from chat.errors import page
from chat.forms import fields_of, text_of
from chat.selectors.lessons import Class, class_of, get_lesson, lesson_shown, lessons_of
from chat.services.lessons import (
    MAX_NAME,
    MAX_PERSON,
    LessonOver,
    Made,
    attend,
    close_lesson,
    find_lesson,
    make_lesson,
    renew_link,
)
from chat.services.rooms.errors import InvitationOver, SomebodyBlocked
from chat.viewers import signed_in
from stories.models import Story
from stories.selectors import get_story
from stories.selectors.discovery import may_see

NEW_LINK = "new_lesson_link"


@require_GET
@page
def lessons(request: HttpRequest) -> HttpResponse:
    return render(request, "chat/lessons.html", {"lessons": lessons_of(_teacher(request))})


@require_POST
@limited_form("20/m")
@page
def make(request: HttpRequest, story_id: UUID) -> HttpResponse:
    teacher = _teacher(request)
    try:
        story = get_story(user=teacher, story_id=story_id)
    except Story.DoesNotExist:
        raise NotFound from None
    try:
        made = make_lesson(teacher=teacher, story=story, name=text_of(fields_of(request), "name"))
    except ProductError as refused:
        messages.error(request, str(refused.message))
        return redirect("story", story_id=story.pk)
    return _told(request, made)


@require_GET
@page
def lesson(request: HttpRequest, lesson_id: UUID) -> HttpResponse:
    found = get_lesson(user=_teacher(request), lesson_id=lesson_id)
    made, token = request.session.pop(NEW_LINK, ("", ""))
    address = request.build_absolute_uri(reverse("attend", args=[token])) if made == str(found.pk) else ""
    context = {"class": class_of(found), "lesson": lesson_shown(found), "address": address, "max_name": MAX_NAME}
    return render(request, "chat/lesson.html", context)


@require_POST
@limited_form("20/m")
@page
def new_link(request: HttpRequest, lesson_id: UUID) -> HttpResponse:
    teacher = _teacher(request)
    try:
        made = renew_link(teacher=teacher, lesson_id=lesson_id)
    except NotFound:
        raise
    except ProductError as refused:
        messages.error(request, str(refused.message))
        return redirect("lesson", lesson_id=lesson_id)
    return _told(request, made)


@require_POST
@page
def close(request: HttpRequest, lesson_id: UUID) -> HttpResponse:
    close_lesson(teacher=_teacher(request), lesson_id=lesson_id)
    return redirect("lesson", lesson_id=lesson_id)


@require_GET
@limited_form("60/m", method="GET")
@page
def results(request: HttpRequest, lesson_id: UUID, format: str) -> HttpResponse:
    found = class_of(get_lesson(user=_teacher(request), lesson_id=lesson_id))
    if format == "csv":
        head = ["learner", "begun", "last_active", "scene", "ending", "actions", "reached", *found.marks]
        return csv_file(f"lesson-{lesson_id}.csv", head, _rows(found))
    if format == "json":
        response = JsonResponse(as_data(found), json_dumps_params={"ensure_ascii": False, "indent": 2})
        response["Content-Disposition"] = f'attachment; filename="lesson-{lesson_id}.json"'
        response["Cache-Control"] = "private, no-store"
        return response
    raise NotFound


def as_data(found: Class) -> dict[str, Any]:
    shown = found.lesson
    return {
        "id": str(shown.id),
        "name": shown.name,
        "story_id": str(shown.story_id),
        "story": shown.title,
        "private": found.private,
        "learners": [
            {
                "conversation_id": str(each.conversation_id),
                "name": each.name,
                "begun_at": each.begun_at.isoformat(),
                "active_at": each.active_at.isoformat(),
                "scene": each.stand.scene,
                "ending": each.stand.ending,
                "actions": each.stand.actions,
                "marks": [
                    {"name": mark.name, "scene": mark.scene, "reached": mark.reached, "note": mark.note}
                    for mark in each.marks
                ],
            }
            for each in found.learners
        ],
    }


@require_GET
@page
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    return _asking(request, token)


@require_POST
@page
def come_in(request: HttpRequest, token: str) -> HttpResponse:
    """As a guest, if nobody is signed in. To send this form is to agree."""
    try:
        found = find_lesson(token=token, user=signed_in(request))
        if not may_see(request.user, found.story, rating_of(request)):
            return _asking(request, token)
        fields = fields_of(request)
        user = get_or_create_guest(request)
        charge(message_buckets(user.pk, user.plan, client_ip(request)))
        language = text_of(fields, "language") or get_language() or ""
        talk = attend(user=user, token=token, language=language, name=text_of(fields, "name"))
    except NotFound:
        raise
    except AgeNeeded:
        return redirect(link("age", next=reverse("attend", args=[token])))
    except (SomebodyBlocked, InvitationOver) as error:
        return render(request, "chat/no_entry.html", {"why": error.code}, status=error.status)
    except ProductError as error:
        return _asking(request, token, refused=error)
    return redirect("talk", conversation_id=talk.pk)


def _asking(request: HttpRequest, token: str, refused: ProductError | None = None) -> HttpResponse:
    try:
        found = find_lesson(token=token, user=signed_in(request))
    except LessonOver as over:
        return render(request, "chat/no_entry.html", {"reason": over.message}, status=over.status)
    if not may_see(request.user, found.story, rating_of(request)):
        return render(request, "chat/no_entry.html", {"why": "rating"}, status=403)
    version = found.story.published
    language = version.spoken(get_language() or "en") if version else "en"
    context = {
        "token": token,
        "teacher": display_name(found.teacher),
        "own": found.teacher_id == request.user.pk,
        "lesson_id": found.pk,
        "title": version.called(language) if version else "",
        "line": version.line.get(language, "") if version else "",
        "language": language,
        "version": version,
        "refused": refused,
        "max_name": MAX_PERSON,
        "here": request.path,
    }
    return render(request, "chat/attend.html", context, status=refused.status if refused else 200)


def _teacher(request: HttpRequest) -> User:
    """Accounts alone teach; nobody else has lessons."""
    if not is_member(request):
        raise NotFound
    assert isinstance(request.user, User)
    return request.user


def _told(request: HttpRequest, made: Made) -> HttpResponse:
    """On to the page of the lesson, which tells its link this once."""
    request.session[NEW_LINK] = (str(made.lesson.pk), made.token)
    return redirect("lesson", lesson_id=made.lesson.pk)


def _rows(found: Class) -> Iterator[list[Any]]:
    for each in found.learners:
        reached = {mark.name: mark.reached for mark in each.marks}
        yield [
            each.name,
            f"{each.begun_at:%Y-%m-%d %H:%M}",
            f"{each.active_at:%Y-%m-%d %H:%M}",
            each.stand.scene,
            each.stand.ending,
            each.stand.actions,
            each.reached,
            *(reached.get(name, "") for name in found.marks),
        ]
