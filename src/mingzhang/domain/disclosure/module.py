"""Everything disclosure offers, in one list. A new command adds a line here."""

from mingzhang.domain.disclosure import (
    applied,
    events,
    following,
    invariants,
    messages,
    publishing,
    rules,
    state,
    views,
)
from mingzhang.domain.execution import events as execution
from mingzhang.domain.preparation import events as preparation
from mingzhang.domain.procedure import events as procedure
from mingzhang.kernel.modules import Index, Module

DISCLOSURE = Module(
    name="disclosure",
    rules={
        messages.PublishFigure: rules.publish_figure,
        messages.WithholdFigure: rules.withhold_figure,
        messages.CorrectFigure: rules.correct_figure,
    },
    applies={
        events.PublicationsQueued: applied.publications_queued,
        events.PublicationTaken: applied.publication_taken,
        events.QueueDone: applied.queue_done,
        events.FigurePublished: applied.figure_published,
        events.FigureWithheld: applied.figure_withheld,
        events.FigureCorrected: applied.figure_corrected,
        events.ProcessMoved: applied.process_moved,
    },
    reacts={
        preparation.ResolutionEntered: following.resolution_entered,
        preparation.AppropriationIssued: following.appropriation_issued,
        preparation.AppropriationHandedDown: following.appropriation_handed_down,
        preparation.AppropriationReversed: following.appropriation_reversed,
        preparation.RequestSubmitted: following.request_submitted,
        preparation.RequestApproved: following.request_approved,
        procedure.LevelReached: following.case_moved,
        procedure.CaseApproved: following.case_moved,
        procedure.CaseRejected: following.case_moved,
        procedure.CaseAsked: following.case_moved,
        procedure.CaseAnswered: following.case_moved,
        procedure.CaseReturned: following.case_moved,
        procedure.CaseWithdrawn: following.case_moved,
        execution.BankReported: following.bank_reported,
        execution.PaymentReturned: following.payment_returned,
        execution.AdvanceCleared: following.advance_cleared,
        execution.BreachRecorded: following.breach_recorded,
    },
    due={publishing.PUBLISH_DUE: publishing.publish_due},
    invariants={
        state.Figure: (invariants.parts_add_up, invariants.says_whether_it_was_corrected),
        state.Gap: (invariants.has_a_ground,),
        state.Gazette: (invariants.counts_its_gaps,),
        state.Process: (),
        state.Queue: (invariants.is_neither_empty_nor_too_long,),
        state.QueueHead: (),
    },
    checks={
        events.FigurePublished: (invariants.takes_the_next_number,),
        events.FigureWithheld: (invariants.takes_the_next_number,),
    },
    totals=(invariants.gazettes_have_no_holes,),
    indexes={
        state.Figure: (Index(name=state.FIGURE_OF, values=state.figure_values),),
    },
    tables=views.TABLES,
)
