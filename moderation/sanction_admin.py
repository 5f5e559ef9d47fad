"""Sanctions, appeals and the audit log in the admin. All of it is decided by services; nothing is edited in place."""

from typing import Any, ClassVar
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin_columns import ReadOnly, short
from accounts.encryption import Place
from accounts.errors import ProductError
from accounts.models import Sanction, User
from characters.requests_admin import public_name
from moderation.models import Appeal, AuditEntry, Reason
from moderation.selectors.notices import ANSWER_TABLE, APPEAL_TABLE, NOTICE_TABLE, opened
from moderation.services import appeals, sanctions
from moderation.services.sanctions import MAX_TEXT, MAY_SANCTION


class ImposeForm(forms.Form):
    kind = forms.ChoiceField(label=gettext_lazy("What follows"), choices=Sanction.Kind.choices)
    # Nothing is chosen beforehand: the first of them is the gravest.
    rule = forms.ChoiceField(
        label=gettext_lazy("Rule that was broken"),
        choices=[("", gettext_lazy("Choose the rule that was broken.")), *Reason.choices],
    )
    days = forms.IntegerField(
        label=gettext_lazy("For how many days"),
        min_value=1,
        max_value=3_650,
        required=False,
        help_text=gettext_lazy("Empty: until it is lifted. A suspension needs an end; a ban has none."),
    )
    text = forms.CharField(
        label=gettext_lazy("What the person reads"),
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 6, "cols": 60}),
        help_text=gettext_lazy("Which line or work it is about, and what has to change."),
    )


class InForce(admin.SimpleListFilter):
    title = gettext_lazy("standing")
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("second", gettext_lazy("waits for a second pair of eyes")),
            ("over", gettext_lazy("over")),
            ("all", gettext_lazy("all")),
        ]

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        yield first | {"display": gettext_lazy("in force")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Sanction]") -> "QuerySet[Sanction]":
        if self.value() == "all":
            return queryset
        if self.value() == "over":
            return queryset.exclude(lifted_at=None)
        standing = queryset.filter(lifted_at=None)
        return standing.filter(kind=Sanction.Kind.BANNED, confirmed_at=None) if self.value() == "second" else standing


@admin.register(Sanction)
class SanctionAdmin(ReadOnly):
    list_display = ("whom", "kind", "rule_in_words", "since", "until", "lifted_at", "second")
    list_filter = (InForce, "kind")
    list_select_related = ("user__profile",)
    search_fields = ("=id", "=user__id")
    show_full_result_count = False

    def get_urls(self) -> list[Any]:
        impose = path(
            "impose/<uuid:user_id>/", self.admin_site.admin_view(self.impose_view), name="accounts_sanction_impose"
        )
        return [impose, *super().get_urls()]

    @admin.display(description=gettext_lazy("person"))
    def whom(self, row: Sanction) -> str:
        return public_name(row.user)

    @admin.display(description=gettext_lazy("rule"))
    def rule_in_words(self, row: Sanction) -> str:
        return str(Reason(row.rule).label) if row.rule in Reason.values else row.rule

    @admin.display(description=gettext_lazy("second pair of eyes"), boolean=True)
    def second(self, row: Sanction) -> bool | None:
        return None if row.kind != Sanction.Kind.BANNED else row.confirmed_at is not None

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        sanction = self.get_object(request, object_id)
        if sanction is None:
            raise Http404
        if not self.has_view_permission(request, sanction):
            raise PermissionDenied
        if request.method == "POST" and self._done(request, sanction):
            return HttpResponseRedirect(reverse("admin:accounts_sanction_changelist"))
        sanction.refresh_from_db()
        notice = getattr(sanction, "notice", None)
        context = self.admin_site.each_context(request) | {
            "title": f"{self.whom(sanction)}: {sanction.get_kind_display()}",
            "opts": self.opts,
            "sanction": sanction,
            "rule": self.rule_in_words(sanction),
            "whom": self.whom(sanction),
            "by": public_name(sanction.imposed_by) if sanction.imposed_by else _("a former moderator"),
            "second": public_name(sanction.confirmed_by) if sanction.confirmed_by else "",
            "written": opened(notice.text, Place(NOTICE_TABLE, notice.pk)) if notice else "",
            "appeal": getattr(notice, "appeal", None) if notice else None,
            "may_decide": request.user.has_perm(MAY_SANCTION) and sanction.lifted_at is None,
            "may_confirm": sanction.waits_for_a_second and request.user.pk != sanction.imposed_by_id,
        }
        return TemplateResponse(request, "admin/accounts/sanction/decide.html", context)

    def _done(self, request: HttpRequest, sanction: Sanction) -> bool:
        by = _moderator(request)
        try:
            if request.POST.get("decision") == "confirm":
                sanctions.confirm(sanction=sanction, by=by)
                messages.success(request, _("The ban is confirmed."))
            else:
                sanctions.lift(sanction=sanction, by=by)
                messages.success(request, _("The sanction is lifted."))
        except ProductError as error:
            messages.error(request, str(error.message))
            return False
        return True

    def impose_view(self, request: HttpRequest, user_id: UUID) -> HttpResponse:
        if not request.user.has_perm(MAY_SANCTION):
            raise PermissionDenied
        user = User.objects.filter(pk=user_id).select_related("profile").first()
        if user is None:
            raise Http404
        form = ImposeForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                sanctions.impose(user=user, by=_moderator(request), **form.cleaned_data)
            except ProductError as error:
                field = error.extra.get("field")
                form.add_error(field if field in form.fields else None, str(error.message))
            else:
                messages.success(request, _("%(name)s is told.") % {"name": public_name(user)})
                return HttpResponseRedirect(reverse("admin:accounts_sanction_changelist"))
        context = self.admin_site.each_context(request) | {
            "title": _("A decision about %(name)s") % {"name": public_name(user)},
            "opts": self.opts,
            "form": form,
            "past": user.sanctions.all()[:20],
        }
        return TemplateResponse(
            request, "admin/accounts/sanction/impose.html", context, status=400 if form.errors else 200
        )


