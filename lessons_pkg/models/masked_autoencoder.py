"""An autoencoder that sees a part of the image and draws the rest: the masked autoencoder of He et al. 2022, small."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from lessons_pkg.models.base import Autoencoder, initial_weights

__all__ = ["Block", "MaskedAutoencoder", "positions"]


class Block(nn.Module):
    """One layer of a transformer: every token looks at all others, then each is changed by itself. Norms come first."""

    def __init__(self, dim: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norms = nn.ModuleList([nn.LayerNorm(dim), nn.LayerNorm(dim)])
        self.ask = nn.Linear(dim, 3 * dim)  # queries, keys and values
        self.tell = nn.Linear(dim, dim)
        self.think = nn.Sequential(nn.Linear(dim, 4 * dim), nn.GELU(), nn.Linear(4 * dim, dim))

    def forward(self, x: Tensor) -> Tensor:
        parts = self.ask(self.norms[0](x)).unflatten(2, (3, self.heads, -1))  # (N, T, dim) -> (N, T, 3, heads, d)
        queries, keys, values = parts.permute(2, 0, 3, 1, 4)  # each (N, heads, T, d)
        heard = F.scaled_dot_product_attention(queries, keys, values)
        x = x + self.tell(heard.transpose(1, 2).flatten(2))
        return x + self.think(self.norms[1](x))


def positions(side: int, dim: int) -> Tensor:
    """Where each patch of a side x side grid lies, as sines and cosines of row and column: (side^2, dim).

    Without it a transformer could not tell one place from another (Vaswani et al. 2017, section 3.5, here in two
    dimensions). dim is a multiple of 4.
    """
    if dim % 4:
        raise ValueError(f"dim={dim}: rows and columns get a sine and a cosine each, so dim is a multiple of 4")
    # Evenly spaced, up to a quarter turn from one place to the next: neighbours are alike and others are not. The
    # frequencies of language, in powers of 10,000, would hardly tell seven places apart.
    waves = 0.5 * torch.pi * torch.arange(1, dim // 4 + 1) / (dim // 4)
    row, column = torch.meshgrid(torch.arange(side), torch.arange(side), indexing="ij")
    angles = [place.flatten()[:, None] * waves for place in (row, column)]
    return torch.cat([part for angle in angles for part in (angle.sin(), angle.cos())], dim=1)


class MaskedAutoencoder(Autoencoder):
    """Patches of 4x4 pixels as tokens; a share of them is hidden, the encoder sees only the others.

    The decoder gets the encoder's tokens and, at each hidden place, one and the same learned token.
    hidden: the share of the 49 patches that is hidden, drawn anew for every image.
    """

    def __init__(
        self,
        hidden: float = 0.75,
        *,
        dim: int = 64,
        depth: int = 2,
        decoder_dim: int = 32,
        decoder_depth: int = 1,
        heads: int = 4,
        patch: int = 4,
        image_size: int = 28,
        seed: int = 0,
    ) -> None:
        super().__init__()
        if image_size % patch:
            raise ValueError(f"images of side {image_size} cannot be cut into patches of side {patch}")
        self.patch, self.side = patch, image_size // patch
        self.places = self.side**2
        self.seen = round(self.places * (1 - hidden))
        if not 1 <= self.seen < self.places:
            raise ValueError(f"hidden={hidden}: of {self.places} patches {self.seen} would be seen, not some of them")
        self.register_buffer("where", positions(self.side, dim))
        self.register_buffer("where_decoder", positions(self.side, decoder_dim))
        with initial_weights(seed):
            self.embed = nn.Linear(patch * patch, dim)
            self.encoder = nn.Sequential(*[Block(dim, heads) for _ in range(depth)], nn.LayerNorm(dim))
            self.narrow = nn.Linear(dim, decoder_dim)
            self.hidden_token = nn.Parameter(0.02 * torch.randn(decoder_dim))
            self.decoder = nn.Sequential(*[Block(decoder_dim, heads) for _ in range(decoder_depth)])
            self.draw = nn.Sequential(nn.LayerNorm(decoder_dim), nn.Linear(decoder_dim, patch * patch))

    def patches(self, x: Tensor) -> Tensor:
        """(N, 1, 28, 28) -> (N, 49, 16), row by row."""
        return F.unfold(x, self.patch, stride=self.patch).mT

    def images(self, patches: Tensor) -> Tensor:
        """The way back: (N, 49, 16) -> (N, 1, 28, 28)."""
        side = self.side * self.patch
        return F.fold(patches.mT, (side, side), self.patch, stride=self.patch)

    def choose(self, count: int) -> Tensor:
        """For each of ``count`` images the places of the patches that are seen, drawn by chance: (count, seen)."""
        return torch.rand(count, self.places).argsort(1)[:, : self.seen].to(self.where.device)

    def encode(self, x: Tensor, seen: Tensor | None = None) -> Tensor:
        """Tokens of the patches at ``seen`` (N, V), or of all: (N, 1, 28, 28) -> (N, V, dim) or (N, 49, dim)."""
        patches, where = self.patches(x), self.where.expand(len(x), -1, -1)
        if seen is not None:  # the hidden ones are left out, not blackened: they cost nothing
            patches, where = _at(patches, seen), _at(where, seen)
        return self.encoder(self.embed(patches) + where)

    def decode(self, z: Tensor, seen: Tensor | None = None) -> Tensor:
        """Images, drawn whole, from the tokens of the patches at ``seen``: (N, V, dim) -> (N, 1, 28, 28)."""
        tokens = self.narrow(z)
        if seen is not None:
            everywhere = self.hidden_token.expand(len(z), self.places, -1)
            tokens = everywhere.scatter(1, seen[:, :, None].expand_as(tokens), tokens)
        return self.images(self.draw(self.decoder(tokens + self.where_decoder)))

    def forward(self, x: Tensor, seen: Tensor | None = None) -> Tensor:
        """Images drawn from the patches at ``seen`` (N, V), or from all of them: (N, 1, 28, 28) -> the same."""
        return self.decode(self.encode(x, seen), seen)

    def loss(self, x: Tensor) -> Tensor:
        """Mean squared error per pixel of the hidden patches, averaged over the batch (a scalar)."""
        seen = self.choose(len(x))
        return ((self(x, seen) - x).square() * self.hidden_pixels(seen)).sum() / self.hidden_pixels(seen).sum()

    def hidden_pixels(self, seen: Tensor) -> Tensor:
        """1 where a pixel is hidden and 0 where it is seen: (N, V) -> (N, 1, 28, 28)."""
        mask = torch.ones(len(seen), self.places, device=seen.device).scatter(1, seen, 0.0)
        return self.images(mask[:, :, None].expand(-1, -1, self.patch**2))


def _at(tokens: Tensor, places: Tensor) -> Tensor:
    """The tokens at these places: (N, T, d), (N, V) -> (N, V, d)."""
    return tokens.gather(1, places[:, :, None].expand(-1, -1, tokens.shape[2]))
