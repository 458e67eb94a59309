"""Whole networks as people build them, with few channels."""
from .registry import CASES, Case, case

ALL = ("keras", "tf_keras")
WHOLE = ("keras", "h5")
EVERY = ("keras", "tf_keras", "keras3.0", "tf2.13")


def conv_bn(L, x, n, size=3, strides=1, activation="relu", **options):
    x = L.Conv2D(n, size, strides=strides, padding="same", use_bias=False, **options)(x)
    x = L.BatchNormalization()(x)
    return L.Activation(activation)(x) if activation else x


def depth_to_space(k, x, block):
    if not hasattr(k, "ops"):
        import tensorflow as tf
        return tf.nn.depth_to_space(x, block)
    if hasattr(k.ops.nn, "depth_to_space"):
        return k.ops.nn.depth_to_space(x, block)
    _, h, w, c = x.shape
    x = k.ops.transpose(k.ops.reshape(x, (-1, h, w, block, block, c // block ** 2)), (0, 1, 3, 2, 4, 5))
    return k.ops.reshape(x, (-1, h * block, w * block, c // block ** 2))


@case("architecture", writers=EVERY, forms=("keras", "h5", "folder", "weights", "legacy_weights"))
def dcgan_generator(k):
    L = k.layers
    model = k.Sequential([k.Input((10,), name="noise"), L.Dense(3 * 3 * 8, use_bias=False), L.BatchNormalization(), L.LeakyReLU(),
                          L.Reshape((3, 3, 8))], name="generator")
    for n in (8, 6):
        model.add(L.UpSampling2D())
        model.add(L.Conv2D(n, 3, padding="same", use_bias=False))
        model.add(L.BatchNormalization())
        model.add(L.LeakyReLU())
    model.add(L.Conv2DTranspose(3, 5, strides=2, padding="same", activation="tanh"))
    return model


@case("architecture", writers=ALL, forms=WHOLE)
def vae_decoder(k):
    L = k.layers
    z = k.Input((2,), name="z")
    x = L.Reshape((4, 4, 8))(L.Dense(4 * 4 * 8, activation="relu")(z))
    x = L.Conv2DTranspose(8, 3, activation="relu", strides=2, padding="same")(x)
    x = L.Conv2DTranspose(6, 3, activation="relu", strides=2, padding="same")(x)
    return k.Model(z, L.Conv2DTranspose(1, 3, activation="sigmoid", padding="same")(x), name="decoder")


def unet_in(k, df, size=(16, 16)):
    """data_format of each layer written out, so that it exists both ways"""
    L, axis = k.layers, 1 if df == "channels_first" else -1
    o = dict(padding="same", activation="relu", data_format=df)
    x = k.Input((3,) + size if axis == 1 else size + (3,), name="x")
    skips, y = [], x
    for n in (4, 6):
        y = L.Conv2D(n, 3, **o)(L.Conv2D(n, 3, **o)(y))
        skips.append(y)
        y = L.MaxPooling2D(2, data_format=df)(y)
    y = L.Dropout(0.3)(L.Conv2D(8, 3, **o)(y))
    for n, skip in zip((6, 4), skips[::-1]):
        y = L.Conv2D(n, 2, **o)(L.UpSampling2D(2, data_format=df)(y))
        y = L.Conv2D(n, 3, **o)(L.Concatenate(axis=axis)([skip, y]))
    return k.Model(x, L.Conv2D(1, 1, activation="sigmoid", data_format=df)(y), name="unet")


@case("architecture", writers=EVERY, forms=("keras", "h5", "folder", "weights", "legacy_weights", "sharded"))
def unet(k):
    return unet_in(k, "channels_last")


@case("architecture", writers=ALL, sizes=(12, 20))
def unet_unknown_size(k):
    return unet_in(k, "channels_last", (None, None))


CASES.append(Case("unet_channels_first", "architecture", lambda k: unet_in(k, "channels_first"), writers=ALL, forms=WHOLE,
                  twin=lambda k: unet_in(k, "channels_last")))


@case("architecture", writers=ALL, forms=WHOLE)
def attention_unet(k):
    L = k.layers
    x = k.Input((16, 16, 1), name="x")

    def gate(skip, g, n):
        a = L.Add()([L.Conv2D(n, 1)(skip), L.Conv2D(n, 1)(g)])
        return L.Multiply()([skip, L.Conv2D(1, 1, activation="sigmoid")(L.ReLU()(a))])

    a = conv_bn(L, x, 4)
    b = conv_bn(L, L.MaxPooling2D()(a), 6)
    c = conv_bn(L, L.MaxPooling2D()(b), 8)
    y = L.UpSampling2D(interpolation="bilinear")(c)
    y = conv_bn(L, L.Concatenate()([gate(b, y, 3), y]), 6)
    y = L.UpSampling2D(interpolation="bilinear")(y)
    y = conv_bn(L, L.Concatenate()([gate(a, y, 2), y]), 4)
    return k.Model(x, L.Conv2D(2, 1, activation="softmax")(y))


@case("architecture", writers=ALL)
def unet_plus_plus(k):
    """Nested skips and deep supervision: three outputs."""
    L = k.layers
    x = k.Input((16, 16, 3), name="x")
    block = lambda t, n: L.Conv2D(n, 3, padding="same", activation="relu")(t)  # noqa: E731
    up = L.UpSampling2D
    x00 = block(x, 3)
    x10 = block(L.MaxPooling2D()(x00), 4)
    x20 = block(L.MaxPooling2D()(x10), 5)
    x30 = block(L.AveragePooling2D(2)(x20), 6)
    x01 = block(L.Concatenate()([x00, up()(x10)]), 3)
    x11 = block(L.Concatenate()([x10, up()(x20)]), 4)
    x21 = block(L.Concatenate()([x20, up()(x30)]), 5)
    x02 = block(L.Concatenate()([x00, x01, up()(x11)]), 3)
    x12 = block(L.Concatenate()([x10, x11, up()(x21)]), 4)
    x03 = block(L.Concatenate()([x00, x01, x02, up()(x12)]), 3)
    return k.Model(x, [L.Conv2D(1, 1, activation="sigmoid", name=f"depth_{i}")(t) for i, t in enumerate((x01, x02, x03), 1)])


@case("architecture", writers=ALL, forms=WHOLE, data="photo")
def edsr(k):
    """Residual blocks scaled by 0.1, pixel shuffle. Keras 3 writes operations into .h5 that it cannot read."""
    L = k.layers
    x = k.Input((8, 9, 3), name="x")
    y = head = L.Conv2D(6, 3, padding="same")(L.Rescaling(1 / 255)(x))
    for _ in range(2):
        y = y + L.Conv2D(6, 3, padding="same")(L.Conv2D(6, 3, padding="same", activation="relu")(y)) * 0.1
    y = L.Add()([head, L.Conv2D(6, 3, padding="same")(y)])
    y = depth_to_space(k, L.Conv2D(24, 3, padding="same")(y), 2)
    return k.Model(x, L.Rescaling(255.0)(L.Conv2D(3, 3, padding="same")(y)), name="edsr")


@case("architecture", writers=("keras", "tf_keras"), sizes=(7, 9))
def espcn(k):
    L = k.layers
    x = k.Input((None, None, 1), name="x")
    y = L.Conv2D(8, 5, padding="same", activation="tanh", kernel_initializer="orthogonal")(x)
    y = L.Conv2D(6, 3, padding="same", activation="tanh")(y)
    return k.Model(x, depth_to_space(k, L.Conv2D(9, 3, padding="same")(y), 3))


@case("architecture", writers=("keras", "tf_keras", "keras3.0"))
def srgan_generator(k):
    L = k.layers
    x = k.Input((6, 6, 3), name="low")
    y = head = L.PReLU(shared_axes=[1, 2])(L.Conv2D(6, 9, padding="same")(x))
    for _ in range(2):
        z = L.PReLU(shared_axes=[1, 2])(conv_bn(L, y, 6, activation=None))
        y = L.Add()([y, conv_bn(L, z, 6, activation=None)])
    y = L.Add()([head, conv_bn(L, y, 6, activation=None)])
    for _ in range(2):
        y = L.PReLU(shared_axes=[1, 2])(depth_to_space(k, L.Conv2D(16, 3, padding="same")(y), 2))
    return k.Model(x, L.Conv2D(3, 9, padding="same", activation="tanh")(y), name="srgan_generator")


@case("architecture", writers=ALL, forms=WHOLE)
def fcn_8s(k):
    L = k.layers
    x = k.Input((32, 32, 3), name="x")
    stages, y = [], x
    for n in (3, 4, 4, 5, 6):
        y = L.MaxPooling2D(2)(L.Conv2D(n, 3, padding="same", activation="relu")(y))
        stages.append(y)
    y = L.Conv2D(8, 7, padding="same", activation="relu")(y)
    y = L.Conv2D(2, 1)(L.Dropout(0.5)(y))
    y = L.Conv2DTranspose(2, 4, strides=2, padding="same", use_bias=False)(y)
    y = L.Add()([y, L.Conv2D(2, 1)(stages[3])])
    y = L.Add()([L.UpSampling2D(interpolation="bilinear")(y), L.Conv2D(2, 1)(stages[2])])
    return k.Model(x, L.Softmax()(L.Conv2DTranspose(2, 16, strides=8, padding="same")(y)))


@case("architecture", writers=ALL)
def deeplab_v3_plus(k):
    L = k.layers
    x = k.Input((24, 24, 3), name="x")
    low = conv_bn(L, x, 4, strides=2)
    high = conv_bn(L, conv_bn(L, low, 6, strides=2), 8, dilation_rate=2)
    pool = L.AveragePooling2D((6, 6))(high)
    pool = L.UpSampling2D((6, 6), interpolation="bilinear")(conv_bn(L, pool, 4, 1))
    parts = [pool, conv_bn(L, high, 4, 1)] + [conv_bn(L, high, 4, 3, dilation_rate=d) for d in (2, 4, 6)]
    y = conv_bn(L, L.Concatenate()(parts), 6, 1)
    y = L.UpSampling2D((2, 2), interpolation="bilinear")(y)
    y = L.Concatenate()([y, conv_bn(L, low, 3, 1)])
    y = L.SeparableConv2D(6, 3, padding="same", activation="relu")(y)
    y = L.UpSampling2D((2, 2), interpolation="bilinear")(y)
    return k.Model(x, L.Conv2D(3, 1, padding="same")(y))


@case("architecture", writers=ALL, forms=WHOLE)
def pspnet(k):
    L = k.layers
    x = k.Input((24, 24, 3), name="x")
    f = conv_bn(L, conv_bn(L, x, 4, strides=2), 6)
    parts = [f]
    for level in (1, 2, 3, 6):
        p = conv_bn(L, L.AveragePooling2D(12 // level, strides=12 // level)(f), 2, 1)
        parts.append(L.UpSampling2D(12 // level, interpolation="bilinear")(p))
    y = L.SpatialDropout2D(0.2)(conv_bn(L, L.Concatenate()(parts), 6))
    y = L.UpSampling2D(2, interpolation="bilinear")(L.Conv2D(3, 3, padding="same")(y))
    return k.Model(x, L.Activation("softmax")(y))


@case("architecture", writers=ALL + ("tf2.13",))
def fpn(k):
    L = k.layers
    x = k.Input((32, 32, 3), name="image")
    c2 = conv_bn(L, conv_bn(L, x, 3, strides=2), 4, strides=2)
    c3 = conv_bn(L, c2, 5, strides=2)
    c4 = conv_bn(L, c3, 6, strides=2)
    p4 = L.Conv2D(4, 1, name="lateral4")(c4)
    p3 = L.Add()([L.UpSampling2D()(p4), L.Conv2D(4, 1, name="lateral3")(c3)])
    p2 = L.Add()([L.UpSampling2D()(p3), L.Conv2D(4, 1, name="lateral2")(c2)])
    outs = [L.Conv2D(4, 3, padding="same", name=f"p{i}")(p) for i, p in zip((2, 3, 4), (p2, p3, p4))]
    return k.Model(x, outs + [L.MaxPooling2D(1, strides=2, name="p5")(outs[-1])])


def pad(k, x, widths):
    if hasattr(k, "ops"):
        return k.ops.pad(x, widths, mode="reflect")
    import tensorflow as tf
    return tf.pad(x, widths, "REFLECT")


@case("architecture", writers=ALL, forms=WHOLE)
def cyclegan_generator(k):
    L = k.layers
    norm = lambda t: L.GroupNormalization(groups=-1, epsilon=1e-5)(t)  # noqa: E731
    around = lambda t, n: pad(k, t, [[0, 0], [n, n], [n, n], [0, 0]])  # noqa: E731
    x = k.Input((16, 16, 3), name="x")
    y = L.ReLU()(norm(L.Conv2D(4, 7, use_bias=False)(around(x, 3))))
    for n in (6, 8):
        y = L.ReLU()(norm(L.Conv2D(n, 3, strides=2, padding="same", use_bias=False)(y)))
    for _ in range(2):
        z = L.ReLU()(norm(L.Conv2D(8, 3, use_bias=False)(around(y, 1))))
        y = L.Add()([norm(L.Conv2D(8, 3, use_bias=False)(around(z, 1))), y])
    for n in (6, 4):
        y = L.ReLU()(norm(L.Conv2DTranspose(n, 3, strides=2, padding="same", use_bias=False)(y)))
    return k.Model(x, L.Activation("tanh")(L.Conv2D(3, 7)(around(y, 3))), name="cyclegan_generator")


@case("architecture")
def diffusion_unet(k):
    """DDPM: sinusoidal time embedding, GroupNorm, attention, nearest up-sampling."""
    import numpy as np
    L, o = k.layers, k.ops
    x, t = k.Input((8, 8, 3), name="image"), k.Input((), name="time", dtype="int64")
    angle = o.cast(t, "float32")[:, None] * np.exp(-np.log(1e4) / 3 * np.arange(4, dtype="float32"))[None, :].astype("float32")
    time = L.Dense(8)(L.Dense(8, activation="swish")(o.concatenate([o.sin(angle), o.cos(angle)], axis=-1)))

    def residual(y, n):
        inner = L.Conv2D(n, 3, padding="same")(k.activations.swish(L.GroupNormalization(groups=2)(y)))
        inner = L.Add()([inner, L.Dense(n)(k.activations.swish(time))[:, None, None, :]])
        inner = L.Conv2D(n, 3, padding="same")(k.activations.swish(L.GroupNormalization(groups=2)(inner)))
        return L.Add()([y if y.shape[-1] == n else L.Conv2D(n, 1)(y), inner])

    def attention(y, n):
        z = L.GroupNormalization(groups=2)(y)
        q, key, v = L.Dense(n)(z), L.Dense(n)(z), L.Dense(n)(z)
        score = o.einsum("bhwc,bxyc->bhwxy", q, key) * n ** -0.5
        score = o.reshape(score, (-1, y.shape[1], y.shape[2], y.shape[1] * y.shape[2]))
        score = o.reshape(o.softmax(score, axis=-1), (-1, y.shape[1], y.shape[2], y.shape[1], y.shape[2]))
        return L.Add()([y, L.Dense(n)(o.einsum("bhwxy,bxyc->bhwc", score, v))])

    a = residual(L.Conv2D(4, 3, padding="same")(x), 4)
    b = attention(residual(L.Conv2D(4, 3, strides=2, padding="same")(a), 6), 6)
    c = residual(attention(residual(b, 6), 6), 6)
    y = residual(L.Concatenate()([c, b]), 6)
    y = L.Conv2D(6, 3, padding="same")(L.UpSampling2D(2, interpolation="nearest")(y))
    y = residual(L.Concatenate()([y, a]), 4)
    return k.Model([x, t], L.Conv2D(3, 3, padding="same")(k.activations.swish(L.GroupNormalization(groups=2)(y))))


@case("architecture", writers=ALL, forms=WHOLE)
def diffusion_decoder(k):
    """Stable Diffusion's decoder in small, with layers alone."""
    L = k.layers
    x = k.Input((4, 4, 4), name="latent")
    y = L.Conv2D(8, 3, padding="same")(L.Conv2D(4, 1)(L.Rescaling(1 / 0.18215)(x)))

    def residual(y, n):
        z = L.Conv2D(n, 3, padding="same")(L.Activation("swish")(L.GroupNormalization(groups=4, epsilon=1e-5)(y)))
        z = L.Conv2D(n, 3, padding="same")(L.Activation("swish")(L.GroupNormalization(groups=2, epsilon=1e-5)(z)))
        return L.Add()([y if y.shape[-1] == n else L.Conv2D(n, 1)(y), z])

    z = L.Reshape((16, 8))(L.GroupNormalization(groups=4)(y))
    z = L.Reshape((4, 4, 8))(L.MultiHeadAttention(num_heads=2, key_dim=4)(z, z))
    y = residual(L.Add()([y, z]), 8)
    for n in (8, 4):
        y = residual(L.Conv2D(n, 3, padding="same")(L.UpSampling2D()(y)), n)
    return k.Model(x, L.Conv2D(3, 3, padding="same")(L.Activation("swish")(L.GroupNormalization(groups=4)(y))))


@case("architecture", writers=ALL + ("tf2.13",), forms=WHOLE)
def mobilenet_v2_unet(k):
    L = k.layers
    x = k.Input((32, 32, 3), name="x")

    def inverted(y, n, strides, expand=2):
        z = conv_bn(L, y, y.shape[-1] * expand, 1, activation="relu6")
        if strides == 2:
            z = L.ZeroPadding2D(((0, 1), (0, 1)))(z)
        z = L.DepthwiseConv2D(3, strides=strides, padding="valid" if strides == 2 else "same", use_bias=False)(z)
        z = L.ReLU(6.0)(L.BatchNormalization(epsilon=1e-3, momentum=0.999)(z))
        z = conv_bn(L, z, n, 1, activation=None)
        return L.Add()([y, z]) if strides == 1 and n == y.shape[-1] else z

    a = conv_bn(L, x, 4, strides=2, activation="relu6")
    b = inverted(inverted(a, 4, 1), 6, 2)
    c = inverted(inverted(b, 6, 1), 8, 2)
    skips = k.Model(x, [a, b, c], name="backbone")
    photo = k.Input((32, 32, 3), name="photo")
    a, b, c = skips(L.Rescaling(1 / 127.5, offset=-1)(photo))
    y = c
    for n, skip in ((6, b), (4, a)):
        up = k.Sequential([k.Input(tuple(y.shape[1:])), L.Conv2DTranspose(n, 3, strides=2, padding="same", use_bias=False),
                           L.BatchNormalization(), L.ReLU()], name=f"up_{n}")
        y = L.Concatenate()([up(y), skip])
    return k.Model(photo, L.Conv2DTranspose(3, 3, strides=2, padding="same")(y))


@case("architecture", writers=ALL, forms=WHOLE, batch=1)
def unet_3d(k):
    L = k.layers
    x = k.Input((8, 8, 8, 2), name="volume")
    a = L.BatchNormalization()(L.Conv3D(3, 3, padding="same", activation="relu")(x))
    b = L.Conv3D(4, 3, padding="same", activation="relu")(L.MaxPooling3D()(a))
    c = L.Conv3D(5, 3, padding="same", activation="relu")(L.MaxPooling3D()(b))
    y = L.Concatenate()([b, L.UpSampling3D()(c)])
    y = L.Conv3DTranspose(3, 2, strides=2)(L.Conv3D(4, 3, padding="same", activation="relu")(y))
    return k.Model(x, L.Conv3D(1, 1, activation="sigmoid")(L.Concatenate()([a, y])))


@case("architecture", writers=ALL, forms=WHOLE, sizes=(32,))
def audio_unet(k):
    L = k.layers
    x = k.Input((None, 1), name="wave")
    a = L.Conv1D(4, 9, padding="same", activation="leaky_relu" if hasattr(k, "ops") else "relu")(x)
    b = L.Conv1D(6, 9, strides=4, padding="same")(a)
    b = L.LeakyReLU()(L.BatchNormalization()(b))
    c = L.Conv1D(8, 9, strides=4, padding="causal", activation="relu")(b)
    y = L.Concatenate()([b, L.Conv1D(6, 5, padding="same", activation="relu")(L.UpSampling1D(4)(c))])
    y = L.Concatenate()([a, L.Conv1D(4, 5, padding="same", dilation_rate=2, activation="relu")(L.UpSampling1D(4)(y))])
    return k.Model(x, L.Conv1D(1, 1, activation="tanh")(y))


@case("architecture", writers=ALL)
def wavenet_stack(k):
    L = k.layers
    x = k.Input((24, 2), name="x")
    y, skips = L.Conv1D(4, 1)(x), []
    for d in (1, 2, 4):
        z = L.Multiply()([L.Conv1D(4, 2, dilation_rate=d, padding="causal", activation=f)(y) for f in ("tanh", "sigmoid")])
        skips.append(L.Conv1D(4, 1)(z))
        y = L.Add()([y, skips[-1]])
    return k.Model(x, L.Conv1D(3, 1, activation="softmax")(L.ReLU()(L.Add()(skips))))


@case("architecture", writers=ALL)
def squeeze_and_excite(k):
    L = k.layers
    x = k.Input((8, 8, 3), name="x")
    y = conv_bn(L, x, 8, activation="swish")
    s = L.Reshape((1, 1, 8))(L.GlobalAveragePooling2D()(y))
    s = L.Dense(8, activation="hard_sigmoid")(L.Dense(2, activation="relu")(s))
    y = L.Flatten()(L.MaxPooling2D()(L.Multiply()([y, s])))
    return k.Model(x, L.Dense(5, activation="softmax")(L.Dropout(0.5)(y)))


@case("architecture", writers=ALL, forms=WHOLE)
def vision_transformer(k):
    L = k.layers
    x = k.Input((8, 8, 3), name="x")
    y = L.Reshape((16, 8))(L.Conv2D(8, 2, strides=2)(x))
    for _ in range(2):
        z = L.LayerNormalization(epsilon=1e-6)(y)
        y = L.Add()([y, L.MultiHeadAttention(num_heads=2, key_dim=4, dropout=0.1)(z, z)])
        z = L.Dense(12, activation="gelu")(L.LayerNormalization(epsilon=1e-6)(y))
        y = L.Add()([y, L.Dense(8)(L.Dropout(0.1)(z))])
    return k.Model(x, L.Dense(4)(L.GlobalAveragePooling1D()(y)))
