"""What is written when an archive is ready."""

from django.urls import reverse

from accounts.models import Takeout
from accounts.privacy.letters import send


def say_ready(takeout: Takeout) -> None:
    """Where it is: the link opens for whoever is signed in as this person, and for nobody else."""
    user = takeout.user
    if user.email:
        link = takeout.site.rstrip("/") + reverse("takeout")
        send("takeout_ready", user.email, user.language or takeout.language, link=link, until=takeout.expires_at)
