"""How long all 5-Why cases of a week take, beside the metrics of the same week in the same run.

    python benchmarks/why.py --rows 5000000 --folder /somewhere/with/5/GB

The company is that of `benchmarks/metrics.py`. One process, after the interpreter's start, computes
`flows.review.week_values` (every metric, scope and period with its history) and then
`flows.review.week_cases`: facts and records read anew from the warehouse, every deviation of the
company, its regions and its teams explained down to level 5. Prints one JSON line per size, with
processor time beside elapsed time, because it says more where other programs run.
"""

from metrics import print_sizes

STEPS = """
import json, resource, sys, time
from datetime import UTC, datetime
from pathlib import Path

from flows.company import open_company
from flows.review import named_week, week_cases, week_values

company = open_company(Path(sys.argv[1]))
week, now = named_week(company, "2026-W47"), datetime(2026, 11, 23, tzinfo=UTC)
used = lambda: round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, 1)
started, began = time.perf_counter(), time.process_time()
values, history = week_values(company, week, now)
measured, worked, memory = time.perf_counter(), time.process_time(), used()
tables = week_cases(company, week, now, values, history)
seconds = {
    "metrics_s": measured - started,
    "why_s": time.perf_counter() - measured,
    "metrics_cpu_s": worked - began,
    "why_cpu_s": time.process_time() - worked,
}
found = {name: round(value, 1) for name, value in seconds.items()}
ratio = round(seconds["why_s"] / seconds["metrics_s"], 2)
cases = tables["variance"].height
print(json.dumps(found | {"ratio": ratio, "cases": cases, "metrics_gb": memory, "gb": used()}))
"""


if __name__ == "__main__":
    print_sizes(__doc__.splitlines()[0], STEPS)
