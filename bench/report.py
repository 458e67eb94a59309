"""Writes docs/benchmarks.md and its picture from the JSON of peers.py and of the C++ programs.

Standard library only, and nothing but the files' contents goes in: the same files give the same bytes.
"""
import argparse
import json
import math
from pathlib import Path

from picture import picture

TINY = 16 * 1024  # bytes; work this small is the cost of a call, memory says nothing about it


def merge(files):
    """One report of several: the first file that knows the machine tells it, results and curves are put together."""
    whole = {"results": [], "growth": []}
    for content in files:
        for key, value in content.items():
            if key in ("results", "growth"):
                whole[key] += value
            else:
                whole.setdefault(key, value)
    tell_apart(whole["results"])
    # A comparison made twice counts once, the later one.
    whole["results"] = list({identity(record): record for record in whole["results"]}.values())
    return whole


def tell_apart(results):
    """Two versions of one library, such as Debian's and PyPI's, are two libraries: the version joins the name."""
    versions = {}
    for record in results:
        if record.get("peer"):
            versions.setdefault(record["peer"].split()[0], set()).add(record["peer_version"])
    for record in results:
        name, _, variant = (record.get("peer") or "").partition(" ")
        if len(versions.get(name, ())) > 1:
            record["peer"] = f"{name}-{record['peer_version']} {variant}".strip()


def identity(record):
    return record["workload"], record["threads"], record.get("peer")


def groups(results):
    """One for each workload and number of threads; workloads in the order of the first file."""
    found = {}
    order = {}
    for record in results:
        order.setdefault(record["workload"], len(order))
        found.setdefault((record["workload"], record["threads"]), []).append(record)
    rows = sorted(found.items(), key=lambda item: (order[item[0][0]], item[0][1]))
    return [Group(records) for _, records in rows]


def ratio(record):
    return record["peer_ms"] / record["ours_ms"]


def same_engine(record, name):
    return record["peer"].split()[0] == name


class Group:
    """One workload at one number of threads."""

    def __init__(self, records):
        self.first = records[0]
        self.peers = sorted((r for r in records if r.get("peer")), key=lambda r: r["peer_ms"])
        self.best = self.peers[0] if self.peers else self.first
        self.tensorflow = self.of("tensorflow") or self.of("keras")

    def of(self, engine):
        return next((r for r in self.peers if same_engine(r, engine)), None)

    @property
    def limit(self):
        """Milliseconds; None where no memory is moved to speak of."""
        tiny = self.first["bytes_in"] + self.first["bytes_out"] < TINY
        return None if tiny else self.first.get("limit_ms")

    @property
    def share(self):
        return self.limit / self.best["ours_ms"] if self.limit else None

    def share_of(self, record):
        """Of a rival: ours at that moment, divided by how much longer it took."""
        return self.limit / self.best["ours_ms"] / ratio(record) if self.limit else None

    @property
    def bits(self):
        """Whether TensorFlow and Keras gave the same bits; None when nobody asked."""
        same = [r["equal"] for r in self.peers if same_engine(r, "tensorflow") or same_engine(r, "keras")]
        return any(same) if same else None


# Text -------------------------------------------------------------------------------------------------------------


def time_text(ms):
    """Three digits, and microseconds where milliseconds would be mostly zeros."""
    value, unit = (ms * 1e3, " µs") if ms < 0.1 else (ms, "")
    digits = max(0, 2 - math.floor(math.log10(value))) if value > 0 else 0
    return f"{value:.{min(digits, 2)}f}{unit}"


def share_text(share):
    return "–" if share is None else f"{100 * share:.0f} %"


def times_text(value):
    return f"{value:.2f}×" if value < 10 else f"{value:.0f}×"


def difference_text(record):
    if record["equal"]:
        return "="
    apart = record["max_abs_difference"]
    return "≠" if apart is None else f"±{apart:.2g}"


def table(head, rows, right=()):
    rule = ["---:" if name in right else "---" for name in head]
    return "\n".join("| " + " | ".join(row) + " |" for row in [head, rule, *rows]) + "\n"


# Sections ---------------------------------------------------------------------------------------------------------


def summary(rows):
    head = ["", "what", "threads", "limit", "halfpixel", "of the limit", "best other", "its time", "ratio",
            "TensorFlow", "bits"]
    return table(head, [summary_row(g) for g in rows], right=head[2:6] + head[7:10])


