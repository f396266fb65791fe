from sklearn.decomposition import PCA


def pca_floor(images, k):
    x = images.flatten(1).double().numpy()
    if k == 0:
        return float(((x - x.mean(0)) ** 2).mean())
    fitted = PCA(n_components=min(k, *x.shape), svd_solver="full").fit(x)
    return float(((fitted.inverse_transform(fitted.transform(x)) - x) ** 2).mean())
