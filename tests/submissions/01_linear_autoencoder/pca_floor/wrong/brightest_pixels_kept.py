# cause: not the subspace of largest variance
def pca_floor(images, k):
    flat = images.flatten(1).double()
    centred = flat - flat.mean(0)
    lost = centred.var(0, correction=0).sort(descending=True).values[k:]
    return lost.sum().item() / 784
