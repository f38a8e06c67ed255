#!/usr/bin/env python3
"""A benchmark set that nobody tuned to: twenty-eight years of uploads to Debian, from the changelogs of its packages.

    uploads.py BENCH OUT    BENCH is the benchmark folder; OUT becomes a folder of the same form with one set, uploads

Then as with the other sets, of which only their scorer is taken:

    FIRSTSIGN_BENCH=OUT FIRSTSIGN_SETS=uploads deploy/bench/detection scores SCORES.csv.gz
    FIRSTSIGN_BENCH=OUT FIRSTSIGN_SETS=uploads deploy/bench/detection tables SCORES.csv.gz

An account is who signed uploads; names are hashed, and nothing but the time is kept. Changes are injected as in the benchmark: from a
day drawn between four weeks after somebody may be judged and 60 days before the last upload, none, a quarter or half of the uploads
are left for 90 days. DEBIAN_MIRROR is where packages come from; one that lists more than it holds gives a smaller set.
"""
import datetime as dt
import email.utils
import gzip
import hashlib
import http.client
import io
import json
import lzma
import os
import queue
import random
import re
import shutil
import sys
import tarfile
import threading
import urllib.parse

MIRROR = os.environ.get("DEBIAN_MIRROR", "https://deb.debian.org/debian")
LARGEST = 60000  # bytes of a package's debian/ folder
SIGNED = re.compile(r"^ -- (.*?) <[^>]*>\s+(.*)$")
CONFIRM = 120  # days of silence that count as a loss
KEY = (12, 84)  # who has uploads on 12 of 84 days may be judged
VARIANTS = (("silence", 0), ("drop75", .25), ("drop50", .5))


class Mirror:
    """one connection that is kept"""

    def __init__(self):
        self.at = urllib.parse.urlsplit(MIRROR)
        self.connection = None

    def fetch(self, path):
        """the file, or None when the mirror has none"""
        for again in (True, False):
            try:
                if self.connection is None:
                    self.connection = (http.client.HTTPSConnection if self.at.scheme == "https" else http.client.HTTPConnection)(self.at.netloc, timeout=60)
                self.connection.request("GET", f"{self.at.path}/{path}")
                answer = self.connection.getresponse()
                body = answer.read()
                return body if answer.status == 200 else None
            except (OSError, http.client.HTTPException):
                self.connection = None
                if not again:
                    return None


def packages():
    """paths of the debian/ folders of all packages"""
    folder, found = "", {}
    for line in lzma.decompress(Mirror().fetch("dists/sid/main/source/Sources.xz")).decode().splitlines():
        part = line.split()
        if line.startswith("Directory: "):
            folder = part[1]
        elif line.startswith("Package: "):
            files = []
        elif line.startswith(" ") and ".debian.tar." in line and len(part) == 3 and int(part[1]) < LARGEST:
            files.append(part[2])
        elif not line:
            found.update((f"{folder}/{f}", None) for f in files)
    return list(found)


