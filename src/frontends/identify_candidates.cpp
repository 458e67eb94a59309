#include "frontends/identify_candidates.hpp"

#include <charconv>

#include "core/checked.hpp"
#include "frontends/identify_programs.hpp"

namespace halfpixel::identification {

std::string text_of(float value) {
  std::string text = concat(value);
  return text;
}

std::string exact_text(double value) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  return {text, end};
}

std::vector<double> odd_factors(const Sides& in, const Sides& out, Length length) {
  std::vector<double> found;
  for (const int parts : {2, 3, 4, 5, 8, 10, 100, 1000}) {
    if (parts == 1000 && !found.empty()) break;
    for (int k = 1; k <= 8 * parts; ++k) {
      const double factor = static_cast<double>(k) / parts;
      const auto gives = [&](std::int64_t from, std::int64_t to) {
        return length(from, factor) == to;
      };
      const bool even =
          static_cast<double>(in.height) * factor == static_cast<double>(out.height) &&
          static_cast<double>(in.width) * factor == static_cast<double>(out.width);
      if (even || !gives(in.height, out.height) || !gives(in.width, out.width)) continue;
      bool known = false;
      for (const double other : found) known = known || other == factor;
      if (!known && found.size() < 4) found.push_back(factor);
    }
  }
  return found;
}

std::vector<Candidate> candidates(const Sides& in, const Sides& out) {
  All all;
  add_tf2(all);
  add_keras(all, in, out);
  add_torch(all, in, out);
  add_pillow(all);
  add_opencv(all, in, out);
  add_tf1(all);
  add_onnx(all);
  add_onnx_scales(all, in, out);
  add_jax(all);
  add_litert(all);
  add_tfjs(all);
  add_mlx(all, in, out);
  add_image_rs(all);
  add_go(all);
  add_paddle(all, in, out);
  add_vips(all, in, out);
  add_pillow_gaps(all, in, out);
  return all;
}

}  // namespace halfpixel::identification
