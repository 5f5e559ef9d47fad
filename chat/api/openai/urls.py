from django.urls import re_path

from chat.api.openai import base, chat, completions, models
from chat.api.routes import route

urlpatterns = [
    route("models/", models.Models.as_view(), "openai-models"),
    route("models/<str:model>/", models.Model.as_view(), "openai-model"),
    route("chat/", chat.Chat.as_view(), "openai-chat"),
    route("chat/completions/", completions.Completions.as_view(), "openai-completions"),
    re_path(r"^", base.Nothing.as_view(), name="openai-nothing"),
]
