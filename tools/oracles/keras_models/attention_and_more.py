"""Attention, embedding, preprocessing, layers that only work in training."""
import numpy as np

from .registry import alone, case, fan

ALL = ("keras", "tf_keras")


@case("attention", writers=ALL, forms=("keras", "h5"))
def multi_head_attention(k):
    x = k.Input((7, 12), name="x")
    return k.Model(x, k.layers.MultiHeadAttention(num_heads=3, key_dim=4)(x, x))


@case("attention", writers=ALL)
def multi_head_attention_options(k):
    M = k.layers.MultiHeadAttention
    q, v, key = k.Input((5, 8), name="query"), k.Input((7, 6), name="value"), k.Input((7, 10), name="key")
    return k.Model([q, v, key], [
        M(num_heads=2, key_dim=4, value_dim=3, dropout=0.1)(q, v), M(num_heads=2, key_dim=5, output_shape=9)(q, v, key),
        M(num_heads=1, key_dim=8, use_bias=False)(q, v, key=key), M(num_heads=2, key_dim=3)(q, q, use_causal_mask=True)])


@case("attention", writers=ALL)
def multi_head_attention_2d(k):
    x = k.Input((3, 4, 8), name="x")
    M = k.layers.MultiHeadAttention
    return k.Model(x, [M(num_heads=2, key_dim=4, attention_axes=(1, 2))(x, x), M(num_heads=2, key_dim=4, attention_axes=(2,))(x, x)])


@case("attention", writers=("keras",))
def multi_head_attention_scores(k):
    q, m = k.Input((4, 8), name="query"), k.Input((4, 4), name="mask", dtype="bool")
    y, scores = k.layers.MultiHeadAttention(num_heads=2, key_dim=4, name="mha")(
        q, q, attention_mask=m, return_attention_scores=True)
    return k.Model([q, m], [y, scores])


@case("attention", writers=ALL)
def attention(k):
    A = k.layers.Attention
    q, v, key = k.Input((5, 6), name="query"), k.Input((7, 6), name="value"), k.Input((7, 6), name="key")
    return k.Model([q, v, key], [A()([q, v]), A()([q, v, key]), A(use_scale=True)([q, v, key]),
                                 A(score_mode="concat")([q, v]), A(use_scale=True, score_mode="concat")([q, v, key]),
                                 A(dropout=0.3)([v, q])])


@case("attention", writers=ALL)
def attention_causal(k):
    q, v = k.Input((5, 6), name="query"), k.Input((5, 6), name="value")
    return k.Model([q, v], k.layers.Attention()([q, v], use_causal_mask=True))


@case("attention", writers=ALL)
def additive_attention(k):
    A = k.layers.AdditiveAttention
    q, v, key = k.Input((5, 6), name="query"), k.Input((7, 6), name="value"), k.Input((7, 6), name="key")
    return k.Model([q, v, key], [A()([q, v]), A(use_scale=False)([q, v, key])])


@case("attention")
def group_query_attention(k):
    x = k.Input((6, 8), name="x")
    return k.Model(x, k.layers.GroupQueryAttention(head_dim=4, num_query_heads=4, num_key_value_heads=2)(x, x))


def masked_words(k):
    """Two sequences, and what embeds them anew at each call: Keras 3's MultiHeadAttention takes the masks off its inputs."""
    words, others = k.Input((7,), dtype="int32", name="words"), k.Input((5,), dtype="int32", name="others")
    names = iter(f"embed_{i}" for i in range(99))
    return words, others, *(lambda tokens=t: k.layers.Embedding(4, 6, mask_zero=True, name=next(names))(tokens) for t in (words, others))


@case("attention", writers=ALL, forms=("keras", "h5"), below=4)
def attention_masked(k):
    """Keras' masks of query, value and key, and where they go from there."""
    L = k.layers
    words, others, x, y = masked_words(k)
    M, u, v, w = L.MultiHeadAttention, x(), x(), y()
    several = L.LayerNormalization(name="normal")(M(num_heads=2, key_dim=3, name="itself")(u, u))
    return k.Model([words, others], [
        several, M(2, 3, name="causal")(v, v, use_causal_mask=True), M(2, 3, name="other")(x(), y()),
        M(2, 3, name="keys")(x(), w, key=L.Dense(5)(w)), L.Attention(name="products")([x(), y()]),
        L.Attention(use_scale=True, name="later")([x(), x()], use_causal_mask=True), L.AdditiveAttention(name="sums")([x(), y()]),
        L.GlobalAveragePooling1D(name="mean")(several), L.GRU(3, name="steps")(several), L.LSTM(2, name="seen")(L.Attention()([x(), y()]))])


