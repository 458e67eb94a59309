#include "guess.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

#include "in_out.hpp"

namespace halfpixel::cli {
namespace {

// Letters to add, take away, change or swap with the next one.
std::size_t slips(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before, row(b.size() + 1), next(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    next[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = a[i - 1] == b[j - 1];
      next[j] = std::min({row[j] + 1, next[j - 1] + 1, row[j - 1] + (same ? 0 : 1)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        next[j] = std::min(next[j], before[j - 2] + 1);
    }
    before = row;
    std::swap(row, next);
  }
  return row[b.size()];
}

bool is_of_name(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == ';';
}

// What people call it elsewhere.
constexpr std::pair<std::string_view, std::string_view> kOtherNames[] = {
    {"cv", "opencv"},           {"cv2", "opencv"},         {"pytorch", "torch"},
    {"torchvision", "pillow"},  {"tensorflow", "tf2"},     {"tf", "tf2"},
    {"tensorflow2", "tf2"},     {"tensorflow1", "tf1"},    {"tflite", "litert"},
    {"paddlepaddle", "paddle"}, {"tensorflow.js", "tfjs"}, {"tensorflowjs", "tfjs"},
    {"onnxruntime", "onnx"},    {"ort", "onnx"},           {"rust", "image_rs"},
    {"golang", "go"},           {"keras", "tf2"},          {"x/image", "go"},
    {"sharp", "vips"},          {"libvips", "vips"},       {"pyvips", "vips"},
    {"nchw", "channels_first"}, {"nhwc", "channels_last"}};

// Of Image.LANCZOS, cv2.INTER_AREA and VIPS_KERNEL_LANCZOS3 what is said here.
std::string_view without_owner(std::string_view typed) {
  const std::size_t owner = typed.find_last_of(".:");
  if (owner != typed.npos) return typed.substr(owner + 1);
  constexpr std::string_view kKernel = "vips_kernel_";
  const bool kernel = lower(std::string(typed)).starts_with(kKernel);
  return kernel ? typed.substr(kKernel.size()) : typed;
}

}  // namespace

std::string nearest_name(std::string_view typed, const std::vector<std::string>& names) {
  const std::string small = lower(std::string(typed));
  if (small.size() < 2) return "";
  std::string nearest, begins;
  std::size_t least = small.size() < 5 ? 2 : 3;  // more is another word
  int same = 0, beginnings = 0;
  for (const std::string& name : names) {
    const std::string other = lower(name);
    const std::size_t far = slips(small, other);
    if (far < least) least = far, nearest = name, same = 0;
    same += far == least && name != nearest;
    // INTER_CUBIC, which people call cubic.
    const bool part = other.starts_with(small) || other.ends_with("_" + small);
    if (part && small.size() > 2) begins = name, ++beginnings;
  }
  if (!nearest.empty() && (same == 0 || least == 1)) return nearest;
  return beginnings == 1 ? begins : "";
}

std::string guess(std::string_view typed, const std::vector<std::string>& names) {
  std::string name = nearest_name(typed, names);
  if (name.empty()) name = nearest_name(without_owner(typed), names);
  for (const auto& [other, meant] : kOtherNames) {
    if (other == lower(std::string(typed)) && std::ranges::find(names, meant) != names.end())
      name = meant;
  }
  return name.empty() ? "" : "; did you mean " + name + "?";
}

std::string guess_from(std::string_view typed, std::string_view message) {
  std::size_t at = message.npos;
  for (const std::string_view lead : {"must be ", "Use ", "Expected of one ", "only be "}) {
    const std::size_t found = message.find(lead);
    if (found != message.npos) at = std::min(at, found + lead.size());
  }
  if (at == message.npos) return "";
  std::string_view list = message.substr(at);
  list = list.substr(0, std::min(list.find("; got "), list.find(". Received")));
  std::vector<std::string> names;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (!is_of_name(list[i])) continue;
    std::size_t end = i;
    while (end < list.size() && is_of_name(list[end])) ++end;
    std::string name(list.substr(i, end - i));
    while (name.ends_with(';')) name.pop_back();
    constexpr std::string_view kNoNames[] = {"one", "or", "of", "default", "Image", "Resampling"};
    if (std::find(std::begin(kNoNames), std::end(kNoNames), name) == std::end(kNoNames) &&
        name != typed)
      names.push_back(std::move(name));
    i = end;
  }
  return guess(typed, names);
}

}  // namespace halfpixel::cli
