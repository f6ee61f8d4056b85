"""Every page that is looked at in a browser, in one place: add a line, and axe, the phone and the policy check it."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.browser.world import ADMINISTRATOR, COMMITTEE, MANAGER, PMO, TOKEN
from tests.reports.word_templates import document

Step = Callable[[Page], object]


@dataclass(frozen=True, slots=True)
class Shown:
    """A page as somebody sees it after some steps (a dialog opened, a mistake made). Nobody signed in: `email` is empty.

    A {word} of the path is the number of a thing, see world.PLACES.
    """

    name: str
    path: str
    email: str = PMO
    steps: tuple[Step, ...] = ()
    on_phone: bool = True


def press(name: str) -> Step:
    """Press the first visible button or link of that name."""
    return lambda page: page.locator(":is(button, a):visible", has_text=name).first.click()


def press_at(selector: str) -> Step:
    """Press what stands there, and wait for the answer."""

    def step(page: Page) -> None:
        page.locator(selector).first.click()
        page.wait_for_load_state("networkidle")

    return step


def send(form: str) -> Step:
    """Send a form as it is, past the browser's own checks, to see how the server refuses it."""

    def step(page: Page) -> None:
        page.evaluate("selector => { document.querySelector(selector).noValidate = true }", form)
        page.locator(f"{form} button:not([type=button])").first.click()
        page.wait_for_load_state("networkidle")

    return step


def begun(page: Page) -> None:
    """The second factor is being set up; somebody may have come as far before."""
    begin = page.get_by_role("button", name="Set up a second factor")
    if begin.count():
        begin.click()
        page.locator("#code").wait_for()


BAD_TEMPLATE = document("{{ headlin }}", "{{ ''.__class__.__mro__ }}", "{% for x in range(9) %}{% endfor %}")


def chosen(content: bytes) -> Step:
    """A file, as if chosen from the disk."""
    file = {"name": "Corporate.docx", "mimeType": "application/octet-stream", "buffer": content}
    return lambda page: page.locator("main input[type=file]").set_input_files(file)  # type: ignore[arg-type]


def typed(label: str, text: str) -> Step:
    return lambda page: page.get_by_label(label).first.fill(text)


def filled(selector: str, text: str) -> Step:
    return lambda page: page.locator(selector).fill(text)


def typed_into(selector: str, text: str) -> Step:
    """Typed key by key, until the server has answered."""

    def step(page: Page) -> None:
        page.locator(selector).press_sequentially(text)
        page.wait_for_load_state("networkidle")

    return step


def opened(selector: str) -> Step:
    """Press what the selector finds first, e.g. the first status glyph of a list."""
    return lambda page: page.locator(selector).first.click()


