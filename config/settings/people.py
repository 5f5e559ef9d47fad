"""Who somebody is: accounts, passwords, second factors, other sites that vouch for them, mail to them."""

from config import env as environment

env = environment.load()

AUTH_USER_MODEL = "accounts.User"
# It is Django's own backend and more; beside Django's, each wrong password would be hashed twice.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email"]},
    },
    {"NAME": "accounts.passwords.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_EMAIL_VERIFICATION = env.EMAIL_VERIFICATION
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_USER_DISPLAY = "accounts.selectors.display_name"
# At most ten passwords an hour are tried on one account; a reset by mail opens it again.
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,10/h/key"}
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
    "signup": "accounts.forms.SignupForm",
    "add_email": "accounts.forms.AddEmailForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "set_password": "accounts.forms.SetPasswordForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
}
MFA_ADAPTER = "accounts.second_factor.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
# An account has an address that was confirmed; a new one that is not yet must not keep anybody from a second factor,
# nor the other way round.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Dramatis"
MFA_TOTP_TOLERANCE = 1  # a phone's clock may be half a minute off
MFA_FORMS = {
    "authenticate": "accounts.second_factor_forms.AuthenticateForm",
    "reauthenticate": "accounts.second_factor_forms.ReauthenticateForm",
    "activate_totp": "accounts.second_factor_forms.ActivateTOTPForm",
    "add_webauthn": "accounts.second_factor_forms.PasskeyForm",
    "edit_webauthn": "accounts.second_factor_forms.RenamePasskeyForm",
}
SOCIALACCOUNT_ADAPTER = "accounts.identity.IdentityAdapter"
SOCIALACCOUNT_FORMS = {"signup": "accounts.forms.SocialSignupForm"}
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "APPS": [
            {
                "provider_id": each["id"],
                "name": each["name"],
                "client_id": each["client_id"],
                "secret": each["secret"],
                "settings": {"server_url": each["server_url"], "oauth_pkce_enabled": True},
            }
            for each in env.OPENID_PROVIDERS
        ]
    }
}
STAFF_SECOND_FACTOR = env.STAFF_SECOND_FACTOR
ALLAUTH_TRUSTED_PROXY_COUNT = env.TRUSTED_PROXY_COUNT

vars().update(env.EMAIL_URL)  # EMAIL_BACKEND, EMAIL_HOST, … as one URL says
EMAIL_TIMEOUT = 10
ADMINS = [("", address) for address in env.ADMINS]
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.DEFAULT_FROM_EMAIL

AGE_ASKED, MINIMUM_AGE = env.AGE_ASKED, env.MINIMUM_AGE
QUIET_HOURS = env.QUIET_HOURS
AI_NOTICE_HOURS, CARE_AGAIN_HOURS = env.AI_NOTICE_HOURS, env.CARE_AGAIN_HOURS
