"""What everybody may find: tags, search, whom one loves and follows."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import asked_for
from accounts.api.pagination import address_of, limit_of, paginated
from accounts.api.schema import operation, query
from accounts.api_keys import Scope
from accounts.errors import Invalid
from characters.api.base import CreatorsView, gone
from characters.models import Character, Follow, Rating, Tag
from characters.selectors.discovery import Sort, Whose, Wish, browse, has_place
from characters.services.audience import set_favourite, set_follow

TAG = "discovery"


class TagSerializer(serializers.Serializer[Tag]):
    code = serializers.CharField()
    name_en = serializers.CharField()
    name_zh = serializers.CharField()


class FoundSerializer(serializers.Serializer[Character]):
    """Someone on Discover, in your language if there is one."""

    id = serializers.UUIDField()
    name = serializers.CharField(source="edition.name")
    tagline = serializers.CharField(source="edition.tagline", allow_blank=True)
    epithet = serializers.CharField(source="edition.epithet", allow_blank=True)
    language = serializers.CharField(source="edition.language")
    creator_id = serializers.UUIDField(source="owner_id", allow_null=True)
    author = serializers.CharField(allow_null=True)
    rating = serializers.ChoiceField(Rating.choices)
    loves = serializers.IntegerField()
    loved = serializers.BooleanField(help_text="By you.")
    starts = serializers.IntegerField(help_text="Talks begun.")
    published_at = serializers.DateTimeField(allow_null=True)


class LovesSerializer(serializers.Serializer[Any]):
    loves = serializers.IntegerField(help_text="How many love this character now.")


class FollowersSerializer(serializers.Serializer[Any]):
    followers = serializers.IntegerField()


class FollowSerializer(serializers.Serializer[Follow]):
    creator_id = serializers.UUIDField()
    created_at = serializers.DateTimeField()


class Tags(CreatorsView):
    @operation("tags_list", "Tags", answer=TagSerializer, paged=True, scope=Scope.CHARACTERS_READ, tag=TAG)
    def get(self, request: Request) -> Response:
        rows = Tag.objects.all()
        return Response(paginated(request, rows, lambda row: TagSerializer(row).data, order=("position", "code")))


class Search(CreatorsView):
    @operation(
        "search",
        "Find public characters",
        answer=FoundSerializer,
        paged=True,
        scope=Scope.CHARACTERS_READ,
        tag=TAG,
        parameters=[
            query("q", "Words, Chinese or English; each is found at the beginning of a word."),
            query("tag", "Only those with this tag (its code)."),
            query("sort", "The order; without one the best match, or what is talked to these days.",
                  enum=[Sort.TRENDING, Sort.NEW, Sort.LOVED, Sort.BEST]),
            query("rating", "The strongest content that may be among them; \"general\" without.", enum=Rating.values),
            query("creator", "Only what this creator wrote.", type={"type": "string", "format": "uuid"}),
        ],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        asked = asked_for(request, "q", "tag", "sort", "rating", "creator", "limit", "cursor")
        wish = Wish(
            query=asked.get("q", ""),
            tag=asked.get("tag", ""),
            sort=_chosen("sort", asked, Sort),
            rating=_chosen("rating", asked, Rating) or Rating.GENERAL,
            creator=_uuid("creator", asked),
            after=asked.get("cursor", ""),
            size=limit_of(request),
        )
        return found(self, request, wish)


class Favourites(CreatorsView):
    reads, writes = Scope.FAVOURITES_READ, Scope.FAVOURITES_WRITE

    @operation(
        "favourites_list", "Whom you love", answer=FoundSerializer, paged=True, scope=Scope.FAVOURITES_READ, tag=TAG
    )
    def get(self, request: Request) -> Response:
        asked = asked_for(request, "limit", "cursor")
        wish = Wish(whose=Whose.FAVOURITES, after=asked.get("cursor", ""), size=limit_of(request))
        return found(self, request, wish)


class Favourite(CreatorsView):
    reads, writes = Scope.FAVOURITES_READ, Scope.FAVOURITES_WRITE

    @operation(
        "favourites_add",
        "Love a character",
        answer=LovesSerializer,
        problems=[404],
        scope=Scope.FAVOURITES_WRITE,
        tag=TAG,
    )
    def put(self, request: Request, character_id: UUID) -> Response:
        return Response({"loves": set_favourite(user=self.user, character_id=character_id, loved=True)})

    @operation("favourites_remove", "Let go", status=204, problems=[404], scope=Scope.FAVOURITES_WRITE, tag=TAG)
    def delete(self, request: Request, character_id: UUID) -> HttpResponse:
        set_favourite(user=self.user, character_id=character_id, loved=False)
        return gone()


class Follows(CreatorsView):
    reads, writes = Scope.FAVOURITES_READ, Scope.FAVOURITES_WRITE

    @operation(
        "follows_list", "Whom you follow", answer=FollowSerializer, paged=True, scope=Scope.FAVOURITES_READ, tag=TAG
    )
    def get(self, request: Request) -> Response:
        rows = Follow.objects.filter(follower=self.user)
        return Response(paginated(request, rows, lambda row: FollowSerializer(row).data))


class FollowCreator(CreatorsView):
    reads, writes = Scope.FAVOURITES_READ, Scope.FAVOURITES_WRITE

    @operation(
        "follows_add",
        "Follow a creator",
        answer=FollowersSerializer,
        problems=[404],
        scope=Scope.FAVOURITES_WRITE,
        tag=TAG,
    )
    def put(self, request: Request, creator_id: UUID) -> Response:
        return Response({"followers": set_follow(user=self.user, creator_id=creator_id, followed=True)})

    @operation("follows_remove", "Follow no more", status=204, problems=[404], scope=Scope.FAVOURITES_WRITE, tag=TAG)
    def delete(self, request: Request, creator_id: UUID) -> HttpResponse:
        set_follow(user=self.user, creator_id=creator_id, followed=False)
        return gone()


def found(view: CreatorsView, request: Request, wish: Wish) -> Response:
    if not has_place(wish):
        raise Invalid(_("This cursor is not one of ours."), field="cursor")
    bill = browse(user=view.user, wish=wish, language=get_language())
    results = [FoundSerializer(character).data for character in bill.cast]
    return Response({"next": address_of(request, bill.after or None), "results": results})


def _chosen(name: str, asked: dict[str, str], known: Any) -> Any:
    if name not in asked:
        return None
    try:
        return known(asked[name])
    except ValueError:
        raise Invalid(field=name) from None


def _uuid(name: str, asked: dict[str, str]) -> UUID | None:
    try:
        return UUID(asked[name]) if name in asked else None
    except ValueError:
        raise Invalid(field=name) from None
