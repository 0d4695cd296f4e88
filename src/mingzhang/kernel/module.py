"""The kernel's own records as a manifest: scheduler, spent identifiers, history, version."""

from mingzhang.kernel import house, schedule
from mingzhang.kernel.modules import Module

KERNEL = Module(
    name="kernel",
    applies={
        schedule.Scheduled: schedule.scheduled,
        schedule.Unscheduled: schedule.unscheduled,
        schedule.Parked: schedule.parked,
    },
    invariants={
        schedule.DuePage: (house.items_in_order,),
        schedule.DueBranch: (house.entries_in_order,),
        schedule.Agenda: (),
        schedule.ParkedItem: (),
        house.SpentHour: (),
        house.SpentHours: (),
        house.RefusedByKey: (),
        house.History: (),
        house.Salt: (),
        house.Automatic: (),
        house.Version: (),
        house.SettingRecord: (),
    },
)
