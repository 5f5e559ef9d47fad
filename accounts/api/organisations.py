"""The organisation that somebody belongs to, for programs."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import MembersView, read_body
from accounts.api.schema import operation
from accounts.api.usage import UseCapSerializer, UseTotalSerializer, cap_data, total_data
from accounts.api_keys import Scope
from accounts.models import Role
from accounts.models.organisation import MAX_NAME
from accounts.organisations import invitations, people
from accounts.organisations.use import use_of_members

TAG = "organisation"


class OrganisationSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    role = serializers.ChoiceField(Role.choices, help_text="Yours.")
    seats = serializers.IntegerField()
    taken = serializers.IntegerField()
    plan = serializers.CharField(allow_blank=True)
    requests_per_hour = serializers.IntegerField(allow_null=True, help_text="Of all members together.")


class RenameOrganisationSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=MAX_NAME)


class OrganisationMemberSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    role = serializers.ChoiceField(Role.choices)
    since = serializers.DateTimeField()


class OrganisationRoleSerializer(serializers.Serializer[Any]):
    role = serializers.ChoiceField(Role.choices, help_text="`owner` hands it over.")


class OpenOrganisationInvitationSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    address = serializers.CharField(allow_blank=True)
    until = serializers.DateTimeField()


class NewOrganisationInvitationSerializer(serializers.Serializer[Any]):
    address = serializers.EmailField(required=False, help_text="Where it is sent; without it you pass the link on.")
    role = serializers.ChoiceField(
        Role.choices, required=False, help_text="`member` or `admin`, which needs an address."
    )


class MadeOrganisationInvitationSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    link = serializers.CharField(help_text="Told this once.")


class MemberUseSerializer(UseTotalSerializer):
    id = serializers.UUIDField(allow_null=True, help_text="Null: somebody who is gone.")
    name = serializers.CharField()


class OrganisationUseSerializer(serializers.Serializer[Any]):
    month = UseTotalSerializer()
    members = MemberUseSerializer(many=True)
    caps = UseCapSerializer(many=True)


class OrganisationView(MembersView):
    reads, writes = Scope.ORGANISATION_READ, Scope.ORGANISATION_WRITE


class OrganisationDetail(OrganisationView):
    @operation(
        "organisation_read",
        "The organisation that you belong to",
        answer=OrganisationSerializer,
        problems=[404],
        scope=Scope.ORGANISATION_READ,
        tag=TAG,
    )
    def get(self, request: Request) -> Response:
        return Response(self._told())

    @operation(
        "organisation_rename",
        "Call it otherwise",
        answer=OrganisationSerializer,
        takes=RenameOrganisationSerializer,
        problems=[404],
        scope=Scope.ORGANISATION_WRITE,
        tag=TAG,
        description="For its owner.",
    )
    def patch(self, request: Request) -> Response:
        people.owned_by(self.user)
        people.rename(by=self.user, **read_body(RenameOrganisationSerializer, request))
        return Response(self._told())

    @operation(
        "organisation_leave",
        "Leave it",
        status=204,
        problems=[404, 409],
        scope=Scope.ORGANISATION_WRITE,
        tag=TAG,
        description="The owner hands it over first; alone, they dissolve it so.",
    )
    def delete(self, request: Request) -> Response:
        people.leave(user=self.user)
        return Response(status=204)

    def _told(self) -> dict[str, Any]:
        mine = people.seat_of(self.user)
        whole = mine.organisation
        return {
            "id": whole.pk,
            "name": whole.name,
            "role": mine.role,
            "seats": whole.seats,
            "taken": whole.members.count(),
            "plan": whole.plan_id or "",
            "requests_per_hour": whole.requests_per_hour,
        }


class Members(OrganisationView):
    @operation(
        "organisation_members",
        "Who belongs to it",
        answer=OrganisationMemberSerializer(many=True),
        problems=[404],
        scope=Scope.ORGANISATION_READ,
        tag=TAG,
    )
    def get(self, request: Request) -> Response:
        found = people.people_of(people.seat_of(self.user).organisation)
        return Response(OrganisationMemberSerializer(found, many=True).data)


class MemberDetail(OrganisationView):
    @operation(
        "organisation_member_role",
        "Give somebody another role",
        status=204,
        takes=OrganisationRoleSerializer,
        problems=[404],
        scope=Scope.ORGANISATION_WRITE,
        tag=TAG,
        description="For its owner.",
    )
    def patch(self, request: Request, member_id: UUID) -> Response:
        people.seat_of(self.user)
        role = read_body(OrganisationRoleSerializer, request)["role"]
        if role == Role.OWNER:
            people.hand_over(by=self.user, person_id=member_id)
        else:
            people.set_role(by=self.user, person_id=member_id, role=role)
        return Response(status=204)

    @operation(
        "organisation_member_remove",
        "Remove somebody",
        status=204,
        problems=[404],
        scope=Scope.ORGANISATION_WRITE,
        tag=TAG,
        description="Admins remove members, the owner admins too.",
    )
    def delete(self, request: Request, member_id: UUID) -> Response:
        people.remove(by=self.user, person_id=member_id)
        return Response(status=204)


class Invitations(OrganisationView):
    @operation(
        "organisation_invitations",
        "Links that are good",
        answer=OpenOrganisationInvitationSerializer(many=True),
        problems=[404],
        scope=Scope.ORGANISATION_READ,
        tag=TAG,
        description="For owner and admins.",
    )
    def get(self, request: Request) -> Response:
        return Response(OpenOrganisationInvitationSerializer(invitations.open_to(self.user), many=True).data)

    @operation(
        "organisation_invite",
        "Invite somebody",
        answer=MadeOrganisationInvitationSerializer,
        status=201,
        takes=NewOrganisationInvitationSerializer,
        once=True,
        problems=[404],
        scope=Scope.ORGANISATION_WRITE,
        tag=TAG,
        description="For owner and admins; only the owner invites admins.",
    )
    def post(self, request: Request) -> Response:
        people.run_by(self.user)

        def link(token: str) -> str:
            return request.build_absolute_uri(reverse("organisation-join", args=[token]))

        made, told = invitations.invite(
            by=self.user, link=link, **read_body(NewOrganisationInvitationSerializer, request)
        )
        return Response({"id": made, "link": told}, status=201)


class InvitationDetail(OrganisationView):
    @operation(
        "organisation_uninvite",
        "Withdraw a link",
        status=204,
        problems=[404],
        scope=Scope.ORGANISATION_WRITE,
        tag=TAG,
    )
    def delete(self, request: Request, invited_id: UUID) -> Response:
        invitations.withdraw(by=self.user, invitation_id=invited_id)
        return Response(status=204)


class OrganisationUse(OrganisationView):
    @operation(
        "organisation_use",
        "What its members used this month",
        answer=OrganisationUseSerializer,
        problems=[404],
        scope=Scope.ORGANISATION_READ,
        tag=TAG,
        description="In figures, for owner and admins.",
    )
    def get(self, request: Request) -> Response:
        found = use_of_members(people.run_by(self.user).organisation)
        return Response(
            {
                "month": total_data(found.month),
                "members": [{"id": part.id, "name": part.name, **total_data(part.sum)} for part in found.members],
                "caps": [cap_data(each) for each in found.caps],
            }
        )
