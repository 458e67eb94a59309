// Which program, with which options, made one picture or array from another?
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <halfpixel/export.hpp>
#include <halfpixel/shape.hpp>
#include <halfpixel/tensor.hpp>

namespace halfpixel {

// One answer: a call, and how far its result is from what was found.
struct Match {
  using Options = std::vector<std::pair<std::string, std::string>>;
  std::string dialect;  // a name of the command line's --dialect, or "keras"
  Options options;      // the command line's names without dashes; flags have the value "true"
  std::string command;  // "halfpixel resize IN OUT --dialect torch …"
  // What was done besides, in the order in which it was: "rounded to uint8", "channels reversed" …
  std::vector<std::string> changes;
  std::int64_t different = 0;  // elements of the result that differ; 0: exact
  double max_difference = 0;   // in the result's own units
  double mean_difference = 0;
  bool exact() const { return different == 0; }
};

struct IdentifyOptions {
  int top = 5;                         // how many are told that are not exact
  std::string in = "IN", out = "OUT";  // for commands
  // The arrays are pictures (H, W, C) or (N, H, W, C) that the command line would read: layouts are
  // not guessed, and results are rounded to the samples of a picture.
  bool pictures = false;
};

// in, out: (H, W), (H, W, C), (C, H, W), (N, H, W, C) or (N, C, H, W), of dtypes that some dialect
// takes. Returns the exact ones first, then the nearest, by their largest and mean difference.
// Every dialect, method and option that the two shapes and dtypes allow is tried: in a part of
// 64 x 64 first, and what passes there in the whole. Throws Error when no reading of the shapes is
// a resize. May be called by many threads at once.
HALFPIXEL_EXPORT std::vector<Match> identify(const ConstTensorView& in, const ConstTensorView& out,
                                             const IdentifyOptions& options = {});

}  // namespace halfpixel
