#!/usr/bin/env bash
# Guess: imageops::resize of Rust's image by FilterType::Nearest copies pixels, floats too, and an axis that keeps its length
#        stays as it is, whatever the filter.
# True:  floats are clamped to 0..1 by every filter, Nearest too: an image of 0, 100, 200, 255 becomes 0, 1, 1, 1. Only where
#        both sides stay as they are is the result a copy, which clamps nothing. And both axes are filtered once one of them
#        changes: Gaussian blurs the columns of an image that grows by rows alone.
# Matters to: who resizes HDR pictures, depth maps or scores in Rust, or changes one side of a picture.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/src"
version=0.25.10
cat >"$folder/Cargo.toml" <<END
[package]
name = "finding"
version = "0.0.0"
edition = "2021"

[dependencies]
image = { version = "=$version", default-features = false }
END
cat >"$folder/src/main.rs" <<'END'
use image::imageops::{resize, FilterType};
use image::{ImageBuffer, Luma};

fn main() {
    println!("image 0.25.10");
    let floats = ImageBuffer::<Luma<f32>, _>::from_raw(4, 1, vec![0.0f32, 100.0, 200.0, 255.0]).unwrap();
    let doubled = resize(&floats, 8, 1, FilterType::Nearest).into_raw();
    let kept = resize(&floats, 4, 1, FilterType::Nearest).into_raw();
    println!("floats {:?}\n  8 wide, Nearest {doubled:?}\n  4 wide, Nearest {kept:?}", floats.as_raw());
    let bytes = ImageBuffer::<Luma<u8>, _>::from_raw(3, 1, vec![0u8, 255, 0]).unwrap();
    let gaussian = resize(&bytes, 3, 2, FilterType::Gaussian).into_raw();
    let lanczos = resize(&bytes, 3, 2, FilterType::Lanczos3).into_raw();
    println!("bytes {:?}\n  two rows, Gaussian {gaussian:?}\n  two rows, Lanczos3 {lanczos:?}", bytes.as_raw());
    assert_eq!(doubled, [0.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]);
    assert_eq!(kept, [0.0, 100.0, 200.0, 255.0]);
    assert_eq!(gaussian, [30, 201, 30, 30, 201, 30]);
    assert_eq!(lanczos, [0, 255, 0, 0, 255, 0]);
}
END
cd "$folder"
cargo run --quiet
