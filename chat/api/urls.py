from django.urls import path

from chat.api.views import protocol_schema

urlpatterns = [path("protocol.json", protocol_schema, name="protocol")]
