"""The table of deploy/bench/compare: python3 compare.py FOLDER PAIRS BASE HERE

FOLDER holds base.N.json and here.N.json, as `firstsign bench` wrote them in turn.
"""
import json
import statistics
import sys

# Title, where it is in the answer, and how it is written.
ROWS = (
    ("bare kafka-go `Reader`, events/s", ("raw_reader_per_s",), "{:,.0f}"),
    ("pipeline, events/s", ("pipeline_per_s",), "{:,.0f}"),
    ("pipeline of the bare `Reader`", ("pipeline_of_raw",), "{:.2f}"),
    ("history, events/s", ("history_per_s",), "{:,.0f}"),
    ("recovery, s", ("recovery_s",), "{:.2f}"),
    ("decode, ns an event", ("decode_ns",), "{:,.0f}"),
    ("decode and count, ns an event", ("apply_ns",), "{:,.0f}"),
    ("count what was decoded ahead, ns an event", ("apply_ahead_ns",), "{:,.0f}"),
    ("allocations an event", ("apply_allocs",), "{:.3f}"),
    ("day close, µs an account", ("dayclose_us_per_account",), "{:.1f}"),
    ("day close with three key contacts, µs an account", ("dayclose_people_us_per_account",), "{:.1f}"),
    ("bytes an account, memory", ("bytes_per_account", "memory"), "{:,.0f}"),
    ("bytes an account, encoded", ("bytes_per_account", "encoded"), "{:,.0f}"),
    ("bytes an account, Redis", ("bytes_per_account", "redis"), "{:,.0f}"),
    ("longest PING, ms", ("redis_ping_max_ms",), "{:.0f}"),
)


def figures(folder, side, pairs, path):
    """One figure of each run; None where a side does not know it."""
    all = []
    for i in range(1, pairs + 1):
        with open(f"{folder}/{side}.{i}.json", encoding="utf-8") as f:
            at = json.load(f)
        for key in path:
            at = at.get(key) if isinstance(at, dict) else None
        if at is None:
            return None
        all.append(at)
    return all


def main(folder, pairs, base, here):
    pairs = int(pairs)
    print(f"| {pairs} pairs in turn, medians | {base} | {here} | ratio | of each pair |")
    print("|---|---|---|---|---|")
    for title, path, form in ROWS:
        was, now = (figures(folder, side, pairs, path) for side in ("base", "here"))
        cells = [form.format(statistics.median(x)) if x else "-" for x in (was, now)]
        ratio = each = "-"
        if was and now and all(was):
            of = [n / w for w, n in zip(was, now)]
            ratio, each = f"{statistics.median(of):.2f}", " ".join(f"{x:.2f}" for x in of)
        print(f"| {title} | {cells[0]} | {cells[1]} | {ratio} | {each} |")


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    main(*sys.argv[1:])
