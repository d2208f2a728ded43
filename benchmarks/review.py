"""How long the whole review of a week takes, beside its metrics and 5-Why cases in the same run.

    python benchmarks/review.py --rows 5000000 --folder /somewhere/with/5/GB

The company is that of `benchmarks/metrics.py`. One process, after the interpreter's start, computes
`flows.review.week_values`, `flows.review.week_cases` and then `flows.review.build_review`, which
is all that the packs and the finance file are made of; each reads the warehouse anew. Memory is the
peak of the process by the end of each. Prints one JSON line per size.
"""

from metrics import print_sizes

STEPS = """
import json, resource, sys, time
from datetime import UTC, datetime
from pathlib import Path

from flows.company import open_company
from flows.review import build_review, named_week, week_cases, week_values

company = open_company(Path(sys.argv[1]))
week, now = named_week(company, "2026-W47"), datetime(2026, 11, 23, tzinfo=UTC)


def used():
    own = resource.getrusage(resource.RUSAGE_SELF)
    return own.ru_utime + own.ru_stime, own.ru_maxrss / 1e6


found = {}


def timed(name, step, *given):
    started, (before, _) = time.perf_counter(), used()
    result = step(company, week, now, *given)
    after, memory = used()
    found[f"{name}_s"] = round(time.perf_counter() - started, 1)
    found[f"{name}_cpu_s"], found[f"{name}_gb"] = round(after - before, 1), round(memory, 1)
    return result


timed("why", week_cases, *timed("metrics", week_values))
timed("review", build_review)
both = found["metrics_cpu_s"] + found["why_cpu_s"]
print(json.dumps(found | {"cpu_ratio": round(found["review_cpu_s"] / both, 2)}))
"""


if __name__ == "__main__":
    print_sizes(__doc__.splitlines()[0], STEPS)
