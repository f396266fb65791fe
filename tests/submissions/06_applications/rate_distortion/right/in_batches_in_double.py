import torch


def rate_distortion(encode, decode, train, test, step):
    """One image at a time through the network, all lengths in a table at the end."""
    with torch.inference_mode():
        known, fresh = (torch.cat([encode(x[i : i + 1]) for i in range(len(x))]).double() for x in (train, test))
        known, fresh = torch.round(known / step), torch.round(fresh / step)
        pieces = [decode((s * step).float()[None]) for s in fresh]
        error = sum(((piece.clamp(0, 1) - x) ** 2).mean().item() for piece, x in zip(pieces, test, strict=True))
        low, high = known.amin(0), known.amax(0)
        equal = (fresh[:, None, :] == known[None, :, :]).sum(1)  # how often training had this symbol, (M, k)
        whole = len(known) + (high - low + 1) + 1
        escaped = (fresh < low) | (fresh > high)
        lengths = -torch.log2((equal + 1) / whole) + 32 * escaped
        return lengths.sum(1).mean().item(), error / len(test)
