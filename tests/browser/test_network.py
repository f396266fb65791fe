"""The interpreter of networks in the browser does what torch does, whatever the chain of layers."""

from __future__ import annotations

import base64

import pytest
import torch
from torch import nn

from lessons_pkg.explore import export

from . import explorer_page

CHAINS = {
    "several channels in": (
        (3, 9, 7),
        [
            nn.Conv2d(3, 5, 3, stride=2, padding=1),
            nn.LeakyReLU(0.2),
            nn.Conv2d(5, 2, 2),
            nn.Flatten(),
            nn.Linear(24, 3),
        ],
    ),
    "a row that is flattened": ((6,), [nn.Flatten(), nn.Linear(6, 4), nn.Flatten(), nn.ReLU(), nn.Linear(4, 2)]),
    "a map out": (
        (4,),
        [
            *(nn.Linear(4, 24), nn.ReLU(), nn.Unflatten(1, (6, 2, 2))),
            *(nn.ConvTranspose2d(6, 3, 3, stride=2, padding=1, output_padding=1), nn.Sigmoid()),
        ],
    ),
}


@pytest.mark.parametrize("name", CHAINS)
def test_a_chain_gives_what_torch_gives_with_the_same_rounded_weights(visit, tmp_path, name):
    shape, layers = CHAINS[name]
    torch.manual_seed(0)
    chain = nn.Sequential(*layers)
    for module in chain.modules():
        if isinstance(module, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(module.weight)
    spec, weights = export.network(chain, shape)
    page = visit(explorer_page.write(tmp_path, "memory")).page
    x = torch.randn(3, *shape)
    found = page.evaluate(
        """([spec, weights, inputs]) => {
            const network = Lessons.network(spec, Lessons.bytes(weights));
            return inputs.map(input => Array.from(network.run(input)));
        }""",
        [spec, base64.b64encode(weights).decode(), x.flatten(1).tolist()],
    )
    with torch.no_grad():
        expected = export.rounded(chain)(x).flatten(1)
    assert torch.allclose(torch.tensor(found), expected, atol=1e-5, rtol=1e-5)