def changelogs(paths, workers=24):
    """texts of those that the mirror holds"""
    todo, texts, missing = queue.SimpleQueue(), [], []
    for p in paths:
        todo.put(p)

    def work():
        mirror = Mirror()
        while True:
            try:
                p = todo.get_nowait()
            except queue.Empty:
                return
            try:
                with tarfile.open(fileobj=io.BytesIO(mirror.fetch(p) or b"")) as t:
                    texts.append(t.extractfile("debian/changelog").read().decode("utf8", "replace"))
            except (KeyError, tarfile.TarError):
                missing.append(p)
            if (len(texts) + len(missing)) % 2000 == 0:
                print(f"{len(texts)} changelogs, {len(missing)} missing, of {len(paths)}", file=sys.stderr)

    threads = [threading.Thread(target=work) for _ in range(workers)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    return texts


def uploads(texts, end):
    """account -> sorted times"""
    found = {}
    for text in texts:
        head = ""
        for line in text.split("\n"):
            if line[:1].strip():
                head = line
            m = SIGNED.match(line)
            if not m or "UNRELEASED" in head:
                continue
            try:
                at = email.utils.parsedate_to_datetime(m[2]).astimezone(dt.timezone.utc)
            except (TypeError, ValueError, OverflowError):
                continue
            if 1998 <= at.year and at.date() <= end:
                name = " ".join(m[1].lower().split()).split(" (")[0]
                found.setdefault("up-" + hashlib.sha256(b"s" + name.encode()).hexdigest()[:8], set()).add((at, head.split(" ")[0]))
    return {k: sorted(t for t, _ in v) for k, v in sorted(found.items())}


def judged_from(days):
    """the first day on which enough of the days before had uploads"""
    earliest = days[0] + KEY[1] - 1
    for d in [earliest] + [d for d in days if d > earliest]:
        if sum(d - KEY[1] < x <= d for x in days) >= KEY[0]:
            return d
    return None


def write(path, events):
    with gzip.open(path, "wt", compresslevel=3) as f:
        for at, account in sorted(events):
            f.write(json.dumps({"time": at.strftime("%Y-%m-%dT%H:%M:%SZ"), "account": account, "signal": "uploads", "value": 1}) + "\n")


def main():
    bench, out = sys.argv[1:]
    folder = os.path.join(out, "uploads")
    os.makedirs(folder, exist_ok=True)
    shutil.copyfile(os.path.join(bench, "score.py"), os.path.join(out, "score.py"))
    end = dt.date.today() - dt.timedelta(days=7)
    people = uploads(changelogs(packages()), end)
    draw, key = random.Random(5), 0
    everything, copies = [], {v: [] for v, _ in VARIANTS}
    with open(folder + "/labels.csv", "w") as labels, open(folder + "/inject_labels.csv", "w") as injected:
        labels.write("account,split,status,first_day,last_day,active_days,eligible_from,confirm_days,observation_end\n")
        injected.write("account,base_account,variant,split,eligible_from,tau,end\n")
        for account, times in people.items():
            everything += [(t, account) for t in times]
            days = sorted({t.date().toordinal() for t in times})
            split = "dev" if int(hashlib.sha256(account.encode()).hexdigest(), 16) % 2 else "heldout"
            first = judged_from(days) if len(days) >= KEY[0] else None
            iso = lambda d: dt.date.fromordinal(d).isoformat()
            if first and first > end.toordinal() - CONFIRM:
                first = None
            status = "ineligible" if not first else "defected" if end.toordinal() - days[-1] >= CONFIRM else "retained"
            labels.write(f"{account},{split},{status},{iso(days[0])},{iso(days[-1])},{len(days)},{iso(first) if first else ''},{CONFIRM},{end}\n")
            key += bool(first)
            if not first or first + 28 >= days[-1] - 60:
                continue
            tau = draw.randrange(first + 28, days[-1] - 60)
            for variant, kept in VARIANTS:
                name, thin = f"{account}~{variant}", random.Random(account + variant)
                injected.write(f"{name},{account},{variant},{split},{iso(first)},{iso(tau)},{iso(tau + 90)}\n")
                for t in times:
                    day = t.date().toordinal()
                    if day < tau or day <= tau + 90 and thin.random() < kept:
                        copies[variant].append((t, name))
    write(folder + "/events.jsonl.gz", everything)
    for variant, events in copies.items():
        write(f"{folder}/inject_{variant}.jsonl.gz", events)
    with open(folder + "/meta.json", "w") as f:
        json.dump({"set": "uploads", "activity_signals": ["uploads"], "confirm_days": CONFIRM, "accounts": len(people), "events": len(everything)}, f)
    print(f"{len(everything)} uploads of {len(people)} people, {key} of whom may be judged, in {folder}")


if __name__ == "__main__":
    main()
