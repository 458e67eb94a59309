"""Writes the little pictures of tests/data/pictures with the programs that people use.

    apt-get install libimage-exiftool-perl
    python -m venv V && V/bin/pip install -r tools/pictures/requirements.txt
    V/bin/python tools/pictures/make_pictures.py tests/data/pictures

NAME.npy beside a picture is what reading it must give: the array that went in, or what the writing
program itself reads. refused.txt lists those that must be refused, each with a part of the message.
"""
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import tifffile
from PIL import Image, ImageCms, PngImagePlugin

out = Path(sys.argv[1])
refused = []


def noise(shape, dtype, seed=1):
    random = np.random.default_rng(seed)
    if np.dtype(dtype).kind == "f":
        return random.normal(100, 50, shape).astype(dtype)
    limits = np.iinfo(dtype)
    return random.integers(limits.min, limits.max, shape, dtype=dtype, endpoint=True)


def expect(name, array):
    array = np.asarray(array)
    if array.ndim == 2:
        array = array[..., None]
    np.save(out / f"{name}.npy", np.ascontiguousarray(array))


def tiff(name, array, right=None, **options):
    """array (H, W, C), or (C, H, W) with planarconfig="separate"."""
    options.setdefault("metadata", None)
    options.setdefault("software", False)
    tifffile.imwrite(out / f"{name}.tif", array, **options)
    if right is None:
        right = np.moveaxis(array, 0, -1) if options.get("planarconfig") == "separate" else array
    expect(name, right)


def patched(name, array, tag, value, **options):
    """A TIFF whose tag (one SHORT) is then set by hand. (H, W, C)."""
    tifffile.imwrite(out / f"{name}.tif", array, metadata=None, software=False, **options)
    path = out / f"{name}.tif"
    data = bytearray(path.read_bytes())
    order = "<" if data[:2] == b"II" else ">"
    (offset,) = struct.unpack_from(order + "I", data, 4)
    (count,) = struct.unpack_from(order + "H", data, offset)
    for i in range(count):
        at = offset + 2 + 12 * i
        if struct.unpack_from(order + "H", data, at)[0] == tag:
            struct.pack_into(order + "HIHH", data, at + 2, 3, 1, value, 0)
            break
    else:
        raise KeyError(tag)
    path.write_bytes(data)


