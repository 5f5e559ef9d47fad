"""Pages of the second factor, under allauth's names."""

from django.urls import URLPattern, path
from django.views.generic import RedirectView

from accounts.later import later

VIEWS = "accounts.second_factor_views"

urlpatterns: list[URLPattern] = [
    path("", later(f"{VIEWS}.index"), name="mfa_index"),
    path("authenticate/", later(f"{VIEWS}.authenticate"), name="mfa_authenticate"),
    path("reauthenticate/", later(f"{VIEWS}.reauthenticate"), name="mfa_reauthenticate"),
    path("app/", later(f"{VIEWS}.app"), name="mfa_activate_totp"),
    path("app/off/", later(f"{VIEWS}.app_off"), name="mfa_deactivate_totp"),
    path("codes/", later(f"{VIEWS}.codes_shown"), name="mfa_view_recovery_codes"),
    path("codes/new/", later(f"{VIEWS}.codes_new"), name="mfa_generate_recovery_codes"),
    path("codes/file/", later(f"{VIEWS}.codes_file"), name="mfa_download_recovery_codes"),
    # One page lists everything; allauth leads to its own list after a change.
    path("passkeys/", RedirectView.as_view(pattern_name="mfa_index"), name="mfa_list_webauthn"),
    path("passkeys/add/", later(f"{VIEWS}.passkey_add"), name="mfa_add_webauthn"),
    path("passkeys/login/", later(f"{VIEWS}.passkey_login"), name="mfa_login_webauthn"),
    path("passkeys/reauthenticate/", later(f"{VIEWS}.passkey_reauthenticate"), name="mfa_reauthenticate_webauthn"),
    path("passkeys/<int:pk>/remove/", later(f"{VIEWS}.passkey_remove"), name="mfa_remove_webauthn"),
    path("passkeys/<int:pk>/rename/", later(f"{VIEWS}.passkey_rename"), name="mfa_edit_webauthn"),
]
