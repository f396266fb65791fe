"""What chapters 4 and 5 measure, put together: points are judged against codes that they know nothing of."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from lessons_pkg import data
from lessons_pkg.experiments import latent_space, latent_table
from lessons_pkg.models import vae


@pytest.fixture(scope="module")
def measured() -> dict:
    """Of a VAE that says nothing: its heads give q(z|x) = N(0, I) for every image, so all codes are noise."""
    model = vae.ConvVAE(2, channels=(8, 8, 8), seed=0)
    for head in (model.z_mean, model.z_log_var):
        nn.init.zeros_(head.weight)
        nn.init.zeros_(head.bias)
    draw = torch.Generator().manual_seed(0)
    train, test = (
        data.ImageSet(
            torch.rand(size, 1, 32, 32, generator=draw),
            torch.randint(10, (size,), generator=draw),
            tuple("0123456789"),
            "noise",
        )
        for size in (1500, 3000)
    )
    return latent_space.measure(model, train, test, sizes=latent_space.Sizes(1500, 1500, 10), seed=0)


def test_codes_that_are_noise_and_points_from_the_prior_are_alike(measured):
    """Were the points of the prior the noise of the codes, they would lie on them: no holes, no distance."""
    judged = measured["from"]
    for other in ("prior", "gaussian"):
        assert judged[other]["holes"] == pytest.approx(judged["test codes"]["holes"], abs=0.04)
        assert judged[other]["neighbour_distance"] == pytest.approx(judged["test codes"]["neighbour_distance"], rel=0.1)
        assert judged[other]["mmd"] == pytest.approx(0, abs=0.004)
    assert judged["box"]["holes"] > 0.3


def test_the_tables_show_what_is_measured(measured):
    assert set(latent_table.OF_POINTS) <= set(measured["from"]["prior"])
    assert set(latent_table.OF_THE_CODES) <= set(measured)
