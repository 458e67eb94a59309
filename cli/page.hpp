// A self-contained page of pictures that are nearly the same: side by side, one over the other
// behind a slider, and their difference enlarged where it is largest.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <halfpixel/tensor.hpp>

namespace halfpixel::cli {

struct ReportPicture {
  std::string name;     // "torch, mode bilinear"
  std::string command;  // to copy; empty: none
  std::string note;     // "exact", "differs in …"
  Tensor pixels;        // (H, W, C) uint8, 1 to 4 channels; all of one shape
};

struct Report {
  std::string title, summary;
  std::vector<ReportPicture> pictures;  // the first two are shown over each other at first
  std::string table;                    // HTML that follows; empty: none
};

// (1, H, W, C) of any dtype as ReportPicture wants it: samples of 16 bits lose their lower half,
// floats are rounded.
Tensor report_pixels(const Tensor& images);
// (H, W), (H, W, C) and (1, H, W, C) of 1 to 4 channels as (1, H, W, C); nothing for other shapes.
std::optional<Tensor> as_one_picture(const Tensor& array);
// Throws UsageError for a name that does not end as pages do.
void check_page(const std::string& path);
std::string html_text(std::string_view text);  // escaped
// Throws Error. The file appears whole.
void write_report(const std::string& path, const Report& report);

}  // namespace halfpixel::cli
