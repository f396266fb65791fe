"""A code of whole numbers: the vector-quantised autoencoder of van den Oord et al. 2017."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lessons_pkg.models.base import Autoencoder, initial_weights

__all__ = ["VQVAE", "nearest_entries", "straight_through"]


def nearest_entries(vectors: Tensor, codebook: Tensor) -> Tensor:
    """The number of the codebook's nearest entry, by Euclidean distance: (..., D), (K, D) -> (...), int64."""
    # |v - e|^2 without |v|^2, which is the same for every entry.
    return (codebook.square().sum(1) - 2 * vectors @ codebook.T).argmin(-1)


def straight_through(vectors: Tensor, quantised: Tensor) -> Tensor:
    """``quantised`` on the way forward, ``vectors`` on the way back: the gradient passes as if nothing were rounded.

    Rounding is flat almost everywhere, so that its true gradient, 0, would teach the encoder nothing (section 3.2).
    """
    return vectors + (quantised - vectors).detach()


class VQVAE(Autoencoder):
    """Convolutions to a grid of 7x7 vectors, each replaced by the nearest of ``entries`` vectors, and back.

    encode gives whole numbers (N, 7, 7), log2(entries) bits each; decode takes them. No prior, no KL: over a uniform
    prior the KL term is the constant log(entries), and the name VAE is all that is left of it.
    commitment: the weight beta of the third term of the loss (equation 3). quantised=False: an ordinary autoencoder of
    the same shape, whose code is the grid of vectors itself.
    restart_every: after so many batches of training, entries that no vector chose since the last time move to vectors
    of the batch at hand, drawn by chance; 0: never (random restarts: Dhariwal et al. 2020, section 3).
    """

    def __init__(
        self,
        entries: int = 64,
        *,
        vector_dim: int = 16,
        channels: tuple[int, int] = (16, 32),
        commitment: float = 0.25,
        restart_every: int = 0,
        quantised: bool = True,
        seed: int = 0,
    ) -> None:
        super().__init__()
        if entries < 1 or restart_every < 0:
            raise ValueError(f"entries={entries}, restart_every={restart_every}: at least 1 entry, 0 batches or more")
        self.commitment, self.restart_every, self.quantised = commitment, restart_every, quantised
        few, many = channels
        with initial_weights(seed):
            self.encoder = nn.Sequential(
                *(nn.Conv2d(1, few, 4, stride=2, padding=1), nn.ReLU()),  # 28x28 -> 14x14
                *(nn.Conv2d(few, many, 4, stride=2, padding=1), nn.ReLU()),  # -> 7x7
                nn.Conv2d(many, vector_dim, 1),
            )
            self.decoder = nn.Sequential(
                *(nn.Conv2d(vector_dim, many, 3, padding=1), nn.ReLU()),
                *(nn.ConvTranspose2d(many, few, 4, stride=2, padding=1), nn.ReLU()),  # 7x7 -> 14x14
                nn.ConvTranspose2d(few, 1, 4, stride=2, padding=1),  # -> 28x28
            )
            self.codebook = nn.Parameter(torch.empty(entries, vector_dim).uniform_(-1 / entries, 1 / entries))
        self.register_buffer("chosen", torch.zeros(entries, dtype=torch.int64))  # how often, since the last restart
        self.register_buffer("batches", torch.zeros((), dtype=torch.int64))

    def vectors(self, x: Tensor) -> Tensor:
        """What the encoder says before anything is rounded: (N, 1, 28, 28) -> (N, 7, 7, D)."""
        return self.encoder(x).movedim(1, -1)

    def encode(self, x: Tensor) -> Tensor:
        vectors = self.vectors(x)
        return nearest_entries(vectors, self.codebook) if self.quantised else vectors  # (N, 7, 7) or (N, 7, 7, D)

    def decode(self, z: Tensor) -> Tensor:
        return self.decode_vectors(self.codebook[z] if self.quantised else z)

    def decode_vectors(self, vectors: Tensor) -> Tensor:
        """(N, 7, 7, D) -> (N, 1, 28, 28)."""
        return self.decoder(vectors.movedim(-1, 1))

    def loss(self, x: Tensor) -> Tensor:
        """Mean squared error per pixel, plus that of the vectors from their entries, per number (a scalar).

        The second is there twice (equation 3): it moves the entries to the vectors, and, times ``commitment``, the
        vectors to their entries. The sum over three squared errors is a mean here, over pixels or numbers.
        """
        vectors = self.vectors(x)
        if not self.quantised:
            return F.mse_loss(self.decode_vectors(vectors), x)
        if self.training and self.restart_every and self.batches and self.batches % self.restart_every == 0:
            self._restart(vectors.detach().flatten(0, 2))
        z = nearest_entries(vectors, self.codebook)
        if self.training:
            self.chosen.index_add_(0, z.flatten(), torch.ones_like(z.flatten()))
            self.batches += 1
        entries = self.codebook[z]
        rebuilt = self.decode_vectors(straight_through(vectors, entries))
        moves_entries, moves_vectors = F.mse_loss(entries, vectors.detach()), F.mse_loss(vectors, entries.detach())
        return F.mse_loss(rebuilt, x) + moves_entries + self.commitment * moves_vectors

    @torch.no_grad()
    def _restart(self, vectors: Tensor) -> None:
        """Entries that nobody chose move to vectors (n, D) of the batch."""
        dead = (self.chosen == 0).nonzero().flatten()
        self.codebook[dead] = vectors[torch.randint(len(vectors), (len(dead),), device=vectors.device)]
        self.chosen.zero_()
