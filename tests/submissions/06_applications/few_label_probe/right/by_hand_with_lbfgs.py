import numpy as np
import torch
from torch.nn import functional as F


def few_label_probe(codes_train, labels_train, codes_test, labels_test, per_class, seed):
    """The same objective as scikit-learn's, minimised by torch: summed cross-entropy and half the squared weights."""
    chance = np.random.RandomState(seed)
    chosen = []
    for c in range(int(labels_train.max()) + 1):
        places = np.where(labels_train.numpy() == c)[0]
        if per_class > places.size:
            raise ValueError("too few")
        chance.shuffle(places)
        chosen.extend(places[:per_class].tolist())
    std = codes_train.double().std(0)
    std[std == 0] = 1
    x, fresh = ((z.double() - codes_train.double().mean(0)) / std for z in (codes_train[chosen], codes_test))
    y = labels_train[chosen]
    weight = torch.zeros(x.shape[1], int(labels_train.max()) + 1, dtype=torch.float64, requires_grad=True)
    bias = torch.zeros(weight.shape[1], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=300, line_search_fn="strong_wolfe", tolerance_grad=1e-6)

    def closure():
        optimizer.zero_grad()
        loss = F.cross_entropy(x @ weight + bias, y, reduction="sum") + weight.square().sum() / 2
        loss.backward()
        return loss

    optimizer.step(closure)
    with torch.no_grad():
        return (fresh @ weight + bias).argmax(1).eq(labels_test).double().mean().item()
