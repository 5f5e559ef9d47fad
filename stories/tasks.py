"""What Celery does for stories. Tasks may run twice and may find nothing to do."""

from celery import shared_task


@shared_task(time_limit=60)
def empty_trash() -> int:
    """Stories and drafts that lay in the trash for their time."""
    from stories.services.drafts import forget_deleted_drafts
    from stories.services.shelf import forget_deleted_stories

    return forget_deleted_drafts() + forget_deleted_stories()
