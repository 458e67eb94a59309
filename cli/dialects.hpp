// Other programs' resizes on the command line: `resize --dialect NAME`. A dialect is one file,
// which says what its options mean, and one row of the table in dialects.cpp.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <halfpixel/resample.hpp>
#include <halfpixel/tensor.hpp>

#include "array_layout.hpp"
#include "in_out.hpp"
#include "target_size.hpp"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace halfpixel::cli {

// The options of resize that some dialects have and others have not.
class Words {
 public:
  Words() = default;
  explicit Words(const std::vector<std::pair<std::string, std::string>>& options);
  void add_to(CLI::App& app);
  bool has(std::string_view option) const;  // "--mode" was typed
  std::string text(std::string_view option, std::string_view otherwise = "") const;

  // Numbers between commas, or between x. Throws UsageError; `what` is what was expected.
  std::vector<double> numbers(std::string_view option, char between, std::string_view what) const;
  std::optional<double> number(std::string_view option) const;
  std::vector<std::int64_t> whole_numbers(std::string_view option, char between,
                                          std::string_view what) const;

  // Throws UsageError when an option was typed that `dialect` has not.
  void check(std::string_view dialect) const;

 private:
  std::map<std::string, std::string, std::less<>> typed_;  // flags: ""
};

// What a command does with an array of any shape.
struct DialectWork {
  ArrayLayout layout = ArrayLayout::channels_last;
  // The plan for an array of the program's own layout.
  std::function<resample::Plan(const Shape& shape, DType dtype)> plan;
  // Instead of the plan, where a call may be more than one.
  std::function<Tensor(const ConstTensorView& array)> run = {};
  bool multiplied = false;  // colours are multiplied by alpha already, which those of files are not
  std::optional<DType> input_dtype = {};  // what values become before; unset: they stay
  // `--size fill:`: the middle of IN alone is worked, which the plan knows nothing of.
  std::optional<TargetSize> fill = {};
};

struct Dialect {
  const char* name;
  const char* what;  // the function that it stands for
  // The options that it takes of those that not all take.
  std::vector<const char*> words;
  std::string (*filters)();  // "bilinear or nearest": what its option of filters takes
  // Judges the options alone. Throws UsageError.
  DialectWork (*work)(const Words& words);
  bool in_bands = false;  // resize does it itself, in bands
};
const std::vector<Dialect>& dialects();
// Throws UsageError for a name that is none.
const Dialect& find_dialect(std::string_view name);
std::string dialect_names(std::string_view chosen);  // "tf2 (default), tf1 or torch"

// --size of a dialect: as many numbers as there are spatial axes, or what resize takes otherwise
// for two of them.
class SpatialSize {
 public:
  explicit SpatialSize(const Words& words);  // throws UsageError for a malformed one
  explicit operator bool() const { return !text_.empty(); }
  // Throws Error when there are not so many numbers as `extents`, the input's spatial axes.
  std::vector<std::int64_t> of(std::span<const std::int64_t> extents) const;

 private:
  std::string text_;
  std::vector<std::int64_t> numbers_;  // empty: a size by TargetSize
};
// The sides of an image in the layout `image`, (height, width); {1, 1}, which is refused for the
// rank, of what is none.
Size image_sides(const SpatialSize& size, const Shape& shape);
// --scale-factor; empty without it. Throws UsageError for what is not positive.
std::vector<double> scale_factors(const Words& words);
// The same where there is --size as well: one of them must be given.
std::vector<double> scale_factors(const Words& words, const SpatialSize& size);
// Whether --method is nearest; bilinear is the default and the other choice.
bool is_nearest(const Words& words, std::string_view dialect);
// --input-dtype. Throws UsageError for a name that is none.
std::optional<DType> input_dtype(const Words& words);
// The spatial extents of a shape.
std::vector<std::int64_t> spatial_extents(const Shape& shape, ArrayLayout layout);

// filling() of a work that may say fill:, and the shape and the part of an array that are left,
// copied where it is one.
std::optional<resample::Window> filling(const DialectWork& work, const Shape& shape, int rows);
Shape filling_shape(const DialectWork& work, const Shape& shape, int rows);
Tensor filling_part(const DialectWork& work, const Tensor& x, int rows);
// The axis of rows in an array of the program's own layout; negative: it has not two spatial axes.
int rows_of(const DialectWork& work, const Shape& shape);

// One IN to its OUT.
void carry_out_dialect(const DialectWork& work, Input& in, const Paths& paths, bool quiet);

// Colours of files are straight: a dialect of multiplied ones takes them where alpha is full.
// Throws Error unless `opaque`.
void require_opaque(const DialectWork& work, bool opaque, const std::string& in);

// The result of an array of the program's own layout, or of a batch of its images.
Tensor array_result(const DialectWork& work, const Tensor& x, bool explain);
// The same of pictures (N, H, W, C); the result is of the program's layout.
Tensor picture_result(const DialectWork& work, const Tensor& x, bool explain);
// What the plan of an array of `shape` is for: of a batch of images, one.
Shape planned_shape(const DialectWork& work, const Shape& shape);
// The dtype of the samples of a picture that is made of IN's.
DType sample_dtype(const DialectWork& work, DType dtype);

// What a call makes of pictures (N, H, W, C), as pictures. Options are as identify() has them.
Tensor dialect_result(const std::string& dialect,
                      const std::vector<std::pair<std::string, std::string>>& options,
                      const Tensor& pictures);

DialectWork tf2_work(const Words& words);
DialectWork tf1_work(const Words& words);
DialectWork keras_work(const Words& words);
DialectWork torch_work(const Words& words);
DialectWork pillow_work(const Words& words);
DialectWork opencv_work(const Words& words);
DialectWork onnx_work(const Words& words);
DialectWork jax_work(const Words& words);
DialectWork litert_work(const Words& words);
DialectWork tfjs_work(const Words& words);
DialectWork mlx_work(const Words& words);
DialectWork image_rs_work(const Words& words);
DialectWork go_work(const Words& words);
DialectWork paddle_work(const Words& words);
DialectWork vips_work(const Words& words);

}  // namespace halfpixel::cli
