"""What of a machine our pages may use, and nobody within them: the microphone, and little else."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

ALLOWED = {"microphone": "(self)", "autoplay": "(self)", "fullscreen": "(self)", "clipboard-write": "(self)"}
REFUSED = (
    "accelerometer", "browsing-topics", "camera", "display-capture", "geolocation", "gyroscope", "hid",
    "idle-detection", "magnetometer", "midi", "payment", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
)  # fmt: skip
POLICY = ", ".join(f"{name}={who}" for name, who in {**ALLOWED, **dict.fromkeys(REFUSED, "()")}.items())


class PermissionsPolicy:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", POLICY)
        return response
