"""The words and numbers on charts, and what they say to somebody who cannot see them."""

from decimal import Decimal

from markupsafe import Markup

from flows.render.chart_labels import Labels, labels
from flows.render.formatting import Scale, plain, signed
from flows.render.wording import Wording, judgement
from transforms.views.cells import Figure, Spark
from transforms.views.model import Attainment, Bridge, Funnel, Page, Series

INK = {"good": "#00785a", "bad": "#c8420a", "neutral": "#8a8780"}


class ChartWording(Wording):
    """A wording that also speaks for charts."""

    def colour(self, is_good: bool | None) -> str:  # noqa: FBT001 (three states, the cell's own)
        """The ink of a difference; grey where it is neither better nor worse."""
        return INK[judgement(is_good)]

    def due_now(self, share: Figure) -> Markup:
        """The label of the due marker."""
        return Markup(self.text("chart", "due")).format(  # noqa: S704 (a text of the locale)
            share=self.cell(share)
        )

    def strip(self, model: Attainment) -> str:
        """What the attainment bar is about."""
        return self.text("pack", "strip").format(
            period=self.cell(model.period).unescape(), metric=self.cell(model.metric).unescape()
        )

    def spark_label(self, cell: Spark) -> str:
        """What a trend shows."""
        return self.text("chart", "spark").format(weeks=len(cell.points))

    def bridge_title(self, model: Bridge) -> str:
        """What a bridge leads from: the plan due, the baseline."""
        end = self.text("chart", f"{model.reference_kind}_end")
        return self.text("tables", "bridge").format(
            reference=end.lower() if self.locale == "en" else end
        )

    def bridge_label(self, model: Bridge) -> str:
        """What a bridge shows: subject and title."""
        return f"{self.bridge_title(model)} {self.sentence(model.subject)}"

    def scale_of_bridge(self, model: Bridge) -> Scale | None:
        """One scale for all columns of a bridge of amounts."""
        if model.unit != "money":
            return None
        return self.scales.together([model.reference, model.actual])

    def bridge_unit(self, model: Bridge) -> str:
        """The unit of a bridge of amounts, for its title."""
        scale = self.scale_of_bridge(model)
        return "" if scale is None else f" · {self.unit(scale)}"

    def bridge_value(
        self,
        model: Bridge,
        value: Decimal,
        scale: Scale | None,
        is_part: bool = False,  # noqa: FBT001, FBT002 (called from a template)
    ) -> str:
        """A number on a bridge; parts carry their sign, parts of a share are in pp."""
        if is_part and model.unit == "share":
            return signed(plain(value * 100, 1))
        words = self.number(value, model.unit, scale)
        return signed(words) if is_part else words

    def number(self, value: Decimal, unit: str, scale: Scale | None) -> str:
        """A number in a scale, with no places in amounts from 100 on and few below."""
        return self._number(value, unit, scale, _places(value, scale))

    def scale_of_series(self, model: Series) -> Scale | None:
        """One scale for all columns of a series of amounts."""
        if model.unit != "money":
            return None
        values = [period.actual for period in model.periods if period.actual is not None]
        return self.scales.together(values)

    def series_unit(self, model: Series) -> str:
        """The unit of a series of amounts, for its title."""
        scale = self.scale_of_series(model)
        return "" if scale is None else self.unit(scale)

    def series_value(self, model: Series, value: Decimal, scale: Scale | None) -> str:
        """A number above a column."""
        return self.number(value, model.unit, scale)

    def bridge_labels(self, model: Bridge, pitch: float) -> Labels:
        """Labels under all columns of a bridge, both ends among them."""
        ends = [
            self.text("chart", f"{kind}_end") for kind in (model.reference_kind, model.actual_kind)
        ]
        parts = [str(self.cell(part.label).unescape()) for part in model.parts]
        return labels([ends[0], *parts, ends[1]], pitch)

    def funnel_lengths(self, model: Funnel) -> tuple[tuple[float, float], ...]:
        """Lengths of the bars of a funnel on one scale: all that left, and forward."""
        largest = max([*(item.left for item in model.bars), 1])
        width = 199
        return tuple(
            (round(width * item.left / largest, 1), round(width * item.left_forward / largest, 1))
            for item in model.bars
        )

    def outline(self, page: Page) -> str:
        """The entry of a page in the outline: its section, for a case with what it is about."""
        title = self.text("sections", page.code)
        if page.code != "case":
            return title
        about = dict(page.headline.cells)
        return self.text("pack", "outline_case").format(
            section=title,
            scope=self.cell(about["scope"]).unescape(),
            metric=self.cell(about["metric"]).unescape(),
        )


def _places(value: Decimal, scale: Scale | None) -> int:
    if scale is None:
        return 0
    shown = abs(value) / scale.divisor
    return 0 if shown >= 10 or not shown else 1  # noqa: PLR2004 (one decimal below ten)
