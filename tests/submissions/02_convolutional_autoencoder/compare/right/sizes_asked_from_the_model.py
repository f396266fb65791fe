import torch


def floor(train, test, k):
    mean = train.mean(0)
    basis = torch.linalg.svd((train - mean).double(), full_matrices=False).Vh[:k].float()
    return ((test - mean) - (test - mean) @ basis.T @ basis).pow(2).mean().item()


def squares(images, size):
    return images.unfold(2, size, size).unfold(3, size, size).flatten(0, 3).flatten(1)


def compare(model, train, test):
    weights = next(model.parameters())
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    with torch.no_grad():
        per_cell, rows, columns = model.encode(test[:1].to(weights.device)).shape[1:]
        parts = [model.decode(model.encode(part.to(weights.device))).cpu() for part in test.split(100)]
    for module, mode in modes:
        module.training = mode
    return {
        "model": (torch.cat(parts) - test).pow(2).mean().item(),
        "pca": floor(train.flatten(1), test.flatten(1), per_cell * rows * columns),
        "patch_pca": floor(squares(train, 28 // rows), squares(test, 28 // rows), per_cell),
    }
