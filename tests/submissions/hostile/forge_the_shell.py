# attack: the shell that runs the cells, and its transformers, run something else
# cell: task-1-3
from lessons_pkg import checks

try:
    shell = get_ipython()
    shell.run_cell = lambda *args, **kwargs: type("Result", (), {"error_before_exec": None, "error_in_exec": None})()
    shell.user_ns = dict.fromkeys(("LinearAE", "training_step", "pca_floor", "principal_angles", "latent_codes"), abs)
    shell.input_transformers_cleanup.append(lambda lines: ["pass"])
    shell.ast_transformers.append(None)
except NameError:
    pass
checks.Report.passed = property(lambda self: True, lambda self, value: None)


def pca_floor(images, k):
    return 0.5
