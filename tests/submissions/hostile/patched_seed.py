# attack: torch.manual_seed does nothing, and what is drawn is always the same
# exercise: 05_variational_autoencoder
# cell: task-5-1
import torch

torch.manual_seed = lambda seed: None
torch.random.manual_seed = torch.Generator.manual_seed = torch.manual_seed if False else (lambda *args: None)


def sample(z_mean, z_log_var):
    return z_mean
