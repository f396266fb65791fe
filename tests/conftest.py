"""Fixtures that several test files share: images, and a suite that never reaches the network."""

from __future__ import annotations

import os
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import torch
from hypothesis import settings

from lessons_pkg import data, latent

# Answers of learners, for test_checks.py to judge; some are called *_test.py and are no tests.
collect_ignore = ["submissions"]

# Where a person watches, new examples at every run; in CI always the same, so that a red run can be run again.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")


@pytest.fixture(scope="session", autouse=True)
def _no_network():
    """Only this machine answers, so that the suite behaves the same with a network and without."""
    real = urllib.request.urlopen

    def guarded(request, *args, **kwargs):
        address = request if isinstance(request, str) else request.full_url
        if urlsplit(address).hostname != "127.0.0.1":
            raise urllib.error.URLError(f"no network in tests: {address}")
        return real(request, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(urllib.request, "urlopen", guarded)
        yield


def _real(name: str) -> tuple[data.ImageSet, data.ImageSet]:
    source = data._SOURCES[name]
    roots = [Path(os.environ["LESSONS_DATA"])] if os.environ.get("LESSONS_DATA") else []
    if not any(data._verified(root, source) for root in [*roots, data.cache_folder()]):
        pytest.skip(f"no {name} on this machine: set LESSONS_DATA to the folder that holds {source.folder}/raw")
    return data.load(name)


@pytest.fixture(scope="session")
def mnist():
    """Real MNIST, or a skip that says why."""
    return _real("mnist")


@pytest.fixture(scope="session")
def fashion():
    """Real Fashion-MNIST, or a skip that says why."""
    return _real("fashion-mnist")


@pytest.fixture(scope="session")
def mnist_pca(mnist):
    return latent.pca(mnist[0])


@pytest.fixture(scope="session")
def fashion_pca(fashion):
    return latent.pca(fashion[0])


@pytest.fixture(scope="session")
def digits():
    return data.digits()


@pytest.fixture
def images():
    """Thirty images of 4x4 pixels, the smallest that mean anything."""
    return torch.rand(30, 1, 4, 4, generator=torch.Generator().manual_seed(0))


@pytest.fixture
def rng_untouched():
    """Fails the test if it leaves the global random state other than it found it."""
    before = torch.random.get_rng_state()
    yield
    assert torch.equal(torch.random.get_rng_state(), before), "the global random state was touched"


@pytest.fixture(scope="session")
def sandbox() -> None:
    """For tests that run foreign code: skips them where no sandbox can be had; under CI_MUST_SANDBOX=1 they fail."""
    from lessons_pkg.grading import sandbox

    if reason := sandbox.available():
        (pytest.fail if os.environ.get("CI_MUST_SANDBOX") == "1" else pytest.skip)(reason)