@case("attention", forms=("keras", "h5"), below=4)
def attention_masked_scores(k):
    """Queries that see nothing: Keras computes the scores by itself where it hands them out or has a dropout."""
    L = k.layers
    words, others, x, y = masked_words(k)
    G, M, u, v = L.GroupQueryAttention, L.MultiHeadAttention, x(), x()
    return k.Model([words, others], [
        *M(2, 3, name="scores")(x(), y(), return_attention_scores=True), M(2, 3, dropout=0.1, name="dropout")(x(), y()),
        M(2, 3, dropout=0.1, name="causal")(u, u, use_causal_mask=True), G(4, 4, 2, name="group")(x(), y()),
        G(4, 4, 2, dropout=0.1, name="group_dropout")(v, v, use_causal_mask=True), *G(4, 4, 2, name="group_scores")(x(), y(), return_attention_scores=True)])


@case("attention", writers=ALL, forms=("keras", "h5"), below=4)
def global_average_masked(k):
    """Of the steps that are not masked."""
    L = k.layers
    words, others, x, y = masked_words(k)
    return k.Model([words, others], [L.GlobalAveragePooling1D(name="mean")(x()), L.GlobalAveragePooling1D(keepdims=True, name="kept")(y()),
                                     L.GlobalAveragePooling1D(name="wide")(L.Dense(3)(x())), L.GlobalMaxPooling1D(name="most")(x())])


@case("attention", writers=ALL, forms=("keras", "h5"), below=4)
def merging_masked(k):
    """Keras 3's Multiply, Maximum and Minimum pass over what is masked; masks are merged by or, in tf_keras by and."""
    L = k.layers
    words, others, x, y = masked_words(k)
    hidden = L.Masking(0.0, name="hidden")
    plain = L.Conv1D(6, 1, name="plain")
    half = lambda: hidden(L.ReLU(threshold=1.2)(plain(x())))  # noqa: E731
    mean, steps = (lambda t: L.GlobalAveragePooling1D()(t)), (lambda t: L.LSTM(2)(t))
    return k.Model([words, others], [
        L.Multiply(name="times")([x(), plain(x())]), L.Multiply(name="times_both")([x(), half(), x()]),
        L.Maximum(name="most")([plain(x()), x()]), L.Maximum(name="most_first")([x(), plain(x()), half()]),
        L.Minimum(name="least")([half(), x()]), mean(L.Add(name="sum")([x(), half()])), mean(L.Add(name="sum_one")([x(), plain(x())])),
        mean(L.Subtract(name="difference")([half(), x()])), mean(L.Multiply(name="product")([x(), half()])),
        mean(L.Concatenate(name="side_by_side")([x(), half()])), mean(L.Concatenate(name="side_by_plain")([plain(x()), x()])),
        steps(L.Average(name="average")([x(), plain(x())])), steps(L.Average(name="average_both")([x(), half()])),
        steps(L.Maximum(name="most_steps")([x(), half()])), L.Add(name="plain_sum")([y(), y()])])


@case("attention", writers=("tf_keras",), forms=("keras", "h5"), below=4)
def attention_masked_block(k):
    """tf_keras' MultiHeadAttention leaves the masks on its inputs. Queries without one: those that see nothing are rounding alone."""
    L = k.layers
    words, others, x, y = masked_words(k)
    a, b = x(), y()
    z = L.LayerNormalization()(L.Add()([a, L.MultiHeadAttention(2, 3, name="first")(L.Conv1D(6, 1)(a), a)]))
    z = L.LayerNormalization()(L.Add()([z, L.MultiHeadAttention(2, 3, name="second")(L.Conv1D(6, 1)(z), b)]))
    z = L.LayerNormalization()(L.Add()([z, L.Dense(6)(z)]))
    return k.Model([words, others], [z, L.GlobalAveragePooling1D(name="mean")(z), L.GlobalAveragePooling1D(name="mean_others")(b)])


@case("attention", below=4)
def operations_forget_masks(k):
    L = k.layers
    words, others, x, y = masked_words(k)
    return k.Model([words, others], [L.GlobalAveragePooling1D(name="mean_relu")(k.activations.relu(x())), L.LSTM(3, name="steps_relu")(k.activations.relu(x())), L.GlobalAveragePooling1D(name="mean")(x() + 1.0), L.LSTM(3, name="steps")(k.ops.concatenate([x(), x()], axis=-1)),
                                     L.MultiHeadAttention(2, 3, name="itself")(y() * 2.0, y() * 2.0)])


@case("embedding", writers=ALL, forms=("keras", "h5"))
def embedding(k):
    x = k.Input((6,), name="tokens", dtype="int32")
    e = k.layers.Embedding(11, 5)
    return k.Model(x, [e(x), k.layers.Dense(3)(k.layers.Embedding(20, 4)(x))])


