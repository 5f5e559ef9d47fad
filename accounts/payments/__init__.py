"""Plans that people pay for: one interface, one provider. Off without keys."""

from django.conf import settings

from accounts.payments.base import Provider
from accounts.payments.stripe import Stripe


def provider() -> Provider | None:
    """Who takes the money; None where nobody does."""
    if not (settings.STRIPE_SECRET_KEY and settings.STRIPE_WEBHOOK_SECRET and settings.STRIPE_PRICES):
        return None
    return Stripe(
        key=settings.STRIPE_SECRET_KEY,
        secret=settings.STRIPE_WEBHOOK_SECRET,
        prices=settings.STRIPE_PRICES,
        base_url=settings.STRIPE_URL,
    )
