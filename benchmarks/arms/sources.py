"""The loop of the sources: torchvision's data set, ToTensor, a shuffling DataLoader, Adam, ``.item()`` each step."""

from __future__ import annotations

import os
import time

import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

from benchmarks.arms.networks import network
from benchmarks.arms.peak import peak_mb


def run(net: str, batch_size: int, epochs: int = 1, seed: int = 0, device: str = "cpu") -> dict:
    torch.manual_seed(seed)
    start = time.perf_counter()
    train = datasets.MNIST(os.environ["LESSONS_DATA"], train=True, transform=transforms.ToTensor())
    loader = DataLoader(train, batch_size=batch_size, shuffle=True, num_workers=0)
    model = network(net, seed).to(device)
    criterion = nn.MSELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    seconds, losses = [], []
    for _ in range(epochs):
        began, total = time.perf_counter(), 0.0
        for images, _ in loader:
            images = images.to(device)
            optimizer.zero_grad()
            loss = model.loss(images) if net == "vae" else criterion(model(images), images)
            loss.backward()
            optimizer.step()
            total += loss.item() * images.size(0)
        losses.append(total / len(train))
        seconds.append(time.perf_counter() - began)
    total_seconds = time.perf_counter() - start
    peak = peak_mb()  # of the training: judging it takes more
    with torch.no_grad():
        whole = sum(_error(model, images.to(device), net) for images, _ in DataLoader(train, batch_size=1000))
    return {
        "seconds": sum(seconds) / epochs,
        "total": total_seconds,
        "loss": losses,
        "error": whole / len(train),
        "peak_mb": peak,
    }


def _error(model: nn.Module, images: torch.Tensor, net: str) -> float:
    loss = model.loss(images) if net == "vae" else nn.functional.mse_loss(model(images), images)
    return loss.item() * len(images)
