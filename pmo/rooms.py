"""The rooms of the house: their pages, their doors for programs, their jobs, in the order of the menu."""

from flask import Blueprint

from pmo.alerts import kept as alerts_kept
from pmo.alerts.api import bp as alerts_api
from pmo.alerts.views import bp as alerts
from pmo.changes import kept as changes_kept
from pmo.changes.api import bp as changes_api
from pmo.changes.deciding_views import bp as change_decisions
from pmo.changes.views import bp as change_requests
from pmo.committees import kept as committees_kept
from pmo.committees.api import bp as committees_api
from pmo.committees.decision_api import bp as decisions_api
from pmo.committees.decision_views import bp as decisions
from pmo.committees.distribution_views import bp as distribution
from pmo.committees.giving_views import bp as giving
from pmo.committees.item_api import bp as actions_api
from pmo.committees.item_views import bp as items
from pmo.committees.minutes_views import bp as minutes
from pmo.committees.outcome_views import bp as outcomes
from pmo.committees.views import bp as committees
from pmo.exchange.plan_views import bp as plans
from pmo.exchange.update_views import bp as update_sheets
from pmo.exchange.value_views import bp as imports
from pmo.feeds.calendar_views import bp as calendars
from pmo.feeds.file_views import bp as table_files
from pmo.feeds.odata_views import bp as odata
from pmo.feeds.views import bp as feeds
from pmo.finance import kept as finance_kept
from pmo.gates import kept as gates_kept
from pmo.gates.api import bp as gates_api
from pmo.gates.assessing_views import bp as gate_assessment
from pmo.gates.deciding_views import bp as gate_decisions
from pmo.gates.views import bp as gates
from pmo.history import kept as history_kept
from pmo.history.logic import Kept
from pmo.history.views import bp as history
from pmo.home.chase_seen_views import bp as chase_seen
from pmo.home.chasing_views import bp as chasing
from pmo.home.link_views import bp as walk_links
from pmo.home.search_views import bp as search
from pmo.home.views import bp as home
from pmo.home.walk_views import bp as walk
from pmo.hooks import kept as hooks_kept
from pmo.hooks.views import bp as webhooks
from pmo.inbox.views import bp as inbox
from pmo.indicators import kept as indicators_kept
from pmo.indicators.api import bp as indicators_api
from pmo.indicators.collection_views import bp as collection
from pmo.indicators.definition_views import bp as definitions
from pmo.indicators.outside_views import bp as outside
from pmo.indicators.views import bp as indicators
from pmo.kernel.languages import msg
from pmo.kernel.permissions import Permission, Role
from pmo.methods import kept as methods_kept
from pmo.methods.api import bp as documents_api
from pmo.methods.document_views import bp as documents
from pmo.methods.views import bp as artefacts
from pmo.operations.doing_views import bp as operations_doing
from pmo.operations.metrics_views import bp as figures
from pmo.operations.views import bp as operations
from pmo.people.account_admin_views import bp as accounts
from pmo.people.account_views import bp as account
from pmo.people.admin_views import bp as access
from pmo.people.api import bp as people_api
from pmo.people.code_views import bp as second_step
from pmo.people.deputy_views import bp as deputies
from pmo.people.factor_views import bp as second_factor
from pmo.people.logic import leading_role
from pmo.people.review_views import bp as access_review
from pmo.people.sign_on_views import bp as sign_on
from pmo.people.views import bp as people
from pmo.portfolio import kept as portfolio_kept
from pmo.portfolio.api import bp as portfolio_api
from pmo.portfolio.views import bp as portfolio
from pmo.procedures import kept as procedures_kept
from pmo.procedures.publish_views import bp as publishing
from pmo.procedures.views import bp as procedures
from pmo.proposals import kept as proposals_kept
from pmo.proposals.views import bp as proposals
from pmo.raid import kept as raid_kept
from pmo.raid.agreement_views import bp as dependencies
from pmo.raid.api import bp as raid_api
from pmo.raid.escalation_views import bp as escalations
from pmo.raid.matrix_views import bp as matrix
from pmo.raid.register_views import bp as register
from pmo.raid.views import bp as raid
from pmo.reports import kept as reports_kept
from pmo.reports import views as report_pages
from pmo.reports.agenda_views import bp as agenda
from pmo.reports.api import bp as reports_api
from pmo.reports.approval_views import bp as approvals
from pmo.reports.change_views import bp as changes
from pmo.reports.received_views import bp as received
from pmo.reports.sending_views import bp as sendings
from pmo.reports.template_views import bp as house_templates
from pmo.rules.api import bp as rules_api
from pmo.rules.views import bp as rules
from pmo.schedule import kept as schedule_kept
from pmo.schedule.api import bp as schedule_api
from pmo.schedule.milestone_views import bp as milestones
from pmo.schedule.views import bp as schedule
from pmo.stakeholders import kept as stakeholders_kept
from pmo.stakeholders.views import bp as stakeholders
from pmo.status import kept as status_kept
from pmo.status.api import bp as status_api
from pmo.status.first_steps import bp as first_steps
from pmo.status.first_steps import is_empty, may_set_up
from pmo.status.programme_views import bp as programmes
from pmo.status.project_change_views import bp as project_changes
from pmo.status.project_document_views import bp as project_documents
from pmo.status.project_gate_views import bp as project_gates
from pmo.status.project_override_views import bp as overrides
from pmo.status.project_stakeholder_views import bp as project_stakeholders
from pmo.status.project_start_views import bp as project_start
from pmo.status.project_state_views import bp as project_states
from pmo.status.project_update_views import bp as updates
from pmo.status.project_views import bp as projects
from pmo.status.timeline_views import bp as timeline
from pmo.status.update_api import bp as updates_api
from pmo.status.value_entry_views import bp as value_entries
from pmo.status.value_views import bp as values
from pmo.status.views import bp as status
from pmo.support import kept as support_kept
from pmo.support.views import bp as support
from pmo.web.access import actor, can_anywhere
from pmo.web.api_help import bp as help_page
from pmo.web.frame import MenuEntry
from pmo.web.openapi import doors

