# attack: replies in JSON whose parts are of kinds that a reader may not expect
# cell: task-1-3
import itertools
import json
import os

ODD = [None, [], {}, [[]], {"a": {}}, 1e400, -1, 10**4000, True, "\ud800", "x" * 100_000, [None] * 10]
KEYS = ["at", "task", "cell", "killed", "end", "error", "report", "found", "kind", "passed", "id", "cpu"]


def pca_floor(images, k):
    lines = [json.dumps({key: value}) for key, value in itertools.product(KEYS, ODD)]
    lines += [json.dumps({"task": "1.3", key: value}) for key, value in itertools.product(KEYS, ODD)]
    lines += [json.dumps({"at": "ask-1.3", "killed": value}) for value in ODD]
    lines += ["[" * 100_000, '{"a":' * 100_000, "1" * 100_000, "NaN", '"', "\x00"]
    for descriptor in range(3, 64):
        try:
            for line in lines:
                os.write(descriptor, b"\n" + line.encode() + b"\n")
        except OSError:
            pass
    os._exit(0)
