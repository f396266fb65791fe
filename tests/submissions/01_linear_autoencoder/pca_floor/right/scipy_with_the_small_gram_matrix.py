import scipy.linalg


def pca_floor(images, k):
    x = images.flatten(1).double().numpy()
    x = x - x.mean(0)
    smaller = x @ x.T if len(x) < x.shape[1] else x.T @ x
    values = scipy.linalg.eigh(smaller, eigvals_only=True)[::-1]
    return float(max(0.0, values[k:].sum()) / x.size)
