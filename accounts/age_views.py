"""The page that asks how old somebody is, and says what follows.

`age` at /settings/age/ (?next=)      account/age.html
    form         AgeForm, or None once it was said
    said         AgeDeclaration or None: the newest
    least        the least age of the site
    quiet        (from, to) of the quiet hours, or None
    next         where to go afterwards
    later        whether one may go there without an answer: nothing there waits for it
"""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.addresses import is_ours
from accounts.age import declarations_of, declare, remember_on_device
from accounts.forms import AgeForm
from accounts.models import Age
from accounts.profiles import note_zone
from accounts.views import limited_form, viewer_of


@login_required
@limited_form()
def age(request: HttpRequest) -> HttpResponse:
    user = viewer_of(request)
    target = request.POST.get("next") or request.GET.get("next", "")
    target = target if is_ours(request, target) else ""
    form = AgeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        declare(user=user, age=form.cleaned_data["age"])
        note_zone(user=user, zone=form.cleaned_data["zone"])
        messages.success(request, _("Thank you. We shall not ask again."))
        # Who may not see what they came from is not led back to it.
        response = redirect(target if target and user.age == Age.ADULT else "age")
        remember_on_device(response, user.age)
        return response
    said = next(iter(declarations_of(user.pk)), None)
    context = {
        "form": None if user.age else form,
        "said": said,
        "least": settings.MINIMUM_AGE,
        "quiet": settings.QUIET_HOURS,
        "next": target,
        "later": bool(target and request.GET.get("later")),
    }
    return render(request, "account/age.html", context, status=400 if form.errors else 200)
