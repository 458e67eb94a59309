"""Comparing two results, and timing two sides against each other in the same seconds."""
import gc
import statistics
import time
from itertools import repeat

import numpy as np

SHORT = 50e-6  # seconds; shorter calls are timed in batches
LONG = 50e-3  # seconds; longer calls do not notice how they begin


def difference(ours, theirs):
    """(equal bits, largest absolute difference) of two arrays of one shape."""
    if ours.shape != theirs.shape:
        raise ValueError(f"results of different shapes: {ours.shape} and {theirs.shape}")
    if ours.dtype == theirs.dtype and ours.tobytes() == theirs.tobytes():
        return True, 0.0
    worst = 0.0
    for one, other in zip(ours, theirs):  # image by image: a batch in float64 may need gigabytes
        wide = np.abs(one.astype(np.float64) - other.astype(np.float64))
        worst = max(worst, float(wide.max(initial=0.0)))
    return False, worst


def seconds(run, calls):
    begin = time.perf_counter()
    for _ in repeat(None, calls):
        run()
    return (time.perf_counter() - begin) / calls


def batch_for(run):
    """How many calls the clock needs to see something."""
    calls = 1
    while seconds(run, calls) * calls < SHORT and calls < 1 << 20:
        calls *= 2
    return calls


def median_call(run, repetitions, calls):
    return statistics.median(seconds(run, calls) for _ in range(repetitions))


def spread(values):
    """Median distance from the median, as in bench/sample.hpp."""
    middle = statistics.median(values)
    return statistics.median(abs(value - middle) for value in values)


def repetitions(available, each):
    return max(1, min(2000, round(available / each)))


def interleave(ours, theirs, theirs_once, rounds, duration):
    """Seconds of a call, two lists of one value for each round: A, B, A, B, ….

    ours(repetitions) returns the median of so many timings; theirs is called and timed here, and a call takes about
    `theirs_once`. `duration` is what each side is given in seconds.
    """
    calls = batch_for(theirs) if theirs_once < 10 * SHORT else 1
    our_repetitions = repetitions(duration / rounds, max(ours(1), SHORT))
    their_repetitions = repetitions(duration / rounds, max(theirs_once, SHORT))
    a, b = [], []
    collecting = gc.isenabled()
    gc.disable()
    try:
        for _ in range(rounds):
            # The first call after the other side's turn warms caches and wakes threads; hpb_time has one of its own.
            a.append(ours(our_repetitions))
            if theirs_once < LONG:
                theirs()
            b.append(median_call(theirs, their_repetitions, calls))
    finally:
        if collecting:
            gc.enable()
    return a, b