def extra_samples():
    # The smallest of them: red, green, blue and something else.
    pixel = np.full((2, 2, 4), (40, 90, 50, 0), np.uint8)
    Image.fromarray(pixel, "RGBX").save(out / "rgbx.tif")
    expect("rgbx", pixel)
    for dtype in ("uint8", "uint16", "float32"):
        for extra in (1, 2, 3, 5):
            for colours, photometric in ((1, "minisblack"), (3, "rgb")):
                tiff(f"{photometric}_{extra}_{dtype}", noise((3, 5, colours + extra), dtype),
                     photometric=photometric, extrasamples=["unspecified"] * extra,
                     planarconfig="contig")
        planes = noise((5, 20, 18), dtype)
        common = dict(photometric="minisblack", extrasamples=["unspecified"] * 4,
                      planarconfig="separate")
        tiff(f"planes_{dtype}", planes, **common)
        tiff(f"planes_tiles_{dtype}", planes, tile=(16, 16), **common)
        tiff(f"planes_big_{dtype}", planes, byteorder=">", bigtiff=True, compression="zlib", **common)
        tiff(f"tiles_{dtype}", noise((20, 18, 4), dtype), photometric="rgb", tile=(16, 16),
             extrasamples=["unspecified"], compression="zlib", predictor=True)
        tiff(f"lzw_{dtype}", noise((7, 9, 4), dtype), photometric="rgb", rowsperstrip=2,
             extrasamples=["unspecified"], compression="lzw", byteorder=">")
        tiff(f"unassalpha_{dtype}", noise((3, 4, 4), dtype), photometric="rgb",
             extrasamples=["unassalpha"], planarconfig="contig")
        tiff(f"infrared_alpha_{dtype}", noise((3, 4, 5), dtype), photometric="rgb",
             extrasamples=["unspecified", "unassalpha"], planarconfig="contig")
    # Colours that were multiplied by alpha come out straight.
    for dtype, top in (("uint8", 255), ("uint16", 65535)):
        straight = noise((4, 4, 4), dtype, 3).astype(np.int64)
        alpha = straight[..., 3:]
        stored = np.concatenate([(straight[..., :3] * alpha + top // 2) // top, alpha], -1)
        right = stored.copy()
        with np.errstate(divide="ignore", invalid="ignore"):
            colours = np.minimum(top, np.floor(stored[..., :3] * top / alpha + 0.5))
        right[..., :3] = np.where(alpha > 0, colours, stored[..., :3])
        tiff(f"assocalpha_{dtype}", stored.astype(dtype), right.astype(dtype), photometric="rgb",
             extrasamples=["assocalpha"], planarconfig="contig")


def samples():
    for dtype in ("int8", "int16", "int32", "uint32", "float32"):
        tiff(f"grey_{dtype}", noise((5, 4), dtype), photometric="minisblack")
        tiff(f"grey_big_{dtype}", noise((5, 4), dtype), photometric="minisblack", byteorder=">",
             compression="zlib", predictor=dtype != "int8")
    for dtype in ("uint8", "uint16", "uint32"):
        array = noise((5, 4), dtype)
        tiff(f"white_{dtype}", array, np.iinfo(dtype).max - array, photometric="miniswhite")
    for dtype in ("float16", "float64"):
        tiff(f"grey_{dtype}", noise((2, 2), dtype), photometric="minisblack")
        refused.append((f"grey_{dtype}.tif", dtype))
        (out / f"grey_{dtype}.npy").unlink()
    tiff("grey_complex64", np.ones((2, 2), np.complex64), photometric="minisblack")
    refused.append(("grey_complex64.tif", "complex"))
    (out / "grey_complex64.npy").unlink()
    tiff("grey_12bit", noise((4, 4), "uint16") >> 4, photometric="minisblack", bitspersample=12)
    refused.append(("grey_12bit.tif", "12 bits"))
    (out / "grey_12bit.npy").unlink()
    for bits in (1, 2, 4):
        array = noise((5, 9), "uint8") >> (8 - bits)
        if bits == 1:
            tiff("grey_1bit", array.astype(bool), array * 255, photometric="minisblack")
        else:
            tiff(f"grey_{bits}bit", array, array * (255 // (2**bits - 1)),
                 photometric="minisblack", bitspersample=bits)
    indices = noise((6, 7), "uint8")
    palette = noise((3, 256), "uint16", 5)
    tiff("palette", indices, np.moveaxis(palette[:, indices] >> 8, 0, -1).astype(np.uint8),
         photometric="palette", colormap=palette)


def colours():
    rgb = np.full((4, 4, 3), (184, 241, 224), np.uint8)
    ycbcr = np.full((4, 4, 3), (222, 129, 101), np.uint8)
    for compression in (None, "lzw", "zlib", "packbits"):
        name = f"ycbcr_{compression or 'none'}"
        patched(name, ycbcr, 262, 6, photometric="rgb", compression=compression)
        expect(name, rgb)
        # Whole chroma: the default of a file that says nothing is halved.
        add_tag(out / f"{name}.tif", 530, 3, (1, 1))
    for number, name in ((4, "transparency mask"), (9, "ICC L"), (10, "ITU L"),
                         (32803, "colour filter array"), (34892, "linear raw"), (32844, "LogL"),
                         (32845, "LogLuv"), (77, "77")):
        channels = 1 if number in (4, 32803, 32844) else 3
        array = noise((2, 2, channels), "uint8")
        patched(f"photometric_{number}", array[..., 0] if channels == 1 else array, 262, number,
                photometric="minisblack" if channels == 1 else "rgb")
        refused.append((f"photometric_{number}.tif", name))


def add_tag(path, tag, kind, values):
    """Rewrites the directory at the end of the file with one SHORT tag more. Little-endian."""
    data = bytearray(path.read_bytes())
    (offset,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, offset)
    entries = [bytes(data[offset + 2 + 12 * i : offset + 14 + 12 * i]) for i in range(count)]
    packed = struct.pack("<" + "H" * len(values), *values).ljust(4, b"\0")
    entries.append(struct.pack("<HHI", tag, kind, len(values)) + packed)
    entries.sort(key=lambda e: struct.unpack_from("<H", e)[0])
    data += b"\0" * (len(data) % 2)
    struct.pack_into("<I", data, 4, len(data))
    data += struct.pack("<H", len(entries)) + b"".join(entries) + b"\0\0\0\0"
    path.write_bytes(data)


def animations():
    colours = [(200, 30, 40), (20, 180, 60), (20, 180, 160), (250, 250, 0)]
    frames = [Image.new("RGB", (8, 6), c) for c in colours]
    frames[3].paste((0, 0, 255), (3, 2, 5, 4))
    options = dict(save_all=True, append_images=frames[1:], duration=[100, 250, 40, 70], loop=3)
    frames[0].save(out / "frames.webp", lossless=True, minimize_size=False, allow_mixed=False, **options)
    frames[0].save(out / "frames.gif", **options)
    frames[0].save(out / "frames.png", **options)


def exiftool(path, *options):
    subprocess.run(["exiftool", "-q", "-q", "-overwrite_original", "-n", *options, str(path)], check=True)


def metadata():
    picture = Image.fromarray(noise((4, 6, 3), "uint8", 7))
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    picture.save(out / "exif.jpg", quality=95, icc_profile=srgb, dpi=(300, 300))
    picture.save(out / "exif.png", icc_profile=srgb, dpi=(300, 300))
    picture.save(out / "exif.webp", lossless=True, icc_profile=srgb)
    picture.save(out / "exif.tif", icc_profile=srgb, dpi=(300, 300))
    for name in ("exif.jpg", "exif.png", "exif.webp", "exif.tif"):
        exiftool(out / name, "-Orientation=6", "-XMP-tiff:Orientation=6", "-Make=Acme", "-Artist=Ansel",
                 "-DateTimeOriginal=2020:01:02 03:04:05", "-FNumber=2.8", "-GPSLatitude=48.5",
                 "-GPSLatitudeRef=N", "-ExifImageWidth=6", "-ExifImageHeight=4", "-XMP-dc:Title=A title")
    for name in ("exif.jpg", "exif.tif"):
        exiftool(out / name, "-IPTC:Caption-Abstract=A caption that is not short",
                 "-IPTC:Keywords=keyword one", "-IPTC:Keywords=keyword two")
    picture.resize((3, 2)).save(out / "thumbnail.jpg")
    exiftool(out / "exif.jpg", f"-ThumbnailImage<={out}/thumbnail.jpg")
    (out / "thumbnail.jpg").unlink()

    texts = PngImagePlugin.PngInfo()
    texts.add_text("Title", "a text")
    texts.add(b"gAMA", struct.pack(">I", 100000))
    texts.add(b"cHRM", struct.pack(">8I", 31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000))
    picture.save(out / "gamma.png", pnginfo=texts)
    Image.fromarray(noise((4, 6), "uint8")).save(out / "grey_profile.png", icc_profile=grey_profile())

    keys = (1, 1, 0, 2, 1024, 0, 1, 2, 1026, 34737, 7, 0)
    tifffile.imwrite(out / "geo.tif", noise((4, 6, 3), "uint8"), photometric="rgb", metadata=None,
                     software=False, extratags=[
                         (33550, 12, 3, (10.0, 20.0, 0.0)),
                         (33922, 12, 6, (0.0, 0.0, 0.0, 500000.0, 4600000.0, 0.0)),
                         (34735, 3, len(keys), keys),
                         (34737, 2, 8, "WGS 84|"),
                     ])

    picture.save(out / "gain_map.jpg", quality=95)
    packet = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
  xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/"
  xmlns:Container="http://ns.google.com/photos/1.0/container/"
  xmlns:Item="http://ns.google.com/photos/1.0/container/item/"
  xmlns:dc="http://purl.org/dc/elements/1.1/" hdrgm:Version="1.0">
 <dc:title><rdf:Alt><rdf:li xml:lang="x-default">A title</rdf:li></rdf:Alt></dc:title>
 <Container:Directory><rdf:Seq>
  <rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="Primary" Item:Mime="image/jpeg"/></rdf:li>
  <rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="GainMap" Item:Mime="image/jpeg" Item:Length="9"/></rdf:li>
 </rdf:Seq></Container:Directory>
</rdf:Description></rdf:RDF></x:xmpmeta>"""
    data = (out / "gain_map.jpg").read_bytes()
    segment = b"http://ns.adobe.com/xap/1.0/\0" + packet.encode()
    head = b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment
    (out / "gain_map.jpg").write_bytes(data[:2] + head + data[2:])


def left_out():
    """What is told to be lost, and planes that are behind one directory."""
    def write(name, array, **options):
        tifffile.imwrite(out / f"{name}.tif", array, metadata=None, software=False, **options)

    path = b"8BIM\x07\xd0\0\0\0\0\0\x04path"
    write("fields", noise((2, 2), "uint8"), photometric="minisblack", extratags=[
        (286, 5, 1, (3, 2)), (305, 2, 5, "Acme"), (34377, 1, len(path), path),
        (37724, 1, 4, b"8BPS"), (65000, 2, 3, "ab")])
    write("cmyk", noise((2, 2, 4), "uint8"), photometric="separated")
    write("white_is_zero", noise((2, 2), "float32"), photometric="miniswhite")
    write("volume", noise((3, 16, 16), "uint8"), photometric="minisblack", volumetric=True,
          tile=(16, 16, 16), compression="zlib")
    refused.append(("volume.tif", "volume of 3 planes"))
    write("metamorph", noise((2, 2), "uint8"), photometric="minisblack",
          extratags=[(33629, 5, 2, (1, 1, 1, 1))])
    refused.append(("metamorph.tif", "2 planes"))


def grey_profile():
    """The smallest of them: a grey profile with gamma 1.8."""
    def tag(kind, body):
        body = kind + b"\0\0\0\0" + body
        return body + b"\0" * (-len(body) % 4)

    white = struct.pack(">3i", 63190, 65536, 54061)
    text = b"grey"
    tags = [(b"desc", tag(b"desc", struct.pack(">I", 5) + text + b"\0" * 79)),
            (b"wtpt", tag(b"XYZ ", white)), (b"kTRC", tag(b"curv", struct.pack(">IH", 1, 461))),
            (b"cprt", tag(b"text", b"none\0"))]
    offset = 132 + 12 * len(tags)
    table, bodies = struct.pack(">I", len(tags)), b""
    for name, body in tags:
        table += name + struct.pack(">II", offset + len(bodies), len(body))
        bodies += body
    size = 128 + len(table) + len(bodies)
    head = struct.pack(">I", size) + b"none" + struct.pack(">I", 0x02400000) + b"mntrGRAYXYZ "
    head += struct.pack(">6H", 2020, 1, 1, 0, 0, 0) + b"acspnone" + b"\0" * 24 + white
    return head.ljust(128, b"\0") + table + bodies


out.mkdir(parents=True, exist_ok=True)
for old in out.iterdir():
    old.unlink()
extra_samples()
samples()
colours()
metadata()
left_out()
animations()
(out / "refused.txt").write_text("".join(f"{name}\t{text}\n" for name, text in refused))
