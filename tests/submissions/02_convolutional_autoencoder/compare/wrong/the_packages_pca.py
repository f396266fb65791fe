# cause: calls the package's own
from lessons_pkg import latent, training


def compare(model, train, test):
    return {
        "model": training.evaluate(model, test),
        "pca": latent.pca_floor(train, 196, on=test),
        "patch_pca": latent.pca_floor(latent.patches(train, 4), 4, on=latent.patches(test, 4)),
    }
