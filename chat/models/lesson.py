"""A story that somebody teaches with: who plays it by their link lets them watch."""

from django.conf import settings
from django.db import models

from accounts.ids import uuid7
from chat.models.conversation import Conversation


class Lesson(models.Model):
    """Its link is told to its teacher when it is made; here is its hash. A new link ends the one before."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    teacher = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="lessons")
    story = models.ForeignKey("stories.Story", on_delete=models.CASCADE, related_name="+")
    # Sealed under the teacher's key.
    name = models.BinaryField()
    digest = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField(auto_now_add=True)
    # Since then the link lets nobody in; who plays goes on.
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return str(self.pk)


class Attendance(models.Model):
    """A play that was begun by the link of a lesson, with consent. It is watched as long as the teacher has a seat in
    it: whoever plays may take that back, and may give it again.
    """

    conversation = models.OneToOneField(
        Conversation, primary_key=True, on_delete=models.CASCADE, related_name="attendance"
    )
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="attendances")
    consented_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.pk)
