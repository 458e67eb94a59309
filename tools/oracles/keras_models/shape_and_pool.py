"""Pooling, padding, cropping, up-sampling, resizing and the reshape family."""
from .registry import both_formats, case, fan

ALL = ("keras", "tf_keras")


@case("pooling", writers=ALL)
def pooling_1d(k):
    return fan(k, (11, 3), lambda L: [
        L.MaxPooling1D(2), L.MaxPooling1D(3, strides=2, padding="same"), L.AveragePooling1D(2),
        L.AveragePooling1D(3, strides=2, padding="same"), L.AveragePooling1D(4, strides=1, padding="same"),
        L.GlobalMaxPooling1D(), L.GlobalAveragePooling1D(keepdims=True), L.GlobalAveragePooling1D()])


@case("pooling", writers=ALL + ("tf2.13",))
def pooling_2d(k):
    return fan(k, (9, 11, 5), lambda L: [
        L.MaxPooling2D(), L.MaxPooling2D(3, strides=2, padding="same"), L.MaxPooling2D((2, 3), strides=1),
        L.MaxPooling2D(3, strides=3, padding="valid"), L.MaxPooling2D(5, strides=1, padding="same"), L.AveragePooling2D(2),
        L.AveragePooling2D(3, strides=2, padding="same"), L.AveragePooling2D((3, 2), strides=(1, 2)),
        L.AveragePooling2D(5, strides=1, padding="same"), L.AveragePooling2D((9, 11))])


@case("pooling", writers=ALL)
def pooling_3d(k):
    return fan(k, (6, 7, 5, 3), lambda L: [
        L.MaxPooling3D(), L.MaxPooling3D(3, strides=2, padding="same"), L.MaxPooling3D((1, 2, 2)), L.AveragePooling3D(2),
        L.AveragePooling3D(3, strides=2, padding="same"), L.AveragePooling3D((2, 1, 3), strides=1)])


@case("pooling", writers=ALL)
def global_pooling(k):
    return fan(k, (6, 7, 5), lambda L: [
        L.GlobalMaxPooling2D(), L.GlobalMaxPooling2D(keepdims=True), L.GlobalAveragePooling2D(),
        L.GlobalAveragePooling2D(keepdims=True)])


@case("pooling", writers=ALL)
def global_pooling_3d(k):
    return fan(k, (3, 4, 5, 3), lambda L: [
        L.GlobalMaxPooling3D(), L.GlobalMaxPooling3D(keepdims=True), L.GlobalAveragePooling3D(),
        L.GlobalAveragePooling3D(keepdims=True)])


@case("pooling")
def adaptive_pooling(k):
    return fan(k, (10, 12, 3), lambda L: [
        L.AdaptiveAveragePooling2D(4), L.AdaptiveAveragePooling2D((5, 3)), L.AdaptiveMaxPooling2D(4),
        L.AdaptiveMaxPooling2D((1, 6))])


both_formats("pooling", "pooling_channels_first", (8, 9, 4), lambda L, f, a: [
    L.MaxPooling2D(2, data_format=f), L.MaxPooling2D(3, strides=2, padding="same", data_format=f),
    L.AveragePooling2D(2, data_format=f), L.AveragePooling2D(3, strides=2, padding="same", data_format=f),
    L.GlobalAveragePooling2D(keepdims=True, data_format=f), L.GlobalMaxPooling2D(data_format=f)], writers=ALL)


@case("padding", writers=ALL, exact=True)
def padding_1d(k):
    return fan(k, (9, 3), lambda L: [
        L.ZeroPadding1D(2), L.ZeroPadding1D((0, 3)), L.Cropping1D(1), L.Cropping1D((3, 2))])


@case("padding", writers=ALL, exact=True)
def padding_2d(k):
    return fan(k, (7, 8, 3), lambda L: [
        L.ZeroPadding2D(), L.ZeroPadding2D((1, 2)), L.ZeroPadding2D(((2, 0), (0, 1))), L.Cropping2D(1), L.Cropping2D((1, 2)),
        L.Cropping2D(((1, 0), (2, 3)))])


