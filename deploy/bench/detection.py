"""The tables of deploy/bench/detection: our scores beside the published methods, by the benchmark's own scorer.

    /usr/bin/python3 deploy/bench/detection.py BENCH SCORES.csv.gz [SET...]

Exits with 1 when something that is asked for does not hold.
"""
import contextlib
import importlib.util
import io
import sys

import numpy as np

YARDSTICK = "gamma_poisson_popclock"  # the best published method
PEERS = ("random", "gap_days", YARDSTICK)
VARIANTS = ("silence", "drop75", "drop50")
COLUMNS = (("silence", 14), ("silence", 30), ("drop75", 30), ("drop75", 60), ("drop50", 30), ("drop50", 60))
# What is asked for at one false alert per account-year, and what is aimed at.
ASKED = {("silence", 14): (.34, .50), ("silence", 30): (.70, .90), ("drop75", 30): (.36, .55), ("drop75", 60): (.55, .75), ("drop50", 60): (.37, .50)}
GAINS = (("silence", 30), ("drop75", 60))  # where the gain over YARDSTICK must be more than noise
DRAWS = 2000


def load_scorer(bench):
    spec = importlib.util.spec_from_file_location("score", f"{bench}/score.py")
    scorer = importlib.util.module_from_spec(spec)
    sys.dont_write_bytecode = True  # the benchmark is not ours to write into
    spec.loader.exec_module(scorer)
    return scorer


class Bench:
    """The key accounts of some sets, pooled: one threshold, every set weighs the same."""

    def __init__(self, scorer, folder, sets, outside):
        self.scorer, self.sets = scorer, sets
        self.accounts, environments = [], {}
        for s in sets:
            _, accounts, lo, population = scorer.load(folder, s, True)
            mean = np.convolve(population, np.ones(28) / 28, "full")[:len(population)]
            rate = np.clip(population / np.maximum(mean, 1e-9), 0, 3)
            environments[s] = dict(lo=lo, pop=population, clock=np.cumsum(rate), pop28=rate)
            self.accounts += accounts
        self.copies = {v: scorer.inject(folder, self.accounts, v) for v in VARIANTS}
        self.methods = {n: (lambda of, f=scorer.PEERS[n]: [f(a, environments[a.set]) for a in of]) for n in PEERS}
        self.methods["firstsign"] = outside

    def only(self, s):
        """The same of one set."""
        one = object.__new__(Bench)
        one.scorer, one.sets, one.methods = self.scorer, [s], dict(self.methods)
        one.accounts = [a for a in self.accounts if a.set == s]
        one.copies = {v: [a for a in of if a.set == s] for v, of in self.copies.items()}
        return one

    def detection(self, name):
        """Task C, by the scorer: lines "E" (threshold at equal false alerts) and "C" (threshold from the dev accounts)."""
        self.scorer.EPISODES = True
        found = {}
        with contextlib.redirect_stdout(io.StringIO()):
            self.scorer.run_inject(name, self.methods[name], self.accounts, self.copies, found)
        return found[name]

    def losses(self, name, exchanged=False):
        """Task A, by the scorer: real losses; with the halves exchanged, those of the dev accounts."""
        self.scorer.EPISODES = False
        found = {}
        if exchanged:
            self.exchange()
        with contextlib.redirect_stdout(io.StringIO()):
            self.scorer.run_peer(name, self.accounts, self.methods[name](self.accounts), found)
        if exchanged:
            self.exchange()
        return found[name]

    def exchange(self):
        """The held-out accounts for the dev accounts."""
        for a in self.accounts:
            a.split = {"dev": "heldout", "heldout": "dev"}[a.split]


