"""One epoch for each of several seeds: one after the other, in processes side by side, or stacked into one model.

Each seed has its own weights and its own order of the images, as ``fit`` has them. Stacked, the weights of all seeds
are one tensor per layer and ``torch.func.vmap`` makes one step for all of them; Adam moves numbers one by one, so that
it does not matter whose they are.
"""

from __future__ import annotations

import time
from functools import partial

import torch
from torch.func import functional_call, stack_module_state, vmap
from torch.nn import functional as F

from benchmarks.arms.networks import network
from lessons_pkg import data, training
from lessons_pkg.experiments.side_by_side import each_in_a_process
from lessons_pkg.quick_adam import QuickAdam


def run(net: str, batch_size: int, way: str, seeds: int = 4) -> dict:
    start = time.perf_counter()
    if way == "stacked":
        losses = _stacked(net, batch_size, seeds)
    else:
        work = partial(_one, net, batch_size, way == "side by side")
        if way == "side by side":
            losses = [ended.answer for ended in sorted(each_in_a_process(work, range(seeds)), key=lambda one: one.seed)]
        else:
            losses = [work(seed) for seed in range(seeds)]
    return {"seconds": time.perf_counter() - start, "losses": losses}


def _one(net: str, batch_size: int, one_thread: bool, seed: int) -> float:
    if one_thread:  # as the recipes do: another process has the other core
        torch.set_num_threads(1)
    train, _ = data.load("mnist")
    return training.fit(network(net, seed), train, epochs=1, batch_size=batch_size, seed=seed, device="cpu").loss[0]


def _stacked(net: str, batch_size: int, seeds: int) -> list[float]:
    train, _ = data.load("mnist")
    models = [network(net, seed) for seed in range(seeds)]
    weights, buffers = stack_module_state(models)

    def loss_of(weights: dict, buffers: dict, x: torch.Tensor) -> torch.Tensor:
        return F.mse_loss(functional_call(models[0], (weights, buffers), (x,)), x)

    optimizer = QuickAdam(weights.values(), lr=1e-3)
    orders = torch.stack([torch.randperm(len(train), generator=torch.Generator().manual_seed(s)) for s in range(seeds)])
    total = torch.zeros(seeds)
    for batch in orders.split(batch_size, dim=1):
        x = data.as_floats(train.pixels.index_select(0, batch.flatten())).unflatten(0, batch.shape)
        values = vmap(loss_of)(weights, buffers, x)
        optimizer.zero_grad()
        values.sum().backward()
        optimizer.step()
        total += values.detach() * batch.shape[1]
    return (total / len(train)).tolist()
