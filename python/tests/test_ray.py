"""The classes for Ray Data, by hand, and with Ray where it is installed."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import same_bits

import halfpixel as hp


def test_resize(rng: np.random.Generator) -> None:
    x = (rng.random((3, 8, 9, 3)) * 255).astype(np.uint8)
    x.flags.writeable = False
    batch = {"image": x, "id": np.arange(3)}
    result = hp.ray.Resize((16, 5), "bicubic", output_column="large")(batch)
    assert set(result) == {"image", "id", "large"} and same_bits(result["large"], hp.tf.image.resize(x, (16, 5), "bicubic"))
    assert set(batch) == {"image", "id"}
    odd = np.empty(3, object)
    odd[0], odd[1], odd[2] = x[0], x[1, :4], x[2]
    sizes = hp.ray.Resize((16, 16), preserve_aspect_ratio=True)({"image": odd})["image"]
    assert sizes.dtype == object and sizes[1].shape == (7, 16, 3) and same_bits(sizes[0], hp.tf.image.resize(x[0], (16, 16), preserve_aspect_ratio=True))
    assert hp.ray.Resize((4, 4))({"image": odd})["image"].shape == (3, 4, 4, 3)
    odd[1] = x[1].astype(np.float32)
    with pytest.raises(TypeError, match="dtype"):
        hp.ray.Resize((4, 4))({"image": odd})
    with pytest.raises(ValueError, match="image"):
        hp.ray.Resize((4, 4))({"picture": x})
    with pytest.raises(ValueError, match="method"):
        hp.ray.Resize((4, 4), "cubic")


def test_predictor(model, model_path: str, rng: np.random.Generator) -> None:
    x = rng.random((3, 8, 9, 3), np.float32)
    predictor = hp.ray.Predictor(model_path)
    result = predictor({"image": x, "id": np.arange(3)})
    assert set(result) == {"image", "id", "output"} and same_bits(result["output"], model.predict(x))
    named = hp.ray.Predictor(model_path, {"photo": "a"}, {"large_photo": "b"})({"a": x})
    assert same_bits(named["b"], result["output"])
    odd = np.empty(2, object)
    odd[0], odd[1] = x[0], x[1, :4]
    assert [row.shape for row in predictor({"image": odd})["output"]] == [(16, 18, 3), (8, 18, 3)]
    with pytest.raises(FileNotFoundError):
        hp.ray.Predictor("none.keras")
    with pytest.raises(ValueError, match="column"):
        predictor({"picture": x})


def test_with_ray(model_path: str, model, rng: np.random.Generator) -> None:
    ray = pytest.importorskip("ray")
    data = pytest.importorskip("ray.data")
    ray.init(num_cpus=2, include_dashboard=False, ignore_reinit_error=True, log_to_driver=False)
    try:
        x = rng.random((8, 6, 7, 3), np.float32)
        rows = data.from_items([{"image": row, "id": index} for index, row in enumerate(x)])
        result = rows.map_batches(hp.ray.Predictor, fn_constructor_args=(model_path,), concurrency=1, batch_size=4).take_all()
        for row in result:
            np.testing.assert_allclose(row["output"], model.predict(x[row["id"]][None])[0], atol=1e-3)
    finally:
        ray.shutdown()
