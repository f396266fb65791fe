import copy

import torch


@torch.no_grad()
def encode_all(model, images, batch_size=256):
    m = copy.deepcopy(model).eval()
    d = next(m.parameters()).device
    out = None
    for b in torch.split(images, batch_size):
        z = m.encode(b.to(d)).to("cpu")
        out = z if out is None else torch.concatenate([out, z])
    return out
