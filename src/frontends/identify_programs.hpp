// What the lists of identify()'s calls share; a program's calls are one function.
#pragma once

#include <string>
#include <vector>

#include <halfpixel/shape.hpp>

#include "frontends/identify_candidates.hpp"

namespace halfpixel::identification {

using Options = Match::Options;
using All = std::vector<Candidate>;
inline constexpr const char* kYes = "true";

std::string text_of(float value);
// So that reading it gives the same number.
std::string exact_text(double value);
inline Size size_of(const Sides& out) {
  return {out.height, out.width};
}

// Factors that give these sides but another step than the sides do; length(side, factor) is the
// program's rule.
using Length = std::int64_t (*)(std::int64_t side, double factor);
std::vector<double> odd_factors(const Sides& in, const Sides& out, Length length);

// Their calls, for images of height x width that became `out`.
void add_tf2(All& all);
void add_tf1(All& all);
void add_keras(All& all, const Sides& in, const Sides& out);
void add_torch(All& all, const Sides& in, const Sides& out);
void add_pillow_gaps(All& all, const Sides& in, const Sides& out);
void add_pillow(All& all);
void add_opencv(All& all, const Sides& in, const Sides& out);
void add_onnx_scales(All& all, const Sides& in, const Sides& out);
void add_onnx(All& all);
void add_jax(All& all);
void add_litert(All& all);
void add_tfjs(All& all);
void add_mlx(All& all, const Sides& in, const Sides& out);
void add_go(All& all);
void add_image_rs(All& all);
void add_paddle(All& all, const Sides& in, const Sides& out);
void add_vips(All& all, const Sides& in, const Sides& out);

}  // namespace halfpixel::identification