def summary_row(g):
    row = [g.first["workload"], g.first["what"], str(g.first["threads"]), time_text(g.limit) if g.limit else "–",
           time_text(g.best["ours_ms"]), share_text(g.share)]
    if not g.peers:
        return row + ["–", "–", "–", "–", "–"]
    best = ["–" if g.best is None else g.best["peer"], time_text(g.best["peer_ms"]), times_text(ratio(g.best))]
    bits = {True: "=", False: "differ", None: "–"}[g.bits]
    if not g.tensorflow:
        return row + best + ["–", bits]
    keras = " (Keras)" if same_engine(g.tensorflow, "keras") else ""
    return row + best + [times_text(ratio(g.tensorflow)) + keras, bits]


def everyone(rows):
    lines = []
    for g in rows:
        peers = " · ".join(f"{r['peer']} {time_text(r['peer_ms'])} {difference_text(r)}" for r in g.peers)
        lines.append([g.first["workload"], str(g.first["threads"]), time_text(g.best["ours_ms"]), peers or "–"])
    return table(["", "threads", "halfpixel", "the others, fastest first"], lines, right=["threads", "halfpixel"])


def losses(rows):
    """Where somebody is faster, told first to whom it matters."""
    lines = []
    for g in rows:
        for r in g.peers:
            if ratio(r) < 1:
                lines.append(
                    f"- {r['workload']}, {threads_text(r['threads'])}: {r['peer']} takes {time_text(r['peer_ms'])}, "
                    f"halfpixel {time_text(r['ours_ms'])} ({times_text(ratio(r))}{apart_text(r)})"
                )
    return "\n".join(lines) + "\n" if lines else "Nobody was faster at anything in this run.\n"


def apart_text(record):
    if record["equal"]:
        return ", same bits"
    return f", other numbers: {difference_text(record)}" + (f", {record['note']}" if record.get("note") else "")


def threads_text(threads):
    return "one thread" if threads == 1 else f"{threads} threads"


def uncertain(rows):
    """Comparisons whose sides varied by more than what separates them."""
    found = []
    for g in rows:
        for r in g.peers[:1]:
            if r["ours_spread"] + r["peer_spread"] > abs(r["peer_ms"] - r["ours_ms"]):
                found.append(f"{r['workload']} ({threads_text(r['threads'])}, {r['peer']})")
    if not found:
        return ""
    listed = ", ".join(found)
    return f"\nToo close to call, the spread of both sides being wider than what separates them: {listed}.\n"


def differences(rows):
    """Whose numbers are not ours, how far they are, and why."""
    found = {}
    for g in rows:
        for r in g.peers:
            if not r["equal"]:
                found.setdefault((r["peer"], reason(r)), []).append(r)
    lines = []
    for (peer, why), records in sorted(found.items()):
        names = list(dict.fromkeys(r["workload"] for r in records))
        known = [r["max_abs_difference"] for r in records if r["max_abs_difference"] is not None]
        worst = f"{max(known):.2g}" if known else "–"
        lines.append([peer, ", ".join(names), worst, why])
    head = ["", "workloads", "largest difference", "how it is called; why it differs"]
    return table(head, lines, right=["largest difference"]) if lines else "All results were the same bits.\n"


def reason(record):
    """The note, without the figures that change from run to run."""
    parts = (record.get("note") or "").split("; ")
    return "; ".join(part for part in parts if not part.startswith("ours called"))


def tiny(rows):
    notes = []
    for g in rows:
        for r in g.peers[:1]:
            text = next((p for p in (r.get("note") or "").split("; ") if p.startswith("ours called")), None)
            if text:
                figure = text.split(": ")[1].replace("us", "µs")
                notes.append(f"{r['workload']} ({threads_text(r['threads'])}): {figure}")
    if not notes:
        return ""
    return ("\nThe others' short calls include what their bindings to Python cost; halfpixel's are timed in C++. "
            f"Called from Python through ctypes, halfpixel takes {', '.join(notes)}.\n")


def curves_of(growth):
    found = {}
    for point in growth:
        found.setdefault((point["curve"], point["workload"]), []).append(point)
    return {key: sorted(points, key=lambda point: point["x"]) for key, points in found.items()}


def growth_section(growth):
    curves = curves_of(growth)
    if not curves:
        return ""
    text = ["\n## As the work grows\n", "GB/s of input and result together, one plan each.\n"]
    for name in dict.fromkeys(curve for curve, _ in curves):
        members = {workload: points for (curve, workload), points in curves.items() if curve == name}
        xs = sorted({point["x"] for points in members.values() for point in points})
        columns = [cells(points, xs) + [cliff(points)] for points in members.values()]
        first = [f"{x:g}" for x in xs] + ["steepest fall"]
        text.append(table([f"{name}, x", *members], list(map(list, zip(first, *columns))), right=list(members)))
    return "\n".join(text)