@admin.register(Appeal)
class AppealAdmin(ReadOnly):
    list_display = ("whom", "kind", "state", "created_at", "decided_at")
    list_filter = ("state",)
    list_select_related = ("notice__user__profile", "notice__sanction")
    ordering = ("id",)  # what has waited longest
    show_full_result_count = False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        if not request.GET:
            return HttpResponseRedirect(f"{request.path}?state__exact=open")
        return super().changelist_view(request, extra_context)

    @admin.display(description=gettext_lazy("person"))
    def whom(self, row: Appeal) -> str:
        return public_name(row.notice.user)

    @admin.display(description=gettext_lazy("against"))
    def kind(self, row: Appeal) -> str:
        return (row.notice.sanction or row.notice).get_kind_display()

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        appeal = self.get_object(request, object_id)
        if appeal is None:
            raise Http404
        if not self.has_view_permission(request, appeal):
            raise PermissionDenied
        answer = request.POST.get("answer", "")
        if request.method == "POST" and self._decided(request, appeal, answer):
            return HttpResponseRedirect(reverse("admin:moderation_appeal_changelist"))
        appeal.refresh_from_db()
        notice = appeal.notice
        own = request.user.pk == notice.user_id or request.user.pk in appeals.deciders_of(notice)
        context = self.admin_site.each_context(request) | {
            "title": _("Appeal of %(name)s") % {"name": self.whom(appeal)},
            "opts": self.opts,
            "appeal": appeal,
            "notice": notice,
            "sanction": notice.sanction,
            "written": opened(notice.text, Place(NOTICE_TABLE, notice.pk)),
            "said": opened(appeal.text, Place(APPEAL_TABLE, appeal.pk)),
            "answered": opened(appeal.answer, Place(ANSWER_TABLE, appeal.pk)),
            "answer": answer,
            "own": own,
            "may_decide": request.user.has_perm(appeals.MAY_DECIDE) and not own and appeal.state == Appeal.State.OPEN,
        }
        return TemplateResponse(request, "admin/moderation/appeal/decide.html", context)

    def _decided(self, request: HttpRequest, appeal: Appeal, answer: str) -> bool:
        granted = request.POST.get("decision") == "grant"
        try:
            appeals.decide(appeal=appeal, by=_moderator(request), granted=granted, answer=answer)
        except ProductError as error:
            messages.error(request, str(error.message))
            return False
        messages.success(request, _("The appeal is decided, and the person is told."))
        return True


@admin.register(AuditEntry)
class AuditAdmin(ReadOnly):
    list_display = ("numbered", "at", "actor_short", "action", "kind", "subject_short", "detail")
    list_filter = ("action",)
    search_fields = ("=subject", "=actor")
    show_full_result_count = False

    class Media:
        css: ClassVar = {"all": ["css/desk.css"]}

    @admin.display(description=gettext_lazy("number"), ordering="number")
    def numbered(self, row: AuditEntry) -> int:
        return row.number

    @admin.display(description=gettext_lazy("who"))
    def actor_short(self, row: AuditEntry) -> SafeString | str:
        return short(row.actor)

    @admin.display(description=gettext_lazy("to what"))
    def subject_short(self, row: AuditEntry) -> SafeString | str:
        return short(row.subject)


def _moderator(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
