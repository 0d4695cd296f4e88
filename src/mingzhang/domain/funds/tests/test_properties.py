"""Any sequence of commands leaves the room and an independent model agreeing to the fen."""

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from mingzhang.domain.funds.tests.machine import Funds

LOOK = settings(
    max_examples=100,
    stateful_step_count=40,
    deadline=None,
    database=None,
    derandomize=True,
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)


def test_any_sequence_of_commands_agrees_with_the_plain_model():
    run_state_machine_as_test(Funds, settings=LOOK)
