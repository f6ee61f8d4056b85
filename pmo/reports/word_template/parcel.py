"""Whether a stranger's .docx is a plain document: no macros, nothing embedded, nothing fetched from elsewhere, no bomb."""

import re
import zipfile
from io import BytesIO

from lxml import etree

from pmo.documents.package import BROKEN
from pmo.reports.logic.template_findings import Refusal
from pmo.reports.word_template.tags import W

MOST_PARTS = 2_000
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
DECLARATION = re.compile(rb"<!(DOCTYPE|ENTITY)", re.IGNORECASE)  # also where UTF-16 is written around it
OLD = b"\xd0\xcf\x11\xe0"
ENDINGS = frozenset(
    {"xml", "rels", "png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "emf", "wmf", "svg", "odttf", "ttf", "otf", "thmx"}
)
EMBEDDING = frozenset(
    {"oleobject", "package", "control", "activexcontrolbinary", "afchunk", "attachedtoolbars", "keymapcustomizations", "audio",
     "video", "media"}
)  # fmt: skip
FETCHING = frozenset({"attachedtemplate", "subdocument", "frame", "mailmergesource", "mailmergeheadersource"})
LEADS_ON = re.compile(r"(https?://|mailto:)", re.IGNORECASE)
ARGUMENT, SWITCH = re.compile(r'"([^"]*)"|(\S+)'), re.compile(r"\\[a-z!*@#]", re.IGNORECASE)  # of a field's instruction
WITH_WORDS = frozenset({"\\l", "\\o", "\\t"})  # a place in the page, a tip, a frame
FIELDS = frozenset(
    {"PAGE", "NUMPAGES", "SECTION", "SECTIONPAGES", "TOC", "TC", "PAGEREF", "REF", "NOTEREF", "STYLEREF", "SEQ", "HYPERLINK",
     "DATE", "TIME", "CREATEDATE", "SAVEDATE", "PRINTDATE", "TITLE", "SUBJECT", "AUTHOR", "KEYWORDS", "COMMENTS", "FILENAME",
     "DOCPROPERTY", "NUMWORDS", "NUMCHARS", "REVNUM", "LASTSAVEDBY", "BIBLIOGRAPHY", "CITATION", "INDEX", "XE", "SYMBOL"}
)  # fmt: skip


class Unsafe(Exception):
    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


def open_parcel(content: bytes, most_bytes: int) -> dict[str, bytes]:
    """Its XML parts by name, once everything about the file is known to be harmless. Raises Unsafe."""
    if content.startswith(OLD):
        raise Unsafe(Refusal.OLD)
    if not content.startswith(b"PK"):
        raise Unsafe(Refusal.NO_WORD)
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            _look_at_names(packed, most_bytes)
            parts = {name: packed.read(name) for name in packed.namelist() if _ending(name) in ("xml", "rels")}
    except BROKEN as error:
        raise Unsafe(Refusal.DAMAGED) from error
    trees = {name: _tree(part) for name, part in parts.items()}
    _look_at_types(trees.get("[Content_Types].xml"))
    for name, tree in trees.items():
        if name.endswith(".rels"):
            _look_at_relations(tree)
        else:
            _look_at_fields(tree)
    return parts


def _look_at_names(packed: zipfile.ZipFile, most_bytes: int) -> None:
    entries = packed.infolist()
    names = [entry.filename.lower() for entry in entries]
    if len(entries) > MOST_PARTS or sum(entry.file_size for entry in entries) > most_bytes:
        raise Unsafe(Refusal.TOO_LARGE)
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unsafe(Refusal.OLD)
    if any("vbaproject" in name or "vbadata" in name for name in names):
        raise Unsafe(Refusal.MACROS)
    if len(set(names)) != len(names) or any(".." in name or name.startswith("/") or "\\" in name for name in names):
        raise Unsafe(Refusal.DAMAGED)
    if "[content_types].xml" not in names:
        raise Unsafe(Refusal.NO_WORD)
    if any(not _is_plain(name) for name in names):
        raise Unsafe(Refusal.EMBEDDED)


def _is_plain(name: str) -> bool:
    """Text, pictures and fonts; a printer's settings are of no use here and do no harm."""
    if name.endswith("/"):
        return True
    if any(folder in name for folder in ("/embeddings/", "/activex/", "/afchunk")):
        return False
    return _ending(name) in ENDINGS or "/printersettings" in name


def _ending(name: str) -> str:
    return name.lower().rpartition(".")[2]


def _tree(part: bytes) -> etree._Element:
    if DECLARATION.search(part.replace(b"\x00", b"")):
        raise Unsafe(Refusal.MACHINERY)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(part, parser)
    except etree.XMLSyntaxError as error:
        raise Unsafe(Refusal.DAMAGED) from error


def _look_at_types(types: etree._Element | None) -> None:
    kinds = (
        [str(one.get("ContentType") or "").lower() for one in types.iter("{*}Override", "{*}Default")]
        if types is not None
        else []
    )
    if any("macroenabled" in kind or "vbaproject" in kind for kind in kinds):
        raise Unsafe(Refusal.MACROS)
    if any("activex" in kind or "oleobject" in kind for kind in kinds):
        raise Unsafe(Refusal.EMBEDDED)
    if MAIN not in kinds:
        raise Unsafe(Refusal.NO_WORD)
    if types is not None and any(_is_hidden(one) for one in types.iter("{*}Override", "{*}Default")):
        raise Unsafe(Refusal.DAMAGED)


def _is_hidden(one: etree._Element) -> bool:
    """XML under the name of something else, which nobody would look through: Word goes by the type, not by the name."""
    kind = str(one.get("ContentType") or "").lower()
    name = str(one.get("PartName") or f".{one.get('Extension') or ''}")
    return kind.endswith("xml") and kind != "image/svg+xml" and _ending(name) not in ("xml", "rels")


def _look_at_relations(tree: etree._Element) -> None:
    for one in tree.iter("{*}Relationship"):
        kind = str(one.get("Type") or "").rpartition("/")[2].lower()
        is_outside = str(one.get("TargetMode") or "").lower() == "external"
        if kind in EMBEDDING:
            raise Unsafe(Refusal.EMBEDDED)
        is_link = kind == "hyperlink" and LEADS_ON.match(str(one.get("Target") or "").strip())
        if kind in FETCHING or (is_outside and not is_link):
            raise Unsafe(Refusal.OUTSIDE)


def _look_at_fields(tree: etree._Element) -> None:
    """Fields of Word itself: page numbers, contents, links. One that reads a file or starts a program is none of them."""
    for simple in tree.iter(f"{W}fldSimple"):
        _look_at_instruction(str(simple.get(f"{W}instr") or ""))
    open_ones: list[str] = []
    for one in tree.iter(f"{W}fldChar", f"{W}instrText"):
        if one.tag == f"{W}instrText":
            _go_on(open_ones, one.text or "")
        elif one.get(f"{W}fldCharType") == "begin":
            _go_on(open_ones, "", begins=True)
        elif open_ones:  # separate or end
            _look_at_instruction(open_ones[-1])
            if one.get(f"{W}fldCharType") == "end":
                open_ones.pop()
    for rest in open_ones:
        _look_at_instruction(rest)


def _go_on(open_ones: list[str], words: str, *, begins: bool = False) -> None:
    """A field whose name would come from another field, and words of a field outside of any, are nothing Word writes."""
    if begins:
        if open_ones and not open_ones[-1].strip():
            raise Unsafe(Refusal.OUTSIDE)
        open_ones.append("")
    elif open_ones:
        open_ones[-1] += words
    elif words.strip():
        raise Unsafe(Refusal.OUTSIDE)


def _look_at_instruction(words: str) -> None:
    first = words.split()[:1]
    if not first:
        return
    name = first[0].upper()
    if name not in FIELDS or (name == "HYPERLINK" and _leads_elsewhere(words)):
        raise Unsafe(Refusal.OUTSIDE)


def _leads_elsewhere(words: str) -> bool:
    """A link to anything but the web or a mail address: a file, a share."""
    before = ""
    for quoted, plain in ARGUMENT.findall(words)[1:]:
        is_switch = SWITCH.fullmatch(plain) is not None
        if not is_switch and before not in WITH_WORDS and not LEADS_ON.match(quoted or plain):
            return True
        before = plain.lower() if is_switch else ""
    return False
