"""hp.identify."""

from __future__ import annotations

import numpy as np
import pytest

import halfpixel as hp


def test_identify(rng: np.random.Generator) -> None:
    x = (rng.random((20, 24, 3)) * 255).astype(np.uint8)
    matches = hp.identify(x, hp.pillow.resize(x, (31, 17), "LANCZOS"))
    best = matches[0]
    assert isinstance(matches, list) and best.dialect == "pillow" and best.exact and best.different == 0
    assert "LANCZOS" in map(str, best.options.values()) and "halfpixel resize" in best.command and best.max_difference == 0.0
    assert [match.different == 0 for match in matches] == sorted((match.different == 0 for match in matches), reverse=True)
    assert "<table>" in matches._repr_html_()
    assert sum(not match.exact for match in hp.identify(x, x[:10, :12] // 3, top=2)) <= 2
    for wrong in (lambda: hp.identify(x, None), lambda: hp.identify(x, np.zeros(3)), lambda: hp.identify(x, x, top="a"), lambda: hp.identify(x, x, top=-1)):
        with pytest.raises(hp.Error):
            wrong()
