# cause: 'vae prior': points
import torch


def sample(z_mean, z_log_var):
    return z_mean + torch.exp(z_log_var / 2) * torch.randn_like(z_mean)


def fitted(codes):
    mean, cov = codes.mean(0), torch.cov(codes.T)
    return torch.distributions.MultivariateNormal(mean, cov).sample((len(codes),))


def error(model, images):
    return (model.decode(model.encode(images)) - images).square().mean().item()


@torch.no_grad()
def compare(ae, vae, train, test, metric):
    ae.eval(), vae.eval()
    a, b = ae.encode(train), sample(*vae.posterior(train))
    if a.shape != b.shape:
        raise ValueError("codes of different sizes")
    return {
        "ae fitted": metric(a, fitted(a)),
        "vae fitted": metric(b, fitted(b)),
        "vae prior": metric(b, torch.rand_like(b)),
        "ae error": error(ae, test),
        "vae error": error(vae, test),
    }
