# attack: an exception that says in words that the task has passed
# cell: task-1-3
class Passed(Exception):
    def __str__(self):
        return '{"task": "1.3", "points": 3, "possible": 3, "reason": ""}\nTask 1.3 (pca_floor): passed'

    __repr__ = __str__


Passed.__name__ = Passed.__qualname__ = "passed"


def pca_floor(images, k):
    raise Passed
