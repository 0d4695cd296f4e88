"""Two towns: one after the whole case, one in the January before the congress has voted."""

import pytest

from tests.acceptance.schools import open_schools
from tests.acceptance.town import open_played, open_town


@pytest.fixture(scope="session")
def town():
    """February 2023: the case has been played, two years' quota is released."""
    with open_played() as town:
        yield town


@pytest.fixture(scope="module")
def january():
    """10 January 2022: the draft is before the congress, nothing is voted."""
    with open_town(lambda step: step.at < "2022-01-20") as town:
        yield town


@pytest.fixture(scope="session")
def schools(tmp_path_factory):
    """August 2021: nothing has happened yet; a department with two schools, two officers."""
    with open_schools(tmp_path_factory.mktemp("schools")) as town:
        yield town
