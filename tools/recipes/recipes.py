"""What each library computes, up to its normalisation, beside the command that docs/recipes.md gives for it.

A recipe is (name, library, size, options, after, change, canvas):
library(picture)  a PIL picture to (H, W, C): the library's own code;
size(h, w)        what goes behind --size;
options           the rest of the command line, or a function of (h, w);
after(y)          crop or padding of the command's result, (H, W, C);
change(x)         what happens to the array before the command;
canvas(h, w)      the black on which the command's result lies.
"""
from collections import namedtuple
from functools import partial
import io
import os
import pathlib
import tempfile

import numpy as np

import sizes

Recipe = namedtuple("Recipe", "name library size options after change canvas", defaults=(lambda y: y, None, None))

BICUBIC_PIL = "--dialect pillow --resample BICUBIC"
BILINEAR_PIL = "--dialect pillow --resample BILINEAR"
BICUBIC_TORCH = "--dialect torch --mode bicubic --antialias"
BILINEAR_TORCH = "--dialect torch --mode bilinear --antialias"


def to(side):
    return lambda h, w: (side, side)


def raw(processor, **options):
    def library(picture):
        y = processor(picture, do_rescale=False, do_normalize=False, return_tensors="np", **options)["pixel_values"]
        return np.asarray(y[0]).transpose(1, 2, 0)
    return library


def pad_centre(canvas, y, value=0):
    """The odd pixel below and to the right."""
    out = np.empty((*canvas, 3), y.dtype)
    out[:] = value
    top, left = (canvas[0] - y.shape[0]) // 2, (canvas[1] - y.shape[1]) // 2
    out[top:top + y.shape[0], left:left + y.shape[1]] = y
    return out


def pad_square(x, colour):
    """LLaVA's expand2square: the shorter side filled up."""
    return pad_centre((max(x.shape[:2]),) * 2, x, colour)


def pad_corner(side, y):
    return np.pad(y, ((0, side - y.shape[0]), (0, side - y.shape[1]), (0, 0)))


def to_floats(x):
    return x.astype(np.float32)


def to_bytes(y):
    return np.rint(y).clip(0, 255).astype(np.uint8)


