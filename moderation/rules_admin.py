"""Terms and policy in the admin: what is in force, changed row by row, tried on a text, compared and taken back.

`admin:moderation_ruleset_changelist`   admin/moderation/ruleset/overview.html   what is in force of both
`admin:moderation_ruleset_terms`        admin/moderation/ruleset/terms.html      the list; CSV in and out
`admin:moderation_ruleset_policy`       admin/moderation/ruleset/policy.html     the rules; one of them in a form
Each POST says in `do` what it wants and in `base` which version was read; it leads back, or answers with what is wrong.
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.admin_columns import ReadOnly
from accounts.csv_files import csv_file
from accounts.errors import Invalid, ProductError
from accounts.models import User
from moderation import in_force
from moderation.desk import words_of
from moderation.filters.base import Context, Stage
from moderation.models import RuleSet
from moderation.overlay import merged_rows, shipped_rows
from moderation.policy import AGES, RATINGS, SURFACES, Action
from moderation.selectors.rules import changes_in_force, history, live, terms_in_force
from moderation.services.rules import MAY_WRITE, back_to_shipped, put_in_force, write_policy, write_terms
from moderation.termlist import FIELDS, LANGUAGES, BadTerms, csv_rows, read_csv

Kind = RuleSet.Kind
SHOWN = 300  # terms at a time
LARGEST = 4 * 1024 * 1024  # of a CSV file
ADMIN = "admin:moderation_ruleset"


def _choices(values: Any) -> list[tuple[str, str]]:
    return [(str(value), str(value)) for value in values]


class TermForm(forms.Form):
    text = forms.CharField(label=gettext_lazy("Term"), max_length=80)
    severity = forms.TypedChoiceField(
        label=gettext_lazy("Severity"),
        coerce=int,
        choices=[(1, gettext_lazy("1, worth a look")), (2, gettext_lazy("2, bad")), (3, gettext_lazy("3, never"))],
        initial=2,
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        required=False,
        choices=[("", gettext_lazy("all")), ("en", gettext_lazy("English")), ("zh", gettext_lazy("Chinese"))],
    )
    scope = forms.MultipleChoiceField(
        label=gettext_lazy("Where (none: everywhere)"),
        required=False,
        choices=_choices(Stage),
        widget=forms.CheckboxSelectMultiple,
    )
    whole_word = forms.BooleanField(label=gettext_lazy("Whole words only"), required=False, initial=True)


class RuleForm(forms.Form):
    """One rule of the policy. What is left out of a limit means all."""

    name = forms.SlugField(label=gettext_lazy("Name"), max_length=40)
    finding = forms.CharField(
        label=gettext_lazy("Finding"), max_length=40, help_text=gettext_lazy("Such as sexual, pii.* or term.")
    )
    at = forms.FloatField(label=gettext_lazy("From which score"), min_value=0, max_value=1, initial=0.5)
    action = forms.ChoiceField(label=gettext_lazy("Action"), choices=_choices(Action))
    queue = forms.BooleanField(label=gettext_lazy("Somebody looks at it as well"), required=False)
    stages = forms.MultipleChoiceField(
        label=gettext_lazy("Stages"), required=False, choices=_choices(Stage), widget=forms.CheckboxSelectMultiple
    )
    ratings = forms.MultipleChoiceField(
        label=gettext_lazy("Content ratings"),
        required=False,
        choices=_choices(sorted(RATINGS)),
        widget=forms.CheckboxSelectMultiple,
    )
    ages = forms.MultipleChoiceField(
        label=gettext_lazy("Ages"), required=False, choices=_choices(sorted(AGES)), widget=forms.CheckboxSelectMultiple
    )
    surfaces = forms.MultipleChoiceField(
        label=gettext_lazy("Surfaces"),
        required=False,
        choices=_choices(sorted(SURFACES)),
        widget=forms.CheckboxSelectMultiple,
    )

    def row(self) -> dict[str, Any]:
        """As it stands in a file: what says nothing is left out."""
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", [], False)}


class TryForm(forms.Form):
    """A text to try what is in force on, and as whose."""

    text = forms.CharField(
        label=gettext_lazy("A text to try it on"), max_length=4_000, widget=forms.Textarea(attrs={"rows": 3})
    )
    stage = forms.ChoiceField(label=gettext_lazy("Stage"), choices=_choices(Stage))
    rating = forms.ChoiceField(
        label=gettext_lazy("Content rating"), choices=_choices(sorted(RATINGS)), initial="general"
    )
    age = forms.ChoiceField(label=gettext_lazy("Age"), choices=_choices(sorted(AGES)))
    surface = forms.ChoiceField(label=gettext_lazy("Surface"), choices=_choices(sorted(SURFACES)), initial="chat")


@admin.register(RuleSet)
class RuleSetAdmin(ReadOnly):
    def get_urls(self) -> list[Any]:
        guard = self.admin_site.admin_view
        both = require_http_methods(["GET", "HEAD", "POST"])
        return [
            path("", guard(require_safe(self.overview)), name="moderation_ruleset_changelist"),
            path("terms/", guard(both(self.terms)), name="moderation_ruleset_terms"),
            path("terms/export/", guard(require_safe(self.export)), name="moderation_ruleset_export"),
            path("policy/", guard(both(self.policy)), name="moderation_ruleset_policy"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        return HttpResponseRedirect(reverse(f"{ADMIN}_{row.kind}"))

    def overview(self, request: HttpRequest) -> HttpResponse:
        self._guard(request)
        _number, rows = terms_in_force()
        _number, changes = changes_in_force()
        policy = merged_rows(changes)["rules"]
        context = {
            "title": _("Terms and policy"),
            "cards": [
                (_("Terms"), reverse(f"{ADMIN}_terms"), live(Kind.TERMS), _terms(len(rows))),
                (_("Policy"), reverse(f"{ADMIN}_policy"), live(Kind.POLICY), _rules(len(policy))),
            ],
        }
        return self._page(request, "overview", context)

    # --- terms

    def terms(self, request: HttpRequest) -> HttpResponse:
        self._guard(request)
        form = TermForm(request.POST if request.POST.get("do") == "add" else None)
        tried: dict[str, Any] = {}
        if request.method == "POST":
            done = self._attempt(request, TERMS, form)
            if done is not None:
                return done
            tried = _tried(request)
        number, rows = terms_in_force()
        wanted = request.GET.get("q", "").strip()
        found = [row for row in rows if wanted.casefold() in row["text"].casefold()] if wanted else rows
        context = tried | {
            "title": _("Terms"),
            "form": form,
            "base": number,
            "q": wanted,
            "rows": found[:SHOWN],
            "total": _terms(len(rows)),
            "more": max(0, len(found) - SHOWN),
            "history": _history(Kind.TERMS),
        }
        return self._page(request, "terms", context | {"try": tried.get("try") or TryForm()})

    def export(self, request: HttpRequest) -> HttpResponse:
        self._guard(request)
        number, rows = terms_in_force()
        return csv_file(f"terms-{number}.csv", FIELDS, csv_rows(rows))

    def _add(self, request: HttpRequest, form: Any) -> str:
        base, rows = terms_in_force()
        if not form.is_valid():
            raise Invalid(_("Look at what is marked below."))
        write_terms(
            rows=[*rows, form.cleaned_data],
            by=_by(request),
            base=_base(request, base),
            note=f"+ {form.cleaned_data['text']}",
        )
        return str(_("The term is in force."))

    def _drop(self, request: HttpRequest, _form: Any) -> str:
        base, rows = terms_in_force()
        text, language = request.POST.get("text", ""), request.POST.get("language", "")
        kept = [row for row in rows if (row["text"], row["language"]) != (text, language)]
        write_terms(rows=kept, by=_by(request), base=_base(request, base), note=f"− {text}")
        return str(_("The term is gone."))

    def _bring(self, request: HttpRequest, _form: Any) -> str:
        file = request.FILES.get("file")
        if file is None or (file.size or 0) > LARGEST:
            raise Invalid(_("Choose a CSV file of at most 4 MB."), field="file", limit=LARGEST)
        try:
            brought = read_csv(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            raise Invalid(_("This is no text in UTF-8."), field="file") from error
        except BadTerms as error:
            raise Invalid(str(error), field="file") from error
        base, rows = terms_in_force()
        rows = brought if request.POST.get("how") == "replace" else [*rows, *brought]
        made = write_terms(rows=rows, by=_by(request), base=_base(request, base), note=file.name or "")
        return ngettext("%d term is in force.", "%d terms are in force.", len(made.content)) % len(made.content)

    # --- policy

    def policy(self, request: HttpRequest) -> HttpResponse:
        self._guard(request)
        form = RuleForm(request.POST if request.POST.get("do") == "save" else None, initial=_asked_rule(request))
        tried: dict[str, Any] = {}
        if request.method == "POST":
            done = self._attempt(request, POLICY, form)
            if done is not None:
                return done
            tried = _tried(request)
        number, changes = changes_in_force()
        own = {row["name"] for row in changes.get("rules", ())}
        shipped = shipped_rows()["rules"]
        off = [row for row in shipped if row["name"] in changes.get("off", ())]
        rows = [(row, words_of(row["finding"]), row["name"] in own) for row in merged_rows(changes)["rules"]]
        context = tried | {
            "title": _("Policy"),
            "form": form,
            "editing": request.GET.get("rule", "") or (request.POST.get("name", "") if form.is_bound else ""),
            "base": number,
            "rows": rows,
            "shipped": {row["name"] for row in shipped},
            "off": off,
            "retries": merged_rows(changes)["retries"],
            "history": _history(Kind.POLICY),
        }
        return self._page(request, "policy", context | {"try": tried.get("try") or TryForm()})

    def _save(self, request: HttpRequest, form: Any) -> str:
        if not form.is_valid():
            raise Invalid(_("Look at what is marked below."))
        row = form.row()
        self._change(request, lambda rules, off: (rules | {row["name"]: row}, off - {row["name"]}), row["name"])
        return str(_("The rule is in force."))

    def _reset(self, request: HttpRequest, _form: Any) -> str:
        name = request.POST.get("name", "")
        self._change(request, lambda rules, off: ({k: v for k, v in rules.items() if k != name}, off - {name}), name)
        return str(_("The rule is as it was shipped, or gone."))

    def _off(self, request: HttpRequest, _form: Any) -> str:
        name = request.POST.get("name", "")
        self._change(request, lambda rules, off: ({k: v for k, v in rules.items() if k != name}, off | {name}), name)
        return str(_("The rule is off."))

    def _retries(self, request: HttpRequest, _form: Any) -> str:
        base, changes = changes_in_force()
        wanted = request.POST.get("retries") == "1"
        write_policy(changes=changes | {"retries": wanted}, by=_by(request), base=_base(request, base), note="retries")
        return str(_("A reply is retried once.") if wanted else _("No reply is retried."))

    def _change(
        self,
        request: HttpRequest,
        how: Callable[[dict[str, Any], set[str]], tuple[dict[str, Any], set[str]]],
        note: str,
    ) -> None:
        base, changes = changes_in_force()
        rules, off = how({row["name"]: row for row in changes.get("rules", ())}, set(changes.get("off", ())))
        fresh = changes | {"rules": list(rules.values()), "off": sorted(off)}
        write_policy(changes=fresh, by=_by(request), base=_base(request, base), note=note)

    # --- both

    def _take_back(self, request: HttpRequest, _form: Any) -> str:
        kind, number = request.POST.get("kind", ""), request.POST.get("number", "")
        version = RuleSet.objects.filter(kind=kind, number=int(number)).first() if number.isdigit() else None
        if number == "0":
            back_to_shipped(kind=kind, by=_by(request))
        elif version is None:
            raise Http404
        else:
            put_in_force(version=version, by=_by(request))
        return str(_("It is in force again."))

    def _attempt(self, request: HttpRequest, acts: dict[str, Any], form: Any) -> HttpResponse | None:
        """None: stay on the page, with what is wrong or what came of trying."""
        do = request.POST.get("do", "")
        if do == "try":
            return None
        if do not in acts:
            raise Http404
        try:
            messages.success(request, acts[do](self, request, form))
        except ProductError as error:
            messages.error(request, str(error.message))
            return None
        return HttpResponseRedirect(request.path)

    def _guard(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied

    def _page(self, request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
        shared = {"opts": self.opts, "may_write": request.user.has_perm(MAY_WRITE), "languages": LANGUAGES}
        whole = self.admin_site.each_context(request) | shared | context
        return TemplateResponse(request, f"admin/moderation/ruleset/{name}.html", whole)


TERMS = {
    "add": RuleSetAdmin._add,
    "drop": RuleSetAdmin._drop,
    "bring": RuleSetAdmin._bring,
    "take_back": RuleSetAdmin._take_back,
}
POLICY = {
    "save": RuleSetAdmin._save,
    "reset": RuleSetAdmin._reset,
    "off": RuleSetAdmin._off,
    "retries": RuleSetAdmin._retries,
    "take_back": RuleSetAdmin._take_back,
}


def _tried(request: HttpRequest) -> dict[str, Any]:
    """What the chain in force says of a text; nothing of it is kept."""
    if request.POST.get("do") != "try":
        return {}
    form = TryForm(request.POST)
    if not form.is_valid():
        return {"try": form}
    said = form.cleaned_data
    in_force.known.refresh()
    context = Context(rating=said["rating"], age=said["age"], surface=said["surface"])
    verdict = in_force.chain().run(said["text"], Stage(said["stage"]), context)
    rules: dict[int, list[str]] = {}
    for reason in verdict.reasons:
        rules.setdefault(id(reason.finding), []).append(f"{reason.rule.name} → {reason.rule.action}")
    found = [
        (
            words_of(each.rule),
            each.rule,
            f"{each.score:.2f}",
            each.filter,
            each.note,
            ", ".join(rules.get(id(each), [])),
        )
        for each in verdict.findings
    ]
    return {"try": form, "verdict": verdict, "found": found}


def _history(kind: str) -> list[tuple[RuleSet, str]]:
    versions = list(history(kind)[:30])
    counts = _terms if kind == Kind.TERMS else _rules
    return [
        (each, counts(len(each.content if kind == Kind.TERMS else merged_rows_or_none(each.content))))
        for each in versions
    ]


def merged_rows_or_none(changes: dict[str, Any]) -> list[Any]:
    """Of a version that fits no more: what it says itself."""
    try:
        return list(merged_rows(changes)["rules"])
    except ValueError:
        return list(changes.get("rules", ()))


def _asked_rule(request: HttpRequest) -> dict[str, Any] | None:
    wanted = request.GET.get("rule")
    rows = merged_rows(changes_in_force()[1])["rules"] if wanted else []
    return next((row for row in rows if row["name"] == wanted), None)


def _base(request: HttpRequest, now: int) -> int:
    """Which version was read; who says nothing has read what is in force."""
    said = request.POST.get("base", "")
    return int(said) if said.isascii() and said.isdigit() else now


def _terms(count: int) -> str:
    return ngettext("%d term", "%d terms", count) % count


def _rules(count: int) -> str:
    return ngettext("%d rule", "%d rules", count) % count


def _by(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
