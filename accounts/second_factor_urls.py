"""allauth's pages of the second factor. Guests have nothing to protect yet: they are led to the sign-up."""

from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache
from django.views.generic import RedirectView

from accounts.views import LoginPasskeyView, members_only

urlpatterns: list[URLPattern] = [
    path("", members_only(base.index), name="mfa_index"),
    path("authenticate/", base.authenticate, name="mfa_authenticate"),
    path("reauthenticate/", members_only(base.reauthenticate), name="mfa_reauthenticate"),
    path("app/", never_cache(members_only(totp.activate_totp)), name="mfa_activate_totp"),
    path("app/off/", members_only(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("codes/", never_cache(members_only(codes.view_recovery_codes)), name="mfa_view_recovery_codes"),
    path("codes/new/", members_only(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("codes/file/", members_only(codes.download_recovery_codes), name="mfa_download_recovery_codes"),
    # One page lists everything; allauth leads to its own list after a change.
    path("passkeys/", RedirectView.as_view(pattern_name="mfa_index"), name="mfa_list_webauthn"),
    path("passkeys/add/", members_only(passkeys.add_webauthn), name="mfa_add_webauthn"),
    path("passkeys/login/", LoginPasskeyView.as_view(), name="mfa_login_webauthn"),
    path(
        "passkeys/reauthenticate/",
        members_only(passkeys.reauthenticate_webauthn),
        name="mfa_reauthenticate_webauthn",
    ),
    path("passkeys/<int:pk>/remove/", members_only(passkeys.remove_webauthn), name="mfa_remove_webauthn"),
    path("passkeys/<int:pk>/rename/", members_only(passkeys.edit_webauthn), name="mfa_edit_webauthn"),
]
