# attack: leaves patched modules, environment, files and a working directory behind, to make the next one fail
# cell: task-1-3
import builtins
import gc
import os
import sys

import numpy
import torch

gc.disable()
os.environ.clear()
sys.path.clear()
sys.setrecursionlimit(120)
torch.set_default_dtype(torch.float64)
torch.use_deterministic_algorithms(True)
torch.set_grad_enabled(False)
torch.set_num_threads(1)
torch.nn.Linear.forward = torch.linalg.svdvals = torch.Tensor.backward = None
numpy.linalg.svd = None
builtins.sum = builtins.len = None
os.umask(0o777)


def pca_floor(images, k):
    raise RuntimeError("done")
