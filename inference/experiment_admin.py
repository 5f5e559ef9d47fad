"""Experiments in the admin: put together, started, read, stopped; the winner put in force."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from inference.experiments.running import known
from inference.experiments.shown import Shown, shown
from inference.experiments.subjects import templates_of_talks
from inference.models import Experiment, ExperimentArm, PromptVersion
from inference.prompt_admin import MAY_PROMOTE
from inference.prompts import Unfit
from inference.registry import any_may_answer, chat_models
from inference.services.experiments import CannotRun, check_arms, start_experiment, stop_experiment

MAY_RUN = "inference.run_experiment"
MAY_ORDER = "inference.change_model"


class ArmForm(forms.ModelForm):
    class Meta:
        model = ExperimentArm
        fields = ("prompt", "model", "weight")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "prompt" in self.fields:
            versions = PromptVersion.objects.filter(name__in=templates_of_talks())
            self.fields["prompt"].queryset = versions  # type: ignore[attr-defined]
        if "model" in self.fields and not any_may_answer():
            names = dict.fromkeys([*filter(None, [self.instance.model]), *chat_models()])
            choices = [("", "–"), *((name, name) for name in names)]
            self.fields["model"] = forms.ChoiceField(choices=choices, required=False, label=self.fields["model"].label)


class ArmFormSet(forms.BaseInlineFormSet):
    def clean(self) -> None:
        """Whether these can be compared now; it is asked again when the experiment is started."""
        super().clean()
        if any(self.errors):
            return
        arms = [form.instance for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        try:
            check_arms(self.instance.kind, arms)
        except CannotRun as error:
            raise forms.ValidationError(str(error)) from error


class ArmInline(admin.TabularInline):
    model = ExperimentArm
    form = ArmForm
    formset = ArmFormSet
    fields = ("prompt", "model", "weight")
    min_num, extra, max_num = 2, 0, 5

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if isinstance(field, forms.ModelChoiceField):
            # Versions are written, compared and put in force on pages of their own.
            for act in ("add", "change", "delete", "view"):
                setattr(field.widget, f"can_{act}_related", False)
        return field

    def has_add_permission(self, request: HttpRequest, obj: Experiment | None = None) -> bool:
        return super().has_add_permission(request, obj) and _is_new(obj)

    def has_change_permission(self, request: HttpRequest, obj: Experiment | None = None) -> bool:
        return super().has_change_permission(request, obj) and _is_new(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Experiment | None = None) -> bool:
        return super().has_delete_permission(request, obj) and _is_new(obj)

    def has_view_permission(self, request: HttpRequest, obj: Experiment | None = None) -> bool:
        # Once it was started the page shows the arms with what came of them.
        return super().has_view_permission(request, obj) and _is_new(obj)


def _is_new(experiment: Experiment | None) -> bool:
    return experiment is None or experiment.started_at is None


@admin.register(Experiment)
class ExperimentAdmin(admin.ModelAdmin):
    list_display = ("name", "kind", "stands", "percent", "started_at", "stopped_at", "created_by")
    list_filter = ("kind",)
    list_select_related = ("created_by",)
    search_fields = ("name", "note")
    actions = None
    fields = ("name", "kind", "percent", "note")
    inlines = (ArmInline,)
    change_form_template = "admin/inference/experiment/change_form.html"

    @admin.display(description=gettext_lazy("state"))
    def stands(self, experiment: Experiment) -> str:
        if experiment.started_at is None:
            return _("not started")
        return _("runs") if experiment.is_running else _("stopped")

    def has_change_permission(self, request: HttpRequest, obj: Experiment | None = None) -> bool:
        # What was written down beforehand stays as it was.
        return super().has_change_permission(request, obj) and _is_new(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Experiment | None = None) -> bool:
        return super().has_delete_permission(request, obj) and (obj is None or not obj.is_running)

    def save_model(self, request: HttpRequest, obj: Experiment, form: Any, change: bool) -> None:
        if not change:
            obj.created_by_id = request.user.pk
        super().save_model(request, obj, form, change)

    def response_add(self, request: HttpRequest, obj: Experiment, post_url_continue: str | None = None) -> HttpResponse:
        """To its page, where it is started."""
        messages.success(request, _("%(name)s is kept. It does not run yet.") % {"name": obj})
        return HttpResponseRedirect(_page_of(obj))

    def get_urls(self) -> list[URLPattern]:
        run = path(
            "<uuid:experiment_id>/run/",
            self.admin_site.admin_view(require_POST(self.run)),
            name="inference_experiment_run",
        )
        return [run, *super().get_urls()]

    def run(self, request: HttpRequest, experiment_id: Any) -> HttpResponse:
        """Start or stop."""
        experiment = get_object_or_404(self.get_queryset(request), pk=experiment_id)
        if not (self.has_view_permission(request, experiment) and request.user.has_perm(MAY_RUN)):
            raise PermissionDenied
        try:
            told = self._started(request, experiment) if request.POST.get("do") == "start" else self._stopped(
                request, experiment
            )  # fmt: skip
        except (CannotRun, Unfit) as error:
            messages.error(request, str(error))
        else:
            messages.success(request, told)
        return HttpResponseRedirect(_page_of(experiment))

    def _started(self, request: HttpRequest, experiment: Experiment) -> str:
        start_experiment(experiment=experiment, by=request.user)
        self.log_change(request, experiment, [{"changed": {"fields": ["started_at"]}}])
        return _("%(name)s runs. Every server follows within seconds.") % {"name": experiment}

    def _stopped(self, request: HttpRequest, experiment: Experiment) -> str:
        chosen = request.POST.get("winner", "")
        winner = experiment.arms.filter(label=chosen).first() if chosen else None
        if winner is not None and not _may_put_in_force(request, experiment):
            raise PermissionDenied
        stop_experiment(experiment=experiment, by=request.user, winner=winner)
        self.log_change(request, experiment, [{"changed": {"fields": ["stopped_at"]}}])
        if winner is not None:
            return _("%(name)s is stopped, and %(winner)s is in force.") % {"name": experiment, "winner": winner.gives}
        return _("%(name)s is stopped: everybody gets what is in force.") % {"name": experiment}

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        obj: Experiment | None = kwargs.get("obj")
        may_run = request.user.has_perm(MAY_RUN)
        context |= {
            "experiment": obj,
            "may_start": obj is not None and obj.started_at is None and may_run,
            "may_stop": obj is not None and obj.is_running and may_run,
            "may_put_in_force": obj is not None and _may_put_in_force(request, obj),
            "outcome": self._outcome(request, obj),
            "unfit": obj is not None and obj.is_running and not _is_known(obj),
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def _outcome(self, request: HttpRequest, experiment: Experiment | None) -> Shown | None:
        if experiment is None or experiment.started_at is None:
            return None
        try:
            return shown(experiment, until=experiment.stopped_at or timezone.now())
        except OperationalError:
            messages.error(request, _("Counting took too long. Try again when there is less to do."))
            return None


def _may_put_in_force(request: HttpRequest, experiment: Experiment) -> bool:
    is_prompt = experiment.kind == Experiment.Kind.PROMPT
    return bool(request.user.has_perm(MAY_PROMOTE if is_prompt else MAY_ORDER))


def _is_known(experiment: Experiment) -> bool:
    """Whether this process could make it ready: not where an arm does not fit what is in force."""
    known.refresh()
    return any(running.draw.experiment == experiment.pk for running in known.current)


def _page_of(experiment: Experiment) -> str:
    return reverse("admin:inference_experiment_change", args=[experiment.pk])
