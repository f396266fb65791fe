import torch


def encode_all(model, images, batch_size=256):
    modes = {module: module.training for module in model.modules()}
    device = next(model.parameters()).device
    model.eval()
    codes = [model.encode(image[None].to(device))[0].detach().cpu() for image in images]
    for module, mode in modes.items():
        module.training = mode
    return torch.stack(codes)
