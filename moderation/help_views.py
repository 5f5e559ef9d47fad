"""Where to find somebody who listens: for everybody, without an account.

`help-lines` at /help/lines/ (?country=GB)      moderation/help_lines.html
    lines, country, countries
  POST keeps the `country` for whoever is signed in.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from accounts.errors import Invalid
from accounts.models import User
from accounts.profiles import set_country
from accounts.views import limited_form
from moderation.selectors.help import countries, country_of, lines_in


@require_http_methods(["GET", "HEAD", "POST"])
@limited_form()
def help_lines(request: HttpRequest) -> HttpResponse:
    known = countries()
    country = request.POST.get("country", request.GET.get("country"))
    if country is None:
        country = country_of(request.user)
    if country and country not in dict(known):
        raise Invalid(field="country")
    if request.method == "POST" and isinstance(request.user, User):
        set_country(user=request.user, country=country)
    context = {"lines": lines_in(country), "country": country, "countries": known}
    return render(request, "moderation/help_lines.html", context)
