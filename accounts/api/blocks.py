"""Players one wants nothing to do with, for programs."""

from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import blocks
from accounts.api.base import MembersView, read_body
from accounts.api.schema import operation
from accounts.api_keys import Scope
from accounts.errors import NotFound

TAG = "blocks"


class BlockedSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="Of the player.")
    name = serializers.CharField()
    hides_lines = serializers.BooleanField(help_text="Their lines are folded in rooms that you share.")
    since = serializers.DateTimeField()


class NewBlockSerializer(serializers.Serializer[Any]):
    player = serializers.UUIDField(help_text="`user_id` of somebody in a room, say.")
    hides_lines = serializers.BooleanField(required=False)


class BlocksView(MembersView):
    reads, writes = Scope.BLOCKS_READ, Scope.BLOCKS_WRITE


class Blocks(BlocksView):
    @operation(
        "blocks_list",
        "Players you blocked",
        answer=BlockedSerializer(many=True),
        scope=Scope.BLOCKS_READ,
        tag=TAG,
        description="The last one first; a thousand at most.",
    )
    def get(self, request: Request) -> Response:
        return Response(BlockedSerializer(blocks.blocked_by(self.user), many=True).data)

    @operation(
        "blocks_create",
        "Block a player",
        status=204,
        takes=NewBlockSerializer,
        problems=[404],
        scope=Scope.BLOCKS_WRITE,
        tag=TAG,
        description="They are not told. Said again, it holds as it was said last.",
    )
    def post(self, request: Request) -> Response:
        said = read_body(NewBlockSerializer, request)
        blocks.block(user=self.user, person_id=said.pop("player"), **said)
        return Response(status=204)


class BlockDetail(BlocksView):
    @operation(
        "blocks_delete", "Block them no longer", status=204, problems=[404], scope=Scope.BLOCKS_WRITE, tag=TAG
    )  # fmt: skip
    def delete(self, request: Request, blocked_id: UUID) -> Response:
        if not blocks.has_blocked(user=self.user, person_id=blocked_id):
            raise NotFound
        blocks.unblock(user=self.user, person_id=blocked_id)
        return Response(status=204)
