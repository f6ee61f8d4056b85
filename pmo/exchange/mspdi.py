"""Microsoft Project XML (MSPDI) to a plan: read as the file gives it, by a parser that trusts nothing in it.

The meaning of the codes is that of Microsoft's published schema of the format (mspdi_pj15.xsd).
"""

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO

from lxml import etree

from pmo.exchange.mspdi_fields import Fields, calendar_of, fields_of, settings_of, task_of
from pmo.kernel.errors import Invalid
from pmo.kernel.languages import Message, msg
from pmo.schedule.logic.plan import PlanCalendar, PlanFile, PlanLink, PlanTask, Problem

LARGEST = 120 * 1024 * 1024  # bytes of XML, after unpacking: a plan of 100,000 tasks is 88 MB
MOST_TASKS = 100_000
GZIP = b"\x1f\x8b"
TAKEN = ("Task", "Calendar", "Project", "Resource", "Assignment")  # the last two only to be forgotten at once


@dataclass(slots=True)
class _Collected:
    """What has been read so far."""

    problems: list[Problem] = field(default_factory=list)
    tasks: dict[int, PlanTask] = field(default_factory=dict)
    links: list[tuple[PlanLink, bool]] = field(default_factory=list)
    calendars: list[PlanCalendar] = field(default_factory=list)


def read(content: bytes) -> PlanFile:
    """The plan of a .xml or .xml.gz file. Raises Invalid, in one sentence, when the file is no such plan or is not harmless."""
    unpacked = _unpacked(content)
    try:
        return _plan(unpacked)
    except etree.XMLSyntaxError as error:
        line = error.position[0] if error.position else 0
        raise _refused(msg("The file is not readable as XML; reading stopped at line %(line)s.", line=line or 1)) from error


def _unpacked(content: bytes) -> bytes:
    if content.startswith(GZIP):
        try:
            with gzip.GzipFile(fileobj=BytesIO(content)) as packed:
                content = packed.read(LARGEST + 1)
        except (OSError, EOFError, zlib.error) as error:
            raise _refused(msg("The packed file is damaged and cannot be unpacked.")) from error
    if len(content) > LARGEST:
        raise _refused(msg("The file is larger than %(limit)s MB of XML.", limit=LARGEST // 1024 // 1024))
    if not content.strip():
        raise _refused(msg("The file is empty."))
    return content


def _plan(content: bytes) -> PlanFile:
    _check_harmless(next(iter(_events(content, "start", None)))[1])
    found = _Collected()
    project: Fields | None = None
    for _, element in _events(content, "end", [f"{{*}}{name}" for name in TAKEN]):
        name = etree.QName(element).localname
        if name == "Task":
            _take_task(element, found)
        elif name == "Calendar":
            found.calendars.append(calendar_of(fields_of(element, found.problems)))
        elif name == "Project":
            project = fields_of(element, found.problems)
        element.clear()
    if project is None:
        raise _refused(msg("This XML file is not a Microsoft Project plan."))
    return PlanFile(
        name=project.text("Title") or project.text("Name"),
        start=project.moment("StartDate"),
        finish=project.moment("FinishDate"),
        status_date=project.moment("StatusDate"),
        calendars=tuple(found.calendars),
        tasks=tuple(found.tasks.values()),
        links=tuple(_kept_links(found)),
        settings=settings_of(project),
        problems=tuple(found.problems),
    )


def _events(content: bytes, when: str, tags: list[str] | None) -> "etree.iterparse[tuple[str, etree._Element]]":
    """Elements as they come by, none kept. Entities, other files and the network stay shut."""
    return etree.iterparse(
        BytesIO(content),
        events=(when,),
        tag=tags,
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        dtd_validation=False,
        remove_comments=True,
        remove_pis=True,
    )


def _check_harmless(root: etree._Element) -> None:
    if root.getroottree().docinfo.internalDTD is not None:
        raise _refused(msg("The file declares its own document type; a Microsoft Project plan has none, so it is not read."))
    name = etree.QName(root).localname
    if name != "Project":
        raise _refused(msg("This XML file is not a Microsoft Project plan: it begins with %(name)s.", name=name[:60]))


def _take_task(element: etree._Element, found: _Collected) -> None:
    fields = fields_of(element, found.problems)
    task = task_of(fields, len(found.tasks))
    if task is None:
        return
    if task.uid in found.tasks:
        found.problems.append(Problem(task.uid, "UID", str(task.uid), "twice"))
        return
    found.tasks[task.uid] = task
    found.links += fields.links(task.uid)
    if len(found.tasks) > MOST_TASKS:
        raise _refused(msg("The plan has more than %(limit)s tasks.", limit=MOST_TASKS))


def _kept_links(found: _Collected) -> Iterator[PlanLink]:
    """Links between tasks of this file, each pair once; what is left out is listed."""
    seen: set[tuple[int, int]] = set()
    for link, is_foreign in found.links:
        pair = link.predecessor_uid, link.successor_uid
        if is_foreign or link.predecessor_uid not in found.tasks:
            reason = "other plan" if is_foreign else "unknown task"
        elif pair in seen:
            reason = "twice"
        elif pair[0] == pair[1]:
            reason = "itself"
        else:
            seen.add(pair)
            yield link
            continue
        found.problems.append(Problem(link.successor_uid, "PredecessorLink", str(link.predecessor_uid), reason))


def _refused(message: Message) -> Invalid:
    return Invalid({"file": message})
