"""What people make and show, as what is reported or claimed: who may, what moderators read, and hiding it. One class a
kind."""

from collections.abc import Iterable
from typing import Any, ClassVar
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.errors import Forbidden, NotFound
from accounts.models import User
from characters.models import Visibility
from characters.requests_admin import public_name
from characters.selectors.cast import Viewer
from moderation.models import Case
from moderation.selectors.rights import hidden_by_rights
from moderation.subjects import Line, Reported, Told


class YourOwn(Forbidden):
    code = "ones_own"
    message = gettext_lazy("This is your own: change it, or take it off the stage.")


class Works:
    kind: ClassVar[str]
    model: ClassVar[Any]
    page: str
    """The name of its address."""
    panel: ClassVar[str]
    unnamed: ClassVar[Any]
    missing: ClassVar[Any]

    def open_to(self, user: Viewer, subject: UUID) -> Any:
        """Raises the DoesNotExist of the model."""
        raise NotImplementedError

    def open_to_adults(self, user: Viewer) -> "models.QuerySet[Any]":
        """What this viewer could open if they had said to be an adult."""
        raise NotImplementedError

    def version_for(self, work: Any) -> Any:
        """Which of it a reader has before them."""
        raise NotImplementedError

    def named(self, version: Any) -> str:
        raise NotImplementedError

    def spoken(self, version: Any) -> str:
        """The language that it is named in."""
        raise NotImplementedError

    def columns(self, work: Any, version: Any) -> dict[str, Any]:
        """What a report or a notice keeps: of what it is, and what was on stage."""
        raise NotImplementedError

    def reported_version(self, case: Case) -> Any:
        """What was on stage when it was reported last."""
        raise NotImplementedError

    def texts(self, work: Any, version: Any) -> dict[str, Any]:
        """For the panel."""
        raise NotImplementedError

    def hide(self, work: Any, *, by: User, reason: str) -> None:
        raise NotImplementedError

    def bring_back(self, work_id: UUID, *, version_id: UUID, visibility: str, by: User) -> bool:
        """See `characters.services.requests.show_again`."""
        raise NotImplementedError

    def show_again(self, work_id: UUID, *, version_id: UUID, visibility: str, by: User) -> bool:
        """Not while a notice of a rights holder keeps it hidden."""
        if hidden_by_rights(self.kind, work_id):
            return False
        return self.bring_back(work_id, version_id=version_id, visibility=visibility, by=by)

    def open_to_all(self, subject: UUID) -> Any:
        """What anybody with the link could open, of whatever rating. Raises NotFound."""
        found = self.open_to_adults(AnonymousUser()).select_related("published", "owner").filter(pk=subject).first()
        if found is None:
            raise NotFound
        return found

    def alive(self) -> "models.QuerySet[Any]":
        """What its author has not deleted."""
        alive: models.QuerySet[Any] = self.model.objects.filter(deleted_at=None)
        return alive

    def names(self, ids: Iterable[UUID]) -> dict[UUID, str]:
        """What works are called on stage. One query."""
        shown = self.model.objects.filter(pk__in=ids, published__isnull=False).select_related("published")
        return {work.pk: self.named(work.published) for work in shown}

    def reportable(self, *, user: Viewer, subject: UUID) -> Reported:
        try:
            work = self.open_to(user, subject)
        except self.model.DoesNotExist:
            raise NotFound from None
        if work.owner_id is not None and work.owner_id == user.pk:
            raise YourOwn
        version = self.version_for(work)
        return Reported(about=work.owner, name=self.named(version), columns=self.columns(work, version))

    def told(self, case: Case) -> Told:
        work = self.model.objects.filter(pk=case.subject).select_related("owner__profile", "published").first()
        if work is None:
            return Told(str(self.missing), gone=True)
        version = self.reported_version(case) or work.published
        shown = work.visibility in (Visibility.UNLISTED, Visibility.PUBLIC) and work.deleted_at is None
        return Told(
            self.named(version) if version else str(self.unnamed),
            list(_facts(work, version)),
            url=reverse(self.page, args=[work.pk]) if shown else "",
            gone=work.deleted_at is not None,
            panel=self.panel if version else "",
            context=self.texts(work, version) if version else {},
        )

    def around(self, case: Case) -> list[Line]:
        return []

    def remove(self, *, case: Case, by: User, reason: str) -> dict[str, Any]:
        work = self.alive().filter(pk=case.subject).first()
        if work is None:
            raise NotFound
        stood = {"visibility": str(work.visibility), "version": str(work.published_id or "")}
        self.hide(work, by=by, reason=reason)
        return stood

    def put_back(self, *, case: Case, by: User) -> None:
        """To whom it was shown, in the version that was: what its author changed since has to be asked for."""
        if case.stood.get("version"):
            version, visibility = UUID(case.stood["version"]), case.stood["visibility"]
            self.show_again(case.subject, version_id=version, visibility=visibility, by=by)


def _facts(work: Any, version: Any) -> "Iterable[tuple[str, str]]":
    yield _("Author"), public_name(work.owner) if work.owner else _("Dramatis company")
    yield _("Who sees it"), work.get_visibility_display()
    yield _("Content rating"), work.get_rating_display()
    if version is None:
        return
    if work.published is None or version.number == work.published.number:
        yield _("Version"), str(version.number)
    else:
        numbers = {"then": version.number, "now": work.published.number}
        yield _("Version"), _("%(then)s when it was reported, %(now)s now") % numbers
