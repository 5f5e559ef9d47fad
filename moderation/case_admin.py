"""The queue: one page on which cases are given out, read and decided, by keyboard; and the list of all of them.

`admin:moderation_case_work` at /admin/moderation/case/work/     admin/moderation/case/work.html
    GET shows what this moderator holds, or the open case that `case` names, without what is kept for it.
    POST does what `do` says and leads back: next, claim, release, decide, hand_over, escalate; `context` answers.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.admin_columns import ReadOnly
from accounts.errors import NotFound, ProductError
from accounts.models import Sanction, User
from characters.models import PublishingRequest
from characters.requests_admin import public_name
from characters.services.requests import MAY_LOOK
from moderation.desk import choices_for, shown_exhibits, shown_reports, words_of
from moderation.figures_admin import figures_page
from moderation.models import Appeal, Case, Reading, ReasonTemplate
from moderation.selectors.cases import colleagues, held_by, like, load_for, past_of, queue_for, workable
from moderation.services import desk
from moderation.services.context import Purpose, open_context
from moderation.services.decisions import Decision, decide, decide_several
from moderation.services.sanctions import NoSuchLength
from moderation.subjects import Line, subject_of

Outcome = Case.Outcome
MAY_WORK = desk.MAY_WORK


class Standing(admin.SimpleListFilter):
    """What is open, unless one asks for more."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        closed = [(code, word) for code, word in Outcome.choices if code]
        return [("escalated", gettext_lazy("escalated")), ("all", gettext_lazy("all")), *closed]

    def choices(self, changelist: Any) -> Any:
        still_open, *others = super().choices(changelist)
        yield still_open | {"display": Outcome.OPEN.label}
        yield from others

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Case]") -> "QuerySet[Case]":
        if self.value() == "all":
            return queryset
        if self.value() == "escalated":
            return queryset.filter(outcome="").exclude(escalated_at=None)
        return queryset.filter(outcome=self.value() or "")


