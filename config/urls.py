from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import TemplateView

from config import api_docs, health
from moderation.handbook import handbook

handler400 = "config.refusals.bad_request"

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("admin/handbook/", handbook, name="handbook"),
    path("admin/", admin.site.urls),
    path("api/docs/", api_docs.docs, name="api-docs"),
    path("api/v1/", include("config.api_urls")),
    path("v1/", include("chat.api.openai.urls")),
    path("help/connect-model/", TemplateView.as_view(template_name="help/connect_model.html"), name="connect-model"),
    path("", include("operations.urls")),
    path("", include("moderation.urls")),  # before accounts: why somebody is kept out is told there
    path("", include("accounts.urls")),
    path("", include("characters.urls")),
    path("", include("voice.urls")),
    path("", include("stories.urls")),
    path("", include("chat.urls")),
]
