"""The contracts that a ledger begins with: admitted by the same steps, bound without a vote."""

from collections.abc import Iterator
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Raw

from mingzhang.domain.contracts import events as e
from mingzhang.domain.contracts.admission import admit
from mingzhang.domain.contracts.admission_texts import finding_text
from mingzhang.domain.contracts.document import canonical_bytes, contract_hash
from mingzhang.domain.contracts.hook_catalogue import ACCESS, HOOKS
from mingzhang.domain.contracts.state import Binding, Standing
from mingzhang.domain.contracts.steps import bind, clash_of
from mingzhang.kernel.context import Context
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Event


class Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The section of the genesis file."""

    delay_days: Annotated[int, Meta(ge=0, le=365)]
    """Days between the adoption of a contract and its first day."""
    vote_days: Annotated[int, Meta(ge=1, le=365)]
    """Days after which a proposal that is not decided expires."""
    documents: Annotated[tuple[dict[str, Any], ...], Meta(max_length=128)]
    """Whole documents, first versions; all are bound."""


def genesis(plain: Any, context: Context, ledger: Ledger) -> Iterator[Event]:  # noqa: ANN401
    """Yield the first events. A document that is not admitted is a `ValueError` naming it."""
    section = msgspec.convert(plain, Section)
    yield e.TermsSet(delay_days=section.delay_days, vote_days=section.vote_days)
    for document in section.documents:
        admitted = admit(msgspec.json.encode(document).decode(), HOOKS)
        contract = admitted.contract
        if contract is None:
            first = admitted.findings[0]
            place = f"{document.get('id')} {first.node} {first.row} {first.cell}"
            zh, en = finding_text(first.code, first.what)
            raise ValueError(f"{place}: {zh} {en}")
        digest = contract_hash(contract)
        if ledger.find(Standing, digest) is not None:
            raise ValueError(f"{contract.id} stands twice in the genesis file")
        if contract.version != 1 or contract.prev is not None:
            raise ValueError(f"{contract.id}: a ledger begins with first versions (1, prev null)")
        clash = clash_of(contract, ledger)
        if clash is not None:
            raise ValueError(f"{contract.id} and {clash.name} both set {clash.field}")
        yield e.ContractEntered(
            contract=digest,
            name=contract.id,
            version=contract.version,
            hook=contract.hook,
            document=Raw(canonical_bytes(contract)),
        )
        yield from bind(digest, "genesis", context, ledger)
    if ledger.find(Binding, ACCESS.name) is None:
        raise ValueError(
            f"no document is for {ACCESS.name}: nobody could act or read; take access-levels "
            "of the library. 缺少权限合约，任何人都无法办理或查阅；请加入 access-levels。"
        )
