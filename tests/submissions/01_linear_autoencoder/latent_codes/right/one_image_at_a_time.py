import torch


def latent_codes(model, train_set, batch_size=256):
    modes = {module: module.training for module in model.modules()}
    device = next(model.parameters()).device
    model.eval()
    codes = [model.encode(image[None].to(device))[0].detach().cpu() for image in train_set.images]
    for module, mode in modes.items():
        module.training = mode
    return [torch.stack(codes), train_set.labels]
