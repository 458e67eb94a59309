// From IN to OUT: whole in memory, or in bands when the arrays are large.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include <halfpixel/error.hpp>
#include <halfpixel/resample.hpp>
#include <halfpixel/tensor.hpp>

#include "array_layout.hpp"
#include "crop.hpp"
#include "in_out.hpp"
#include "progress.hpp"

namespace halfpixel::cli {

// What a command does to one array.
struct Operation {
  std::string name;     // "upsample": who speaks in errors
  bool copies = false;  // samples are copied, never mixed: alpha needs no care
  int batch_axes = 1;   // leading axes of independent arrays: 1, or 0 for a single picture
  int first_spatial_axis = 1;
  int spatial_axes = 2;
  // The rows and columns of the array that are worked; unset: all.
  std::optional<resample::Window> source = {};
  // Of pictures: another program's axes, what it takes their samples as (alpha is a channel like
  // the others), and the samples that its results become, IN's where unset.
  ArrayLayout layout = ArrayLayout::channels_last;
  std::optional<DType> input_dtype = {};
  std::optional<DType> sample_dtype = {};
  Shape output_shape;
  DType output_dtype = DType::float32;
  // The plan for an array of this shape (batches may be smaller than the whole).
  std::function<resample::Plan(const Shape& shape, DType dtype)> plan;

  // Of an array of `shape`, what the plan is for; of a picture (N, H, W, C), the same.
  Shape worked(const Shape& shape) const { return cut(shape, source, first_spatial_axis); }
  Shape worked_picture(const Shape& shape) const { return cut(shape, source, 1); }
};

// What a command does to an array of this shape and dtype.
using OperationFor = std::function<Operation(const Shape& shape, DType dtype)>;

// With paths.explain it also tells how, and without OUT it only tells. Pictures of several pages
// are worked page by page.
void carry_out(const OperationFor& operation_for, Input& in, const Paths& paths, bool quiet);

// Its parts, for works that cannot always be cut into bands.
// The open page to the next page of `file`, or to an array of the program's layout, in bands.
void stream(const Operation& operation, Input& in, PictureFile& file, const Paths& paths,
            Progress& progress);
void stream_to_npy(const Operation& operation, Input& in, const Paths& paths, Progress& progress);
// IN is an array that goes to an array in bands: both are large.
bool wants_bands(const Operation& operation, Input& in, const Paths& paths);
void carry_out_in_bands(const Operation& operation, Input& in, const Paths& paths,
                        Progress& progress);

// A writer's refusal of samples, with the command that keeps them; other errors as they are.
// command() is "resize", and is asked where it is said.
Error retold(const Error& error, const std::function<std::string()>& command, const Paths& paths);

}  // namespace halfpixel::cli
