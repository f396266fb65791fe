"""python -m lessons_pkg.explore: store anew what the explorers show of the data sets. After training the zoo anew."""

from __future__ import annotations

import sys

from lessons_pkg import data
from lessons_pkg.explore import digits, latent


def main() -> int:
    try:
        latent.make_codes()
        digits.make()
    except (data.DataUnavailable, data.DataCorrupted) as error:
        print(f"error: the explorers show real images only.\n{error}", file=sys.stderr)
        return 2
    print(f"stored: {latent.CODES.name}, {digits.STORED.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
