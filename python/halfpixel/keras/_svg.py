"""A model's graph as SVG, for notebooks: a box for each layer, in the order of summary(), and a line for each connection."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .models import Model

_WIDTH, _HEIGHT, _STEP, _LEFT = 360, 34, 50, 90


def picture(model: Model) -> str:
    rows = model.layer_infos()
    place: dict[str, int] = {str(row["name"]): index for index, row in enumerate(rows)}
    height = max(1, len(rows)) * _STEP + 10
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{_LEFT + _WIDTH + 10}" height="{height}" '
             'font-family="sans-serif" font-size="12">',
             f"<title>{escape(model.name)}</title>"]
    for index, row in enumerate(rows):
        for source in row["connected_to"]:
            if source in place:
                parts.append(_line(place[source], index))
    parts += [_box(index, row) for index, row in enumerate(rows)]
    return "\n".join([*parts, "</svg>"])


def _line(source: int, target: int) -> str:
    middle = _LEFT + _WIDTH / 2
    start, end = source * _STEP + 5 + _HEIGHT, target * _STEP + 5
    if target - source == 1:
        path = f"M{middle} {start}V{end}"
    else:  # around the layers between
        out = max(5, _LEFT - 12 * (target - source))
        top, bottom = start - _HEIGHT / 2, end + _HEIGHT / 2
        path = f"M{_LEFT} {top}C{out} {top} {out} {bottom} {_LEFT} {bottom}"
    return f'<path d="{path}" fill="none" stroke="#789"/>'


def _box(index: int, row: dict[str, Any]) -> str:
    top = index * _STEP + 5
    shapes = ", ".join("(" + ", ".join("None" if extent is None else str(extent) for extent in shape) + ")"
                       for shape in row["output_shapes"])
    right = shapes + (f" · {row['parameters']:,}" if row["parameters"] else "")
    fill = "#eef3f8" if row["is_operation"] else "#dce8f4"
    return (f'<rect x="{_LEFT}" y="{top}" width="{_WIDTH}" height="{_HEIGHT}" rx="5" fill="{fill}" stroke="#789"/>'
            f'<text x="{_LEFT + 8}" y="{top + 14}">{escape(str(row["name"]))} '
            f'<tspan fill="#567">{escape(str(row["class_name"]))}</tspan></text>'
            f'<text x="{_LEFT + 8}" y="{top + 28}" fill="#567">{escape(right)}</text>')
