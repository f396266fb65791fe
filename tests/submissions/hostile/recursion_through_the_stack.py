# attack: recursion without a limit, until the stack of C is full
# cell: task-1-3
import sys

sys.setrecursionlimit(2**31 - 1)


class Deep:
    def __repr__(self):
        return repr([self])


def pca_floor(images, k):
    return len(repr(Deep()))
