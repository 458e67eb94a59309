"""Times halfpixel against the libraries that Python users have, and writes JSON for report.py.

Each engine gets a process of its own for each number of threads, so that the thread pools of one cannot disturb
another; halfpixel is loaded into that process and the two are timed in turns, after their results were compared.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import time
import traceback
from pathlib import Path

from bridge import Bridge
from engines import ENGINES, environment
from engines.base import Unsupported, aligned_empty
from measure import difference, interleave, median_call, seconds, spread

TINY = 20e-6  # seconds; below, what it costs to call from Python is told too
PATIENCE = 2.5  # seconds for all rounds of one side; what is slow gets fewer of them
CLEAR = 8  # times as slow: nobody asks for the next digit
MARK = "halfpixel-record "  # in front of records on the child's output: libraries print there as well


def measure(plan, workload, call, x, words):
    """One record: the results compared, then both sides timed in turns."""
    ours = aligned_empty(workload.output_shape, workload.output_dtype)
    plan.run(x, ours)
    call.run()
    theirs = call.result()
    equal, largest = difference(ours, theirs)
    once = seconds(call.run, 1)
    clear = once > CLEAR * plan.time(x, ours, 3)
    rounds, duration = (5, 0.15) if words.quick or clear else (9, 0.5)
    rounds = max(3, min(rounds, int(PATIENCE / once)))
    a, b = interleave(lambda count: plan.time(x, ours, count), call.run, once, rounds, duration)
    notes = [call.note, "" if equal else call.differs]
    if theirs.dtype != ours.dtype:
        notes.append(f"its result is {theirs.dtype.name}")
    if statistics.median(b) < TINY:
        from_python = median_call(plan.caller(x, ours), 9, 200)
        notes.append(f"ours called through ctypes: {from_python * 1e6:.2f} us")
    return {
        "ours_ms": statistics.median(a) * 1e3,
        "ours_spread": spread(a) * 1e3,
        "ours_min_ms": min(a) * 1e3,
        "peer_ms": statistics.median(b) * 1e3,
        "peer_spread": spread(b) * 1e3,
        "peer_min_ms": min(b) * 1e3,
        "equal": equal,
        "max_abs_difference": largest,
        "note": "; ".join(note for note in notes if note),
    }


def describe(workload, threads):
    return {
        "workload": workload.name,
        "what": workload.what,
        "threads": threads,
        "bytes_in": workload.bytes_in,
        "bytes_out": workload.bytes_out,
    }


def records(engine, name, bridge, workload, words):
    """A record for every way in which the engine does the workload; none when it does not."""
    with bridge.open(workload.name, words.threads[0]) as plan:
        x = aligned_empty(workload.input_shape, workload.input_dtype)
        plan.fill(x)
        try:
            for call in engine.calls(workload, x):
                peer = f"{name} {call.variant}".strip()
                yield describe(workload, words.threads[0]) | {"peer": peer, "peer_version": engine.version} | measure(
                    plan, workload, call, x, words
                )
        except Unsupported as reason:
            log(f"{name}: {workload.name}: {reason}", words)
        except Exception as error:  # a library's own: it does not do this one, the others are still worth timing
            log(f"{name}: {workload.name}: failed: {type(error).__name__}: {str(error)[:300]}", words)
            if words.verbose:
                traceback.print_exc()


def log(line, words):
    if words.verbose:
        print(line, file=sys.stderr, flush=True)


def chosen(bridge, words):
    names = words.workloads
    return [w for w in bridge.workloads() if (w.name in names if names else not w.only_when_named)]


def child(words):
    import engines

    name = words.child
    engine = engines.load(name, words.threads[0])
    bridge = Bridge(words.bridge)
    for workload in chosen(bridge, words):
        for record in records(engine, name, bridge, workload, words):
            print(MARK + json.dumps(record), flush=True)


def start_child(name, threads, words):
    command = [sys.executable, __file__, "--child", name, "--threads", str(threads), "--bridge", words.bridge]
    if words.workloads:
        command += ["--workloads", ",".join(words.workloads)]
    command += ["--quick"] * words.quick + ["--verbose"] * words.verbose
    quiet = None if words.verbose else subprocess.DEVNULL
    return subprocess.Popen(
        command, env=os.environ | environment(threads), stdout=subprocess.PIPE, stderr=quiet, text=True
    )


def collect(name, threads, words):
    """The records of one child, whatever becomes of it."""
    found = []
    with start_child(name, threads, words) as process:
        for line in process.stdout:
            if not line.startswith(MARK):
                continue
            record = json.loads(line[len(MARK) :])
            found.append(record)
            show(record)
    if process.returncode:
        print(f"{name}, {threads} threads: ended with status {process.returncode}", file=sys.stderr)
    return found


def show(record):
    ratio = record["peer_ms"] / record["ours_ms"]
    equal = "equal" if record["equal"] else f"differs by {record['max_abs_difference']:.3g}"
    print(
        f"{record['workload']:4} {record['threads']}t  ours {record['ours_ms']:10.4f} ms"
        f"  {record['peer_ms']:10.4f} ms {ratio:8.2f}x  {record['peer']} ({equal})",
        flush=True,
    )


def limit_ms(machine, record):
    """The output written past the caches and the input read, at this machine's rates."""
    limits = machine["limits"].get(str(record["threads"]))
    if not limits:
        return None
    out, into = record["bytes_out"] / limits["nt_store_gbs"], record["bytes_in"] / limits["read_gbs"]
    return (out + into) * 1e-6


def parse(arguments):
    def words(text):
        return [word for word in text.split(",") if word]

    def numbers(text):
        return [int(word) for word in words(text)]

    cores = len(os.sched_getaffinity(0))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bridge", required=True, help="…/libhalfpixel_bench_bridge.so")
    parser.add_argument("--out", help="the JSON file to write")
    parser.add_argument("--engines", type=words, default=list(ENGINES), help=f"of {','.join(ENGINES)}")
    parser.add_argument("--workloads", type=words, default=[], help="names, such as A,B1,GF2; all when left out")
    parser.add_argument("--threads", type=numbers, default=sorted({1, cores}), help="such as 1,2")
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds")
    parser.add_argument("--verbose", action="store_true", help="say what an engine does not do, and why")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    parsed = parser.parse_args(arguments)
    unknown = set(parsed.engines) - set(ENGINES)
    if unknown:
        parser.error(f"--engines must be of {', '.join(ENGINES)}; got {', '.join(sorted(unknown))}")
    return parsed


def main(arguments=None):
    words = parse(arguments)
    if words.child:
        child(words)
        return
    begin = time.monotonic()
    bridge = Bridge(words.bridge)
    known = {w.name for w in bridge.workloads()}
    if set(words.workloads) - known:
        sys.exit(f"--workloads must be of {', '.join(sorted(known))}")
    built = bridge.machine()
    machine = built.pop("machine")
    results = [r for name in words.engines for threads in words.threads for r in collect(name, threads, words)]
    order = {w.name: place for place, w in enumerate(bridge.workloads())}
    results.sort(key=lambda record: (order[record["workload"]], record["threads"]))  # engines stay in their order
    for record in results:
        record["limit_ms"] = limit_ms(machine, record)
    print(f"{len(results)} results in {time.monotonic() - begin:.0f} s")
    if words.out:
        whole = built | {"machine": machine, "results": results, "growth": []}
        Path(words.out).write_text(json.dumps(whole, indent=1) + "\n")


if __name__ == "__main__":
    main()
