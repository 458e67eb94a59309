"""cv2.resize without IPP, as the library's cv::resize follows it.

A program's file has VERSIONS and cases(rng): one random (operation, options, input, output) after the other; cases
that the program refuses are left out.
"""
import cv2

from dialects.arrays import sizes, values

cv2.ipp.setUseIPP(False)
cv2.setNumThreads(1)
VERSIONS = f"opencv-python-headless {cv2.__version__}, without IPP"

FLAGS = ["INTER_NEAREST", "INTER_LINEAR", "INTER_CUBIC", "INTER_AREA", "INTER_LANCZOS4", "INTER_LINEAR_EXACT", "INTER_NEAREST_EXACT"]
COMMON = ["uint8", "uint16", "int16", "float32", "float64"]
OTHER = {"INTER_LINEAR_EXACT": ["int8", "int32"], "INTER_NEAREST": ["int8", "int32", "uint32", "float16", "bool"],
         "INTER_NEAREST_EXACT": ["int8", "int32", "uint32", "float16", "bool"]}


def cases(rng, most=40):
    while True:
        flag = str(rng.choice(FLAGS))
        dtype = str(rng.choice(COMMON + OTHER.get(flag, [])))
        channels = int(rng.choice([0, 1, 1, 2, 3, 3, 4, 5, 16, 33]))
        h, w, height, width = sizes(rng, most)
        x = values(rng, (h, w) if channels == 0 else (h, w, channels), dtype)
        options, given = {"interpolation": flag}, {}
        if rng.integers(4) == 0:
            fx, fy = (float(rng.choice([0.5, 2.0, 1.5, 1 / 3, 0.25, 0.75, round(rng.uniform(0.2, 3), 3)])) for _ in "xy")
            if rng.integers(2):
                fy = fx
            options["fx"], options["fy"] = repr(fx), repr(fy)
            given = {"fx": fx, "fy": fy}
        else:
            options["dsize"] = (width, height)
        try:
            y = cv2.resize(x, options.get("dsize"), interpolation=getattr(cv2, flag), **given)
        except cv2.error:
            continue
        y = y.reshape(y.shape[:2] + x.shape[2:])
        yield "cv.resize", options, x, y.astype(bool) if dtype == "bool" else y
