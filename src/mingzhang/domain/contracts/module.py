"""Everything the room of contracts offers, in one list. A new command adds a line here."""

from mingzhang.domain.contracts import (
    access,
    changes,
    events,
    genesis,
    invariants,
    messages,
    rules,
    state,
    steps,
    views,
)
from mingzhang.domain.identity.access import AccessAsked
from mingzhang.domain.identity.events import GovernanceSet
from mingzhang.kernel.modules import Module

CONTRACTS = Module(
    name="contracts",
    rules={
        messages.Propose: rules.propose,
        messages.Withdraw: rules.withdraw,
        messages.Resume: rules.resume,
        messages.Rebind: rules.rebind,
        messages.Review: rules.review,
        messages.Vote: rules.vote,
        messages.Pause: rules.pause,
    },
    applies={
        events.TermsSet: changes.terms_set,
        events.ContractEntered: changes.contract_entered,
        events.ProposalSubmitted: changes.proposal_submitted,
        events.ProposalReviewed: changes.proposal_reviewed,
        events.VoteCast: changes.vote_cast,
        events.ProposalDecided: changes.proposal_decided,
        events.ProposalEnded: changes.proposal_ended,
        events.BindingChanged: changes.binding_changed,
        events.ContractPaused: changes.contract_paused,
        events.ContractResumed: changes.contract_resumed,
        events.CaseRebound: changes.case_rebound,
    },
    answers={AccessAsked: access.access},
    reacts={GovernanceSet: rules.governance_changed},
    due={
        steps.ACTIVATE: steps.activate,
        steps.EXPIRE: steps.expire,
        steps.LAPSE: steps.lapse,
    },
    invariants={
        state.Terms: (),
        state.ContractText: (invariants.names_what_its_document_says,),
        state.Standing: (),
        state.Named: (),
        state.Binding: (invariants.binds_each_once,),
        state.PastBinding: (),
        state.SuspendedList: (invariants.lists_few_in_order,),
        state.CaseBinding: (),
        state.Proposal: (invariants.nobody_reviewed_his_own,),
        state.Ballot: (invariants.each_institution_voted_once,),
        state.OpenProposals: (invariants.lists_open_in_order,),
    },
    totals=(
        invariants.documents_have_the_hash_they_stand_under,
        invariants.what_is_bound_stands_as_bound,
        invariants.the_open_are_listed,
    ),
    genesis=genesis.genesis,
    tables=views.TABLES,
)