class Curves:
    """What a method does to each account at each threshold, so that accounts can be drawn again and again."""

    def __init__(self, bench, name, splits=("heldout",)):
        scorer = bench.scorer
        scorer.EPISODES = True
        held = [a for a in bench.accounts if a.split in splits]
        scores = bench.methods[name](held)
        # Three times as fine as the scorer's own steps, so that no method gains or loses by falling between two of them.
        judged = np.concatenate([s[a.elig - a.d0:] for a, s in zip(held, scores)])
        thresholds = np.unique(np.quantile(judged[judged > -1e8], 1 - np.logspace(np.log10(.7), -5.5, 400)))[::-1]
        self.sets = bench.sets
        self.set_of = np.array([bench.sets.index(a.set) for a in held])
        windows = [scorer.windows(a) for a in held]
        self.years = np.array([w.sum() / 365.25 for w in windows])
        self.false = np.array([[sum(w[t] for t in scorer.alerts(s, th, a.elig - a.d0)) for a, s, w in zip(held, scores, windows)] for th in thresholds], float)
        at = {(a.set, a.name): i for i, a in enumerate(held)}
        self.copies, self.delay = {}, {}
        for v in bench.copies:
            copies = [a for a in bench.copies[v] if a.split in splits]
            scores = bench.methods[name](copies)
            self.copies[v] = np.array([at[a.set, a.name.split("~")[0]] for a in copies], int)
            self.delay[v] = np.array([[self.first(scorer, a, s, th) for a, s in zip(copies, scores)] for th in thresholds])

    @staticmethod
    def first(scorer, a, s, th):
        return next((t - a.aux + 1 for t in scorer.alerts(s, th, a.elig - a.d0) if t >= a.aux), np.inf)

    def over_sets(self, values, weights, members):
        """Weighted means of each set, averaged over the sets."""
        means = []
        for s in range(len(self.sets)):
            w = np.where(self.set_of[members] == s, weights[members], 0)
            if w.sum() > 0:
                means.append(values @ w / w.sum())
        return np.mean(means, axis=0)

    def rates(self, times):
        """False alerts per account-year of each set at each threshold when each account counts as often as it was drawn."""
        return np.array([self.false @ np.where(self.set_of == s, times, 0) / max((self.years * times)[self.set_of == s].sum(), 1e-9) for s in range(len(self.sets))])

    def found(self, times):
        """Shares found at 1.0 false alerts per account-year."""
        k = lowest(self.rates(times))
        if k < 0:
            return {c: 0.0 for c in COLUMNS}
        return {(v, d): float(self.over_sets((self.delay[v][k] <= d).astype(float), times, self.copies[v])) for v, d in COLUMNS}


def lowest(rates):
    """The lowest threshold, by its number, with at most one false alert per account-year; -1 when there is none."""
    over = np.flatnonzero(np.mean(rates, axis=0) > 1.0)
    return int(over[0] if len(over) else rates.shape[1]) - 1


def draw(curves, draws, seed=1):
    """How often each account counts: accounts drawn with replacement within each set."""
    random = np.random.default_rng(seed)
    for _ in range(draws):
        times = np.zeros(len(curves.set_of))
        for s in range(len(curves.sets)):
            members = np.flatnonzero(curves.set_of == s)
            np.add.at(times, random.choice(members, len(members)), 1)
        yield times


def bootstrap(methods, draws=DRAWS, seed=1):
    """Draws x methods: the same accounts for all of them, each with its threshold chosen anew."""
    found = [[m.found(times) for m in methods] for times in draw(methods[0], draws, seed)]
    return {c: np.array([[f[c] for f in one] for one in found]) for c in COLUMNS}


def title(text):
    print(f"\n{text}\n{'-' * len(text)}")


def head(first, *more):
    print(f"{first:26}" + "".join(f"{v + ' ' + str(d):>12}" for v, d in COLUMNS) + "".join(f"{m:>12}" for m in more))


missed = 0


def verdict(holds):
    global missed
    missed += not holds
    return "holds" if holds else "DOES NOT HOLD"


def print_detection(bench):
    title(f"Injected changes, {' + '.join(bench.sets)}, key accounts: share found within N days, at 1.0 false alerts per account-year")
    head("", "false/year")
    results = {name: bench.detection(name) for name in bench.methods}
    for name, r in results.items():
        e = r["equal"]
        print(f"{name:26}" + "".join(f"{e[v][d]:12.2f}" for v, d in COLUMNS) + f"{e['held_fa']:12.2f}")
    ours = results["firstsign"]
    print(f"{'asked / aim':26}" + "".join(f"{'%.2f/%.2f' % ASKED[c] if c in ASKED else '-':>12}" for c in COLUMNS))
    below = [f"{v} {d}" for (v, d), (asked, _) in ASKED.items() if ours["equal"][v][d] < asked]
    print(verdict(not below) + (": below what is asked: " + ", ".join(below) if below else ""))

    title("Threshold from the dev accounts: false alerts per account-year on the held-out accounts")
    print(f"{'budget':26}" + "".join(f"{b:12}" for b in bench.scorer.BUDGETS))
    for name in (YARDSTICK, "firstsign"):
        print(f"{name:26}" + "".join(f"{results[name][b]['held_fa']:12.2f}" if b in results[name] else f"{'-':>12}" for b in bench.scorer.BUDGETS))
    realised = ours[1.0]["held_fa"] if 1.0 in ours else float("nan")
    print(f"asked at a budget of 1: 0.8 to 1.2: {verdict(.8 <= realised <= 1.2)}")
    silence, drop = ours[1.0]["silence"], ours[1.0]["drop75"]
    print(f"there: silence found within 14/30/60 days {silence['detect'][14]:.2f}/{silence['detect'][30]:.2f}/{silence['detect'][60]:.2f}, "
          f"drop75 {drop['detect'][14]:.2f}/{drop['detect'][30]:.2f}/{drop['detect'][60]:.2f}")


