"""Dask: every chunk has the bits of the whole, lazily, on threads and on a cluster of processes, Zarr in and out."""

from __future__ import annotations

import os
import signal
import time

import numpy as np
import pytest
from conftest import same_bits

import halfpixel as hp
from halfpixel import _chunks

da = pytest.importorskip("dask.array")


@pytest.mark.parametrize("method", ["bilinear", "nearest", "bicubic", "area", "lanczos3", "gaussian"])
@pytest.mark.parametrize("size", [(80, 111), (20, 31), (37, 106)])
@pytest.mark.parametrize("chunks", [(1, 10, 17, 3), (2, 37, 53, 1), (1, (5, 1, 31), 20, 2)])
def test_resize(method: str, size: tuple[int, int], chunks: tuple, rng: np.random.Generator) -> None:
    x = rng.random((2, 37, 53, 3), np.float32)
    for antialias in (False, True):
        whole = hp.tf.image.resize(x, size, method=method, antialias=antialias)
        source = da.from_array(x, chunks=chunks)
        assert same_bits(hp.dask.resize(source, size, method, antialias=antialias).compute(scheduler="sync"), whole)
        other = hp.dask.resize(source, size, method, antialias=antialias, chunks=(2, 13, 19, 3))
        assert other.chunks[1][0] == 13 and same_bits(other.compute(scheduler="threads"), whole)


@pytest.mark.parametrize("antialias", [False, True])
@pytest.mark.parametrize("size", [(640, 700), (90, 100), (333, 801)])
def test_what_one_chunk_is_enough_for_is_read_where_it_lies(size: tuple[int, int], antialias: bool, rng: np.random.Generator,
                                                            monkeypatch: pytest.MonkeyPatch) -> None:
    copied = 0
    join = _chunks._join

    def counting(parts, axes):
        nonlocal copied
        whole = join(parts, axes)
        copied += whole.nbytes if whole.base is None else 0
        return whole

    monkeypatch.setattr(_chunks, "_join", counting)
    x = rng.random((320, 350, 3), np.float32)
    for method in ("lanczos5", "bilinear", "nearest", "area"):
        if antialias and method == "area":
            continue
        whole = hp.tf.image.resize(x, size, method, antialias=antialias)
        copied = 0
        assert same_bits(hp.dask.resize(da.from_array(x, chunks=(150, (17, 150, 183), 3)), size, method, antialias=antialias).compute(), whole)
        assert size[0] < 320 or copied < x.nbytes / 2
    volume = rng.random((1, 20, 30, 40, 2), np.float32)
    up = hp.dask.upsample(da.from_array(volume, chunks=(1, 11, 30, 13, 2)), (2, 1, 3), chunks=(1, 15, 7, 50, 2))
    assert same_bits(up.compute(), volume.repeat(2, 1).repeat(3, 3))


def test_shapes_and_chunks() -> None:
    x = da.zeros((100, 120, 3), chunks=(40, 50, 3), dtype=np.uint8)
    y = hp.dask.resize(x, (200, 360))
    assert y.shape == (200, 360, 3) and y.dtype == np.float32 and y.chunks == ((80, 80, 40), (150, 150, 60), (3,))
    assert hp.dask.resize(x, (50, 600), preserve_aspect_ratio=True).shape == (50, 60, 3)
    assert hp.dask.resize(x, (200_000, 200_000), "nearest").dtype == np.uint8
    for wrong in (lambda: hp.dask.resize(x, 3), lambda: hp.dask.resize(np.zeros((2, 2, 1)), (4, 4)), lambda: hp.dask.resize(x, (0, 4)),
                  lambda: hp.dask.resize(x, (4, 4), "cubic"), lambda: hp.dask.upsample(x, 2, "bilinear"),
                  lambda: hp.dask.upsample(da.zeros((2, 2)), 2), lambda: hp.dask.resize(x, (1.5, 4)), lambda: hp.dask.resize(x, (4, 4), ["bilinear"]),
                  lambda: hp.dask.resize(x, (4, 4), chunks=(2,)), lambda: hp.dask.resize(x, (4, 4), chunks=0), lambda: hp.dask.resize(x, (4, 4), chunks="many"),
                  lambda: hp.dask.upsample(da.zeros((1, 2, 2, 1)), (2.5, 2))):
        with pytest.raises(hp.Error):
            wrong()


