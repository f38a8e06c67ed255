"""The runs and the table of deploy/bench/peers: python3 peers.py FOLDER EVENTS ROUNDS NAME=VERSION...

FOLDER holds the programs: firstsign, streams/ and flink/ with their classes and jars/. Each program prints a line when it comes to
the first event, to half of the events and when all are read and committed, and how many it counted. At each of these lines the
operating system is asked, from outside and for all programs alike, what the program has used.
"""
import contextlib
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time

# A program that takes longer than this for one run is ended.
RUN_SECONDS = 900

# Java's defaults, but for the heap: a quarter of the machine's memory would be no figure of the program.
JAVA = ("java", "-Xmx1g", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error")
# What bin/config.sh of Flink gives to Java 17, as far as this program needs it.
FLINK_OPENS = ("--add-opens=java.base/java.lang=ALL-UNNAMED", "--add-opens=java.base/java.util=ALL-UNNAMED")

NAMES = {"firstsign": "Firstsign", "streams": "Kafka Streams", "flink": "Flink"}
DOES = {
    "firstsign": "state per account in memory: baselines of 28 days, contacts, ids against repeats, evidence on arrival; "
                 "commits to Redis every second, with a fence",
    "streams": "count per account, signal and day in RocksDB, with changelog; commits every 30 s",
    "flink": "the same count in maps in memory; a checkpoint to a local folder every 10 s",
}
DOES_NOT = {
    "firstsign": "close a day in what is measured (28 days are closed before)",
    "streams": "baselines, repeats, judging, a fence; at least once",
    "flink": "baselines, repeats, judging; one process, no cluster",
}
TICKS = os.sysconf("SC_CLK_TCK")


def cpu(pid):
    """CPU seconds of a process, user and system, and of its children that have ended."""
    with open(f"/proc/{pid}/stat", encoding="utf-8") as f:
        fields = f.read().rpartition(")")[2].split()
    return sum(int(x) for x in fields[11:15]) / TICKS


def services():
    """The process ids of the Kafka and the Redis that deploy/services started: {} when they are not ours."""
    state, found = os.environ.get("FIRSTSIGN_SERVICES", ""), {}
    for name in ("kafka", "redis"):
        with contextlib.suppress(OSError):
            with open(f"{state}/{name}.pid", encoding="utf-8") as f:
                found[name] = int(f.read())
    return found


def command(name, folder, events, held, scratch):
    """How a program is started."""
    kafka, redis = os.environ["KAFKA_BROKERS"], os.environ["REDIS_ADDR"]
    if name == "firstsign":
        return (f"{folder}/firstsign", "bench", "--kafka", kafka, "--redis", redis, "--events", str(events), "--topic", held["topic"],
                "--day", str(held["day"]))
    program = {"streams": ("StreamsCount",), "flink": (*FLINK_OPENS, "FlinkCount")}[name]
    return (*JAVA, "-cp", f"{folder}/{name}:{folder}/{name}/jars/*", *program, kafka, held["topic"], str(held["day"]),
            str(held["end"]), scratch)


def run(name, folder, events, held):
    """One run of a program: what it used at each of its marks."""
    beside, at = services(), {}
    with tempfile.TemporaryDirectory() as scratch:
        began = time.monotonic()
        child = subprocess.Popen(command(name, folder, events, held, scratch), stdout=subprocess.PIPE, text=True)
        limit = threading.Timer(RUN_SECONDS, os.kill, (child.pid, signal.SIGKILL))
        limit.start()
        try:
            for line in child.stdout:
                what, n = line.split()
                if what in at:
                    sys.exit(f"peers: {NAMES[name]} came to {what} twice")
                at[what] = {"events": int(n), "s": time.monotonic() - began, "cpu": cpu(child.pid), **{k: cpu(pid) for k, pid in beside.items()}}
        except BaseException:
            os.kill(child.pid, signal.SIGKILL)
            raise
        finally:
            _, status, used = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            limit.cancel()
    if child.returncode != 0 or "counted" not in at:
        sys.exit(f"peers: {NAMES[name]} failed with status {child.returncode}")
    if at["counted"]["events"] != events:
        sys.exit(f"peers: {NAMES[name]} counted {at['counted']['events']:,} of {events:,} events")
    at["end"]["peak"] = used.ru_maxrss / 1024  # MiB
    return at


def between(at, first, last, *keys):
    """What was used per million events between two marks, all keys together; None for what nobody knows."""
    a, b = at[first], at[last]
    if any(k not in a for k in keys):
        return None
    return sum(b[k] - a[k] for k in keys) / (b["events"] - a["events"]) * 1e6


# Title and how a run says it.
ROWS = (
    ("events/s", lambda at: 1e6 / between(at, "first", "end", "s"), "{:,.0f}"),
    ("events/s, second half", lambda at: 1e6 / between(at, "half", "end", "s"), "{:,.0f}"),
    ("CPU seconds per million events", lambda at: between(at, "first", "end", "cpu"), "{:.2f}"),
    ("the same, second half", lambda at: between(at, "half", "end", "cpu"), "{:.2f}"),
    ("Kafka's and Redis' CPU seconds meanwhile, per million", lambda at: between(at, "first", "end", "kafka", "redis"), "{:.2f}"),
    ("peak memory, MiB", lambda at: at["end"]["peak"], "{:,.0f}"),
    ("before the first event: seconds", lambda at: at["first"]["s"], "{:.1f}"),
    ("before the first event: CPU seconds", lambda at: at["first"]["cpu"], "{:.1f}"),
)


def table(runs, versions):
    """Markdown: a column for each program, medians."""
    rounds = len(next(iter(runs.values())))
    yield f"| {'medians of ' + str(rounds) + ' rounds' if rounds > 1 else 'one round'} | " + " | ".join(NAMES[n] for n in runs) + " |"
    yield "|---" * (1 + len(runs)) + "|"
    for title, of, form in ROWS:
        cells = []
        for each in runs.values():
            figures = [of(at) for at in each]
            cells.append("-" if None in figures else form.format(statistics.median(figures)))
        yield f"| {title} | " + " | ".join(cells) + " |"
    for title, texts in (("version", versions), ("does", DOES), ("does not", DOES_NOT)):
        yield f"| {title} | " + " | ".join(texts[n] for n in runs) + " |"


def main(folder, events, rounds, *versions):
    versions = dict(v.split("=", 1) for v in versions)
    java = subprocess.run(("java", "-version"), capture_output=True, text=True, check=True).stderr
    for name in ("streams", "flink"):
        versions[name] += ", Java " + re.search(r'version "([^"]+)"', java).group(1)
    events, runs = int(events), {name: [] for name in versions}
    hold = (f"{folder}/firstsign", "bench", "--kafka", os.environ["KAFKA_BROKERS"], "--redis", os.environ["REDIS_ADDR"],
            "--events", str(events), "--hold")
    print("peers: writing the topic", file=sys.stderr)
    # The topic is removed when its writer's input ends, however this program ends.
    load = os.getloadavg()[0]
    with subprocess.Popen(hold, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        line = holder.stdout.readline()
        if not line:
            sys.exit("peers: the topic was not written")
        held = json.loads(line)
        for i in range(int(rounds)):
            order = list(runs)
            for name in order[i % len(order):] + order[:i % len(order)]:  # who comes first finds the broker colder
                print(f"peers: round {i + 1} of {rounds}, {NAMES[name]}", file=sys.stderr)
                at = run(name, folder, events, held)
                runs[name].append(at)
                print("peers:", json.dumps(at), file=sys.stderr)
    print("\n".join(table(runs, versions)))
    print(f"\n{events:,} events of {held['record_bytes']:.0f} bytes, {os.cpu_count()} cores, load average {load:.1f} at the start.")


if __name__ == "__main__":
    if len(sys.argv) != 7:
        sys.exit(__doc__)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    main(*sys.argv[1:])
