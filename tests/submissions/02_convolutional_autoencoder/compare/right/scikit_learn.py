import numpy as np
import torch
from sklearn.decomposition import PCA


def error(train, test, k):
    pca = PCA(n_components=k, svd_solver="full").fit(train)
    return float(np.mean((pca.inverse_transform(pca.transform(test)) - test) ** 2))


def cells(images):
    x = images.numpy().squeeze(1)
    return np.concatenate([x[:, r : r + 4, c : c + 4].reshape(-1, 16) for r in range(0, 28, 4) for c in range(0, 28, 4)])


@torch.no_grad()
def compare(model, train, test):
    device = next(model.parameters()).device
    before = model.training
    model.eval()
    squares = [(model(x[None].to(device)).cpu() - x).square().mean().item() for x in test]
    model.train(before)
    return dict(
        model=sum(squares) / len(squares),
        pca=error(train.flatten(1).numpy(), test.flatten(1).numpy(), 196),
        patch_pca=error(cells(train), cells(test), 4),
    )
