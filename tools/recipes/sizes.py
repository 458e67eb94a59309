"""The sizes and crops of docs/recipes.md, as arithmetic and nothing else."""
import math


def shortest(side, h, w):
    """torchvision's Resize(side) and transformers' shortest_edge: the other side is cut off."""
    return (int(side * h / w), side) if w <= h else (side, int(side * w / h))


def shortest_at_most(side, most, h, w):
    """torchvision's Resize(side, max_size=most): cut off twice."""
    new = shortest(side, h, w)
    if max(new) <= most:
        return new
    short = int(most * side / max(new))
    return (most, short) if w <= h else (short, most)


def longest_half_up(side, h, w):
    """SAM: the other side is rounded, halves up."""
    scale = side / max(h, w)
    return int(h * scale + 0.5), int(w * scale + 0.5)


def longest_even(side, h, w):
    """timm's ResizeKeepRatio(longest=1): rounded, halves to even."""
    ratio = max(h / side, w / side)
    return round(h / ratio), round(w / ratio)


def letterbox(side, h, w):
    """ultralytics' LetterBox: rounded, halves to even."""
    r = min(side / h, side / w)
    return max(round(h * r), 1), max(round(w * r), 1)


def smart_resize(h, w, factor=28, least=56 * 56, most=28 * 28 * 1280):
    """Qwen2-VL: multiples of factor, of an area between the two."""
    new_h, new_w = round(h / factor) * factor, round(w / factor) * factor
    if new_h * new_w > most:
        beta = math.sqrt(h * w / most)
        return max(factor, math.floor(h / beta / factor) * factor), max(factor, math.floor(w / beta / factor) * factor)
    if new_h * new_w < least:
        beta = math.sqrt(least / (h * w))
        return math.ceil(h * beta / factor) * factor, math.ceil(w * beta / factor) * factor
    return new_h, new_w


GRID = [(336, 672), (672, 336), (672, 672), (1008, 336), (336, 1008)]


def anyres_canvas(h, w):
    """LLaVA 1.6: of the canvases the one that holds most pixels of the picture, then the smallest."""
    def worth(canvas):
        scale = min(canvas[1] / w, canvas[0] / h)
        held = min(int(w * scale) * int(h * scale), h * w)
        return held, held - canvas[0] * canvas[1]
    return max(GRID, key=worth)


def anyres(h, w):
    """What fits in it, the other side rounded up."""
    canvas_h, canvas_w = anyres_canvas(h, w)
    by_w, by_h = canvas_w / w, canvas_h / h
    if by_w < by_h:
        return min(math.ceil(h * by_w), canvas_h), canvas_w
    return canvas_h, min(math.ceil(w * by_h), canvas_w)


def centre_cut(side, y):
    """transformers: the odd pixel is cut off below and to the right; y is (H, W, C)."""
    top, left = (y.shape[0] - side) // 2, (y.shape[1] - side) // 2
    return y[top:top + side, left:left + side]


def centre_even(side, y):
    """torchvision's CenterCrop: half the rest rounded to even."""
    top, left = round((y.shape[0] - side) / 2), round((y.shape[1] - side) / 2)
    return y[top:top + side, left:left + side]


def keras_crop(target, h, w):
    """load_img(keep_aspect_ratio=True) and smart_resize: x0, y0, x1, y1 of the part that is resized."""
    crop_h, crop_w = min(h, w * target[0] // target[1]), min(w, h * target[1] // target[0])
    top, left = (h - crop_h) // 2, (w - crop_w) // 2
    return left, top, left + crop_w, top + crop_h
