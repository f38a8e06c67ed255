"""Sets left out whole: each set judged by curves that were fitted to the dev accounts of the other sets only.

    /usr/bin/python3 deploy/bench/leftout.py BENCH DIR SET...

DIR holds the scores that deploy/bench/detection leftout makes: shipped, all (curves fitted to all sets today), and
without-SET. No account of the set left out was used, so all of them count, dev and held-out.
"""
import importlib.util
import os
import sys

import numpy as np

spec = importlib.util.spec_from_file_location("tables", os.path.join(os.path.dirname(__file__), "detection.py"))
tables = importlib.util.module_from_spec(spec)
spec.loader.exec_module(tables)

OURS, ALL, SHIPPED = "firstsign, left out", "firstsign, all sets", "firstsign, as shipped"
METHODS = (OURS, ALL, SHIPPED, tables.YARDSTICK, "gap_days")
SPLITS = ("dev", "heldout")


def interval(values, form="%.2f-%.2f"):
    return form % tuple(np.quantile(values, (.05, .95)))


def short(gains):
    return interval(gains, "%+.2f %+.2f").replace("0.", ".")


def print_found(found, drawn):
    """A line for each method and its 90 % interval."""
    tables.head("")
    for m, name in enumerate(METHODS):
        print(f"{name:26}" + "".join(f"{found[c][m]:12.2f}" for c in tables.COLUMNS))
        print(f"{'':26}" + "".join(f"{interval(drawn[c][:, m]):>12}" for c in tables.COLUMNS))


def print_gains(found, drawn):
    print("what the first gains over each of the others, on the same accounts")
    for m, name in enumerate(METHODS[1:], 1):
        print(f"{name:26}" + "".join(f"{found[c][0] - found[c][m]:+12.2f}" for c in tables.COLUMNS))
        print(f"{'':26}" + "".join(f"{short(drawn[c][:, 0] - drawn[c][:, m]):>12}" for c in tables.COLUMNS))


def detection(curves, seed):
    """Shares found by each of some methods, as it was and drawn."""
    once = [c.found(np.ones(len(c.set_of))) for c in curves]
    return {c: np.array([f[c] for f in once]) for c in tables.COLUMNS}, tables.bootstrap(curves, seed=seed)


def print_sets(bench):
    """Each set at its own threshold, then the mean of the sets."""
    results = []
    for number, s in enumerate(bench.sets):
        one = bench.only(s)
        curves = [tables.Curves(one, name, SPLITS) for name in METHODS]
        results.append(detection(curves, 1 + number))
        first = curves[0]
        tables.title(f"{s} left out: {len(first.set_of)} key accounts, {first.years.sum():.0f} account-years; share found within N days, its own threshold at 1.0 false alerts per account-year")
        print_found(*results[-1])
    found, drawn = ({c: np.mean([r[part][c] for r in results], axis=0) for c in tables.COLUMNS} for part in (0, 1))
    tables.title(f"Mean of these {len(bench.sets)}: each set left out in turn, each its own threshold")
    print_found(found, drawn)
    print_gains(found, drawn)


def print_pooled(pooled):
    tables.title("The same accounts pooled, one threshold for all: each account judged by curves that were fitted without its set")
    found, drawn = detection(list(pooled.values()), 1)
    print_found(found, drawn)
    print_gains(found, drawn)


def carried(curves, s, times):
    """What a threshold chosen on the other sets for 1.0 false alerts per account-year comes to on set s."""
    rates = curves.rates(times)
    k = tables.lowest(np.delete(rates, s, axis=0))
    return rates[s][k] if k >= 0 else 0.0


def print_thresholds(bench, pooled):
    tables.title("False alerts per account-year on the set left out, at the threshold that brings 1.0 on the other sets")
    print(f"{'':26}" + "".join(f"{s:>20}" for s in bench.sets))
    bench.copies = {}  # false alerts only
    for name in METHODS:
        row = ""
        for number, s in enumerate(bench.sets):
            curves = tables.Curves(bench, f"without-{s}", SPLITS) if name == OURS else pooled[name]
            drawn = [carried(curves, number, times) for times in tables.draw(curves, tables.DRAWS)]
            row += f"{f'{carried(curves, number, np.ones(len(curves.set_of))):.2f} ({interval(drawn)})':>20}"
        print(f"{name:26}{row}")


def main():
    folder, scores, *sets = sys.argv[1:]
    scorer = tables.load_scorer(folder)
    outside = lambda name: scorer.external({"scores": f"{scores}/{name}.csv.gz"})
    bench = tables.Bench(scorer, folder, sets, outside("shipped"))
    bench.methods.update({SHIPPED: bench.methods["firstsign"], ALL: outside("all"), **{f"without-{s}": outside(f"without-{s}") for s in sets}})
    bench.methods[OURS] = lambda of: [bench.methods[f"without-{a.set}"]([a])[0] for a in of]
    print_sets(bench)
    pooled = {name: tables.Curves(bench, name, SPLITS) for name in METHODS}
    print_pooled(pooled)
    print_thresholds(bench, pooled)


if __name__ == "__main__":
    main()