@admin.register(Case)
class CaseAdmin(ReadOnly):
    list_display = ("rule_in_words", "kind", "severity", "told", "found", "whom", "opened_at", "holder", "outcome")
    list_filter = (Standing, "kind", "severity")
    list_select_related = ("about__profile", "claimed_by__profile")
    search_fields = ("=id", "=subject", "=about__id")
    ordering = ("-severity", "id")
    actions = ("dismiss", "remove_as_spam")
    show_full_result_count = False
    change_list_template = "admin/moderation/case/list.html"

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(require_http_methods(["GET", "HEAD", "POST"])(self.work_view))
        return [
            path("work/", view, name="moderation_case_work"),
            path(
                "figures/",
                self.admin_site.admin_view(require_safe(self.figures_view)),
                name="moderation_case_figures",
            ),
            *super().get_urls(),
        ]

    @admin.display(description=gettext_lazy("rule"), ordering="rule")
    def rule_in_words(self, row: Case) -> str:
        return words_of(row.rule)

    @admin.display(description=gettext_lazy("person"))
    def whom(self, row: Case) -> str:
        return public_name(row.about) if row.about else "–"

    @admin.display(description=gettext_lazy("held by"))
    def holder(self, row: Case) -> str:
        return public_name(row.claimed_by) if row.claimed_by and row.open else "–"

    @admin.action(description=gettext_lazy("Dismiss as unfounded"), permissions=["work"])
    def dismiss(self, request: HttpRequest, chosen: "QuerySet[Case]") -> None:
        self._several(request, chosen, Decision(Outcome.DISMISSED))

    @admin.action(description=gettext_lazy("Remove as spam"), permissions=["work"])
    def remove_as_spam(self, request: HttpRequest, chosen: "QuerySet[Case]") -> None:
        for language, some in _by_language(chosen).items():
            words = ReasonTemplate.objects.filter(rule="spam", active=True).first()
            text = getattr(words, f"text_{language}") if words else _("Spam.")
            self._several(request, some, Decision(Outcome.REMOVED, rule="spam", text=text, labels=("spam",)))

    def has_work_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MAY_WORK)

    def _several(self, request: HttpRequest, chosen: "QuerySet[Case]", decision: Decision) -> None:
        ids = list(chosen.values_list("pk", flat=True))
        done, refused = decide_several(case_ids=ids, by=_moderator(request), decision=decision)
        for told in refused:
            messages.error(request, told)
        if done:
            messages.success(request, ngettext("%d case was closed.", "%d cases were closed.", done) % done)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One page for both: an open case is worked at the desk, a closed one is read there."""
        case = self.get_object(request, object_id)
        if case is None:
            raise Http404
        return HttpResponseRedirect(f"{reverse('admin:moderation_case_work')}?case={case.pk}")

    def figures_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return figures_page(request)

    def work_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        by = _moderator(request)
        if request.method == "POST":
            return self._do(request, by)
        return self._page(request, _asked_for(request, by))

    def _do(self, request: HttpRequest, by: User) -> HttpResponse:
        do = request.POST.get("do", "")
        case_id = _id(request.POST.get("case", ""))
        try:
            if do == "next":
                return self._next(request, by)
            if case_id is None:
                raise NotFound
            if do == "context":
                lines = open_context(case_id=case_id, by=by, purpose=request.POST.get("purpose", ""))
                return self._page(request, Case.objects.get(pk=case_id), lines=lines)
            if do not in ACTS:
                raise NotFound
            return ACTS[do](self, request, by, case_id)
        except Case.DoesNotExist:
            raise Http404 from None
        except ProductError as error:
            messages.error(request, str(error.message))
            held = Case.objects.filter(pk=case_id).exclude(about=by).first() if case_id else None
            return self._page(request, held, typed=request.POST, status=error.status)

    def _next(self, request: HttpRequest, by: User) -> HttpResponse:
        desk.take_next(by=by)
        return _back()

    def _claim(self, request: HttpRequest, by: User, case_id: UUID) -> HttpResponse:
        """Whoever goes on to another case leaves the one before to others."""
        left = _id(request.POST.get("leave", ""))
        if left and left != case_id:
            desk.release(case_id=left, by=by)
        return _back(desk.claim(case_id=case_id, by=by))

    def _release(self, request: HttpRequest, by: User, case_id: UUID) -> HttpResponse:
        desk.release(case_id=case_id, by=by)
        messages.success(request, _("The case is back in the queue."))
        return _back()

    def _decide(self, request: HttpRequest, by: User, case_id: UUID) -> HttpResponse:
        said = request.POST
        decision = Decision(
            outcome=said.get("outcome", ""),
            rule=said.get("rule", ""),
            text=said.get("text", ""),
            note=said.get("note", ""),
            days=_days(said.get("days", "")),
            labels=tuple(said.getlist("labels")),
        )
        also = list(like(Case.objects.get(pk=case_id), by).values_list("pk", flat=True)) if said.get("also") else []
        case = decide(case_id=case_id, by=by, decision=decision)
        told = _("%(what)s: %(outcome)s.") % {"what": words_of(case.rule), "outcome": case.get_outcome_display()}
        if also:
            done, refused = decide_several(case_ids=also, by=by, decision=decision)
            told += " " + ngettext("And %d like it.", "And %d like it.", done) % done
            for each in refused:
                messages.error(request, each)
        messages.success(request, told)
        return self._next(request, by)

    def _hand_over(self, request: HttpRequest, by: User, case_id: UUID) -> HttpResponse:
        to_id = _id(request.POST.get("to", ""))
        to = User.objects.filter(pk=to_id, is_staff=True).first() if to_id else None
        if to is None:
            raise NotFound
        desk.hand_over(case_id=case_id, by=by, to=to)
        messages.success(request, _("%(name)s has the case.") % {"name": public_name(to)})
        return self._next(request, by)

    def _escalate(self, request: HttpRequest, by: User, case_id: UUID) -> HttpResponse:
        desk.escalate(case_id=case_id, by=by, note=request.POST.get("note", ""))
        messages.success(request, _("An operator decides about this case."))
        return self._next(request, by)

    def _page(
        self,
        request: HttpRequest,
        case: Case | None,
        *,
        lines: list[Line] | None = None,
        typed: QueryDict | None = None,
        status: int = 200,
    ) -> HttpResponse:
        by = _moderator(request)
        context = self.admin_site.each_context(request) | {
            "title": _("Queue"),
            "opts": self.opts,
            "queue": [(each, words_of(each.rule)) for each in queue_for(by)],
            "load": load_for(by),
            "beside": _beside(by),
            "may_work": by.has_perm(MAY_WORK),
            "case": case,
            "typed": typed or {},
            "typed_labels": typed.getlist("labels") if typed else [],
        }
        if case is not None:
            context |= _case(case, by, lines)
        return TemplateResponse(request, "admin/moderation/case/work.html", context, status=status)


ACTS: dict[str, Callable[[CaseAdmin, HttpRequest, User, UUID], HttpResponse]] = {
    "claim": CaseAdmin._claim,
    "release": CaseAdmin._release,
    "decide": CaseAdmin._decide,
    "hand_over": CaseAdmin._hand_over,
    "escalate": CaseAdmin._escalate,
}


def _case(case: Case, by: User, lines: list[Line] | None) -> dict[str, Any]:
    mine = case.open and case.claimed_by_id == by.pk and workable(by).filter(pk=case.pk).exists()
    told = subject_of(case.kind).told(case)
    shown: dict[str, Any] = {
        "rule": words_of(case.rule),
        "told": told,
        "mine": mine,
        "about": public_name(case.about) if case.about else "",
        "past": past_of(case),
    }
    if mine or not case.open:
        shown |= told.context
    if mine:
        shown |= choices_for(case) | {
            "exhibits": shown_exhibits(case),
            "reports": shown_reports(case),
            "purposes": Purpose.choices,
            "lines": lines,
            "like": like(case, by).count(),
            "colleagues": [(each.user.pk, public_name(each.user), each.holds) for each in colleagues(by)],
        }
    elif case.claimed_by is not None:
        shown["holder"] = public_name(case.claimed_by)
    return shown


def _beside(by: User) -> list[tuple[str, int, str]]:
    """The other queues, for whoever may look: what waits in each, and the way there."""
    found = []
    if by.has_perm(MAY_LOOK):
        found += [_requests_of(model) for model in apps.get_models() if issubclass(model, PublishingRequest)]
    if by.has_perm("moderation.view_appeal"):
        appeals = Appeal.objects.filter(state=Appeal.State.OPEN).count()
        found.append((_("Appeals"), appeals, f"{reverse('admin:moderation_appeal_changelist')}?state__exact=open"))
    if by.has_perm("accounts.view_sanction"):
        bans = Sanction.objects.filter(kind=Sanction.Kind.BANNED, confirmed_at=None, lifted_at=None).count()
        found.append(
            (
                _("Bans for a second pair of eyes"),
                bans,
                f"{reverse('admin:accounts_sanction_changelist')}?standing=second",
            )
        )
    if by.has_perm("moderation.view_reading"):
        asked = Reading.objects.filter(decided_at=None).exclude(asked_by=by).count()
        found.append((_("Requests to read a talk"), asked, reverse("admin:moderation_reading_changelist")))
    return found


def _requests_of(model: type[PublishingRequest]) -> tuple[str, int, str]:
    alive = {f"{model.of}__deleted_at": None, "state": PublishingRequest.State.WAITING}
    opts = model._meta
    url = reverse(f"admin:{opts.app_label}_{opts.model_name}_changelist")
    return capfirst(str(opts.verbose_name_plural)), model._default_manager.filter(**alive).count(), url


def _asked_for(request: HttpRequest, by: User) -> Case | None:
    wanted = _id(request.GET.get("case", ""))
    if wanted is None:
        return held_by(by)
    case = Case.objects.filter(pk=wanted).select_related("about__profile", "claimed_by__profile").first()
    if case is None or by.pk == case.about_id:
        raise Http404
    return case


def _by_language(chosen: "QuerySet[Case]") -> dict[str, "QuerySet[Case]"]:
    """Each reads the reason in their own language."""
    chinese = chosen.filter(about__language__startswith="zh")
    return {"zh": chinese, "en": chosen.exclude(pk__in=chinese.values("pk"))}


def _back(case: Case | None = None) -> HttpResponseRedirect:
    where = reverse("admin:moderation_case_work")
    return HttpResponseRedirect(f"{where}?case={case.pk}" if case else where)


def _id(written: str) -> UUID | None:
    try:
        return UUID(written)
    except ValueError:
        return None


def _days(written: str) -> int | None:
    """None where nothing is chosen. Raises NoSuchLength: what cannot be read must not last until somebody lifts it."""
    if not written:
        return None
    if len(written) > 5 or not (written.isascii() and written.isdigit()):
        raise NoSuchLength(field="days")
    return int(written)


def _moderator(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