@case("embedding", writers=ALL)
def embedding_mask_zero(k):
    x = k.Input((6,), name="tokens", dtype="int64")
    y = k.layers.Embedding(11, 4, mask_zero=True)(x)
    return k.Model(x, k.layers.Conv1D(3, 3, padding="same")(y))


@case("embedding")
def reversible_embedding(k):
    x = k.Input((6,), name="tokens", dtype="int32")
    e = k.layers.ReversibleEmbedding(11, 5)
    return k.Model(x, e(x))


@case("preprocessing", writers=ALL + ("keras3.0",), data="photo")
def rescaling(k):
    return fan(k, (4, 5, 3), lambda L: [L.Rescaling(1 / 255), L.Rescaling(1 / 127.5, offset=-1), L.Rescaling(-2.0, 3)])


@case("preprocessing", data="photo")
def rescaling_per_channel(k):
    return fan(k, (4, 5, 3), lambda L: [L.Rescaling([0.1, 0.2, 0.3], offset=[1.0, 2.0, 3.0])])


@case("preprocessing", writers=ALL, data="photo")
def rescaling_of_bytes(k):
    """An input that says uint8."""
    x = k.Input((4, 5, 3), name="x", dtype="uint8")
    return k.Model(x, k.layers.Conv2D(2, 3)(k.layers.Rescaling(1 / 255)(x)))


@case("preprocessing", writers=ALL + ("keras3.0",), forms=("keras", "h5"), data="photo", seeded=False)
def normalization_adapted(k):
    layer = k.layers.Normalization()
    layer.adapt(np.random.default_rng(5).uniform(0, 255, (20, 6, 6, 3)).astype("float32"))
    return k.Sequential([k.Input((5, 6, 3), name="x"), layer, k.layers.Conv2D(2, 3)])


@case("preprocessing", writers=ALL, data="photo", seeded=False)
def normalization_options(k):
    N = k.layers.Normalization
    rows = N(axis=1)
    rows.adapt(np.random.default_rng(6).normal(3, 4, (20, 5, 6, 3)).astype("float32"))
    scalar = N(axis=None)
    scalar.adapt(np.random.default_rng(7).normal(3, 4, (20, 5, 6, 3)).astype("float32"))
    return fan(k, (5, 6, 3), lambda L: [
        N(mean=[123.7, 116.3, 103.5], variance=[3409.0, 3262.0, 3291.0]), N(mean=5.0, variance=4.0, axis=None), rows, scalar,
        N(mean=[1.0, 2.0, 3.0], variance=[4.0, 0.25, 1.0], invert=True)])


@case("preprocessing", writers=ALL, data="photo")
def center_crop(k):
    return fan(k, (9, 10, 3), lambda L: [L.CenterCrop(5, 4), L.CenterCrop(9, 7), L.CenterCrop(12, 8), L.CenterCrop(14, 15)])


@case("training_only", writers=ALL, exact=True)
def dropout_family(k):
    return fan(k, (5, 6, 3), lambda L: [
        L.Dropout(0.5), L.Dropout(0.3, noise_shape=(None, 1, 1, 3), seed=7), L.SpatialDropout2D(0.4), L.AlphaDropout(0.2),
        L.GaussianNoise(0.3), L.GaussianDropout(0.2), L.ActivityRegularization(l1=0.1, l2=0.2), L.Activation("linear")])


@case("training_only", writers=ALL, exact=True)
def dropout_of_other_ranks(k):
    L = k.layers
    a, b = k.Input((5, 3), name="line"), k.Input((2, 3, 4, 2), name="volume")
    return k.Model([a, b], [L.SpatialDropout1D(0.4)(a), L.SpatialDropout3D(0.4)(b), L.Dropout(0.1)(b)])


@case("training_only", writers=ALL, data="photo", exact=True)
def random_augmentation(k):
    return fan(k, (8, 9, 3), lambda L: [
        L.RandomFlip("horizontal"), L.RandomRotation(0.2), L.RandomZoom(0.3), L.RandomTranslation(0.1, 0.1),
        L.RandomContrast(0.4), L.RandomBrightness(0.2)])


@case("training_only", data="photo", exact=True)
def random_augmentation_of_keras_3(k):
    return fan(k, (8, 9, 3), lambda L: [
        L.RandomHue(0.3), L.RandomSaturation(0.4), L.RandomGrayscale(0.5), L.RandomErasing(0.3),
        L.RandomGaussianBlur(0.5), L.RandomSharpness(0.5), L.RandomInvert(0.5), L.RandomColorJitter(brightness_factor=0.2),
        L.RandomPerspective(0.3), L.RandomElasticTransform(0.4)])


@case("training_only", data="photo", exact=True)
def random_shear(k):
    """Keras 3.15 cannot open its own file: its config has a pair where it wants a number."""
    return alone(k, (8, 9, 3), lambda L: L.RandomShear(0.2, 0.1))


