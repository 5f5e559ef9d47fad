"""allauth's pages of the second factor. Guests have nothing to protect yet: they are led to the sign-up."""

from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.views.decorators.cache import never_cache

from accounts.views import GuestsWelcome, members_only


class LoginPasskeyView(passkeys.LoginWebAuthnView, GuestsWelcome):
    pass


index = members_only(base.index)
authenticate = base.authenticate
reauthenticate = members_only(base.reauthenticate)
app = never_cache(members_only(totp.activate_totp))
app_off = members_only(totp.deactivate_totp)
codes_shown = never_cache(members_only(codes.view_recovery_codes))
codes_new = members_only(codes.generate_recovery_codes)
codes_file = members_only(codes.download_recovery_codes)
passkey_add = members_only(passkeys.add_webauthn)
passkey_login = LoginPasskeyView.as_view()
passkey_reauthenticate = members_only(passkeys.reauthenticate_webauthn)
passkey_remove = members_only(passkeys.remove_webauthn)
passkey_rename = members_only(passkeys.edit_webauthn)
