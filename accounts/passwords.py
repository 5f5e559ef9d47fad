from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import ngettext


class LongEnough(MinimumLengthValidator):
    """Django's rule. Its sentence changed, and its Chinese catalogue still holds the old one."""

    def get_error_message(self) -> str:
        return ngettext(
            "This password is too short. It needs at least %(limit)d character.",
            "This password is too short. It needs at least %(limit)d characters.",
            self.min_length,
        ) % {"limit": self.min_length}
