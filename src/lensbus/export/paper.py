"""The sheet that a plot is drawn on: its style, its lanes one below the other, time across."""

from collections.abc import Iterable
from html import escape

from lensbus.export.strokes import number

WIDTH, LEFT, RIGHT = 900.0, 62.0, 20.0
ACROSS = WIDTH - LEFT - RIGHT
TITLES, HEADER, GAP, FOOT = 58.0, 18.0, 12.0, 30.0
LETTER, KEY = 6.1, 26.0
"""Pixels that a letter of the plot's size takes, rather more than less, and a legend's key."""

STYLE = """
text{font:11px system-ui,-apple-system,'Segoe UI','DejaVu Sans',sans-serif;fill:#24292f}
.h1{font-size:15px;font-weight:600}.head{font-weight:600}.dim{fill:#636c76}.end{text-anchor:end}
.mid{text-anchor:middle}.paper{fill:#fff}.lane{fill:#f6f8fa}.grid{stroke:#d8dee4;fill:none}
.curve{fill:none;stroke-width:1.6;stroke-linejoin:round;stroke-linecap:round}
.focus,.position{stroke:#0969da}.aperture{stroke:#1a7f37}.contrast{stroke:#8250df}
.subject{stroke:#f0883e;stroke-dasharray:6 5}.asked{stroke:#8c959f;stroke-width:5;opacity:.5}
.search{fill:#0969da;opacity:.12}.locked{fill:#0969da;stroke:#fff}.lost{stroke:#cf222e;fill:none}
.frames{fill:#afb8c1}.heard{fill:#cf222e}.done{fill:none;stroke:#cf222e}.note{fill:#57606a}
.locked,.lost,.done{stroke-width:1.5}.band{fill:#1f2328}
.s0{fill:#aadcb6}.s1{fill:#f2cf66}.s2{fill:#9ec9f0}.s3{fill:#f0a988}.s4{fill:#cdb4ee}
.s5{fill:#8fd6d0}.s6{fill:#eba3bf}.s7{fill:#c9cfd6}.s8{fill:#d4cf8b}.s9{fill:#b3b9f2}
.s10{fill:#e3b98f}.s11{fill:#a5c9c0}.s12{fill:#dcc0dd}.s13{fill:#b7c79b}.s14{fill:#f2948c}
@media (prefers-color-scheme:dark){
text{fill:#e6edf3}.dim{fill:#9198a1}.paper{fill:#0d1117}.lane{fill:#151b23}.grid{stroke:#2a313c}
.focus,.position{stroke:#58a6ff}.aperture{stroke:#56d364}.contrast{stroke:#c297ff}
.subject{stroke:#ffa657}.asked{stroke:#768390}.search{fill:#58a6ff;opacity:.16}
.locked{fill:#58a6ff;stroke:#0d1117}.lost,.done{stroke:#ff7b72}.heard{fill:#ff7b72}
.frames{fill:#4d5663}.note{fill:#9198a1}.band{fill:#1f2328}
}
"""


class Paper:
    """Lanes from the top down; what is drawn `under` comes before all else."""

    def __init__(self, start: float, end: float) -> None:
        self.start, self.end = start, end
        self.y = TITLES
        self._under: list[str] = []
        self._parts: list[str] = []

    def x(self, t: float) -> float:
        """Where a time is."""
        return LEFT + ACROSS * (min(max(t, self.start), self.end) - self.start) / self.span

    @property
    def span(self) -> float:
        """Seconds from left to right."""
        return self.end - self.start

    def add(self, *parts: str) -> None:
        """Draw over what is there."""
        self._parts += parts

    def head(self, title: str) -> None:
        """Begin a lane with its title."""
        self.y += HEADER
        self.add(text(LEFT, self.y - 6, title, "head"))

    def legend(self, keys: Iterable[tuple[str, str]]) -> None:
        """Keys, each a shape around (0, 0) and its name, to the right of the lane's title."""
        x = WIDTH - RIGHT + KEY
        for shape, name in reversed(list(keys)):
            x -= LETTER * len(name) + 2 * KEY
            self.add(at(x - KEY / 2, self.y - 10, shape), text(x, self.y - 6, name, "dim"))

    def lane(self, height: float, gap: float = GAP) -> float:
        """The room of a lane, whose top is returned; the next one begins below it."""
        top = self.y
        self._under.append(rect(LEFT, top, ACROSS, height, "lane"))
        self.y += height + gap
        return top

    def name(self, top: float, height: float, name: str) -> None:
        """Name a row at its left."""
        self.add(text(LEFT - 8, top + height / 2 + 4, name, "dim end"))

    def times(self, labels: Iterable[tuple[float, str]], unit: str) -> None:
        """The axis of time below all lanes, and its lines through them."""
        bottom = self.y - GAP
        grid = "".join(
            f"M{number(self.x(t))} {TITLES + HEADER:g}V{number(bottom)}" for t, _ in labels
        )
        self._under.append(f'<path class="grid" d="{grid}"/>')
        for t, label in labels:
            self.add(text(self.x(t), bottom + 16, label, "dim mid"))
        self.add(text(LEFT - 8, bottom + 16, unit, "dim end"))
        self.y = bottom + FOOT

    def whole(self, title: str, subtitle: str) -> str:
        """The document."""
        width, height = f"{WIDTH:g}", number(self.y)
        head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" role="img" aria-label="{plain(title)}">'
        )
        top = [
            f"<style>{STYLE}</style>",
            rect(0, 0, WIDTH, self.y, "paper"),
            text(LEFT, 28, title, "h1"),
            text(LEFT, 47, subtitle, "dim"),
        ]
        return "\n".join([head, *top, *self._under, *self._parts, "</svg>", ""])


def text(x: float, y: float, words: str, kind: str) -> str:
    """Words at their baseline."""
    return f'<text class="{kind}" x="{number(x)}" y="{number(y)}">{plain(words)}</text>'


def rect(x: float, y: float, width: float, height: float, kind: str, hover: str = "") -> str:
    """A box, with words for who points at it."""
    size = f'width="{number(width)}" height="{number(height)}"'
    start = f'<rect class="{kind}" x="{number(x)}" y="{number(y)}" {size}'
    return f"{start}>{titled(hover)}</rect>" if hover else f"{start}/>"


def path(kind: str, drawn: str, hover: str = "") -> str:
    """A shape, with words for who points at it."""
    start = f'<path class="{kind}" d="{drawn}"'
    return f"{start}>{titled(hover)}</path>" if hover else f"{start}/>"


def at(x: float, y: float, shape: str) -> str:
    """A shape that was drawn around (0, 0)."""
    return f'<g transform="translate({number(x)} {number(y)})">{shape}</g>'


def titled(hover: str) -> str:
    """Words that appear at the pointer."""
    return f"<title>{plain(hover)}</title>"


def plain(words: str) -> str:
    """Text that XML takes: what cannot be seen becomes a question mark."""
    seen = "".join(each if each.isprintable() or each == "\n" else "?" for each in words)
    return escape(seen)
