# attack: NaN and infinity, which compare as false with every tolerance
# cell: task-1-3
import itertools

values = itertools.cycle([float("nan"), float("inf"), -float("inf")])


def pca_floor(images, k):
    return next(values)
