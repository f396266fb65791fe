"""pythae's VAE 784-400-40 with its own trainer, as its users call it; its checkpoints and files off where it can."""

from __future__ import annotations

import os
import tempfile
import time

import torch
from pythae.data.datasets import BaseDataset
from pythae.models import VAE, VAEConfig
from pythae.models.base.base_utils import ModelOutput
from pythae.models.nn import BaseDecoder, BaseEncoder
from pythae.trainers import BaseTrainer, BaseTrainerConfig
from pythae.trainers.training_callbacks import TrainingCallback
from torch import nn
from torchvision.datasets import MNIST


class Encoder(BaseEncoder):
    def __init__(self) -> None:
        super().__init__()
        self.hidden = nn.Sequential(nn.Flatten(), nn.Linear(784, 400), nn.ReLU())
        self.embedding, self.log_var = nn.Linear(400, 40), nn.Linear(400, 40)

    def forward(self, x: torch.Tensor) -> ModelOutput:
        h = self.hidden(x)
        return ModelOutput(embedding=self.embedding(h), log_covariance=self.log_var(h))


class Decoder(BaseDecoder):
    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(40, 400), nn.ReLU(), nn.Linear(400, 784), nn.Sigmoid())

    def forward(self, z: torch.Tensor) -> ModelOutput:
        return ModelOutput(reconstruction=self.layers(z).reshape(-1, 1, 28, 28))


class Clock(TrainingCallback):
    """Seconds of the epochs' training, without what comes before and after."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def on_train_step_begin(self, training_config: BaseTrainerConfig, **kwargs: object) -> None:
        self.began = time.perf_counter()

    def on_epoch_end(self, training_config: BaseTrainerConfig, **kwargs: object) -> None:
        self.seconds.append(time.perf_counter() - self.began)


def run(batch_size: int, epochs: int = 1, seed: int = 0) -> dict:
    images = MNIST(os.environ["LESSONS_DATA"], train=True).data.unsqueeze(1).float() / 255
    clock = Clock()
    with tempfile.TemporaryDirectory() as folder:
        trainer = BaseTrainer(
            VAE(VAEConfig((1, 28, 28), 40, reconstruction_loss="bce"), Encoder(), Decoder()),
            train_dataset=BaseDataset(images, torch.zeros(len(images))),
            training_config=BaseTrainerConfig(
                output_dir=folder,
                num_epochs=epochs,
                per_device_train_batch_size=batch_size,
                learning_rate=1e-3,
                no_cuda=True,
                seed=seed,
                steps_saving=None,
            ),
            callbacks=[clock],
        )
        trainer.train()
    return {"seconds": sum(clock.seconds) / epochs}
