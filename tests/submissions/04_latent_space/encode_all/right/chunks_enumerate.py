import torch


def encode_all(model, images, batch_size=256):
    mode = model.training
    try:
        model.eval()
        n = -(-len(images) // batch_size)
        return torch.vstack(
            [
                model.encode(images[k * batch_size : min((k + 1) * batch_size, len(images))]).detach().cpu()
                for k in range(n)
            ]
        )
    finally:
        model.train(mode)
