"""The whole system, in one tuple of rooms by application version."""

from mingzhang.domain.contracts.module import CONTRACTS
from mingzhang.domain.disclosure.module import DISCLOSURE
from mingzhang.domain.execution.module import EXECUTION
from mingzhang.domain.funds.module import FUNDS
from mingzhang.domain.identity.module import GATE, IDENTITY
from mingzhang.domain.preparation.module import PREPARATION
from mingzhang.domain.procedure.module import PROCEDURE
from mingzhang.kernel.module import KERNEL
from mingzhang.kernel.modules import Modules

VERSIONS = {
    1: Modules(
        KERNEL,
        IDENTITY,
        CONTRACTS,
        FUNDS,
        PROCEDURE,
        PREPARATION,
        EXECUTION,
        DISCLOSURE,
        gate=GATE,
    )
}
"""Manifests by application version; the order of rooms is that of genesis and of reactions."""
RULES = f"{__name__}:VERSIONS"
"""Where a process of its own finds them."""
