# attack: torch.randn and its relatives are constant
# exercise: 05_variational_autoencoder
# cell: task-5-1
import torch

torch.randn = lambda *shape, **kwargs: torch.zeros(*shape)
torch.rand = lambda *shape, **kwargs: torch.zeros(*shape)
torch.randn_like = torch.rand_like = lambda x, **kwargs: torch.zeros_like(x)
torch.normal = lambda mean, std, **kwargs: mean + 0 * std


def sample(z_mean, z_log_var):
    return z_mean + torch.exp(z_log_var / 2) * torch.randn_like(z_mean)
