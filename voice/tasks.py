from celery import shared_task


@shared_task(time_limit=300)
def forget_old_clips() -> None:
    """What was said aloud so long ago that it is not kept any more."""
    from accounts.retention import run

    run("speech")


@shared_task(time_limit=300)
def forget_old_recordings() -> None:
    """What somebody said so long ago that it is not kept any more."""
    from accounts.retention import run

    run("recordings")
