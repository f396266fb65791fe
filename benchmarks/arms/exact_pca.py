"""PCA of all training images, exact: by the course, or by scikit-learn as it comes.

The clock starts with the images in memory. scikit-learn needs floats; the course takes the set, whose images are bytes,
and with ``floats`` the same floats.
"""

from __future__ import annotations

import time

from sklearn.decomposition import PCA

from lessons_pkg import data, latent


def run(by: str, floats: bool = True) -> dict:
    train, _ = data.load("mnist")
    images = train.images if floats else train
    if by == "course":
        start = time.perf_counter()
        floor = latent.pca_floor(latent.pca(images), 32)
        seconds = time.perf_counter() - start
    else:
        flat = images.flatten(1).numpy()
        start = time.perf_counter()
        theirs = PCA().fit(flat)
        seconds = time.perf_counter() - start
        floor = float(theirs.explained_variance_[32:].sum() * (len(flat) - 1) / len(flat) / flat.shape[1])
    return {"seconds": seconds, "error": floor}
