"""Everything procedure offers, in one list. A new command adds a line here."""

from mingzhang.domain.identity.events import PersonClosed, PostReleased
from mingzhang.domain.procedure import (
    changes,
    due,
    events,
    handing_over,
    invariants,
    messages,
    rules,
    state,
    verbs,
    views,
)
from mingzhang.kernel.modules import Index, Module

PROCEDURE = Module(
    name="procedure",
    rules={
        messages.ApproveCase: rules.approve,
        messages.RejectCase: rules.reject,
        messages.AskCase: rules.ask,
        messages.AnswerCase: rules.answer,
        messages.ReturnCase: rules.return_case,
        messages.WithdrawCase: rules.withdraw,
        messages.AcknowledgeNotice: rules.acknowledge,
        messages.AddComment: rules.add_comment,
        messages.HandOverTask: handing_over.hand_over_task,
        messages.HandOverWork: handing_over.hand_over_work,
    },
    applies={
        events.CaseOpened: changes.case_opened,
        events.LevelReached: changes.level_reached,
        events.CaseDecided: changes.case_decided,
        events.CaseApproved: changes.case_approved,
        events.CaseRejected: changes.case_rejected,
        events.CaseAsked: changes.case_asked,
        events.CaseAnswered: changes.case_answered,
        events.CaseReturned: changes.case_returned,
        events.CaseWithdrawn: changes.case_withdrawn,
        events.CaseClosed: changes.case_closed,
        events.CaseEscalated: changes.case_escalated,
        events.TaskAssigned: changes.task_assigned,
        events.TaskFinished: changes.task_finished,
        events.TaskHandedOver: changes.task_handed_over,
        events.WorkHandedOver: changes.work_handed_over,
        events.NoticeSent: changes.notice_sent,
        events.NoticeAcknowledged: changes.notice_acknowledged,
        events.NoticeOverdue: changes.notice_overdue,
        events.CommentAdded: changes.comment_added,
    },
    reacts={
        PostReleased: handing_over.post_released,
        PersonClosed: handing_over.person_closed,
    },
    due={
        verbs.DEADLINE: due.level_overdue,
        verbs.NOTICE_DEADLINE: due.notice_overdue,
    },
    invariants={
        state.Case: (
            invariants.stands_at_a_level,
            invariants.approved_only_when_passed,
            invariants.submitters_have_not_decided,
            invariants.nobody_approves_at_two_levels,
            invariants.a_case_that_is_over_has_no_tasks,
            invariants.only_an_open_case_has_a_deadline,
        ),
        state.Task: (),
        state.Work: (invariants.has_work,),
        state.WorkPage: (invariants.is_neither_empty_nor_too_long,),
        state.Notice: (),
        state.Comment: (),
    },
    checks={events.CaseDecided: (invariants.nobody_approves_what_he_submitted,)},
    totals=(
        invariants.work_is_counted,
        invariants.tasks_stand_on_their_pages,
        invariants.tasks_of_cases_are_listed,
    ),
    indexes={state.Case: (Index(name=state.CURRENT_CASE, values=state.current_case_values),)},
    tables=views.TABLES,
)
