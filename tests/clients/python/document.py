"""Holds a daemon against its own documents: `document.py URL`.

The OpenAPI document must be valid OpenAPI 3.1, and the metrics page must be what a strict reader of Prometheus' text
format reads, by the conventions for names. Prints what was found as JSON.
"""

import json
import sys
import urllib.request

from openapi_spec_validator import validate
from prometheus_client.parser import text_string_to_metric_families

url = sys.argv[1]


def fetch(path):
    with urllib.request.urlopen(url + path) as reply:
        return reply.read().decode()


document = json.loads(fetch("/api/v2/openapi.json"))
validate(document)

families = list(text_string_to_metric_families(fetch("/metrics")))
UNITS = ("_bytes", "_seconds", "_total", "_info")
COUNTS = (
    "process_threads", "process_open_fds", "process_max_fds", "tfo_http_requests_in_flight", "tfo_live_readers",
    "tfo_store_files_set_aside",
)
for family in families:
    assert family.documentation, family.name
    assert family.type in ("counter", "gauge", "histogram"), (family.name, family.type)
    names = {sample.name for sample in family.samples}
    if family.type == "counter":
        assert all(name.endswith("_total") for name in names), names
    if family.type == "histogram":
        assert family.name.endswith("_seconds"), family.name
        series = {}
        for sample in family.samples:
            labels = tuple(sorted((k, v) for k, v in sample.labels.items() if k != "le"))
            series.setdefault(labels, []).append(sample)
        for samples in series.values():
            buckets = [sample.value for sample in samples if sample.name.endswith("_bucket")]
            count = [sample.value for sample in samples if sample.name.endswith("_count")]
            assert buckets == sorted(buckets) and [buckets[-1]] == count, (family.name, samples)
    if family.type == "gauge":
        assert family.name.endswith(UNITS) or family.name in COUNTS, family.name
assert len({family.name for family in families}) == len(families), "a family stands twice"

json.dump({"operations": sum(len(path) for path in document["paths"].values()), "metrics": len(families)}, sys.stdout)