@case("padding", writers=ALL, exact=True)
def padding_3d(k):
    return fan(k, (5, 6, 7, 2), lambda L: [
        L.ZeroPadding3D(1), L.ZeroPadding3D(((1, 0), (0, 2), (1, 1))), L.Cropping3D(1),
        L.Cropping3D(((1, 0), (0, 2), (3, 1)))])


both_formats("padding", "padding_channels_first", (7, 8, 3), lambda L, f, a: [
    L.ZeroPadding2D(((2, 0), (0, 1)), data_format=f), L.Cropping2D(((1, 0), (2, 3)), data_format=f)], exact=True)


@case("upsampling", writers=ALL, exact=True)
def upsampling_1d(k):
    return fan(k, (5, 3), lambda L: [L.UpSampling1D(), L.UpSampling1D(3), L.UpSampling1D(1)])


@case("upsampling", writers=ALL + ("keras3.0", "tf2.13"), forms=("keras", "h5"), exact=True)
def upsampling_2d_nearest(k):
    return fan(k, (4, 5, 3), lambda L: [L.UpSampling2D(), L.UpSampling2D((3, 1)), L.UpSampling2D((1, 4))])


@case("upsampling", writers=ALL)
def upsampling_2d_interpolations(k):
    return fan(k, (5, 6, 3), lambda L: [L.UpSampling2D(2, interpolation=i, name=i) for i in (
        "nearest", "bilinear", "bicubic", "lanczos3", "lanczos5")] + [
        L.UpSampling2D((3, 2), interpolation="bilinear", name="three_by_two"),
        L.UpSampling2D((1, 5), interpolation="bicubic", name="one_by_five")])


@case("upsampling", writers=ALL)
def upsampling_2d_methods_of_tf_keras(k):
    """tf_keras allows three methods more."""
    more = () if hasattr(k, "ops") else ("area", "gaussian", "mitchellcubic")
    return fan(k, (5, 4, 2), lambda L: [L.UpSampling2D(2, interpolation=i, name=i) for i in ("bilinear",) + more])


@case("upsampling", writers=ALL, sizes=(5, 7))
def upsampling_2d_unknown_size(k):
    return fan(k, (None, None, 3), lambda L: [L.UpSampling2D(2, interpolation=i, name=i) for i in (
        "nearest", "bilinear", "bicubic")])


both_formats("upsampling", "upsampling_2d_channels_first", (5, 6, 3), lambda L, f, a: [
    L.UpSampling2D((2, 3), data_format=f, interpolation=i, name=i) for i in ("nearest", "bilinear", "bicubic", "lanczos3")])

both_formats("upsampling", "upsampling_3d", (2, 3, 4, 3), lambda L, f, a: [
    L.UpSampling3D(2, data_format=f), L.UpSampling3D((1, 2, 3), data_format=f)],
    exact=True, writers=ALL)


def narrow_case(policy):
    @case("upsampling", name="upsampling_" + policy, exact=True, extra={"policy": policy})
    def _(k):
        """A float32 input is rounded at the entry of each layer, and before a layer of float32."""
        L = k.layers
        x = k.Input((5, 4, 3), name="x")
        kinds = [L.UpSampling2D(2, interpolation=i, dtype=policy, name=i) for i in ("nearest", "bilinear", "bicubic", "lanczos3")] + [
            L.Resizing(7, 9, dtype=policy, name="resizing")]
        twice = L.UpSampling2D((3, 2), interpolation="bilinear", dtype=policy, name="twice")(L.UpSampling2D(
            2, interpolation="bilinear", dtype=policy, name="once")(x))
        wide = L.UpSampling2D(2, name="wide")(kinds[1](x))
        row = L.UpSampling1D(2, dtype=policy, name="row")(L.Reshape((20, 3), dtype="float32")(x))
        return k.Model(x, [layer(x) for layer in kinds[:1] + kinds[2:]] + [twice, wide, row])


for narrow in ("float16", "mixed_float16", "bfloat16", "mixed_bfloat16"):
    narrow_case(narrow)


