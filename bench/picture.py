"""The picture of the report: bars for the workloads, lines for growing work. SVG by hand, light and dark."""
import math
from html import escape

STYLE = """
  text { font: 12px system-ui, sans-serif; fill: #24292f; }
  .small { font-size: 10px; } .head { font-size: 14px; font-weight: 600; }
  .grid { stroke: #8c959f; stroke-opacity: .35; } .limit { stroke: #cf222e; stroke-dasharray: 4 3; }
  .ours { fill: #0969da; } .best { fill: #bf8700; } .tf { fill: #8c959f; }
  .line { fill: none; stroke-width: 1.6; }
  .s0 { stroke: #0969da; } .s1 { stroke: #bf8700; } .s2 { stroke: #1a7f37; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; } .ours { fill: #4493f8; } .best { fill: #d29922; } .tf { fill: #6e7681; }
    .s0 { stroke: #4493f8; } .s1 { stroke: #d29922; } .s2 { stroke: #3fb950; }
  }
"""
WIDTH, LEFT, PANEL, GAP = 960, 60, 380, 90
BAR, ROW = 6, 26
MOST = 1.25  # share of the limit at the right edge; longer bars are cut there and say their number
CURVES_HEIGHT = 150


def text(x, y, words, kind="", anchor="start"):
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}">{escape(words)}</text>'


def line(x1, y1, x2, y2, kind):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>'


def bar(x, y, share, kind):
    width = max(1.0, min(share, MOST) / MOST * PANEL)
    drawn = f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{BAR}" class="{kind}"/>'
    return drawn + (text(x + width + 3, y + BAR, f"{100 * share:.0f} %", "small") if share > MOST else "")


def bars(g, x, y):
    """Three bars of one workload: ours, the best other, TensorFlow."""
    parts = [text(x - 6, y + 13, g.first["workload"], anchor="end"), bar(x, y, g.share, "ours")]
    if g.peers:
        parts.append(bar(x, y + BAR + 1, g.share_of(g.best), "best"))
    if g.tensorflow:
        parts.append(bar(x, y + 2 * BAR + 2, g.share_of(g.tensorflow), "tf"))
    return parts


def panel(rows, threads, x, top, bottom):
    parts = [text(x, top - 24, "one thread" if threads == 1 else f"{threads} threads", "head")]
    for share in (0, 0.25, 0.5, 0.75, 1):
        at = x + share / MOST * PANEL
        parts.append(line(at, top - 4, at, bottom, "limit" if share == 1 else "grid"))
        parts.append(text(at, top - 8, f"{100 * share:.0f} %", "small", "middle"))
    for place, g in enumerate(rows):
        parts += bars(g, x, top + place * ROW)
    return parts


def legend(y):
    parts, x = [], LEFT
    for kind, words in (("ours", "halfpixel"), ("best", "the fastest other library"), ("tf", "TensorFlow, or Keras")):
        parts += [f'<rect x="{x}" y="{y - 9}" width="12" height="9" class="{kind}"/>', text(x + 17, y, words)]
        x += 40 + 7 * len(words)
    parts.append(text(x, y, "share of the machine's limit; longer is faster"))
    return parts


def spread_out(values):
    """Logarithms scaled to 0…1."""
    low, high = math.log(min(values)), math.log(max(values))
    return lambda value: (math.log(value) - low) / (high - low) if high > low else 0.5


def curve_panel(name, members, x, top):
    """GB/s over rows, channels, factors or threads."""
    points = [point for series in members.values() for point in series]
    across = spread_out([point["x"] for point in points])
    most = max(point["gbs"] for point in points) * 1.1
    bottom = top + CURVES_HEIGHT
    parts = [text(x, top - 8, name, "head")]
    parts += [line(x, bottom, x + PANEL, bottom, "grid"), line(x, top, x, bottom, "grid")]
    parts += [text(x - 4, top + 8, f"{most:.0f}", "small", "end"), text(x - 4, bottom, "0 GB/s", "small", "end")]
    for end, anchor in ((min, "start"), (max, "end")):
        value = end(point["x"] for point in points)
        parts.append(text(x + across(value) * PANEL, bottom + 12, f"{value:g}", "small", anchor))
    for place, (workload, series) in enumerate(members.items()):
        places = [(x + across(p["x"]) * PANEL, bottom - p["gbs"] / most * CURVES_HEIGHT) for p in series]
        path = " ".join(f"{across_at:.1f},{up_at:.1f}" for across_at, up_at in places)
        parts.append(f'<polyline points="{path}" class="line s{place % 3}"/>')
        parts += [line(x + 130 * place, bottom + 24, x + 130 * place + 14, bottom + 24, f"line s{place % 3}"),
                  text(x + 130 * place + 18, bottom + 27, workload.split("(")[0].strip(), "small")]
    return parts


def curve_panels(curves, top):
    parts, y = [], top
    names = list(dict.fromkeys(name for name, _ in curves))
    for place, name in enumerate(names):
        members = {workload: series for (curve, workload), series in curves.items() if curve == name}
        parts += curve_panel(name, members, LEFT + (place % 2) * (PANEL + GAP), y)
        if place % 2 or place == len(names) - 1:
            y += CURVES_HEIGHT + 65
    return parts, y


def picture(rows, curves):
    rows = [g for g in rows if g.share is not None]
    threads = sorted({g.first["threads"] for g in rows})
    chosen = threads[:1] + threads[-1:] if len(threads) > 1 else threads  # one thread, and all
    columns = [[g for g in rows if g.first["threads"] == count] for count in chosen]
    top = 70
    bottom = top + ROW * max(map(len, columns), default=0)
    parts = legend(22)
    for place, (count, members) in enumerate(zip(chosen, columns)):
        parts += panel(members, count, LEFT + place * (PANEL + GAP), top, bottom)
    drawn, height = curve_panels(curves, bottom + 50)
    body = "\n".join(parts + drawn)
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height:.0f}" '
            f'viewBox="0 0 {WIDTH} {height:.0f}">\n<style>{STYLE}</style>\n{body}\n</svg>\n')
