"""The catalogue's pages. What is changed here is used by every process within seconds."""

import os
from typing import Any

from asgiref.sync import async_to_sync
from django import forms
from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inference.breaker import Breaker, Passage
from inference.models import Calibration, Endpoint, Model
from inference.trial import Trial, try_out

CAUSES = {
    "model_unreachable": gettext_lazy("no connection"),
    "connection_lost": gettext_lazy("the connection broke"),
    "model_too_slow": gettext_lazy("no answer in time"),
    "model_rate_limited": gettext_lazy("too many requests"),
    "model_unavailable": gettext_lazy("the server failed on its side"),
    "model_bad_key": gettext_lazy("the key is wrong, or may not be used for this"),
    "model_no_credit": gettext_lazy("the account has no credit"),
    "model_unknown": gettext_lazy("no such model, or the address is wrong"),
    "model_declined": gettext_lazy("its safety rules refused"),
    "model_truncated": gettext_lazy("the answer ended in the middle"),
    "not_a_stream": gettext_lazy("what answers there is no model"),
}


@admin.register(Endpoint)
class EndpointAdmin(admin.ModelAdmin):
    list_display = ("name", "kind", "base_url", "key", "answers", "at_once", "enabled")
    list_filter = ("kind", "enabled")
    search_fields = ("name", "base_url")
    fieldsets = (
        (None, {"fields": ("name", "kind", "base_url", "key_variable", "enabled")}),
        (
            gettext_lazy("Limits"),
            {
                "fields": ("at_once", "first_token_seconds", "between_tokens_seconds", "total_seconds"),
                "description": gettext_lazy("What is left empty is as the environment says."),
            },
        ),
        (gettext_lazy("Peculiarities"), {"fields": ("ends_without_reason", "safety")}),
    )

    @admin.display(description=gettext_lazy("key"))
    def key(self, endpoint: Endpoint) -> str:
        """Whether there is one here, in the environment of this process. Never the key."""
        if not endpoint.key_variable:
            return "–"
        return (
            _("there")
            if os.environ.get(endpoint.key_variable)
            else _("%(name)s is not set") % {"name": endpoint.key_variable}
        )

    @admin.display(description=gettext_lazy("answers"))
    def answers(self, endpoint: Endpoint) -> str:
        """How its breaker stands."""
        passage, wait = async_to_sync(Breaker(endpoint.pk.hex).look)()
        if passage is Passage.OPEN:
            return _("left alone for %(seconds)s s") % {"seconds": max(1, round(wait))}
        return _("being tried") if passage is Passage.PROBE else _("yes")


@admin.register(Model)
class ModelAdmin(admin.ModelAdmin):
    list_display = ("name", "endpoint", "order", "for_plans", "fallback", "enabled")
    list_filter = ("endpoint", "enabled")
    list_select_related = ("endpoint", "fallback")
    search_fields = ("name", "served_as")
    save_on_top = False
    change_form_template = "admin/inference/model/change_form.html"
    fieldsets = (
        (None, {"fields": ("name", "endpoint", "served_as", "order", "plans", "fallback", "hedge_after", "enabled")}),
        (gettext_lazy("Size"), {"fields": ("context_window", "most_reply")}),
        (gettext_lazy("Price"), {"fields": ("currency", "price_in", "price_cached", "price_written", "price_out")}),
        (gettext_lazy("What it can do"), {"fields": ("json", "prefill", "sampling", "seed", "images")}),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("plans")

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        return super().formfield_for_manytomany(db_field, request, widget=forms.CheckboxSelectMultiple, **kwargs)

    @admin.display(description=gettext_lazy("plans"))
    def for_plans(self, model: Model) -> str:
        return ", ".join(str(plan) for plan in model.plans.all()) or _("every plan")

    def response_add(self, request: HttpRequest, obj: Model, post_url_continue: str | None = None) -> HttpResponse:
        return self._tried(request, obj) or super().response_add(request, obj, post_url_continue)

    def response_change(self, request: HttpRequest, obj: Model) -> HttpResponse:
        return self._tried(request, obj) or super().response_change(request, obj)

    def _tried(self, request: HttpRequest, obj: Model) -> HttpResponse | None:
        """The button that saves and asks the model one line: when it is saved, so that no row is locked meanwhile."""
        if "_try" not in request.POST:
            return None

        def ask() -> None:
            trial = async_to_sync(try_out)(obj)
            self.message_user(request, told(trial), messages.ERROR if trial.error else messages.SUCCESS)

        transaction.on_commit(ask)
        return HttpResponseRedirect(reverse("admin:inference_model_change", args=[obj.pk]))


def told(trial: Trial) -> str:
    if (error := trial.error) is not None:
        cause = CAUSES.get(error.code, error.code)
        return _("It does not answer: %(cause)s (%(detail)s).") % {"cause": cause, "detail": error}
    assert trial.usage is not None
    return _("It answers: first word after %(first)s s, all after %(whole)s s; %(in)s tokens in, %(out)s out.") % {
        "first": f"{trial.first:.2f}",
        "whole": f"{trial.whole:.2f}",
        "in": trial.usage.prompt,
        "out": trial.usage.completion,
    }


@admin.register(Calibration)
class CalibrationAdmin(admin.ModelAdmin):
    """How models count, where we count one token. A row that is deleted is learnt anew."""

    list_display = ("model", "script", "ratio", "weight", "changed")
    list_filter = ("script",)
    search_fields = ("model",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