def print_sets(bench):
    title("Each set alone, its own threshold at 1.0 false alerts per account-year, and 90 % intervals (bootstrap over accounts)")
    head("")
    for s in bench.sets:
        one = bench.only(s)
        curves = {name: Curves(one, name) for name in ("firstsign", YARDSTICK)}
        drawn = bootstrap(list(curves.values()), DRAWS // 4)
        n = len(curves["firstsign"].set_of)
        for k, name in enumerate(curves):
            found = curves[name].found(np.ones(n))
            print(f"{s + ' ' + str(n) + ' ' + name[:16]:26}" + "".join(f"{found[c]:12.2f}" for c in COLUMNS))
            print(f"{'':26}" + "".join(f"{'%.2f-%.2f' % tuple(np.quantile(drawn[c][:, k], (.05, .95))):>12}" for c in COLUMNS))


def print_gain(bench):
    title(f"Gain over {YARDSTICK}: paired bootstrap over held-out accounts, {DRAWS} draws, thresholds chosen anew in each")
    drawn = bootstrap([Curves(bench, "firstsign"), Curves(bench, YARDSTICK)])
    head("")
    gains = {c: v[:, 0] - v[:, 1] for c, v in drawn.items()}
    print(f"{'mean':26}" + "".join(f"{np.mean(gains[c]):+12.3f}" for c in COLUMNS))
    for quantile in (.05, .10, .90, .95):
        print(f"{f'{100 * quantile:.0f} % of draws below':26}" + "".join(f"{np.quantile(gains[c], quantile):+12.3f}" for c in COLUMNS))
    lowest = min(np.quantile(gains[c], .05) for c in GAINS)  # the lower end of the 90 % interval, the stricter reading
    print(f"asked: lower end of the 90 % interval above 0 for silence within 30 and drop75 within 60 days: {verdict(lowest > 0)}")


def print_losses(bench):
    title(f"Real losses, {' + '.join(bench.sets)}, key accounts, threshold from the dev accounts at 1.0 false alerts per account-year")
    print(f"{'':26}{'PR-AUC':>12}{'within 14':>12}{'within 30':>12}{'within 60':>12}{'within 90':>12}{'false/year':>12}{'lost':>12}")
    results = {name: print_lost(bench, name) for name in bench.methods}
    (area, ours), (_, theirs) = results["firstsign"], results[YARDSTICK]
    if ours and theirs:
        within = ours["detect"]
        print(f"asked: PR-AUC .65: {verdict(area >= .65)}; within 60 days .80: {verdict(within[60] >= .80)}; "
              f"within 30 days at most .05 below {YARDSTICK}: {verdict(within[30] >= theirs['detect'][30] - .05)}")
    print("the halves exchanged, lost accounts of the dev half:")
    for name in bench.methods:
        print_lost(bench, name, exchanged=True)


def print_lost(bench, name, exchanged=False):
    r = bench.losses(name, exchanged)
    area, held = r["prauc_heldout"]["ap"], r["budget"].get(1.0, {}).get("heldout")
    shares = f"{'-':>12}" * 6
    if held:
        shares = "".join(f"{held['detect'][d]:12.2f}" for d in (14, 30, 60, 90)) + f"{held['false_per_acct_year']:12.2f}{held['defected']:12}"
    print(f"{name:26}{area:12.2f}{shares}")
    return area, held


def main():
    folder, scores, *sets = sys.argv[1:]
    scorer = load_scorer(folder)
    bench = Bench(scorer, folder, sets or ["mitphone", "enron", "emaileu", "oss"], scorer.external({"scores": scores}))
    print_detection(bench)
    print_gain(bench)
    print_sets(bench)
    print_losses(bench)
    sys.exit(missed > 0)


if __name__ == "__main__":
    main()
