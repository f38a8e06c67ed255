#!/usr/bin/env python3
"""The curves of the statistics, fitted to healthy accounts of the benchmark: prints the table of detector/evidence/curves.go.

    curves.py BENCH SPLIT MEASURES_DIR SET...    SPLIT dev (what ships) or all; MEASURES_DIR holds SET.csv of TestMeasuresOfBenchmark

A nat is the logarithm of 8 episodes a year over those with which key accounts reach a measure, on days on which they were
not about to leave (score.py's windows; every set weighs the same), times the weight of the statistic. Six knots, equally far apart in nats.
"""
import os, sys
import numpy as np

bench, split, folder, sets = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]
sys.path.insert(0, bench)
import score  # noqa: E402

score.EPISODES = True
# In the order of detector/evidence/fall.go, but for the last two, whose curves are set by hand. The weights were chosen by how soon injected declines are found.
STATISTICS = [("Silence", .6), ("Gap", .6), ("FarOut", .8), ("Days14", 1.), ("Days28", 1.1), ("Days42", 1.1), ("Days56", 1.), ("Drop28", .8), ("Drop56", .9),
          ("Recent", .58), ("Chart", .6)]
TOP, LEAST = 8.0, 0.12  # episodes a year: where nats begin, and the rarest that is believed
# Silence is bent by hand: from two months on it gains so much a day, because the longest silence must rank first.
BENT = {"Silence": (60.0, 100.0, .04)}


def measures(accounts, name):
    """statistic x day of each account; 0 where nothing was seen"""
    by = {a.name: (a, np.zeros((len(STATISTICS), len(a.x)))) for a in accounts}
    with open(os.path.join(folder, name + ".csv")) as f:
        for line in f:
            account, day, *x = line.rstrip("\n").split(",")
            if account in by:
                a, m = by[account]
                i = score.o(day) - a.d0
                if 0 <= i < m.shape[1]:
                    m[:, i] = [float(v) for v in x[:len(STATISTICS)]]
    return [by[a.name][1] for a in accounts]


def yearly(accounts, scores, windows, threshold):
    """false episodes per account-year, each set weighing the same"""
    per = {}
    for a, s, w in zip(accounts, scores, windows):
        e = per.setdefault(a.set, [0, 0.0])
        e[0] += sum(1 for t in score.alerts(s, threshold, a.elig - a.d0) if w[t])
        e[1] += w.sum() / 365.25
    return float(np.mean([n / max(y, 1e-9) for n, y in per.values()]))


def curve(accounts, scores, windows, weight):
    seen = np.concatenate([s[w] for s, w in zip(scores, windows)])
    seen = seen[seen > 0]
    at = np.unique(np.quantile(seen, 1 - np.logspace(-.05, -3.3, 28)))
    rate = np.array([yearly(accounts, scores, windows, t) for t in at])
    first = int(np.argmax(rate))  # below, episodes run into one another
    at, rate = at[first:], rate[first:]
    at, rate = at[rate > LEAST], rate[rate > LEAST]
    nats = np.maximum(np.maximum.accumulate(np.log(TOP / rate)), 0)
    knots = [(0.0, 0.0)]
    for n in np.linspace(nats[0], nats[-1], 6):
        x = float(np.interp(n, nats, at))
        if x > knots[-1][0] + 1e-6 and n > knots[-1][1] + 1e-6:
            knots.append((x, float(n)))
    return [(x, n * weight) for x, n in knots]


def bend(knots, start, end, slope):
    """the knots up to start, straight on to it, and from there on by the slope"""
    knots = [k for k in knots if k[0] < start] + [k for k in knots if k[0] >= start][:1]
    (x0, n0), (x1, n1) = knots[-2:]
    at = n0 + (start - x0) * (n1 - n0) / (x1 - x0)
    return [k for k in knots if k[0] < start] + [(start, at), (end, at + slope * (end - start))]


accounts, measured = [], []
for q in sets:
    ours = [a for a in score.load(bench, q, True)[1] if split == "all" or a.split == split]
    accounts += ours
    measured += measures(ours, q)
windows = [score.windows(a) for a in accounts]
print("%d key accounts of %s, split %s" % (len(accounts), " ".join(sets), split))
for i, (statistic, weight) in enumerate(STATISTICS):
    knots = curve(accounts, [m[i] for m in measured], windows, weight)
    if statistic in BENT:
        knots = bend(knots, *BENT[statistic])
    print("\tstat%s: {%s}," % (statistic, ", ".join("{%.3g, %.2f}" % k for k in knots)))
