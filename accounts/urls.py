from allauth.account import views as allauth
from allauth.socialaccount import views as social
from django.urls import URLPattern, URLResolver, include, path, re_path

from accounts import age_views, block_views, identity_views, key_views, session_views, use_views, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("settings/", views.settings_page, name="settings"),
    path("settings/personas/add/", views.persona_add, name="persona-add"),
    path("settings/personas/<uuid:persona_id>/", views.persona_edit, name="persona-edit"),
    path("settings/personas/<uuid:persona_id>/delete/ask/", views.persona_delete_ask, name="persona-delete-ask"),
    path("settings/personas/<uuid:persona_id>/delete/", views.persona_delete, name="persona-delete"),
    path("settings/personas/<uuid:persona_id>/default/", views.persona_default, name="persona-default"),
    path("settings/keys/", key_views.keys, name="api-keys"),
    path("settings/keys/add/", key_views.key_add, name="api-key-add"),
    path("settings/keys/<uuid:key_id>/revoke/ask/", key_views.key_revoke_ask, name="api-key-revoke-ask"),
    path("settings/keys/<uuid:key_id>/revoke/", key_views.key_revoke, name="api-key-revoke"),
    path("settings/sessions/", session_views.listed, name="sessions"),
    path("settings/sessions/end/", session_views.end, name="sessions-end"),
    path("settings/age/", age_views.age, name="age"),
    path("settings/blocks/", block_views.listed, name="blocks"),
    path("settings/blocks/<uuid:person_id>/ask/", block_views.ask, name="block-ask"),
    path("settings/blocks/<uuid:person_id>/", block_views.block, name="block"),
    path("settings/blocks/<uuid:person_id>/lift/", block_views.unblock, name="unblock"),
    path("settings/keys/<uuid:key_id>/rotate/", key_views.key_rotate, name="api-key-rotate"),
    path("settings/keys/<uuid:key_id>/old/end/", key_views.key_end_old, name="api-key-end-old"),
    path("settings/use/", use_views.use, name="use"),
    path("language/", views.set_language, name="set_language"),
    path("theme/", views.set_theme, name="set_theme"),
    # Ours stand before allauth's of the same name and path.
    path("account/signup/", views.SignupView.as_view(), name="account_signup"),
    path("account/login/", views.LoginView.as_view(), name="account_login"),
    re_path(
        r"^account/confirm-email/(?P<key>[-:\w]+)/$",
        views.ConfirmEmailView.as_view(),
        name="account_confirm_email",
    ),
    path("account/confirm-email/", views.VerificationSentView.as_view(), name="account_email_verification_sent"),
    path("account/email/", views.members_only(allauth.email), name="account_email"),
    path("account/reauthenticate/", views.members_only(allauth.reauthenticate), name="account_reauthenticate"),
    path(
        "account/password/change/",
        views.members_only(allauth.password_change),
        name="account_change_password",
    ),
    path("account/password/set/", views.members_only(allauth.password_set), name="account_set_password"),
    path("account/with/<slug:provider_id>/", identity_views.leave, name="openid_connect_login"),
    path("account/with/<slug:provider_id>/callback/", identity_views.come_back, name="openid_connect_callback"),
    path("account/identities/", views.members_only(identity_views.listed), name="socialaccount_connections"),
    path("account/identities/signup/", identity_views.SignupView.as_view(), name="socialaccount_signup"),
    path("account/identities/cancelled/", social.login_cancelled, name="socialaccount_login_cancelled"),
    path("account/identities/error/", social.login_error, name="socialaccount_login_error"),
    path("account/2fa/", include("accounts.second_factor_urls")),
    path("account/", include("allauth.account.urls")),
]
