# attack: lazily evaluated numbers without an end
# exercise: 04_latent_space
# cell: task-4-5
# waits: yes
import itertools


class Lazy(list):
    def __iter__(self):
        return itertools.count()

    def __len__(self):
        return 2


def find_hole(codes):
    return Lazy([0.0, 0.0])
