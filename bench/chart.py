"""Lines over both axes logarithmic, as one SVG that reads in light and dark, without colour and by ear.

Each line has its colour, its dash, its mark and its name at its end; the whole is described in words.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 900, 440
LEFT, RIGHT, TOP, BOTTOM = 70, 250, 46, 52
NAME_GAP = 17  # least distance of two names at the ends of lines
COLOURS = (  # light, dark: each at least 4.5 to 1 on its ground
    ("#005fa3", "#6cb6ff"),
    ("#a83c00", "#ff9d5c"),
    ("#006b4f", "#4fd1a5"),
    ("#8a3a7a", "#f0a3dd"),
    ("#6b5900", "#e3c84a"),
    ("#4d4d4d", "#c8c8c8"),
    ("#7a1f1f", "#ff9c9c"),
)
DASHES = ("", "7 4", "2 3", "10 3 2 3", "4 4", "1 4", "12 3")
Points = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Chart:
    title: str
    x_name: str
    y_name: str
    lines: Mapping[str, Points]


def drawn(chart: Chart) -> str:
    axes = _Axes.around([point for points in chart.lines.values() for point in points])
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        'aria-labelledby="title about" font-family="system-ui, sans-serif" font-size="13">',
        f'<title id="title">{escape(chart.title)}</title>',
        f'<desc id="about">{escape(_in_words(chart))}</desc>',
        f"<style>{_style()}</style>",
        f'<rect class="ground" width="{WIDTH}" height="{HEIGHT}"/>',
        f'<text class="ink" x="{LEFT}" y="24" font-size="16" font-weight="600">{escape(chart.title)}</text>',
        *_grid(axes),
        f'<text class="ink" x="{(LEFT + WIDTH - RIGHT) / 2}" y="{HEIGHT - 10}" text-anchor="middle">'
        f"{escape(chart.x_name)}</text>",
        f'<text class="ink" transform="translate(16 {(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)" '
        f'text-anchor="middle">{escape(chart.y_name)}</text>',
        *_lines(chart, axes),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


@dataclass(frozen=True, slots=True)
class _Axes:
    """Logarithms of the ends, whole decades upwards."""

    x0: float
    x1: float
    y0: float
    y1: float

    @classmethod
    def around(cls, points: Points) -> _Axes:
        xs, ys = [math.log10(x) for x, _ in points], [math.log10(y) for _, y in points]
        y0, y1 = math.floor(min(ys)), math.ceil(max(ys))
        return cls(min(xs), max(max(xs), min(xs) + 0.1), y0, max(y1, y0 + 1))

    def x(self, value: float) -> float:
        return LEFT + (math.log10(value) - self.x0) / (self.x1 - self.x0) * (WIDTH - LEFT - RIGHT)

    def y(self, value: float) -> float:
        return HEIGHT - BOTTOM - (math.log10(value) - self.y0) / (self.y1 - self.y0) * (HEIGHT - TOP - BOTTOM)


def _grid(axes: _Axes) -> Iterator[str]:
    for decade in range(round(axes.y0), round(axes.y1) + 1):
        y = axes.y(10**decade)
        yield f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield f'<text class="ink" x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{10.0**decade:g}</text>'


def _lines(chart: Chart, axes: _Axes) -> Iterator[str]:
    names = _spread({name: axes.y(points[-1][1]) for name, points in chart.lines.items()})
    for number, (name, points) in enumerate(chart.lines.items()):
        style = f"line{number % len(COLOURS)}"
        places = " ".join(f"{axes.x(x):.1f},{axes.y(y):.1f}" for x, y in points)
        dash = DASHES[number % len(DASHES)]
        yield f'<polyline class="{style}" points="{places}" stroke-dasharray="{dash}"/>'
        yield from (f'<circle class="{style}" cx="{axes.x(x):.1f}" cy="{axes.y(y):.1f}" r="3"/>' for x, y in points)
        yield (
            f'<text class="{style}" x="{WIDTH - RIGHT + 12}" y="{names[name] + 4:.1f}">'
            f"{escape(name)} {_short(points[-1][1])}</text>"
        )
    for x in sorted({x for points in chart.lines.values() for x, _ in points}):
        at = f"{axes.x(x):.1f}"
        yield f'<line class="grid" x1="{at}" x2="{at}" y1="{TOP}" y2="{HEIGHT - BOTTOM}"/>'
        yield f'<text class="ink" x="{at}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{_posts(x)}</text>'


def _spread(wanted: Mapping[str, float]) -> dict[str, float]:
    """Names keep their order and do not touch."""
    found: dict[str, float] = {}
    last = -math.inf
    for name, y in sorted(wanted.items(), key=lambda item: item[1]):
        last = found[name] = max(y, last + NAME_GAP)
    return found


def _style() -> str:
    def colours(which: int) -> str:
        return "".join(
            f".line{n}{{stroke:{pair[which]}}} text.line{n},circle.line{n}{{fill:{pair[which]}}}"
            for n, pair in enumerate(COLOURS)
        )

    return (
        ".ground{fill:#fff}.ink{fill:#222}.grid{stroke:#ddd;stroke-width:1}"
        "polyline{fill:none;stroke-width:2.2}text[class^=line]{stroke:none}"
        f"{colours(0)}"
        "@media(prefers-color-scheme:dark){.ground{fill:#15181c}.ink{fill:#e6e6e6}.grid{stroke:#3a3f45}"
        f"{colours(1)}}}"
    )


def _in_words(chart: Chart) -> str:
    told = (
        f"{name}: " + ", ".join(f"{_short(y)} at {_posts(x)}" for x, y in points)
        for name, points in chart.lines.items()
    )
    return f"{chart.y_name} against {chart.x_name}, both logarithmic. " + "; ".join(told) + "."


def _posts(value: float) -> str:
    if value >= 1_000_000:
        return f"{value / 1_000_000:g}M"
    return f"{value / 1000:.3g}k" if value >= 1000 else f"{value:g}"


def _short(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
