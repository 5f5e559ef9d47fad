from django.urls import URLPattern, URLResolver, include, path, re_path

from accounts.api.views import Nothing
from config import api_docs

urlpatterns: list[URLPattern | URLResolver] = [
    path("schema/", api_docs.schema, name="api-schema"),
    path("", include("accounts.api.urls")),
    path("", include("characters.api.urls")),
    path("", include("moderation.api.urls")),
    path("", include("stories.api.urls")),
    path("", include("chat.api.urls")),
    re_path(r"^", Nothing.as_view(), name="api-nothing"),
]
