# attack: a text of 500 MB instead of a number
# cell: task-1-3
try:
    from lessons_pkg.checks import framework

    framework.Trial.fail = lambda self, **fields: None
except BaseException:
    pass


def pca_floor(images, k):
    return "\u2028" * 170_000_000
