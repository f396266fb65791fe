import numpy as np
import torch


def training_step(model, optimizer, x):
    model.train()
    total = (model(x) - x).pow(2).sum() / x.numel()
    parameters = list(model.parameters())
    for p, gradient in zip(parameters, torch.autograd.grad(total, parameters), strict=True):
        p.grad = gradient
    optimizer.step()
    return np.float64(total.item())
