"""The chart of accounts: sides, groups, and which change of account each event may make.

Source: funds-model section 2 (accounts) and 3 (postings). A posting debits one account of a cell
and credits another by the same amount, so a cell is always in balance.
"""

from typing import Literal

Account = Literal[
    "voted",
    "interim",
    "carried",
    "moved",
    "lapsed",
    "prior",
    "shortfall",
    "unallotted",
    "allotted",
    "frozen",
    "intended",
    "encumbered",
    "approved",
    "instructed",
    "advanced",
    "settled",
    "claimed",
]
"""An account of book B; each stands in a cell as ``<account>_fen``."""

Nature = Literal[
    "general",
    "government_fund",
    "state_capital",
    "social_insurance",
    "special_account",
    "unit_own",
]
"""Fund nature 资金性质: the four budgets, the special account, the unit's own money."""

Point = Literal["intention", "contract", "payment"]
"""Where a limit acts: its total is T1, T2 or T3 (funds-model section 5)."""
Horizon = Literal["year", "plan_to_date"]
Mode = Literal["stop", "warn"]

NATURES: tuple[Nature, ...] = (
    "general",
    "government_fund",
    "state_capital",
    "social_insurance",
    "special_account",
    "unit_own",
)
POINTS: tuple[Point, ...] = ("intention", "contract", "payment")

AUTHORITY: tuple[Account, ...] = ("voted", "interim", "carried", "moved", "lapsed", "prior")
"""Debit: what may be spent in all."""
SIGNED: tuple[Account, ...] = ("carried", "moved", "lapsed")
"""The only accounts that may be negative: in minus out; `lapsed` is never above zero."""
DEBIT: tuple[Account, ...] = (*AUTHORITY, "shortfall")
FREE: tuple[Account, ...] = ("unallotted", "allotted", "frozen")
"""Credit: not yet bound. `allotted` is what is available 可用."""
HELD: tuple[Account, ...] = ("intended", "encumbered", "approved", "instructed")
"""Credit: bound, not yet paid."""
DONE: tuple[Account, ...] = ("advanced", "settled", "claimed")
"""Credit: the money has left. `settled` is the only figure called *paid*."""
CREDIT: tuple[Account, ...] = (*FREE, *HELD, *DONE)
ACCOUNTS: tuple[Account, ...] = (*DEBIT, *CREDIT)

FIELD: dict[str, str] = {account: f"{account}_fen" for account in ACCOUNTS}
"""The field of `state.Cell` that holds an account."""
ON_DEBIT: dict[str, int] = {account: 1 if account in DEBIT else -1 for account in ACCOUNTS}
"""What a debit of 1 does to the balance as stored; a credit does the opposite."""

COUNTED: dict[Point, tuple[Account, ...]] = {
    "intention": (*HELD, *DONE),
    "contract": (*HELD[1:], *DONE),
    "payment": (*HELD[2:], *DONE),
}
"""The accounts whose sum a limit at a point compares with its amount."""

RISE: dict[tuple[str, str], tuple[int, int, int]] = {
    (debit, credit): (
        (credit in COUNTED["intention"]) - (debit in COUNTED["intention"]),
        (credit in COUNTED["contract"]) - (debit in COUNTED["contract"]),
        (credit in COUNTED["payment"]) - (debit in COUNTED["payment"]),
    )
    for debit in ACCOUNTS
    for credit in ACCOUNTS
    if debit != credit
}
"""By how much a posting of 1 raises T1, T2 and T3. `intended` to `encumbered` leaves T1 and
raises T2: nothing is counted twice, in whole or in part."""
NO_RISE = (0, 0, 0)

BLOCKS_CLOSE: tuple[Account, ...] = ("approved", "instructed", "advanced", "shortfall")
"""Open work: a cell with any of these stays open at year end and is listed."""
