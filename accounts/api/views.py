"""Who the key belongs to."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ApiView
from accounts.api.etags import tagged
from accounts.api.schema import operation
from accounts.errors import NotFound
from accounts.models import ApiKey, User
from accounts.selectors import display_name


class KeySerializer(serializers.ModelSerializer[ApiKey]):
    scopes = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = ApiKey
        fields = ("label", "prefix", "scopes", "created_at", "expires_at")


class MeSerializer(serializers.Serializer[User]):
    id = serializers.UUIDField()
    name = serializers.SerializerMethodField()
    guest = serializers.BooleanField(source="is_guest")
    language = serializers.CharField(allow_blank=True)
    plan = serializers.CharField(source="plan_id")
    key = serializers.SerializerMethodField()

    def get_name(self, user: User) -> str:
        return display_name(user)

    @extend_schema_field(KeySerializer(allow_null=True))
    def get_key(self, user: User) -> Any:
        key = self.context["key"]
        return KeySerializer(key).data if isinstance(key, ApiKey) else None


class Me(ApiView):
    @operation("me", "Who you are, and what your key may do", answer=MeSerializer, tag="me", tagged=True)
    def get(self, request: Request) -> Response | HttpResponse:
        data: dict[str, Any] = MeSerializer(self.user, context={"key": request.auth}).data
        return tagged(request, data)


class Nothing(ApiView):
    """Every other address, with any method: a problem, not a page. Nobody has to sign in to hear it."""

    schema = None
    authentication_classes = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NotFound(_("There is nothing here. Addresses of the API end in a slash."))

    def get(self, request: Request) -> None:
        """Never reached."""
