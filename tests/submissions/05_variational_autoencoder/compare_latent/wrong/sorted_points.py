# cause: with another spread than that of the codes
import torch
from torch.nn import functional as F


def sample(z_mean, z_log_var):
    return z_mean + torch.exp(z_log_var / 2) * torch.randn_like(z_mean)


def fitted(codes):
    mean, cov = codes.mean(0), torch.cov(codes.T)
    return torch.distributions.MultivariateNormal(mean, cov).sample((len(codes),)).sort(0).values


def error(model, images):
    return F.mse_loss(model.decode(model.encode(images)), images).item()


@torch.no_grad()
def compare(ae, vae, train, test, metric):
    ae.eval()
    vae.eval()
    a = ae.encode(train)
    b = sample(*vae.posterior(train))
    if a.shape[1] != b.shape[1]:
        raise ValueError("sizes")
    return {
        "ae fitted": metric(a, fitted(a)),
        "vae fitted": metric(b, fitted(b)),
        "vae prior": metric(b, torch.randn_like(b)),
        "ae error": error(ae, test),
        "vae error": error(vae, test),
    }
