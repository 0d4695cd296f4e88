"""Rules of settlement 竣工结算: both sides state the final sum, and the agreement is at its end.

What it still held is free again on the line, what it bound beyond is unbound. Source: mission
row G3; funds-model section 3, "settlement below contract 核减".
"""

from collections.abc import Iterator

from mingzhang.domain.execution import errors, events, messages
from mingzhang.domain.execution.milestone_rules import signed_agreement
from mingzhang.domain.execution.state import Agreement
from mingzhang.domain.execution.terms import Signature
from mingzhang.domain.funds import holding
from mingzhang.domain.funds.state import Commitment
from mingzhang.kernel.context import Context
from mingzhang.kernel.ledger import Ledger
from mingzhang.kernel.records import Event


def settle_agreement(
    command: messages.SettleAgreement, context: Context, ledger: Ledger
) -> Iterator[Event]:
    """State, for one's side, the final sum. Stated alike by both, the agreement is settled.

    Another sum or document than the other side's takes the place of what was stated before.

    Raises `NotFound`, `StateWrong`, `NotYours`, `TermsWrong` where the sum is not what was paid,
    an advance is not taken back or retention is still held, `SecondPerson`, and what
    `holding.close_contract` refuses, `PaymentInFlight` among them.
    """
    agreement = signed_agreement(ledger, command.agreement)
    sides = {agreement.unit: "unit", agreement.payee: "payee"}
    if context.organisation not in sides:
        raise errors.NotYours(organisation=context.organisation, who=tuple(sides))
    paid_fen = ledger.require(Commitment, command.agreement).paid_fen
    for field, reason, asked, expected in (
        ("settled_fen", "not what was paid", command.settled_fen, paid_fen),
        ("advance", "not yet taken back", _advance_left_fen(agreement), 0),
        ("retention", "still held", agreement.retained_fen, 0),
    ):
        if asked != expected:
            raise errors.TermsWrong(field=field, reason=reason, asked=asked, expected=expected)
    stated = (command.settled_fen, command.document_sha256)
    alike = stated == (agreement.settled_fen, agreement.settlement_sha256)
    before = agreement.settled_by if alike else ()
    people = tuple(signature.person for signature in before)
    if context.person in people or context.organisation in [each.organisation for each in before]:
        raise errors.SecondPerson(person=context.person, signed=people)
    yield events.SettlementStated(
        agreement=command.agreement,
        settled_fen=command.settled_fen,
        document_sha256=command.document_sha256,
        signatures=(
            *before,
            Signature(
                context.person,
                context.organisation,
                sides[context.organisation],
                context.time_ms,
            ),
        ),
    )
    if before:
        yield events.AgreementSettled(agreement=command.agreement)
        yield from holding.close_contract(
            ledger, contract=command.agreement, ref=context.record_id()
        )


def _advance_left_fen(agreement: Agreement) -> int:
    return agreement.advance_paid_fen - agreement.advance_recouped_fen
