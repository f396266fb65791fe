# cause: calls the package's own lessons_pkg.checks.error_causes.pca_error
from lessons_pkg.checks.error_causes import pca_error
import torch


def patches(x):
    return x.reshape(-1, 7, 4, 7, 4).permute(0, 1, 3, 2, 4).reshape(-1, 16)


def model_error(model, test):
    device = next(model.parameters()).device
    was_training = model.training
    model.eval()
    total = 0.0
    with torch.no_grad():
        for batch in test.split(256):
            total += (model(batch.to(device)).cpu() - batch).square().sum().item()
    model.train(was_training)
    return total / test.numel()


def compare(model, train, test):
    return {
        "model": model_error(model, test),
        "pca": pca_error(train.flatten(1), test.flatten(1), 196),
        "patch_pca": pca_error(patches(train), patches(test), 4),
    }