@case("training_only", writers=ALL, data="photo")
def random_crop(k):
    """Not an identity: outside training it resizes and crops the middle."""
    return fan(k, (8, 9, 3), lambda L: [L.RandomCrop(6, 5), L.RandomCrop(8, 8), L.RandomCrop(4, 9)])


@case("training_only", data="photo")
def random_augmentation_in_front(k):
    L = k.layers
    return k.Sequential([k.Input((8, 8, 3), name="x"), L.RandomFlip(), L.RandomRotation(0.1), L.Rescaling(1 / 255),
                         L.GaussianNoise(0.1), L.Conv2D(4, 3, activation="relu"), L.SpatialDropout2D(0.2), L.Flatten(),
                         L.Dropout(0.5), L.Dense(3, activation="softmax")])


@case("training_only", writers=("keras",), exact=True)
def identity_layers(k):
    return fan(k, (3, 4), lambda L: [L.Identity(), L.Masking(mask_value=99.0), L.ActivityRegularization(l2=0.1)])


@case("wrapper", writers=ALL)
def time_distributed(k):
    x = k.Input((3, 6, 7, 2), name="x")
    y = k.layers.TimeDistributed(k.layers.Conv2D(4, 3, padding="same", activation="relu"))(x)
    y = k.layers.TimeDistributed(k.layers.UpSampling2D(interpolation="bilinear"))(y)
    return k.Model(x, k.layers.TimeDistributed(k.layers.Dense(2))(y))


def step_model(k, name, sequential=False):
    """A small encoder for one step, its first convolution frozen."""
    L = k.layers
    layers = [L.Conv2D(3, 3, padding="same", activation="relu", name=name + "_first"), L.BatchNormalization(name=name + "_norm"),
              L.Conv2D(3, 3, padding="same", name=name + "_last")]
    layers[0].trainable = False
    if sequential:
        return k.Sequential([k.Input((4, 5, 3))] + layers, name=name)
    x = start = k.Input((4, 5, 3))
    for layer in layers:
        x = layer(x)
    return k.Model(start, x, name=name)


@case("wrappers", writers=("keras", "tf_keras"), forms=("keras", "h5"))
def time_distributed_models(k):
    L = k.layers
    x = y = k.Input((3, 4, 5, 3), name="x")
    y = L.TimeDistributed(step_model(k, "encoder"))(y)
    y = L.TimeDistributed(step_model(k, "decoder", sequential=True), name="each_step")(y)
    return k.Model(x, L.TimeDistributed(L.UpSampling2D())(y))


@case("wrappers", writers=("keras", "tf_keras"), forms=("keras",))
def time_distributed_twice(k):
    """A wrapper in a wrapper, in an inner model."""
    L = k.layers
    inner = k.Sequential([k.Input((2, 3, 4, 5, 3)), L.TimeDistributed(L.TimeDistributed(step_model(k, "deep")))], name="inner")
    x = k.Input((2, 3, 4, 5, 3), name="x")
    return k.Model(x, inner(x))



@case("attention", writers=ALL, forms=("keras", "h5"))
def attention_constant_mask(k):
    """attention_mask is an array of the program: of two ranks, whole numbers, and beside a causal one. tf_keras cannot open what it wrote."""
    import tensorflow as tf
    x, seen = k.Input((4, 6), name="x"), np.tril(np.ones((4, 4), bool))
    M = k.layers.MultiHeadAttention
    return k.Model(x, [M(num_heads=2, key_dim=3)(x, x, attention_mask=seen), M(num_heads=1, key_dim=4)(x, x, attention_mask=seen[None]),
                       M(num_heads=2, key_dim=2)(x, x, x, attention_mask=np.eye(4, dtype="int32")[::-1], use_causal_mask=True),
                       M(num_heads=2, key_dim=3)(x, value=x, attention_mask=tf.constant(seen.T, tf.float32))])


@case("attention", forms=("keras", "h5"))
def group_query_attention_constant_mask(k):
    x = k.Input((4, 8), name="x")
    return k.Model(x, k.layers.GroupQueryAttention(head_dim=4, num_query_heads=4, num_key_value_heads=2)(x, x, attention_mask=np.tri(4, 4, 1, bool)))


@case("merge", writers=ALL, forms=("keras", "h5"))
def merging_with_constants(k):
    """Arrays beside tensors. tf_keras cannot open what it wrote."""
    L, x = k.layers, k.Input((3, 4), name="x")
    a = np.linspace(-1, 1, 12, dtype="float32").reshape(1, 3, 4)
    return k.Model(x, [L.Add()([x, a]), L.Multiply()([x, a]), L.Maximum()([x, a, x]), L.Subtract()([L.Dense(4)(x), a])])