@case("resizing", data="photo")
def resizing_options(k):
    R = k.layers.Resizing
    return fan(k, (10, 13, 3), lambda L: [R(16, 7, interpolation=i, name=i) for i in (
        "nearest", "bilinear", "bicubic", "lanczos3", "lanczos5")] + [
        R(5, 6, antialias=True, name="antialias"), R(6, 5, interpolation="bicubic", antialias=True, name="bicubic_antialias"),
        R(8, 8, crop_to_aspect_ratio=True, name="crop"), R(7, 4, crop_to_aspect_ratio=True, interpolation="nearest", name="crop_tall"),
        R(8, 8, pad_to_aspect_ratio=True, name="pad"), R(9, 5, pad_to_aspect_ratio=True, fill_value=7.5, name="pad_tall")])


@case("resizing", writers=("tf_keras",), data="photo")
def resizing_options_of_tf_keras(k):
    R = k.layers.Resizing
    return fan(k, (10, 13, 3), lambda L: [R(16, 7, interpolation=i, name=i) for i in (
        "nearest", "bilinear", "bicubic", "area", "lanczos3", "lanczos5", "gaussian", "mitchellcubic")] + [
        R(8, 8, crop_to_aspect_ratio=True, name="crop")])


@case("resizing", writers=ALL, data="photo", forms=("keras", "h5"))
def resizing_bytes(k):
    """Layers that resize integers give float32 in tf_keras, without rounding, and integers in Keras 3."""
    R, U, old = k.layers.Resizing, k.layers.UpSampling2D, not hasattr(k, "ops")
    made = [R(16, 7, interpolation=i, name=i) for i in ("nearest", "bilinear", "bicubic", "lanczos3", "area")]
    made += [R(8, 8, crop_to_aspect_ratio=True, name="crop")]
    made += [U(2, interpolation=i, name=f"up_{i}") for i in ("nearest", "bilinear", "bicubic") + (("area",) if old else ())]
    made += [k.layers.RandomCrop(9, 9, name="random_crop")] if old else []
    return fan(k, (10, 13, 3), lambda L: made, "uint8")


@case("resizing", writers=ALL, sizes=(9, 12))
def resizing_unknown_size(k):
    return fan(k, (None, None, 3), lambda L: [L.Resizing(6, 17), L.Resizing(8, 8, interpolation="nearest"),
                                              L.Resizing(7, 7, crop_to_aspect_ratio=True)])


@case("resizing", writers=("tf_keras",), data="photo", forms=("keras", "h5"), exact=True)
def resizing_crops_of_tf_keras(k):
    """Crops before methods that Keras 3 does not have."""
    return fan(k, (10, 13, 3), lambda L: [L.Resizing(h, w, interpolation=i, crop_to_aspect_ratio=True, name=f"{i}_{h}_{w}") for i in (
        "area", "gaussian", "mitchellcubic") for h, w in ((8, 8), (7, 4), (3, 11), (20, 30))])


both_formats("resizing", "resizing_channels_first", (8, 9, 3), lambda L, f, a: [
    L.Resizing(12, 5, data_format=f), L.Resizing(4, 4, data_format=f, antialias=True)])


@case("reshape", writers=ALL, exact=True)
def reshape_family(k):
    return fan(k, (4, 6, 3), lambda L: [
        L.Reshape((8, 9)), L.Reshape((-1, 3)), L.Reshape((2, -1, 6, 1)), L.Permute((2, 1, 3)), L.Permute((3, 1, 2)),
        L.Flatten(), L.Flatten(data_format="channels_first")])


@case("reshape", writers=ALL, exact=True)
def repeat_vector(k):
    x = k.Input((5,), name="x")
    y = k.layers.RepeatVector(4)(x)
    return k.Model(x, [y, k.layers.Reshape((2, 2, 5))(y), k.layers.Reshape((1, 1, -1))(x)])


@case("reshape", writers=ALL, exact=True, sizes=(6,))
def reshape_unknown_size(k):
    x = k.Input((None, 8), name="x")
    return k.Model(x, [k.layers.Reshape((-1, 2, 4))(x), k.layers.Permute((2, 1))(x)])
