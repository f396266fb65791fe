"""One training, for one process or for several.

python train.py
torchrun --nproc-per-node 2 train.py
"""

import torch

from lessons_pkg import data, models, team, training

train, test = data.digits()
model = models.LinearAE(code_dim=8)
history = training.fit(
    model,
    train,
    epochs=6,
    batch_size=128,  # of all processes together
    lr=0.01,
    device="cpu",  # without this line: a GPU for each process
    checkpoint="train.checkpoint",
)
if team.is_first():
    error = training.evaluate(model, test)
    print(f"{len(history.loss)} epochs, test error {error:.4f}")
    torch.save(model.state_dict(), "weights.pt")
