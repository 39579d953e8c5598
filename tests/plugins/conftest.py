"""Generated examples follow the profile of the core's tests, also where these tests run alone."""

from tests.core import conftest as profiles

__all__ = ["profiles"]
