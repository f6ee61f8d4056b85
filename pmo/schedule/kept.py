"""Milestones, moves and plans, in the words of their history."""

from pmo.history.logic import Field, Kept
from pmo.kernel.languages import msg
from pmo.portfolio.kept import of_its_project
from pmo.schedule.logic.moves import FIELD_NAMES, REASON_NAMES, DateField
from pmo.schedule.models import DateMove, Milestone, Plan, Task, TaskLink

MILESTONE = Kept(
    "milestone",
    msg("Milestone"),
    {
        "code": Field(msg("Code")),
        "name": Field(msg("Name")),
        "project_id": Field(msg("Project"), refers="project"),
        **{one.value: Field(FIELD_NAMES[one]) for one in DateField},
        "weight": Field(msg("Weight")),
        "owner_id": Field(msg("Owner"), refers="person"),
        "is_gate": Field(msg("Gate")),
        "description": Field(msg("Description")),
        "cancelled_on": Field(msg("Cancelled on")),
        "cancelling_reason": Field(msg("Why cancelled")),
        "no_value": Field(msg("Why a date is missing")),
        "task_uid": Field(msg("Task of the plan")),
        "confirmed_on": Field(msg("Date confirmed on")),
        "confirmed_by": Field(msg("Confirmed by"), refers="person"),
    },
    of_its_project(Milestone),
    hidden=frozenset({"name_key", "position"}),
)
DATE_MOVE = Kept(
    "date_move",
    msg("Moved date"),
    {
        "milestone_id": Field(msg("Milestone"), refers="milestone"),
        "field": Field(msg("Which date"), FIELD_NAMES),
        "before": Field(msg("Before")),
        "after": Field(msg("After")),
        "reason": Field(msg("Reason"), REASON_NAMES),
        "words": Field(msg("In words")),
        "moved_by": Field(msg("Moved by"), refers="person"),
    },
    of_its_project(DateMove),
    hidden=frozenset({"project_id", "moved_at"}),
    name="field",
)
PLAN = Kept(
    "plan",
    msg("Plan"),
    {
        "project_id": Field(msg("Project"), refers="project"),
        "file_name": Field(msg("File")),
        "status_on": Field(msg("Status date")),
        "start": Field(msg("Start")),
        "finish": Field(msg("Finish")),
    },
    of_its_project(Plan),
    hidden=frozenset({"file_sha256", "calendars", "settings"}),
    name="file_name",
)
TASK = Kept(
    "task",
    msg("Task"),
    {
        "name": Field(msg("Name")),
        "project_id": Field(msg("Project"), refers="project"),
        "uid": Field(msg("Number in the plan")),
        "wbs": Field(msg("Outline number")),
        "start": Field(msg("Start")),
        "finish": Field(msg("Finish")),
        "duration_minutes": Field(msg("Duration in minutes")),
        "percent_complete": Field(msg("Percent complete")),
        "actual_start": Field(msg("Actual start")),
        "actual_finish": Field(msg("Actual finish")),
        "constraint_type": Field(msg("Constraint")),
        "constraint_date": Field(msg("Constraint date")),
        "deadline": Field(msg("Deadline")),
        "is_summary": Field(msg("Summary")),
        "is_milestone": Field(msg("Milestone")),
        "is_critical": Field(msg("Critical")),
        "is_active": Field(msg("Active")),
        "is_manual": Field(msg("Scheduled by hand")),
        "notes": Field(msg("Notes")),
    },
    of_its_project(Task),
    hidden=frozenset({"position", "outline_level", "duration_unit", "calendar_uid", "baselines"}),
)
TASK_LINK = Kept(
    "task_link",
    msg("Link of two tasks"),
    {
        "project_id": Field(msg("Project"), refers="project"),
        "predecessor_uid": Field(msg("First task")),
        "successor_uid": Field(msg("Second task")),
        "kind": Field(msg("Kind")),
        "lag_minutes": Field(msg("Lag in minutes")),
        "lag_percent": Field(msg("Lag in percent")),
    },
    of_its_project(TaskLink),
    hidden=frozenset({"lag_unit"}),
    name="kind",
)
KEPT = (MILESTONE, DATE_MOVE, PLAN, TASK, TASK_LINK)