def transformers():
    import transformers as t
    from transformers.image_processing_utils import select_best_resolution
    from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil
    from transformers.models.llava.image_processing_pil_llava import LlavaImageProcessorPil
    from transformers.models.llava_next.image_processing_pil_llava_next import LlavaNextImageProcessorPil
    from transformers.models.qwen2_vl.image_processing_pil_qwen2_vl import Qwen2VLImageProcessorPil
    from transformers.models.sam.image_processing_pil_sam import SamImageProcessorPil
    from transformers.models.siglip.image_processing_pil_siglip import SiglipImageProcessorPil
    from transformers.models.vit.image_processing_pil_vit import ViTImageProcessorPil

    def tiles(processor):
        """LLaVA 1.6's tiles put together again; the overview is another recipe."""
        def library(picture):
            parts = processor(picture, do_rescale=False, do_normalize=False, return_tensors="np")["pixel_values"][0]
            h, w = select_best_resolution((picture.height, picture.width), [list(c) for c in sizes.GRID])
            grid = np.asarray(parts)[1:].reshape(h // 336, w // 336, 3, 336, 336)
            return grid.transpose(0, 3, 1, 4, 2).reshape(h, w, 3)
        return library

    def overview(processor):
        def library(picture):
            parts = processor(picture, do_rescale=False, do_normalize=False, return_tensors="np")["pixel_values"][0]
            return np.asarray(parts)[0].transpose(1, 2, 0)
        return library

    def patches(processor):
        """Qwen2-VL's patches put together again."""
        def library(picture):
            out = processor(picture, do_rescale=False, do_normalize=False, return_tensors="np")
            _, gh, gw = (int(n) for n in np.asarray(out["image_grid_thw"])[0])
            y = np.asarray(out["pixel_values"]).reshape(gh // 2, gw // 2, 2, 2, 3, 2, 14, 14)[:, :, :, :, :, 0]
            return y.transpose(0, 2, 5, 1, 3, 6, 4).reshape(gh * 14, gw * 14, 3)
        return library

    grey = tuple(int(v * 255) for v in t.CLIPImageProcessor().image_mean)
    anyres = {"size": {"shortest_edge": 336}, "crop_size": {"height": 336, "width": 336}}
    padded = {"do_pad": True, **anyres}
    for backend, classes, bicubic, bilinear in (
            ("torchvision", (t.CLIPImageProcessor, t.SiglipImageProcessor, t.ViTImageProcessor, t.Qwen2VLImageProcessor,
                             t.LlavaImageProcessor, t.LlavaNextImageProcessor, t.SamImageProcessor), BICUBIC_TORCH, BILINEAR_TORCH),
            ("PIL", (CLIPImageProcessorPil, SiglipImageProcessorPil, ViTImageProcessorPil, Qwen2VLImageProcessorPil,
                     LlavaImageProcessorPil, LlavaNextImageProcessorPil, SamImageProcessorPil), BICUBIC_PIL, BILINEAR_PIL)):
        clip, siglip, vit, qwen, llava, llava_next, sam = classes
        yield Recipe(f"CLIP, {backend}", raw(clip()), partial(sizes.shortest, 224), bicubic, partial(sizes.centre_cut, 224))
        yield Recipe(f"SigLIP, {backend}", raw(siglip()), to(224), bicubic)
        yield Recipe(f"ViT, {backend}", raw(vit()), to(224), bilinear)
        yield Recipe(f"Qwen2-VL, {backend}", patches(qwen()), sizes.smart_resize, bicubic)
        yield Recipe(f"LLaVA 1.5 with pad, {backend}", raw(llava(**padded)), to(336), bicubic, change=partial(pad_square, colour=grey))
        yield Recipe(f"LLaVA 1.6 tiles, {backend}", tiles(llava_next(**anyres)), sizes.anyres, bicubic, canvas=sizes.anyres_canvas)
        yield Recipe(f"LLaVA 1.6 overview, {backend}", overview(llava_next(**anyres)), to(336), bicubic)
        yield Recipe(f"SAM, {backend}", raw(sam()), partial(sizes.longest_half_up, 1024), bilinear, partial(pad_corner, 1024))


def segment_anything():
    from segment_anything.utils.transforms import ResizeLongestSide

    resize = ResizeLongestSide(1024)
    yield Recipe("SAM by its authors", lambda p: resize.apply_image(np.asarray(p)), partial(sizes.longest_half_up, 1024), BILINEAR_PIL)


def torchvision():
    import torch
    from torchvision.models import ResNet50_Weights
    from torchvision.transforms import InterpolationMode, v2
    from torchvision.transforms import CenterCrop, Compose, Resize
    from torchvision.transforms.functional import center_crop, resize

    # Of float32 without antialias PyTorch gives other last bits by more threads.
    torch.set_num_threads(1)

    def tensor(picture):
        return torch.from_numpy(np.asarray(picture).copy()).permute(2, 0, 1).contiguous()

    def on_tensor(transform, change=lambda x: x):
        return lambda p: transform(change(tensor(p))).permute(1, 2, 0).numpy()

    def on_pil(transform):
        return lambda p: np.asarray(transform(p))

    preset = ResNet50_Weights.IMAGENET1K_V2.transforms()
    at = {"size": preset.resize_size, "interpolation": preset.interpolation, "antialias": preset.antialias}
    side, crop = preset.resize_size[0], preset.crop_size[0]
    yield Recipe("ResNet50_Weights.IMAGENET1K_V2, PIL", on_pil(lambda p: center_crop(resize(p, **at), preset.crop_size)),
                 partial(sizes.shortest, side), BILINEAR_PIL, partial(sizes.centre_even, crop))
    yield Recipe("ResNet50_Weights.IMAGENET1K_V2, uint8 tensor", on_tensor(lambda x: center_crop(resize(x, **at), preset.crop_size)),
                 partial(sizes.shortest, side), BILINEAR_TORCH, lambda y: sizes.centre_even(crop, to_bytes(y)), to_floats)
    yield Recipe("Resize(256), uint8 tensor", on_tensor(Resize(256)), partial(sizes.shortest, 256), BILINEAR_TORCH, to_bytes, to_floats)
    clip = Compose([Resize(224, InterpolationMode.BICUBIC), CenterCrop(224)])
    yield Recipe("OpenAI's CLIP", on_pil(clip), partial(sizes.shortest, 224), BICUBIC_PIL, partial(sizes.centre_even, 224))
    for name, interpolation, filters in (("bilinear", InterpolationMode.BILINEAR, "BILINEAR"), ("bicubic", InterpolationMode.BICUBIC, "BICUBIC"),
                                         ("Lanczos", InterpolationMode.LANCZOS, "LANCZOS"), ("nearest", InterpolationMode.NEAREST, "NEAREST"),
                                         ("nearest-exact", InterpolationMode.NEAREST_EXACT, "NEAREST")):
        yield Recipe(f"v2.Resize(256), PIL, {name}", on_pil(v2.Resize(256, interpolation)),
                     partial(sizes.shortest, 256), f"--dialect pillow --resample {filters}")
        nearest = filters == "NEAREST"
        mode = f"--dialect torch --mode {name.lower()}" + ("" if nearest else " --antialias")
        yield Recipe(f"v2.Resize(256), uint8 tensor, {name}", on_tensor(v2.Resize(256, interpolation)), partial(sizes.shortest, 256), mode)
    yield Recipe("v2.Resize(256, max_size=300), uint8 tensor", on_tensor(v2.Resize(256, max_size=300)),
                 partial(sizes.shortest_at_most, 256, 300), BILINEAR_TORCH)
    for name, interpolation in (("bilinear", InterpolationMode.BILINEAR), ("bicubic", InterpolationMode.BICUBIC)):
        for antialias in (True, False):
            mode = f"--dialect torch --mode {name}" + (" --antialias" if antialias else "")
            yield Recipe(f"v2.Resize(256), float32 tensor, {name}, antialias={antialias}",
                         on_tensor(v2.Resize(256, interpolation, antialias=antialias), lambda x: x.float() / 255),
                         partial(sizes.shortest, 256), mode, change=lambda x: x.astype(np.float32) / np.float32(255))
    yield Recipe("v2.Resize(256, antialias=False), uint8 tensor", on_tensor(v2.Resize(256, antialias=False)),
                 partial(sizes.shortest, 256), "--dialect torch --mode bilinear")


def timm():
    from timm.data.transforms_factory import transforms_imagenet_eval as make

    def run(**options):
        transform = make(img_size=224, normalize=False, **options)
        return lambda p: transform(p).permute(1, 2, 0).numpy()

    crop = partial(sizes.centre_even, 224)
    yield Recipe("eval, defaults", run(), partial(sizes.shortest, 256), BILINEAR_PIL, crop)
    yield Recipe("eval, crop_pct=0.9, bicubic", run(crop_pct=0.9, interpolation="bicubic"), partial(sizes.shortest, 248), BICUBIC_PIL, crop)
    yield Recipe("eval, squash, bicubic", run(crop_pct=0.9, interpolation="bicubic", crop_mode="squash"), to(248), BICUBIC_PIL, crop)
    border = partial(pad_centre, (224, 224), value=[round(255 * v) for v in (0.485, 0.456, 0.406)])
    yield Recipe("eval, border, bicubic", run(crop_pct=1.0, interpolation="bicubic", crop_mode="border"),
                 partial(sizes.longest_even, 224), BICUBIC_PIL, border)


def ultralytics():
    from ultralytics.data.augment import LetterBox, classify_transforms

    def run(**options):
        box = LetterBox(**options)
        return lambda p: box(image=np.asarray(p))

    def pad(side, y):
        """114 around; of an odd rest the larger half below and to the right."""
        out = np.full((side, side, 3), 114, y.dtype)
        top, left = round((side - y.shape[0]) / 2 - 0.1), round((side - y.shape[1]) / 2 - 0.1)
        out[top:top + y.shape[0], left:left + y.shape[1]] = y
        return out

    linear = "--dialect opencv --interpolation INTER_LINEAR"
    for side in (640, 320):
        yield Recipe(f"LetterBox({side})", run(new_shape=(side, side)), partial(sizes.letterbox, side), linear, partial(pad, side))
    classify = classify_transforms(224).transforms[:2]
    yield Recipe("classify_transforms(224)", lambda p: np.asarray(classify[1](classify[0](p))), partial(sizes.shortest, 224),
                 BILINEAR_PIL, partial(sizes.centre_even, 224))
    yield Recipe("LetterBox(640, scale_fill=True)", run(new_shape=(640, 640), scale_fill=True), to(640), linear)


def keras():
    os.environ["KERAS_BACKEND"] = "tensorflow"
    import keras as k

    size = (224, 224)

    def load(**options):
        def library(picture):
            file = io.BytesIO()
            picture.save(file, "PNG")
            file.seek(0)
            return np.asarray(k.utils.load_img(file, **options))
        return library

    def dataset(**options):
        def library(picture):
            with tempfile.TemporaryDirectory() as folder:
                picture.save(pathlib.Path(folder) / "a.png")
                batches = k.utils.image_dataset_from_directory(folder, labels=None, batch_size=1, image_size=size,
                                                               verbose=False, **options)
                return next(iter(batches)).numpy()[0]
        return library

    def layer(dtype=np.float32, **options):
        resizing = k.layers.Resizing(224, 224, **options)
        return lambda p: np.asarray(resizing(np.asarray(p)[None].astype(dtype)))[0]

    def box(h, w):
        return BILINEAR_PIL + " --box " + ",".join(map(str, sizes.keras_crop((224, 224), h, w)))

    yield Recipe("load_img", load(target_size=size), to(224), "--dialect pillow --resample NEAREST")
    for name in ("bilinear", "bicubic", "lanczos", "box", "hamming"):
        yield Recipe(f"load_img, {name}", load(target_size=size, interpolation=name), to(224), f"--dialect pillow --resample {name.upper()}")
    yield Recipe("load_img, bilinear, keep_aspect_ratio", load(target_size=size, interpolation="bilinear", keep_aspect_ratio=True), to(224), box)
    for name in ("bilinear", "bicubic", "lanczos3", "nearest"):
        yield Recipe(f"image_dataset_from_directory, {name}", dataset(interpolation=name), to(224), f"--method {name}")
    yield Recipe("image_dataset_from_directory, crop_to_aspect_ratio", dataset(crop_to_aspect_ratio=True), lambda h, w: "fill:224x224", "--method bilinear")
    yield Recipe("Resizing", layer(), to(224), "--method bilinear")
    yield Recipe("Resizing of uint8", layer(np.uint8), to(224), "--method bilinear", to_bytes)
    yield Recipe("Resizing, crop_to_aspect_ratio", layer(crop_to_aspect_ratio=True), lambda h, w: "fill:224x224", "--method bilinear")


# Results of one model in two libraries, or in two ways of one.
PAIRS = [(f"{model}, PIL", f"{model}, torchvision") for model in
         ("CLIP", "SigLIP", "ViT", "Qwen2-VL", "LLaVA 1.5 with pad", "LLaVA 1.6 tiles", "SAM")] + [
    ("CLIP, PIL", "OpenAI's CLIP"),
    ("ResNet50_Weights.IMAGENET1K_V2, PIL", "ResNet50_Weights.IMAGENET1K_V2, uint8 tensor"),
    ("v2.Resize(256), uint8 tensor, bilinear", "Resize(256), uint8 tensor"),
    ("v2.Resize(256), uint8 tensor, bilinear", "v2.Resize(256, antialias=False), uint8 tensor"),
    ("v2.Resize(256), PIL, nearest", "v2.Resize(256), uint8 tensor, nearest"),
    ("load_img, bilinear", "image_dataset_from_directory, bilinear"),
]
GROUPS = [transformers, segment_anything, torchvision, timm, ultralytics, keras]
