# attack: the grading's own modules are imported and patched
# cell: task-1-3
import contextlib
import importlib

for name in (
    "judge", "plain", "outcome", "sandbox", "oracles", "oracles.framework", "oracles.linear", "probes.linear", "worker",
    "runner", "sandbox.worker", "sandbox.inside", "verdict", "reason", "protocol",
):
    with contextlib.suppress(BaseException):
        module = importlib.import_module(f"lessons_pkg.grading.{name}")
        for key, value in list(vars(module).items()):
            if key in ("number", "same", "tensor", "value"):
                setattr(module, key, lambda *args, **kwargs: None)
            if key in ("ORACLES",):
                value.clear()
            if key == "dumps":
                module.dumps = lambda value: b'{"dict":{"passed":true,"points":3,"floors":[0.5,0.5,0.5]}}'
            if key == "pca_floor":
                module.pca_floor = lambda answer, given: {"floors": [0.5] * 3, "passed": True, "points": 3}


def pca_floor(images, k):
    return 0.5
