from django.urls import path

from accounts.api.usage import Usage
from accounts.api.views import Me

urlpatterns = [
    path("me/", Me.as_view(), name="api-me"),
    path("usage/", Usage.as_view(), name="api-usage"),
]
