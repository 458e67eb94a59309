//! Resizes what comes in, one image after the other: a line "FILTER DTYPE HEIGHT WIDTH CHANNELS NEW_HEIGHT NEW_WIDTH",
//! then its elements, little-endian; back come the elements of the result.
use std::io::{BufRead, Read, Write};

use image::imageops::{resize, FilterType};
use image::{ImageBuffer, Luma, LumaA, Pixel, Primitive, Rgb, Rgba};

fn resized<P: Pixel + 'static>(
    (height, width): (u32, u32),
    (new_height, new_width): (u32, u32),
    values: Vec<P::Subpixel>,
    filter: FilterType,
) -> Vec<P::Subpixel>
where
    P::Subpixel: Primitive + 'static,
{
    let image = ImageBuffer::<P, Vec<P::Subpixel>>::from_raw(width, height, values).unwrap();
    resize(&image, new_width, new_height, filter).into_raw()
}

macro_rules! run {
    ($t:ty, $bytes:expr, $channels:expr, $from:expr, $to:expr, $filter:expr) => {{
        const SIZE: usize = std::mem::size_of::<$t>();
        let values = $bytes.chunks_exact(SIZE).map(|b| <$t>::from_le_bytes(b.try_into().unwrap())).collect();
        let result: Vec<$t> = match $channels {
            1 => resized::<Luma<$t>>($from, $to, values, $filter),
            2 => resized::<LumaA<$t>>($from, $to, values, $filter),
            3 => resized::<Rgb<$t>>($from, $to, values, $filter),
            _ => resized::<Rgba<$t>>($from, $to, values, $filter),
        };
        result.iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>()
    }};
}

fn main() {
    let mut input = std::io::stdin().lock();
    let mut output = std::io::stdout().lock();
    let mut line = String::new();
    while input.read_line(&mut line).unwrap() > 0 {
        let words: Vec<&str> = line.split_whitespace().collect();
        let filter = match words[0] {
            "Nearest" => FilterType::Nearest,
            "Triangle" => FilterType::Triangle,
            "CatmullRom" => FilterType::CatmullRom,
            "Gaussian" => FilterType::Gaussian,
            "Lanczos3" => FilterType::Lanczos3,
            other => panic!("{other}"),
        };
        let n: Vec<u32> = words[2..].iter().map(|word| word.parse().unwrap()).collect();
        let size = match words[1] {
            "uint8" => 1,
            "uint16" => 2,
            _ => 4,
        };
        let mut bytes = vec![0; (n[0] * n[1] * n[2]) as usize * size];
        input.read_exact(&mut bytes).unwrap();
        let (from, to) = ((n[0], n[1]), (n[3], n[4]));
        let result = match size {
            1 => run!(u8, bytes, n[2], from, to, filter),
            2 => run!(u16, bytes, n[2], from, to, filter),
            _ => run!(f32, bytes, n[2], from, to, filter),
        };
        output.write_all(&result).unwrap();
        output.flush().unwrap();
        line.clear();
    }
}
