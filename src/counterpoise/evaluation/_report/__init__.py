"""Reports of an evaluation: a page, Markdown, a fragment for notebooks, text."""

from __future__ import annotations

from counterpoise.evaluation._conclusions import EvaluationConclusions
from counterpoise.evaluation._report.markdown import render_markdown
from counterpoise.evaluation._report.text import to_snippet, to_text

__all__ = ["render_html", "render_markdown", "to_snippet", "to_text"]


def render_html(result: EvaluationConclusions) -> str:
    """Render an evaluation as one self-contained HTML page."""
    # Imported here, so that Markdown and JSON do not need jinja2.
    from counterpoise.evaluation._report.page import render  # noqa: PLC0415

    return render(result)
