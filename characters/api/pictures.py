"""Pictures: brought as a file, cut, encoded anew."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import read_body
from accounts.api.etags import tagged
from accounts.api.pagination import paginated
from accounts.api.parsers import JsonParser, UploadParser
from accounts.api.schema import operation
from accounts.api_keys import Scope
from characters.api.base import CreatorsView, created, gone
from characters.imaging import Box
from characters.models import Asset
from characters.selectors.pictures import pictures_of
from characters.services.assets import MAX_ALT, MAX_NAME, crop_picture, delete_picture, store_picture

TAG = "pictures"


class BoxSerializer(serializers.Serializer[Any]):
    """A part of a picture, in its own pixels."""

    x = serializers.IntegerField(min_value=0, max_value=100_000)
    y = serializers.IntegerField(min_value=0, max_value=100_000)
    width = serializers.IntegerField(min_value=1, max_value=100_000)
    height = serializers.IntegerField(min_value=1, max_value=100_000)


@extend_schema_field({"type": "string", "pattern": r"^\d{1,6},\d{1,6},\d{1,6},\d{1,6}$", "example": "0,0,600,800"})
class BoxText(serializers.RegexField):
    """x, y, width, height, as a form can say it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(r"^[0-9]{1,6},[0-9]{1,6},[0-9]{1,6},[0-9]{1,6}$", **options)


class PictureSerializer(serializers.Serializer[Asset]):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(Asset.Kind.choices)
    name = serializers.CharField(allow_blank=True)
    alt = serializers.CharField(allow_blank=True, help_text="What it shows, for those who do not see it.")
    character_id = serializers.UUIDField(allow_null=True)
    content_type = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    url = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()

    def get_url(self, asset: Asset) -> str:
        return str(self.context["request"].build_absolute_uri(reverse("picture", kwargs={"asset_id": asset.pk})))


class NewPictureSerializer(serializers.Serializer[Any]):
    file = serializers.FileField(allow_empty_file=True, help_text="PNG, JPEG, WebP or GIF, at most 8 MB.")
    kind = serializers.ChoiceField(Asset.Kind.choices, default=Asset.Kind.PORTRAIT)
    name = serializers.CharField(max_length=MAX_NAME, required=False, allow_blank=True)
    alt = serializers.CharField(max_length=MAX_ALT, required=False, allow_blank=True)
    character_id = serializers.UUIDField(required=False)
    crop = BoxText(required=False, help_text="x,y,width,height: what is kept of it.")
    face = BoxText(required=False, help_text="x,y,width,height: where the face is, for avatars.")


class CropSerializer(serializers.Serializer[Any]):
    crop = BoxSerializer()
    face = BoxSerializer(required=False)


def picture_data(view: CreatorsView, asset: Asset) -> dict[str, Any]:
    return dict(PictureSerializer(asset, context={"request": view.request}).data)


class Pictures(CreatorsView):
    parser_classes = (UploadParser,)

    @operation(
        "pictures_list", "Your pictures", answer=PictureSerializer, paged=True, scope=Scope.CHARACTERS_READ, tag=TAG
    )
    def get(self, request: Request) -> Response:
        return Response(paginated(request, pictures_of(owner=self.user), lambda row: picture_data(self, row)))

    @operation(
        "pictures_bring",
        "Bring a picture",
        answer=PictureSerializer,
        status=201,
        takes=NewPictureSerializer,
        media="multipart/form-data",
        once=True,
        tagged=True,
        problems=[404],
        scope=Scope.CHARACTERS_WRITE,
        tag=TAG,
        description="It is decoded, cut and encoded anew as WebP; nothing else of the file is kept. One that no version"
        " and no draft shows is forgotten after a day.",
    )
    def post(self, request: Request) -> Response:
        given = read_body(NewPictureSerializer, request)
        character_id = given.get("character_id")
        asset = store_picture(
            owner=self.user,
            data=given["file"].read(),
            kind=given["kind"],
            character=self.my_character(character_id) if character_id else None,
            name=given.get("name", ""),
            alt=given.get("alt", ""),
            crop=_box(given.get("crop")),
            face=_box(given.get("face")),
        )
        return _created(self, asset)


class PictureDetail(CreatorsView):
    @operation(
        "pictures_read",
        "One picture",
        answer=PictureSerializer,
        tagged=True,
        problems=[404],
        scope=Scope.CHARACTERS_READ,
        tag=TAG,
        description="What is known of it; its bytes are at `url`.",
    )
    def get(self, request: Request, asset_id: UUID) -> Response | HttpResponse:
        return tagged(request, picture_data(self, self._mine(asset_id)))

    @operation(
        "pictures_delete",
        "Delete a picture for good",
        status=204,
        problems=[404, 409],
        scope=Scope.CHARACTERS_WRITE,
        tag=TAG,
        description="Not while a version or a draft shows it.",
    )
    def delete(self, request: Request, asset_id: UUID) -> HttpResponse:
        delete_picture(asset=self._mine(asset_id))
        return gone()

    def _mine(self, asset_id: UUID) -> Asset:
        return pictures_of(owner=self.user).get(pk=asset_id)


class PictureCrop(CreatorsView):
    parser_classes = (JsonParser,)

    @operation(
        "pictures_crop",
        "Cut a picture anew",
        answer=PictureSerializer,
        status=201,
        takes=CropSerializer,
        once=True,
        tagged=True,
        problems=[404],
        scope=Scope.CHARACTERS_WRITE,
        tag=TAG,
        description="The cut is a picture of its own; the first one stays.",
    )
    def post(self, request: Request, asset_id: UUID) -> Response:
        asset = Asset.objects.get(pk=asset_id, owner=self.user)
        given = read_body(CropSerializer, request)
        face = Box(**given["face"]) if "face" in given else None
        return _created(self, crop_picture(asset=asset, crop=Box(**given["crop"]), face=face))


def _box(text: str | None) -> Box | None:
    return Box(*(int(part) for part in text.split(","))) if text else None


def _created(view: CreatorsView, asset: Asset) -> Response:
    told = picture_data(view, asset)
    return created(told, reverse("api-picture", kwargs={"asset_id": asset.pk}))
