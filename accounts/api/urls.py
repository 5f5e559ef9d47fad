from django.urls import path

from accounts.api import organisations
from accounts.api.blocks import BlockDetail, Blocks
from accounts.api.usage import Usage
from accounts.api.views import Me

urlpatterns = [
    path("me/", Me.as_view(), name="api-me"),
    path("blocks/", Blocks.as_view(), name="api-blocks"),
    path("blocks/<uuid:blocked_id>/", BlockDetail.as_view(), name="api-block"),
    path("organisation/", organisations.OrganisationDetail.as_view(), name="api-organisation"),
    path("organisation/members/", organisations.Members.as_view(), name="api-organisation-members"),
    path(
        "organisation/members/<uuid:member_id>/",
        organisations.MemberDetail.as_view(),
        name="api-organisation-member",
    ),
    path("organisation/invitations/", organisations.Invitations.as_view(), name="api-organisation-invitations"),
    path(
        "organisation/invitations/<uuid:invited_id>/",
        organisations.InvitationDetail.as_view(),
        name="api-organisation-invitation",
    ),
    path("organisation/usage/", organisations.OrganisationUse.as_view(), name="api-organisation-usage"),
    path("usage/", Usage.as_view(), name="api-usage"),
]