BLUEPRINTS: tuple[Blueprint, ...] = (
    home, walk, walk_links,
    people, access, rules, search, status, programmes, first_steps, timeline, projects, project_states, updates, overrides,
    portfolio, schedule, milestones, register, raid, committees, decisions, outcomes, items, giving, minutes, alerts, history,
    imports, plans, update_sheets, report_pages.bp,
    dependencies, matrix,
    escalations,
    changes, agenda,
    values, value_entries,
    chasing, chase_seen, deputies,
    artefacts, documents, project_documents, project_start,
    indicators, definitions, collection, outside,
    house_templates,
    distribution, approvals, sendings, received,
    change_requests, change_decisions, project_changes,
    gates, gate_assessment, gate_decisions, project_gates,
    stakeholders, project_stakeholders,
    procedures, publishing,
    support, proposals,
    sign_on, second_step, second_factor, account, accounts, access_review,
    feeds, calendars, table_files, odata,
    webhooks,
    inbox,
    operations, operations_doing, figures,
)  # fmt: skip
APIS: tuple[Blueprint, ...] = (
    doors, portfolio_api, status_api, schedule_api, committees_api, alerts_api, indicators_api,
    raid_api,
    updates_api, decisions_api, actions_api, changes_api, gates_api, documents_api, reports_api, people_api, rules_api, help_page,
)  # fmt: skip

# What history calls the tables of each room.
KEPT: tuple[Kept, ...] = tuple(
    described
    for room in (
        history_kept,
        portfolio_kept,
        schedule_kept,
        raid_kept,
        committees_kept,
        status_kept,
        alerts_kept,
        reports_kept,
        finance_kept,
        methods_kept,
        indicators_kept,
        changes_kept,
        gates_kept,
        stakeholders_kept,
        procedures_kept,
        support_kept,
        proposals_kept,
        hooks_kept,
    )  # fmt: skip
    for described in room.KEPT
)

MY_WORK = "home.my_work"
BEGIN_WITH_THEIR_WORK = (Role.PROJECT_MANAGER, Role.CONTRIBUTOR)
# Nobody begins with these who has something of their own.
FOR_EVERYBODY = ("procedures.procedures", "support.requests", "proposals.proposals", "feeds.feeds")
PORTFOLIO, GOVERNANCE, DATA, HOUSE = msg("Portfolio"), msg("Governance"), msg("Data"), msg("Administration")