EDIT, SAVE = "a.edit-link", "tr.edit-row--2 .btn--primary"
PAGES: tuple[Shown, ...] = (
    Shown("how to use the API", "/api/v1/"),
    Shown("how to use the API, details", "/api/v1/", "", (opened("details summary"),)),
    Shown("sign-in", "/sign-in", ""),
    Shown("sign-in refused", "/sign-in", "", (send("#sign-in-form"),)),
    Shown("not found", "/no-such-page"),
    Shown("macros", "/styleguide"),
    Shown("macros with errors", "/styleguide?errors=1"),
    Shown("macros with panel", "/styleguide?panel=1"),
    Shown("macros, why", "/styleguide", PMO, (opened("button.rag"),)),
    Shown("macros, confirm", "/styleguide", PMO, (typed("Due", "2026-04-01"), opened("form[data-confirm] button.btn--primary"))),
    Shown("macros, account", "/styleguide", PMO, (opened("[popovertarget=account]"),)),
    Shown("macros in the past", "/styleguide?as_of=2026-02-24", PMO, (opened("[popovertarget=state-on]"),)),
    Shown("search", "/search?q=pac"),
    Shown("search without result", "/search?q=zebra"),
    Shown("palette", "/reports", PMO, (opened("[data-open-palette]:visible"), typed_into("#palette [name=q]", "lumen"))),
    Shown("my work", "/my-work", MANAGER),
    Shown("my work of the PMO", "/my-work"),
    Shown("my work of a committee member", "/my-work", COMMITTEE),
    Shown("my work of an administrator", "/my-work", ADMINISTRATOR),
    Shown("my work in the past", "/my-work?as_of=2026-02-24", MANAGER),
    Shown("walk", "/walk", MANAGER),
    Shown("walk, new date", "/walk?card=m{milestone}&answer=new", MANAGER),
    Shown(
        "walk, new date refused",
        "/walk?card=m{milestone}&answer=new",
        MANAGER,
        (typed("New date", "soon"), opened(".walk__f .btn--primary")),
    ),
    Shown("walk, sentence", "/walk?card=s{project}", MANAGER),
    Shown(
        "walk, sentence refused",
        "/walk?card=s{project}",
        MANAGER,
        (typed("What is done", ""), opened(".card__body .btn--primary")),
    ),
    Shown("walk, reached", "/walk?card=m{milestone}&answer=reached", MANAGER),
    Shown("walk, risk", "/walk?card=r{risk}", MANAGER),
    Shown("walk, risk closed refused", "/walk?card=r{risk}&answer=closed", MANAGER, (opened(".walk__f .btn--primary"),)),
    Shown("walk, last card", "/walk?card=end", MANAGER),
    Shown("walk, nothing to confirm", "/walk"),
    Shown("walk, link refused", "/walk/link/nobody-was-sent-this", ""),
    Shown("portfolio", "/portfolio"),
    Shown("portfolio, why", "/portfolio", PMO, (opened("button.rag"),)),
    Shown("portfolio, money", "/portfolio?columns=budget,spent,committed,forecast_cost,manager", PMO, (opened("summary"),)),
    Shown("portfolio, columns", "/portfolio", PMO, (opened("[popovertarget=columns]"),)),
    Shown("portfolio, words", "/portfolio", PMO, (opened("[popovertarget=filter-words]"),), on_phone=False),
    Shown("portfolio, panel", "/portfolio", PMO, (opened(".c-ms a"),)),
    Shown(
        "portfolio, sorted with every column",
        "/portfolio?sort=-overall&columns=not_green,milestone,next,to_baseline,phase,progress,budget,spent,forecast_cost,manager",
    ),
    Shown("portfolio, filter not understood", "/portfolio?q=risk>=high"),
    Shown("why a project is red", "/projects/1/why"),
    Shown("a project in short", "/projects/1/peek"),
    Shown("portfolio, nothing found", "/portfolio?q=zzz"),
    Shown("portfolio in the past", "/portfolio?as_of=2026-02-24"),
    Shown("portfolio of a committee member", "/portfolio", COMMITTEE),
    Shown("new portfolio", "/portfolios/new", PMO, (send("main form"),)),
    Shown("project beside the list", "/projects/{project}/peek"),
    Shown("programme", "/programmes/{programme}"),
    Shown("programme, edit", "/programmes/{programme}/edit"),
    Shown("new programme", "/portfolios/{portfolio}/programmes/new", PMO, (send("main form"),)),
    Shown("project", "/projects/{project}"),
    Shown("project of its manager", "/projects/{project}", MANAGER),
    Shown("project in the past", "/projects/{project}?as_of=2026-02-24"),
    Shown("project, milestones", "/projects/{project}/milestones"),
    Shown("project, register", "/projects/{project}/raid"),
    Shown("project, documents", "/projects/{project}/documents"),
    Shown("project, documents in the past", "/projects/{project}/documents?as_of=2026-02-24"),
    Shown("project, document beside the list", "/projects/{project}/documents", PMO, (opened("#document-table th a.name"),)),
    Shown("project, document", "/projects/{project}/documents/{document}"),
    Shown("project, document of a member", "/projects/{project}/documents/{document}", COMMITTEE),
    Shown(
        "project, document refused",
        "/projects/{project}/documents/{undocumented}",
        PMO,
        (filled("#link", "intranet"), send("#document-form")),
    ),
    Shown("project, stakeholders", "/projects/{project}/stakeholders"),
    Shown("project, stakeholders filtered away", "/projects/{project}/stakeholders?q=nobody"),
    Shown("project, stakeholders in the past", "/projects/{project}/stakeholders?as_of=2026-02-24"),
    Shown(
        "project, stakeholder beside the list", "/projects/{project}/stakeholders", PMO, (opened("#stakeholder-table a.name"),)
    ),
    Shown("project, stakeholder of a member", "/projects/{project}/stakeholders/{stakeholder}", COMMITTEE),
    Shown("programme, stakeholders", "/programmes/{accompanied}/stakeholders"),
    Shown("programme, no stakeholders", "/programmes/{programme}/stakeholders?q=nobody"),
    Shown("programme, stakeholder", "/programmes/{accompanied}/stakeholders/{companion}"),
    Shown("programme, stakeholder refused", "/programmes/{accompanied}/stakeholders/new", PMO, (send("#stakeholder-form"),)),
    Shown("project, stakeholder refused", "/projects/{project}/stakeholders/new", PMO, (send("#stakeholder-form"),)),
    Shown("procedures", "/procedures"),
    Shown("procedures of a member", "/procedures", COMMITTEE),
    Shown("procedure", "/procedures/{procedure}"),
    Shown("procedure of a member", "/procedures/{procedure}", COMMITTEE),
    Shown("procedure, withdrawing", "/procedures/{procedure}", PMO, (press("Withdraw"),)),
    Shown("procedure, publishing refused", "/procedures/new", PMO, (send("#procedure-form"),)),
    Shown("procedure, new version", "/procedures/{procedure}/version"),
    Shown("procedure, title and readers", "/procedures/{procedure}/edit"),
    Shown("support, open", "/support"),
    Shown("support, mine", "/support?shelf=mine"),
    Shown("support, asked by a manager", "/support", MANAGER),
    Shown("support, one answered", "/support/{support}"),
    Shown("support, one of mine", "/support/{support}", MANAGER),
    Shown("support, answering refused", "/support/{unanswered}", PMO, (send("#message-form"),)),
    Shown("support, asking refused", "/support/new", MANAGER, (send("#ask-form"),)),
    Shown("proposals", "/proposals"),
    Shown("proposals, ended", "/proposals?shelf=ended"),
    Shown("proposal, assessing refused", "/proposals/{proposal}", PMO, (send("#assess-form"),)),
    Shown("proposal of a member", "/proposals/{proposal}", COMMITTEE),
    Shown("proposal, measuring refused", "/proposals/{accepted}", PMO, (send("#measure-form"),)),
    Shown("proposal, idea refused", "/proposals/new", MANAGER, (send("#idea-form"),)),
    Shown("required documents", "/artefacts"),
    Shown("required document", "/artefacts/{artefact}"),
    Shown("new required document refused", "/artefacts/new", PMO, (send("#artefact-form"),)),
    Shown("project, reported", "/projects/{project}/reported"),
    Shown("project, history", "/projects/{project}/history"),
    Shown("project, edit", "/projects/{project}/edit"),
    Shown("project, close", "/projects/{project}/close"),
    Shown("project, plan", "/projects/{project}/plan"),
    Shown("new project", "/projects/new"),
    Shown("new project refused", "/projects/new", PMO, (send("main form"),)),
    Shown("status update", "/projects/{project}/update"),
    Shown("colour, override", "/projects/{project}/override"),
    Shown("colour, override refused", "/projects/{project}/override", PMO, (send("#override form"),)),
    Shown("colour, overridden", "/projects/{overridden}"),
    Shown("colour, overridden, why", "/projects/{overridden}", PMO, (opened("button.rag"),)),
    Shown("colour, overridden, why as a page", "/projects/{overridden}/why"),
    Shown("colour, overridden, in short", "/projects/{overridden}/peek"),
    Shown("colour, change or end", "/projects/{overridden}/override"),
    Shown("colour, end now", "/projects/{overridden}/override", PMO, (opened("form[data-confirm] button.btn"),)),
    Shown("overridden colours", "/portfolio?view=overridden"),
    Shown("value, figures", "/projects/{project}/value"),
    Shown("value, of an earlier day", "/projects/{project}/value?on=2026-01-28"),
    Shown("value, in the past", "/projects/{project}/value?as_of=2026-02-24"),
    Shown("value, no money", "/projects/{overridden}/value"),
    Shown("value, enter", "/projects/{project}/value/entries/new"),
    Shown("value, enter refused", "/projects/{project}/value/entries/new", PMO, (send("#entry form"),)),
    Shown("value, change", "/projects/{project}/value/entries/{amounts}"),
    Shown("milestone", "/projects/{project}/milestones/{milestone}"),
    Shown("milestone, new date", "/projects/{project}/milestones", PMO, (opened(EDIT),)),
    Shown("milestone, new date refused", "/projects/{project}/milestones", PMO, (opened(EDIT), opened(SAVE))),
    Shown("milestone, reached", "/projects/{project}/milestones/{milestone}/reached"),
    Shown("milestone, cancelled", "/projects/{project}/milestones/{milestone}/cancelled"),
    Shown("new milestone", "/projects/{project}/milestones/new"),
    Shown("new baseline", "/projects/{project}/milestones/baseline"),
    Shown("timeline", "/timeline"),
    Shown("timeline of a project", "/projects/PAC-01/timeline"),
    Shown("timeline with panel", "/timeline?level=all&zoom=week&panel=m{milestone}"),
    Shown("timeline without rows", "/timeline?q=nothing+like+this"),
    Shown("plan of a project", "/projects/1/plan"),
    Shown("plan refused", "/projects/1/plan", PMO, (send("#plan form"),)),
    Shown("register", "/raid"),
    Shown("register item", "/raid/{item}"),
    Shown("register item, edit", "/raid/{item}/edit"),
    Shown("register item, close", "/raid/{item}/close"),
    Shown("new register item", "/raid/new", PMO, (send("#panel form"),)),
    Shown("new assumption refused", "/raid/new?type=assumption", PMO, (send("#raid-form"),)),
    Shown("assumption", "/raid/{assumption}"),
    Shown("assumption, edit", "/raid/{assumption}/edit"),
    Shown("escalated item", "/raid/{escalated}"),
    Shown("escalated items", "/raid?escalated=programme&columns=project,owner,due,state,proximity,identified"),
    Shown("item, escalate refused", "/raid/{item}/escalate", PMO, (send("#panel form"),)),
    Shown("item, answer refused", "/raid/{escalated}/answer", PMO, (send("#panel form"),)),
    Shown("item, hand back", "/raid/{escalated}/hand-back"),
    Shown("risk matrix", "/raid/matrix"),
    Shown("risk matrix, after", "/raid/matrix?risks=after"),
    Shown("agreement", "/dependencies/{agreement}"),
    Shown("agreement, promise refused", "/dependencies/{agreement}/promised", PMO, (send("#panel form"),)),
    Shown("agreement, asked", "/raid/{dependency}/agreement", PMO, (send("#panel form"),)),
    Shown("alerts", "/alerts"),
    Shown("alert", "/alerts/{finding}"),
    Shown("alert of an indicator", "/alerts/{warned}"),
    Shown("history", "/history/milestone/{milestone}"),
    Shown("committees", "/committees"),
    Shown("committee", "/committees/{committee}"),
    Shown("committee, planning", "/committees/{committee}", PMO, (opened("#meetings details summary"),)),
    Shown("meeting", "/committees/meetings/{meeting}"),
    Shown("updates before a meeting", "/committees/meetings/{meeting}/chasing"),
    Shown("updates before a meeting, excuse", "/committees/meetings/{meeting}/chasing", PMO, (press("Excuse…"),)),
    Shown("updates before a meeting, asked now", "/committees/meetings/{meeting}/chasing/ask?project={project}"),
    Shown("update requests", "/chasing"),
    Shown("update requests, nothing found", "/chasing?q=zzz"),
    Shown("updates asked of me", "/update-asked", MANAGER),
    Shown("your deputy", "/me/deputy"),
    Shown("your deputy, refused", "/me/deputy", PMO, (filled("#deputy_until", "2026-03-01"), send("#deputy-form form"))),
    Shown("your account", "/me/account"),
    Shown("your account, key refused", "/me/account", PMO, (send("#token-form"),)),
    Shown("your account, new key", "/me/account", MANAGER, (filled("#name", "Ledger"), send("#token-form"))),
    Shown("second factor", "/me/second-factor"),
    Shown("second factor, code refused", "/me/second-factor", MANAGER, (begun, send("#factor-card form"))),
    Shown("access review", "/people/review?state=all", ADMINISTRATOR),
    Shown("access review refused", "/people/review", ADMINISTRATOR, (send("#review-table"),)),
    Shown("new committee refused", "/committees/new", PMO, (send("main form"),)),
    Shown("decisions asked", "/decisions"),
    Shown("decisions asked, nothing found", "/decisions?q=zzz"),
    Shown("decision asked", "/decisions/{request}"),
    Shown("decision asked, withdrawal refused", "/decisions/{request}", PMO, (press("Withdraw the question"),)),
    Shown("ask a decision", "/decisions/new"),
    Shown("ask a decision, refused", "/decisions/new", PMO, (send("#ask-form"),)),
    Shown("decision asked, edit", "/decisions/{request}/edit"),
    Shown("outcome", "/decisions/{request}/outcome"),
    Shown("outcome, deferred", "/decisions/{request}/outcome", PMO, (opened("label:has([value=deferred])"),)),
    Shown("outcome refused", "/decisions/{request}/outcome", PMO, (send("#outcome-form form"),)),
    Shown("change requests", "/change-requests"),
    Shown("change requests, nothing found", "/change-requests?q=zzz"),
    Shown("change requests in the past", "/change-requests?as_of=2026-02-24"),
    Shown("change request, new", "/change-requests/new?project_id={project}"),
    Shown("change request, new without project", "/change-requests/new"),
    Shown("change request, new refused", "/change-requests/new?project_id={project}", PMO, (send("#change-form"),)),
    Shown("change request", "/change-requests/{wish}"),
    Shown("change request of a member", "/change-requests/{wish}", COMMITTEE),
    Shown("change request, edit", "/change-requests/{wish_new}/edit"),
    Shown("change request, not complete", "/change-requests/{wish_assessed}", PMO, (send("#forward-form"),)),
    Shown("change request, decide", "/change-requests/{wish}/decision"),
    Shown("change request, postponed", "/change-requests/{wish}/decision", PMO, (opened("label:has([value=postponed])"),)),
    Shown("change request, decision refused", "/change-requests/{wish}/decision", PMO, (send("#decide-form form"),)),
    Shown("change request, approved", "/change-requests/{wish_approved}"),
    Shown("change request, into the plan", "/change-requests/{wish_approved}/plan"),
    Shown("project, changes", "/projects/{project}/changes"),
    Shown("gates", "/gates"),
    Shown("gates, decided", "/gates?state=decided"),
    Shown("gates in the past", "/gates?as_of=2026-02-24"),
    Shown("gate", "/gates/{gate}"),
    Shown("gate of a member", "/gates/{gate}", COMMITTEE),
    Shown("gate, cancel refused", "/gates/{gate}", PMO, (send("#cancel-form"),)),
    Shown("gate, all criteria", "/gates/{gate}/assess"),
    Shown("gate, criteria refused", "/gates/{gate}/assess", PMO, (filled("[name^=score_] >> nth=0", "11"), send("#assess-form"))),
    Shown("gate, held", "/gates/{gate_held}"),
    Shown("gate, new refused", "/gates/new?project_id={project}", PMO, (send("#gate-form"),)),
    Shown("gate, edit", "/gates/{gate}/edit"),
    Shown("gate, criterion", "/gates/criteria/{criterion}"),
    Shown("gate, new criterion refused", "/gates/{gate}/criteria/new", PMO, (send("#criterion-form form"),)),
    Shown("gate, decide", "/gates/{gate}/decision"),
    Shown("gate, conditions", "/gates/{gate}/decision", PMO, (opened("label:has([value=conditional])"),)),
    Shown("gate, decision refused", "/gates/{gate}/decision", PMO, (send("#decide-form form"),)),
    Shown("project, gates", "/projects/{project}/gates"),
    Shown("decisions taken", "/decisions/taken"),
    Shown("decision", "/decisions/taken/{decision}"),
    Shown("decision, void refused", "/decisions/taken/{decision}", PMO, (press("Void this decision"),)),
    Shown("decision, correct", "/decisions/taken/{decision}/correct"),
    Shown("decision nobody asked for", "/committees/meetings/{meeting}/decisions/new"),
    Shown("actions", "/actions"),
    Shown("actions, in the row", "/actions", PMO, (press("Done…"),)),
    Shown("actions, panel", "/actions", PMO, (opened("#action-table th a.name"),)),
    Shown("actions, all of them", "/actions?state=all&sort=-due"),
    Shown("actions in the past", "/actions?as_of=2026-03-11"),
    Shown("action", "/actions/{action}"),
    Shown("action, done refused", "/actions/{action}/done", PMO, (send("#panel form"),)),
    Shown("action, cancel", "/actions/{action}/cancel"),
    Shown("action, edit", "/actions/{action}/edit"),
    Shown("new action refused", "/committees/meetings/{meeting}/actions/new", PMO, (send("#item-form"),)),
    Shown("minutes", "/committees/meetings/{met}/minutes"),
    Shown(
        "minutes, line not understood", "/committees/meetings/{meeting}/minutes", PMO, (filled("#line", "A: x"), press("Note it"))
    ),
    Shown("minutes of a member", "/committees/meetings/{met}/minutes", COMMITTEE),
    Shown("agenda", "/committees/meetings/{meeting}/agenda"),
    Shown("agenda, arrange", "/committees/meetings/{meeting}/agenda/arrange"),
    Shown(
        "agenda, arrange, refused",
        "/committees/meetings/{meeting}/agenda/arrange",
        PMO,
        (filled("#starts_at", "soon"), press_at("form[action$=arrange] .card__foot .btn--primary")),
    ),
    Shown("agenda, a line without title", "/committees/meetings/{meeting}/agenda/arrange", PMO, (send("form[action$=lines]"),)),
    Shown("agenda, leave one out", "/committees/meetings/{meeting}/agenda/arrange", PMO, (press_at("#arrange [id^=out-]"),)),
    Shown("agenda of a member", "/committees/meetings/{meeting}/agenda", COMMITTEE),
    Shown("agenda of a meeting held", "/committees/meetings/{met}/agenda"),
    Shown("reports", "/reports"),
    Shown("report", "/reports/{edition}"),
    Shown("new report", "/reports/new"),
    Shown("distribution list", "/committees/{committee}/distribution"),
    Shown("distribution list of a member", "/committees/{committee}/distribution", COMMITTEE),
    Shown("distribution list, address refused", "/committees/{committee}/distribution", PMO, (send("form[action$=addresses]"),)),
    Shown("distribution list, take off", "/committees/{committee}/distribution", PMO, (press("Take off"),)),
    Shown("distribution list of a project", "/projects/{project}/distribution"),
    Shown("distribution list of a programme", "/programmes/{programme}/distribution"),
    Shown("publish a report of a project", "/reports/new?what=project:{project}"),
    Shown("approval", "/reports/approvals/{approval}"),
    Shown("approval, sent back without reason", "/reports/approvals/{approval}", COMMITTEE, (press("Send back"),)),
    Shown("reports, asked to approve", "/reports", COMMITTEE),
    Shown("new report, waits for approval", "/reports/new?what=committee:{committee}"),
    Shown("report that was sent", "/reports/{sent}"),
    Shown("send a report", "/reports/{sent}/send"),
    Shown("send a report, confirm", "/reports/{sent}/send", PMO, (opened("form[data-confirm] .btn--primary"),)),
    Shown("report by link", f"/reports/link/{TOKEN}", ""),
    Shown("report by link, ended", "/reports/link/nobody-was-sent-this", ""),
    Shown("what changed", "/changes/committee/{committee}?since=2026-02-01"),
    Shown("what changed, one kind", "/changes/portfolio/{portfolio}?since=2026-02-01&kind=dates"),
    Shown("what changed, nothing", "/changes/project/{project}?since=2026-03-12&until=2026-03-12"),
    Shown("what changed, refused", "/changes/programme/{programme}?since=day"),
    Shown("slips and money", "/reports/slippage"),
    Shown("a large report", "/reports/new?large=1"),
    Shown("one page of more than a project", "/reports/draft.docx?what=portfolio:1&shape=page"),
    Shown("word templates", "/reports/templates"),
    Shown("word template", "/reports/templates/{template}"),
    Shown("word template of a reader", "/reports/templates/{template}", COMMITTEE),
    Shown("word template, version refused", "/reports/templates/{template}", PMO, (chosen(BAD_TEMPLATE), send("#version-form"))),
    Shown("names of word templates", "/reports/templates/names", PMO, (opened("#names details summary"),)),
    Shown("new word template", "/reports/templates/new"),
    Shown(
        "new word template refused",
        "/reports/templates/new",
        PMO,
        (chosen(BAD_TEMPLATE), filled("#template-form [name=name]", "Corporate"), send("#template-form")),
    ),  # fmt: skip
    Shown("imports", "/imports"),
    Shown("import refused", "/imports", PMO, (send("#import-form"),)),
    Shown("import preview", "/imports/{preview}"),
    Shown("import preview, added", "/imports/{preview}?tab=added"),
    Shown("import of amounts", "/imports/{ledger}"),
    Shown("import that cannot be read", "/imports/{unreadable}"),
    Shown("update sheets", "/update-sheets"),
    Shown("update sheets refused", "/update-sheets", PMO, (send("#sheet-upload"),)),
    Shown("update sheets, person refused", "/update-sheets", PMO, (send("#sheet-person"),)),
    Shown("update sheet", "/update-sheets/{sheet}"),
    Shown("update sheet, unchanged rows", "/update-sheets/{sheet}", PMO, (opened("summary"),)),
    Shown("update sheet that cannot be read", "/update-sheets/{no_sheet}"),
    Shown("people", "/people", ADMINISTRATOR),
    Shown("person", "/people/{person}", ADMINISTRATOR),
    Shown("new person refused", "/people/new", ADMINISTRATOR, (send("main form"),)),
    Shown("rules", "/rules", ADMINISTRATOR),
    Shown("rule", "/rules/milestone.overdue.amber", ADMINISTRATOR),
    Shown("rule refused", "/rules/milestone.overdue.amber", ADMINISTRATOR, (send("#panel form[data-dirty]"),)),
    Shown("first steps", "/first-steps", ADMINISTRATOR),
    Shown("operations", "/operations", ADMINISTRATOR),
    Shown("jobs that failed", "/operations/jobs", ADMINISTRATOR),
    Shown("jobs that wait", "/operations/jobs?state=todo", ADMINISTRATOR),
    Shown("jobs cancelled, asked before", "/operations/jobs?state=todo", ADMINISTRATOR, (press("Cancel the chosen"),)),
    Shown("no job chosen", "/operations/jobs", ADMINISTRATOR, (send("main form[method=post]"),)),
    Shown("jobs that run", "/operations/jobs?state=doing", ADMINISTRATOR),
    Shown("mails that failed", "/operations/mails", ADMINISTRATOR),
    Shown("mails that wait", "/operations/mails?state=waiting", ADMINISTRATOR),
    Shown("slow statements", "/operations/slow", ADMINISTRATOR),
    Shown("errors of the program", "/operations/errors", ADMINISTRATOR),
    Shown("no error matches", "/operations/errors?q=zebra", ADMINISTRATOR),
    Shown("password refused", "/me/password", PMO, (send("main form"),)),
    Shown("indicators", "/indicators"),
    Shown("indicators, computed", "/indicators/{computed}"),
    Shown("indicators, rows of a month", "/indicators/{computed}?rows=2026-02-01"),
    Shown("indicators, collected", "/indicators/{collected}"),
    Shown("indicators, history", "/indicators/{collected}", PMO, (press("History"),)),
    Shown("indicators, supplier refused", "/indicators/{collected}", PMO, (opened("summary"), send("#part-form"))),
    Shown("indicators, defining refused", "/indicators/new", PMO, (send("#definition"),)),
    Shown("indicators, changing", "/indicators/{computed}/edit"),
    Shown("indicators, collection", "/indicators/collection"),
    Shown("indicators, link made", "/indicators/measurements/{outside}", PMO, (press("Make a one-time link"),)),
    Shown("indicators, giving refused", "/indicators/measurements/{asked}", PMO, (send("#answer-form"),)),
    Shown("indicators, outside", f"/give/{TOKEN}", ""),
    Shown("indicators, outside refused", f"/give/{TOKEN}?lang=nl", "", (send("#outside"),)),
    Shown("indicators, outside closed", "/give/thanks", ""),
    Shown("feeds", "/feeds"),
    Shown("feeds, address made", "/feeds", MANAGER, (press("Make an address"),)),
    Shown("feeds, key made", "/feeds", PMO, (press("Make a key for reading"),)),
    Shown("feeds, end refused by a question", "/feeds", PMO, (opened("form[data-confirm] .btn--quiet"),)),
    Shown("feeds, refused", "/feeds", PMO, (opened("[name=kind][value=project]"), send("#calendar-form"))),
    Shown("feeds of an administrator", "/feeds", ADMINISTRATOR),
    Shown("feeds in the past", "/feeds?as_of=2026-02-24"),
    Shown("mail received", "/mail-received", ADMINISTRATOR, (opened("#mail-received summary"),)),
    Shown("mail received, all", "/mail-received?shelf=all", ADMINISTRATOR),
    Shown("mail received in the past", "/mail-received?as_of=2026-02-24", ADMINISTRATOR),
    Shown("webhooks", "/webhooks", ADMINISTRATOR),
    Shown("webhooks, archived", "/webhooks?shelf=archived", ADMINISTRATOR),
    Shown("new webhook refused", "/webhooks/new", ADMINISTRATOR, (send("#hook-form form"),)),
    Shown("webhook with its messages", "/webhooks/{webhook}", ADMINISTRATOR),
    Shown("webhook, new secret asked", "/webhooks/{webhook}", ADMINISTRATOR, (press("New secret"),)),
    Shown("webhook in the past", "/webhooks?as_of=2026-02-24", ADMINISTRATOR),
)
