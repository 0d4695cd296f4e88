"""The two towns in which most tests begin."""

import pytest

from mingzhang.domain.execution.tests.town import (
    Town,
)


@pytest.fixture
def town():
    made = Town()
    made.funded(l1="1,000,000", l2="500,000", l3="300,000", l4="200,000")
    return made


@pytest.fixture
def building():
    """The works agreement signed, its advance paid."""
    made = Town()
    made.funded(l1="6,400,000", l4="600,000")
    made.works("2022-06-15")
    return made