MENU: tuple[MenuEntry, ...] = (
    MenuEntry(msg("My work"), MY_WORK, "house", Permission.WORK_OWN, PORTFOLIO, in_bar=True),
    MenuEntry(msg("Status"), "status.portfolio", "layout-list", Permission.PROJECT_READ, PORTFOLIO, in_bar=True),
    MenuEntry(msg("Timeline"), "timeline.portfolio_timeline", "chart-gantt", Permission.PROJECT_READ, PORTFOLIO, in_bar=True),
    MenuEntry(msg("RAID register"), "register.items", "shield-alert", Permission.PROJECT_READ, PORTFOLIO),
    MenuEntry(msg("Indicators"), "indicators.indicators", "activity", Permission.INDICATOR_READ, PORTFOLIO),
    MenuEntry(msg("Alerts"), "alerts.alerts", "bell", Permission.ALERT_READ, PORTFOLIO, in_bar=True),
    MenuEntry(msg("Committees"), "committees.committees", "landmark", Permission.COMMITTEE_READ, GOVERNANCE),
    MenuEntry(msg("Decisions and actions"), "decisions.requests", "gavel", Permission.DECISION_READ, GOVERNANCE),
    MenuEntry(msg("Stage gates"), "gates.register", "flag-triangle-right", Permission.PROJECT_READ, GOVERNANCE),
    MenuEntry(msg("Change requests"), "change_requests.register", "refresh-cw", Permission.PROJECT_READ, GOVERNANCE),
    MenuEntry(msg("Update requests"), "chasing.requests", "clock", Permission.HISTORY_READ, GOVERNANCE),
    MenuEntry(msg("Reports"), "reports.editions", "file-text", Permission.REPORT_READ, GOVERNANCE),
    MenuEntry(msg("Required documents"), "artefacts.artefacts", "folder-open", Permission.PROJECT_READ, GOVERNANCE),
    MenuEntry(msg("Procedures"), "procedures.procedures", "check-check", Permission.PROCEDURE_READ, GOVERNANCE),
    MenuEntry(msg("Support"), "support.requests", "message-square-warning", Permission.SUPPORT_ASK, GOVERNANCE),
    MenuEntry(msg("Improvement proposals"), "proposals.proposals", "scale", Permission.PROPOSAL_READ, GOVERNANCE),
    MenuEntry(msg("Imports"), "imports.imports", "upload", Permission.IMPORT_RUN, DATA),
    MenuEntry(msg("Update sheets"), "update_sheets.sheets", "file-spreadsheet", Permission.RAID_EDIT, DATA),
    MenuEntry(msg("Feeds"), "feeds.feeds", "link", Permission.WORK_OWN, DATA),
    MenuEntry(msg("People and access"), "access.people", "users", Permission.PEOPLE_READ, HOUSE),
    MenuEntry(msg("Access review"), "access_review.review", "user-check", Permission.PEOPLE_READ, HOUSE),
    MenuEntry(msg("Mail received"), "inbox.received", "mail", Permission.PEOPLE_ADMIN, HOUSE),
    MenuEntry(msg("Webhooks"), "webhooks.webhooks", "plug", Permission.HOOK_ADMIN, HOUSE),
    MenuEntry(msg("Rules"), "rules.rules", "sliders-horizontal", Permission.RULES_READ, HOUSE),
    MenuEntry(msg("Operations"), "operations.overview", "monitor", Permission.OPERATIONS, HOUSE),
)


def first_page() -> str:
    """Where somebody lands after signing in: the first steps while there is nothing else, then the first page they may use.

    Those who are asked for their own dates and responses begin with them; others do where all else is for everybody.
    """
    if may_set_up() and is_empty():
        return "first_steps.first_steps"
    begins = leading_role(actor()) in BEGIN_WITH_THEIR_WORK
    entries = sorted(MENU, key=lambda entry: _turn(entry.endpoint, begins=begins))
    return next((entry.endpoint for entry in entries if can_anywhere(entry.permission)), "people.password")


def _turn(endpoint: str, *, begins: bool) -> int:
    """Which page comes first of those somebody may use."""
    if endpoint == MY_WORK:
        return 0 if begins else 2
    return 3 if endpoint in FOR_EVERYBODY else 1
