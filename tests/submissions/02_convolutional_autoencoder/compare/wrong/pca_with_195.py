# cause: 195 components instead of 196
import torch


def pca_error(train, test, k):
    mean = train.mean(0)
    _, _, directions = torch.linalg.svd(train - mean, full_matrices=False)
    basis = directions[:k]
    rebuilt = (test - mean) @ basis.T @ basis + mean
    return (rebuilt - test).square().mean().item()


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
        "pca": pca_error(train.flatten(1), test.flatten(1), 195),
        "patch_pca": pca_error(patches(train), patches(test), 4),
    }