def cells(points, xs):
    rates = {point["x"]: f"{point['gbs']:.1f}" for point in points}
    return [rates.get(x, "–") for x in xs]


def cliff(points):
    """The worst step from one point to the next."""
    steps = [(after["gbs"] / before["gbs"], after["x"]) for before, after in zip(points, points[1:])]
    worst, x = min(steps, default=(1, 0))
    return f"{worst:.2f}× at {x:g}" if worst < 1 else "none"


def machine_section(whole):
    machine = whole.get("machine", {})
    caches = ", ".join(f"{name.upper()} {machine[name] / 2**20:g} MiB" for name in ("l2", "l3") if machine.get(name))
    lines = [f"- {machine.get('cpu', 'unknown processor')}, {machine.get('cores', '?')} cores, "
             f"{caches or 'caches unknown'}; halfpixel's target: {machine.get('target', '?')}"]
    for threads, limits in machine.get("limits", {}).items():
        lines.append(f"- {threads_text(int(threads))}: writes past the caches at {limits['nt_store_gbs']:.1f} GB/s, "
                     f"reads at {limits['read_gbs']:.1f} GB/s, both measured in this run")
    built = ", ".join(part for part in (whole.get("compiler"), commit_text(whole.get("commit"))) if part)
    if built:
        lines.append(f"- halfpixel: {built}")
    lines.append("- " + ", ".join(versions(whole["results"])))
    return "\n".join(lines) + "\n"


def commit_text(commit):
    return f"commit {commit}" if commit else ""


def versions(results):
    found = {r["peer"].split()[0]: r["peer_version"] for r in results if r.get("peer")}
    told = [name if name.endswith(f"-{version}") else f"{name} {version}" for name, version in found.items()]
    return told or ["no others"]


PAGE = """# Benchmarks

Written by `make bench`; do not edit. Medians in milliseconds unless µs is said.

![Share of the machine's limit: halfpixel, the best other library, TensorFlow](benchmarks.svg)

## Against the best, and against TensorFlow

{summary}
- **limit**: the result written past the caches and the input read, at this machine's rates. What fits into the
  caches can be faster than that.
- **ratio**, **TensorFlow**: how many times longer the other one takes, both measured in the same seconds. The time of
  halfpixel is the one beside the best other.
- **bits**: whether TensorFlow's or, where there is none, Keras' result was the same to the last bit.

## Where halfpixel is slower

{losses}{uncertain}
## Everyone

`=` the same bits; `±` the largest absolute difference. "planar": the same images as (N, C, H, W), converted
beforehand.

{everyone}{tiny}
## Whose numbers differ

{differences}{growth}
## Machine and versions

{machine}
## Method

Every Python library runs in a process of its own, for each number of threads, together with halfpixel. Both compute
the workload once and the results are compared; then they are timed in turns, nine rounds of half a second or more in
all for each side (three to five of 0.15 s for what is eight times as slow, three to eight for what takes over 0.3 s a
call). A figure is the median over the rounds, the spread the median distance from it. Both sides have a plan, graph or
session made beforehand, and memory that was written to before; the others are called as their interface allows it
best: with the result's memory where they take it, as a traced function, with bound inputs and outputs. Idle workers
are told not to spin where there is an option for it (OpenMP, ONNX Runtime), so that the one side does not slow the
other down. JAX gets as many processors as threads, the others the number by their own option.
"""


def page(whole):
    rows = groups(whole["results"])
    return PAGE.format(
        summary=summary(rows),
        losses=losses(rows),
        uncertain=uncertain(rows),
        everyone=everyone(rows),
        tiny=tiny(rows),
        differences=differences(rows),
        growth=growth_section(whole["growth"]),
        machine=machine_section(whole),
    )


def kept(old, title="## From Python"):
    """The section of the page before that `bench/python_calls.py` is for: it is written by hand."""
    at = old.find("\n" + title)
    if at < 0:
        return ""
    end = old.find("\n## ", at + len(title))
    return old[at:] if end < 0 else old[at:end]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", help="JSON of peers.py, `halfpixel bench --json`, …")
    parser.add_argument("--out", default="docs/benchmarks.md", help="the picture goes beside it, as .svg")
    words = parser.parse_args()
    whole = merge([json.loads(Path(name).read_text()) for name in words.files])
    out = Path(words.out)
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(page(whole) + kept(out.read_text() if out.exists() else ""))
    out.with_suffix(".svg").write_text(picture(groups(whole["results"]), curves_of(whole["growth"])))
    print(f"{out}\n{out.with_suffix('.svg')}")


if __name__ == "__main__":
    main()
