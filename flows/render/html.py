"""A pack as HTML: templates place what the wording says."""

from flows.render.chart_words import ChartWording
from flows.render.environment import environment, stylesheet
from flows.render.wording import LocaleName
from transforms.scopes import COMPANY
from transforms.views import PackView, identity


def render_html(view: PackView, locale: LocaleName, edition: int) -> str:
    """Write a pack as one HTML document with its style sheet inside."""
    wording = ChartWording(locale, view.currency, view.ends_on.year)
    return (
        environment()
        .get_template("pack.html")
        .render(
            view=view,
            w=wording,
            edition=edition,
            identity=identity(view),
            css=stylesheet(),
            owner=view.company if view.scope_kind == COMPANY else f"{view.company} {view.scope}",
        )
    )
