import numpy as np
import torch


def symbols_of(encode, images, step):
    return np.rint(encode(images).detach().numpy() / step).astype(int)


def rate_distortion(encode, decode, train, test, step):
    known, fresh = symbols_of(encode, train, step), symbols_of(encode, test, step)
    total = np.zeros(len(fresh))
    for j in range(fresh.shape[1]):
        values, seen = np.unique(known[:, j], return_counts=True)
        counts = np.ones(values[-1] - values[0] + 2)  # the last place is the escape's
        counts[values - values[0]] += seen
        lengths = -np.log2(counts / counts.sum())
        lengths[-1] += 32
        place = fresh[:, j] - values[0]
        place[(place < 0) | (place >= len(counts) - 1)] = len(counts) - 1
        total += lengths[place]
    x_hat = np.clip(decode(torch.from_numpy(fresh * step).float()).detach().numpy(), 0, 1)
    return total.mean(), float(np.square(x_hat - test.numpy()).mean(dtype=np.float64))
