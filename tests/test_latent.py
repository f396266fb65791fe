"""Measures of a latent space, against numpy, scikit-learn, brute force and constructions whose answer is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.linalg
import torch
from sklearn.decomposition import PCA as SklearnPCA
from torch import nn

from lessons_pkg import data, latent
from lessons_pkg.models import DenseAE, LinearAE


def draw(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def orthonormal(rows: int, columns: int, seed: int = 0) -> torch.Tensor:
    return torch.linalg.qr(draw(rows, columns, seed=seed))[0]


def images_of_rank(rank: int, count: int = 50) -> torch.Tensor:
    """4x4 images whose centred pixels span ``rank`` dimensions."""
    return (draw(count, rank) @ draw(rank, 16, seed=1) + draw(16, seed=2)).reshape(count, 1, 4, 4)


# --- PCA ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("rank", "count"), [(16, 50), (5, 50), (16, 7)])  # full, deficient, fewer images than pixels
def test_pca_agrees_with_numpy_and_scikit_learn(rank, count):
    images = images_of_rank(rank, count)
    flat = images.flatten(1).numpy()
    fitted = latent.pca(images)
    theirs = SklearnPCA(svd_solver="full").fit(flat)
    kept = min(rank, count - 1)
    assert np.allclose(fitted.mean, flat.mean(0))
    assert np.allclose(fitted.eigenvalues, np.linalg.eigvalsh(np.cov(flat.T, bias=True))[::-1], atol=1e-12)
    assert np.allclose(fitted.eigenvalues[:kept], theirs.explained_variance_[:kept] * (count - 1) / count)
    cosines = np.abs(np.sum(fitted.components.T[:kept].numpy() * theirs.components_[:kept], axis=1))
    assert np.allclose(cosines, 1)  # the same directions, up to sign
    assert torch.allclose(fitted.components.T @ fitted.components, torch.eye(16).double(), atol=1e-12)
    assert (fitted.eigenvalues >= 0).all()
    assert (fitted.eigenvalues[kept:] < 1e-12).all()


def test_scores_have_the_variance_of_their_eigenvalue_and_decode_to_the_reconstruction():
    images = images_of_rank(16)
    fitted = latent.pca(images)
    scores = fitted.encode(images, 4)
    assert scores.shape == (50, 4)
    assert torch.allclose(scores.var(0, correction=0), fitted.eigenvalues[:4])
    assert torch.allclose(scores.mean(0), torch.zeros(4).double(), atol=1e-12)
    assert torch.equal(fitted.decode(scores), fitted.reconstruct(images, 4))
    assert torch.allclose(fitted.reconstruct(images, 16), images)
    clipped = fitted.reconstruct(images, 4, clip=True)
    assert torch.equal(clipped, fitted.reconstruct(images, 4).clamp(0, 1))


def test_pca_in_blocks_is_pca_at_once():
    images = draw(5003, 1, 2, 2)  # one block of 5,000 and a rest
    expected = np.linalg.eigvalsh(np.cov(images.flatten(1).numpy().T, bias=True))[::-1]
    assert np.allclose(latent.pca(images).eigenvalues, expected)


@pytest.mark.parametrize("product_of_bytes", [True, False])
def test_images_of_bytes_are_summed_without_rounding(product_of_bytes, monkeypatch):
    """Against numpy in float64; also on a machine whose torch cannot multiply bytes."""
    if not product_of_bytes:
        monkeypatch.delattr(torch, "_int_mm")
    drawn = np.random.default_rng(0).integers(0, 256, (5000, 36))
    drawn[:, 5], drawn[:, 6] = 255, 0
    images = (torch.from_numpy(drawn).float() / 255).reshape(-1, 1, 6, 6)
    fitted = latent.pca(images)
    expected = np.linalg.eigvalsh(np.cov(drawn.T / 255, bias=True))[::-1]
    assert np.abs(fitted.eigenvalues.numpy() - expected).max() < 1e-15
    assert (fitted.eigenvalues[-2:] < 1e-16).all()  # two pixels never change
    assert np.abs(fitted.mean.numpy() - drawn.mean(0) / 255).max() < 1e-15
    pixels = torch.from_numpy(drawn).to(torch.uint8).reshape(-1, 1, 6, 6)
    kept = latent.pca(data.ImageSet(pixels, torch.zeros(5000, dtype=torch.int64), ("x",), "bytes"))
    assert torch.equal(kept.eigenvalues, fitted.eigenvalues)
    assert torch.equal(kept.mean, fitted.mean)
    assert kept.image_shape == fitted.image_shape


def test_codes_of_a_set_of_bytes_are_those_of_its_floats():
    pixels = torch.randint(0, 256, (13, 1, 4, 4), dtype=torch.uint8, generator=torch.Generator().manual_seed(0))
    kept = data.ImageSet(pixels, torch.zeros(13, dtype=torch.int64), ("x",), "bytes")
    model = LinearAE(3, seed=0, image_shape=(1, 4, 4))
    assert torch.equal(latent.codes(model, kept, batch_size=5), latent.codes(model, kept.images, batch_size=5))


def test_one_pixel_that_is_no_byte_is_not_rounded_to_one():
    drawn = torch.randint(0, 256, (500, 1, 4, 4), generator=torch.Generator().manual_seed(0))
    images = drawn.float() / 255
    images[499, 0, 3, 3] += 0.3 / 255
    expected = np.linalg.eigvalsh(np.cov(images.double().flatten(1).numpy().T, bias=True))[::-1]
    assert np.abs(latent.pca(images).eigenvalues.numpy() - expected).max() < 1e-14


def test_images_with_nan_and_no_images_are_refused():
    images = images_of_rank(3)
    with pytest.raises(ValueError, match="the selection is empty"):
        latent.pca(images[:0])
    images[4, 0, 1, 1] = math.nan
    with pytest.raises(ValueError, match="contain NaN or infinity"):
        latent.pca(images)


def brute_force_error(images: torch.Tensor, k: int) -> float:
    """Mean squared error per pixel of the rank-k truncated SVD of the centred images."""
    flat = images.flatten(1).double().numpy()
    centred = flat - flat.mean(0)
    u, s, v = np.linalg.svd(centred, full_matrices=False)
    return float(((centred - (u[:, :k] * s[:k]) @ v[:k]) ** 2).mean())


@pytest.mark.parametrize("rank", [16, 5])
def test_the_floor_is_the_error_of_the_truncated_svd(rank):
    images = images_of_rank(rank)
    sizes = [0, 1, 3, 5, 16]
    floors = latent.pca_floor(images, sizes)
    assert floors == pytest.approx([brute_force_error(images, k) for k in sizes], abs=1e-12)
    assert latent.pca_floor(images, sizes, on=images) == pytest.approx(floors, abs=1e-12)
    assert latent.pca_floor(latent.pca(images), 3) == floors[2]
    assert floors[0] == pytest.approx(images.var(0, correction=0).mean().item())  # k = 0: the total variance


def test_on_other_images_the_same_subspace_is_used():
    train, test = images_of_rank(16), draw(20, 1, 4, 4, seed=9)
    theirs = SklearnPCA(3, svd_solver="full").fit(train.flatten(1).numpy())
    flat = test.flatten(1).numpy()
    again = theirs.inverse_transform(theirs.transform(flat))
    assert latent.pca_floor(train, 3, on=test) == pytest.approx(((again - flat) ** 2).mean())
    expected = ((again.clip(0, 1) - flat) ** 2).mean()
    assert latent.pca_floor(train, 3, on=test, clip=True) == pytest.approx(expected)


@pytest.mark.parametrize("k", [-1, 17, [3, 17]])
def test_a_code_size_outside_the_pixels_has_no_floor(k):
    with pytest.raises(ValueError, match="the code size is 0 to 16"):
        latent.pca_floor(images_of_rank(5), k)


def test_a_floor_that_cannot_be_computed_is_refused():
    with pytest.raises(ValueError, match="clip=True needs the images themselves"):
        latent.pca_floor(images_of_rank(5), 3, clip=True)
    with pytest.raises(ValueError, match=r"fitted on images \(1, 4, 4\), but on= holds \(4, 4\)"):
        latent.pca_floor(images_of_rank(5), 3, on=images_of_rank(5)[:, 0])


def test_the_floor_of_the_digits_is_zero_from_61_numbers_on(digits):
    fitted = latent.pca(digits[0])
    at_60, at_61, at_64 = latent.pca_floor(fitted, [60, 61, 64])
    assert at_60 > 1e-8
    assert max(at_61, at_64) < 1e-15


TABLE = {  # mean squared error per pixel at each of SIZES, to six decimals
    "mnist train": [0.055953, 0.034423, 0.027293, 0.017243, 0.009284, 0.002334],
    "mnist test": [0.055669, 0.034074, 0.026860, 0.016828, 0.009047, 0.002310],
    "fashion train": [0.046294, 0.024371, 0.020430, 0.015127, 0.010332, 0.004127],
    "fashion test": [0.046096, 0.024352, 0.020446, 0.015142, 0.010368, 0.004179],
}
SIZES = [2, 10, 16, 32, 64, 196]


@pytest.mark.parametrize(("name", "variance"), [("mnist", 0.067251), ("fashion", 0.087011)])
def test_the_floors_of_real_images_are_those_the_book_prints(request, name, variance):
    _, test = request.getfixturevalue(name)
    fitted = request.getfixturevalue(f"{name}_pca")
    assert latent.pca_floor(fitted, SIZES) == pytest.approx(TABLE[f"{name} train"], abs=1e-6)
    assert latent.pca_floor(fitted, SIZES, on=test) == pytest.approx(TABLE[f"{name} test"], abs=1e-6)
    assert latent.pca_floor(fitted, 0) == pytest.approx(variance, abs=1e-6)


def test_facts_about_mnist(mnist, mnist_pca):
    train, test = mnist
    assert latent.pca_floor(mnist_pca, 32, on=test, clip=True) == pytest.approx(0.01521, abs=5e-6)
    # Hinton and Salakhutdinov's "standard PCA" (2006): 30 numbers, summed over the pixels.
    assert latent.pca_floor(mnist_pca, 30, on=test) * 784 == pytest.approx(13.87, abs=5e-3)
    assert [(mnist_pca.eigenvalues > limit).sum() for limit in (1, 0.5, 0.1, 0.05)] == [12, 23, 69, 102]
    assert (train.images.amax(0) == train.images.amin(0)).sum() == 67  # constant pixels: a singular covariance


# --- angles between subspaces ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("angle", [1e-9, 1e-4, 0.3, 1.2, math.pi / 2 - 1e-9, math.pi / 2])
def test_a_rotation_by_a_known_angle_is_measured(angle):
    basis = orthonormal(12, 4)
    rotated = torch.stack([basis[:, 0], math.cos(angle) * basis[:, 1] + math.sin(angle) * basis[:, 2]], 1)
    found = latent.principal_angles(basis[:, :2], rotated)
    assert found.dtype == torch.float64
    assert found[0] < 1e-12
    assert found[1].item() == pytest.approx(angle, rel=0, abs=1e-13)


def test_angles_do_not_depend_on_the_choice_of_basis():
    A, B = draw(12, 3), draw(12, 3, seed=1)
    skewed = A @ draw(3, 3, seed=2) * 1e3
    expected = latent.principal_angles(A, B)
    assert torch.allclose(latent.principal_angles(skewed, B), expected, atol=1e-9)
    assert torch.allclose(latent.principal_angles(B, A), expected, atol=1e-9)
    assert latent.principal_angles(A, skewed).max() < 1e-9
    cosines = np.linalg.svd(np.linalg.qr(A)[0].T @ np.linalg.qr(B)[0], compute_uv=False)
    assert np.allclose(expected.cos(), cosines)
    assert np.allclose(expected, np.sort(scipy.linalg.subspace_angles(A.numpy(), B.numpy())))
    assert (expected.diff() >= 0).all()  # smallest first


def test_a_plane_inside_a_larger_space_has_angle_zero_and_outside_a_right_angle():
    basis = orthonormal(12, 5)
    inside = latent.principal_angles(basis[:, :3] @ draw(3, 2), basis[:, :3])
    outside = latent.principal_angles(basis[:, :3], basis[:, 3:])
    assert inside.shape == outside.shape == (2,)
    assert inside.max() < 1e-12
    assert torch.allclose(outside, torch.full((2,), math.pi / 2).double())


def test_float32_parameters_are_taken_as_they_are():
    layer = nn.Linear(3, 12)
    assert latent.principal_angles(layer.weight, layer.weight).max() < 1e-7


@pytest.mark.parametrize(
    ("A", "said"),
    [
        (torch.ones(12, 2), "the 2 columns of B span only 1 dimensions"),
        (orthonormal(3, 3).repeat(1, 2), "the 6 columns of B span only 3"),
        (torch.full((12, 2), math.nan), "finite numbers"),
        (torch.ones(12), r"B is a matrix \(D, k\)"),
        (draw(11, 2), "A has 12 rows and B 11"),
    ],
)
def test_what_spans_no_subspace_of_the_same_space_is_refused(A, said):
    with pytest.raises(ValueError, match=said):
        latent.principal_angles(draw(12, 2), A)


# --- directions from an autoencoder ---------------------------------------------------------------------------------


def principal_model(images: torch.Tensor, k: int, mixing: torch.Tensor) -> LinearAE:
    """The linear autoencoder at the optimum, its codes mixed by an invertible matrix C: decoder W C^-1."""
    fitted = latent.pca(images)
    model = LinearAE(k, image_shape=(1, 4, 4)).double()
    directions = fitted.components[:, :k]
    with torch.no_grad():
        model.encoder.weight.copy_(mixing @ directions.T)
        model.encoder.bias.copy_(3 - mixing @ directions.T @ fitted.mean)  # codes need not have mean zero
        model.decoder.weight.copy_(directions @ torch.linalg.inv(mixing))
        model.decoder.bias.copy_(fitted.mean - 3 * model.decoder.weight.sum(1))
    return model


@pytest.mark.parametrize("seed", range(5))
def test_the_directions_are_in_the_code_covariance_and_not_in_the_decoder(seed):
    images = images_of_rank(16)
    fitted = latent.pca(images)
    model = principal_model(images, 4, draw(4, 4, seed=seed + 10))
    truth = fitted.components[:, :4]
    decoder = latent.decoder_matrix(model, 4)
    left = torch.linalg.svd(decoder, full_matrices=False)[0]
    recovered = latent.principal_directions(model, images)
    assert latent.principal_angles(decoder, truth).max() < 1e-6  # the subspace is there,
    assert (left.T @ truth).diagonal().abs().min() < 0.9  # the directions are not:
    assert ((recovered.T @ truth).diagonal().abs() > 1 - 1e-9).all()  # they are here, and in this order
    assert torch.allclose(recovered.T @ recovered, torch.eye(4).double(), atol=1e-9)


def test_the_decoder_matrix_is_the_weight_matrix():
    model = LinearAE(5, image_shape=(1, 4, 4))
    assert torch.allclose(latent.decoder_matrix(model, 5), model.decoder.weight, atol=1e-6)
    tied = LinearAE(5, image_shape=(1, 4, 4), tied=True)
    assert torch.allclose(latent.decoder_matrix(tied, 5), tied.encoder.weight.T, atol=1e-6)
    assert not latent.decoder_matrix(model, 5).requires_grad


def test_a_decoder_with_an_activation_has_no_matrix():
    with pytest.raises(ValueError, match="this decoder is not affine"):
        latent.decoder_matrix(DenseAE(5), 5)
    with pytest.raises(ValueError, match="this decoder is not affine"):
        latent.principal_directions(DenseAE(5), torch.rand(9, 1, 28, 28))
    latent.decoder_matrix(DenseAE(5, output_activation="none"), 5)  # an activation on the code is not the decoder's


# --- codes, neighbours, pictures ------------------------------------------------------------------------------------


class ConvCode(nn.Module):
    """A code with places, (N, 4, 7, 7), and layers that behave differently while training."""

    def __init__(self):
        super().__init__()
        self.encode = nn.Sequential(nn.Conv2d(1, 4, 4, stride=4), nn.BatchNorm2d(4), nn.Dropout(0.5))


@pytest.mark.parametrize("training", [True, False])
def test_codes_are_rows_whatever_their_shape_and_the_mode_is_restored(training):
    model = ConvCode().train(training)
    images = torch.rand(23, 1, 28, 28)
    found = latent.codes(model, images, batch_size=10)
    assert model.training is training
    assert found.shape == (23, 4 * 7 * 7)
    assert not found.requires_grad
    assert torch.allclose(found, model.eval().encode(images).flatten(1), atol=1e-6)
    assert model.encode[1].num_batches_tracked == 0


def test_codes_of_an_image_set(digits):
    model = LinearAE(3)
    part = digits[0][:20]
    assert torch.allclose(latent.codes(model, part), model.encode(part.images), atol=1e-6)
    with pytest.raises(ValueError, match="the selection is empty"):
        latent.codes(model, part[:0])


def test_nearest_neighbours_vote():
    train = torch.tensor([[0.0], [0.1], [0.2], [5.0], [5.1], [5.2]])
    labels = torch.tensor([0, 0, 0, 1, 1, 0])
    test = torch.tensor([[0.15], [5.05], [5.3], [-1.0]])
    truth = torch.tensor([0, 1, 1, 1])
    assert latent.knn_accuracy(train, labels, test, truth, neighbours=3) == 0.75
    assert latent.knn_accuracy(train, labels, test, truth, neighbours=1) == 0.5  # 5.3 is nearest to 5.2
    assert latent.knn_accuracy(train, labels, train, labels, neighbours=1) == 1


def test_tsne_gives_the_same_plane_for_the_same_seed_and_keeps_groups_apart(rng_untouched):
    points = torch.cat([draw(30, 8), draw(30, 8, seed=1) + 20]).float()
    first, again = (latent.tsne(points, perplexity=10, seed=3) for _ in range(2))
    assert first.shape == (60, 2)
    assert torch.equal(first, again)
    labels = torch.arange(60) // 30
    assert latent.knn_accuracy(first, labels, first, labels) == 1


def test_knn_without_test_codes_never_asks_the_point_itself():
    points = torch.tensor([[0.0], [0.1], [0.2], [5.0], [5.1], [5.2]])
    labels = torch.tensor([0, 0, 0, 1, 1, 1])
    assert latent.knn_accuracy(points, labels, neighbours=1) == 1
    # Each label alone among two of the other kind: whoever counted itself would be right.
    pairs, mixed = torch.tensor([[0.0], [0.1], [5.0], [5.1]]), torch.tensor([0, 1, 0, 1])
    assert latent.knn_accuracy(pairs, mixed, neighbours=1) == 0


def test_neighbours_kept_is_the_share_of_neighbours_that_survive_in_the_picture():
    points = torch.tensor([[0.0], [1.0], [10.0], [11.0]])
    assert latent.neighbours_kept(points, points * 3 + 1, neighbours=1) == 1
    torn = torch.tensor([[0.0], [10.0], [1.0], [11.0]])  # every nearest neighbour is now another
    assert latent.neighbours_kept(points, torn, neighbours=1) == 0
    half = torch.tensor([[0.0], [1.0], [20.0], [-1.5]])  # 0 and 1 stay together, 10 and 11 are parted
    assert latent.neighbours_kept(points, half, neighbours=1) == 0.5


def test_unexplained_share_is_zero_for_an_affine_map_and_one_for_unrelated_scores():
    draw = torch.Generator().manual_seed(0)
    scores = torch.randn(400, 2, generator=draw, dtype=torch.float64)
    codes = scores @ torch.randn(2, 3, generator=draw, dtype=torch.float64) + 5
    assert latent.unexplained_share(codes, scores) < 1e-12
    assert latent.unexplained_share(torch.randn(400, 3, generator=draw), scores) > 0.97
    # Two orthogonal parts of equal variance, of which the scores know one: a half.
    known, unknown = torch.linalg.qr(torch.randn(400, 2, generator=draw, dtype=torch.float64))[0].T
    known, unknown = known - known.mean(), unknown - unknown.mean()
    unknown = unknown - known * (known @ unknown) / (known @ known)
    both = torch.stack([known / known.norm(), unknown / unknown.norm()], dim=1)
    assert latent.unexplained_share(both, both[:, :1]) == pytest.approx(0.5)


# --- patches --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("channels", "height", "width", "size"), [(1, 8, 12, 4), (3, 6, 4, 2), (2, 5, 5, 5)])
def test_patches_come_in_the_order_of_torchs_unfold(channels, height, width, size):
    images = draw(3, channels, height, width)
    unfolded = nn.functional.unfold(images, size, stride=size)  # (N, C * s * s, cells)
    expected = unfolded.mT.reshape(-1, channels, size, size)
    assert torch.equal(latent.patches(images, size), expected)


def test_patches_put_back_in_place_are_the_images():
    images = draw(3, 2, 8, 12)
    cut = latent.patches(images, 4)
    assert cut.shape == (3 * 2 * 3, 2, 4, 4)
    assert torch.equal(cut[1], images[0, :, :4, 4:8])  # the second of the first row
    assert torch.equal(cut[6 + 3], images[1, :, 4:, :4])  # the first of the second row, of the second image
    columns = cut.reshape(3, 6, -1).mT
    assert torch.equal(nn.functional.fold(columns, (8, 12), 4, stride=4), images)


def test_patches_of_an_image_set_are_those_of_its_images(digits):
    part = digits[0][:5]
    assert torch.equal(latent.patches(part, 7), latent.patches(part.images, 7))


@pytest.mark.parametrize(("shape", "size"), [((2, 1, 28, 28), 5), ((2, 1, 8, 6), 4), ((2, 1, 6, 8), 4)])
def test_images_that_cannot_be_cut_without_remainder_are_refused(shape, size):
    with pytest.raises(ValueError, match=f"of {shape[2]}x{shape[3]} cannot be cut into {size}x{size} patches"):
        latent.patches(draw(*shape), size)
    with pytest.raises(ValueError, match="the selection is empty"):
        latent.patches(draw(*shape)[:0], size)


def test_the_floor_of_patches_is_the_error_of_images_drawn_cell_by_cell():
    images = draw(20, 1, 8, 8) + 3 * draw(20, 1, 1, 1, seed=1)
    cells = torch.stack([image[0, i : i + 4, j : j + 4] for image in images for i in (0, 4) for j in (0, 4)])
    floors = latent.pca_floor(latent.patches(images, 4), [1, 4, 16])
    assert floors == pytest.approx([brute_force_error(cells, k) for k in (1, 4, 16)], abs=1e-12)
