"""What proves somebody beside their password: an authenticator app, passkeys, codes for the day both are lost.

allauth keeps them; here is what differs, and the rule that staff may be asked for one.
"""

from collections.abc import Callable
from urllib.parse import urlencode

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.encryption import open_for_site, seal_for_site
from accounts.models import User

QUIET_MODULES = 4  # the light frame that scanners need around the code
ALWAYS_OPEN = ("login", "logout", "jsi18n")


class SecondFactorAdapter(DefaultMFAAdapter):
    def encrypt(self, text: str) -> str:
        return seal_for_site(text)

    def decrypt(self, encrypted_text: str) -> str:
        return open_for_site(encrypted_text)

    def build_totp_svg(self, url: str) -> SafeString:
        """As a part of the page, without style or script: dark on light in both houses, or no camera reads it."""
        import qrcode  # and Pillow with it, five megabytes, for a page that few ever open

        code = qrcode.QRCode(border=QUIET_MODULES)
        code.add_data(url)
        code.make(fit=True)
        rows = code.get_matrix()
        dark = "".join(f"M{x},{y}h1v1h-1z" for y, row in enumerate(rows) for x, on in enumerate(row) if on)
        return format_html(
            '<svg class="qr" viewBox="0 0 {0} {0}" role="img" aria-label="{1}" shape-rendering="crispEdges">'
            '<rect width="{0}" height="{0}" fill="#fff"/><path d="{2}" fill="#000"/></svg>',
            len(rows), _("QR code for your authenticator app"), dark,
        )  # fmt: skip

    def _get_site_name(self) -> str:
        return _("Dramatis")


def proved_here(request: HttpRequest) -> bool:
    """Whether a second factor was shown in this session, at its login or since."""
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))


class StaffSecondFactor:
    """Where the operator wants it (STAFF_SECOND_FACTOR): nobody is in the admin by a password alone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        if not settings.STAFF_SECOND_FACTOR or not _leads_into_admin(request):
            return None
        user = request.user
        if not isinstance(user, User) or not user.is_staff or proved_here(request):
            return None
        way = {"next": request.get_full_path()} if request.method in ("GET", "HEAD") else {}
        if is_mfa_enabled(user):
            return redirect(f"{reverse('mfa_reauthenticate')}?{urlencode(way)}")
        messages.warning(request, _("The administration of this site is open to accounts with a second factor alone."))
        return redirect("mfa_index")


def _leads_into_admin(request: HttpRequest) -> bool:
    match = request.resolver_match
    if match is None:
        return False
    return match.url_name == "handbook" or (match.app_name == "admin" and match.url_name not in ALWAYS_OPEN)
