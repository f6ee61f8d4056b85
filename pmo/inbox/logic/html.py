"""HTML of a mail as text: no script, no style, no quote; a line where a line was."""

from lxml import etree
from lxml import html as markup

LEFT_OUT = ("script", "style", "head", "title", "blockquote", "template", "object", "svg")
QUOTES = ("gmail_quote", "divrplyfwdmsg", "moz-cite-prefix", "appendonsend", "yahoo_quoted")
LINES = {"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "table", "ul", "ol", "hr"}


def text_of_html(source: str) -> str:
    """Raises ValueError where there is nothing of HTML in it."""
    if not source.strip():
        return ""
    try:
        tree = markup.document_fromstring(source.encode("utf-8", "replace"), parser=markup.HTMLParser(encoding="utf-8"))
    except etree.LxmlError as problem:
        raise ValueError("no HTML") from problem
    pieces: list[str] = []
    skipped = None  # the element whose content is left out
    for event, node in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        if event == "start" and skipped is None:
            if _is_left_out(node):
                skipped = node
            else:
                pieces += ["\n" if node.tag in LINES else "", _joined(node.text)]
        if event == "end" and skipped in (None, node):
            pieces += ["\n" if skipped is None and node.tag in LINES - {"br"} else "", _joined(node.tail)]
            skipped = None
        if event in ("comment", "pi") and skipped is None:
            pieces.append(_joined(node.tail))
    lines = [line.strip() for line in "".join(pieces).split("\n")]
    return "\n".join(line for number, line in enumerate(lines) if line or (number and lines[number - 1]))


def _is_left_out(node: etree._Element) -> bool:
    marks = f"{node.get('class', '')} {node.get('id', '')}".lower()
    return node.tag in LEFT_OUT or any(quote in marks for quote in QUOTES)


def _joined(text: str | None) -> str:
    """Line breaks of the source are spaces, as in a browser."""
    found = (text or "").replace("\xa0", " ")
    return " ".join(found.split("\n")) if found.strip() else " " if found else ""
