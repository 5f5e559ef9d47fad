"""Addresses that are right with and without a slash at their end: many clients leave it out."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern
from django.urls.resolvers import RoutePattern


class EitherWay(RoutePattern):
    def match(self, path: str) -> Any:
        return super().match(path) or super().match(f"{path}/")


def route(path: str, view: Callable[..., Any], name: str) -> URLPattern:
    """As Django's `path`, for a path that ends in a slash."""
    return URLPattern(EitherWay(path, name=name, is_endpoint=True), view, {}, name)
