"""The charts of a Word template: those of the report itself, drawn from its frozen content."""

from base64 import b64encode
from collections.abc import Callable, Collection
from typing import Any

from pmo.reports import charts
from pmo.reports.charts import Picture
from pmo.reports.logic.content import Report
from pmo.reports.logic.slip_chart import layout
from pmo.reports.word.timeline import timeline_pictures, trend_chart
from pmo.reports.word.xml import clean


def drawn(report: Report, lang: str, wanted: Collection[str]) -> dict[str, Any]:
    """The charts that a template names; one that the report has nothing for is empty."""
    return {name: {"pictures": [_sent(one) for one in CHARTS[name](report, lang)] if name in wanted else []} for name in CHARTS}


def _sent(picture: Picture) -> dict[str, Any]:
    alt = clean(picture.alt, 4000)
    return {"png": b64encode(picture.png).decode(), "alt": alt, "width": picture.width, "height": picture.height}


def _timeline(report: Report, lang: str) -> tuple[Picture, ...]:
    return timeline_pictures(report, lang)


def _trend(report: Report, lang: str) -> tuple[Picture, ...]:
    chart = trend_chart(report)
    return (charts.trend(chart, lang),) if chart else ()


def _slips(report: Report, lang: str) -> tuple[Picture, ...]:
    chart = layout(report.slips)
    return (charts.drawn(chart.shapes, chart.width, chart.height, chart.label, lang),) if chart else ()


CHARTS: dict[str, Callable[[Report, str], tuple[Picture, ...]]] = {
    "chart_timeline": _timeline,
    "chart_trend": _trend,
    "chart_slips": _slips,
}