def test_each_chunk_asks_for_its_window_alone() -> None:
    asked: list[tuple] = []

    class Source:
        shape, dtype, ndim = (1, 4000, 4000, 1), np.dtype(np.float32), 4

        def __getitem__(self, key: tuple) -> np.ndarray:
            asked.append(tuple((part.start, part.stop) for part in key[1:3]))
            return np.zeros([part.stop - part.start for part in key], np.float32)

    source = da.from_array(Source(), chunks=(1, 100, 100, 1), name="source", meta=np.zeros((0, 0, 0, 0), np.float32))
    hp.dask.resize(source, (8000, 8000), "bicubic")[:, :200, :200].compute(scheduler="sync")
    assert sorted(set(asked)) == [((0, 100), (0, 100)), ((0, 100), (100, 200)), ((100, 200), (0, 100)), ((100, 200), (100, 200))]


def test_upsample(rng: np.random.Generator) -> None:
    layers = hp.keras.layers
    for x, chunks, layer, arguments in (
        (rng.random((2, 9, 3), np.float32), (1, 4, 3), layers.UpSampling1D(3), (3,)),
        (rng.integers(0, 99, (1, 6, 7, 2)), (1, 4, 3, 1), layers.UpSampling2D((2, 3)), ((2, 3),)),
        (rng.random((1, 3, 7, 8), np.float32), (1, 2, 3, 4), layers.UpSampling2D(2, "channels_first", "bilinear"), (2, "bilinear", "channels_first")),
        (rng.random((1, 4, 5, 6, 2), np.float32), (1, 3, 2, 5, 2), layers.UpSampling3D((1, 2, 3)), ([1, 2, 3],)),
    ):
        assert same_bits(hp.dask.upsample(da.from_array(x, chunks=chunks), *arguments).compute(scheduler="threads"), layer(x))


def test_predict(model, model_path: str, rng: np.random.Generator) -> None:
    x = rng.random((5, 12, 13, 3), np.float32)
    want = np.concatenate([model.predict(x[:2]), model.predict(x[2:4]), model.predict(x[4:])])
    for which in (model, model_path):
        y = hp.dask.predict(which, da.from_array(x, chunks=(2, 6, 13, 3)))
        assert y.shape == (5, 24, 26, 3) and y.dtype == np.float32 and same_bits(y.compute(scheduler="threads"), want)
    moved = hp.dask.predict(model, da.from_array(np.moveaxis(x, 0, 2), chunks=(12, 13, 2, 3)), batch_axis=2)
    assert same_bits(np.moveaxis(moved.compute(), 2, 0), want)
    with pytest.raises(FileNotFoundError):
        hp.dask.predict("none.keras", da.zeros((1, 2, 2, 3)))
    with pytest.raises(TypeError):
        hp.dask.predict(3, da.zeros((1, 2, 2, 3)))


def test_zarr(tmp_path, rng: np.random.Generator) -> None:
    zarr = pytest.importorskip("zarr")
    x = (rng.random((90, 110, 3)) * 255).astype(np.uint8)
    zarr.create_array(str(tmp_path / "in.zarr"), shape=x.shape, chunks=(32, 32, 3), dtype=x.dtype)[:] = x
    big = hp.dask.resize(da.from_zarr(str(tmp_path / "in.zarr")), (180, 220), method="lanczos3", antialias=True)
    big.to_zarr(str(tmp_path / "out.zarr"))
    assert same_bits(zarr.open_array(str(tmp_path / "out.zarr"), mode="r")[:], hp.tf.image.resize(x, (180, 220), "lanczos3", antialias=True))


def _slowly(block: np.ndarray) -> np.ndarray:
    time.sleep(0.2)
    return block


def test_a_cluster_whose_worker_is_killed(rng: np.random.Generator) -> None:
    distributed = pytest.importorskip("distributed")
    x = rng.random((600, 500, 3), np.float32)
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster, \
            distributed.Client(cluster) as client:
        source = da.from_array(x, chunks=(100, 100, 3)).map_blocks(_slowly)
        future = client.compute(hp.dask.resize(source, (900, 750), method="lanczos3"))
        pids = list(client.run(os.getpid).values())
        time.sleep(1.0)
        os.kill(pids[0], signal.SIGKILL)
        assert same_bits(future.result(timeout=120), hp.tf.image.resize(x, (900, 750), method="lanczos3"))
