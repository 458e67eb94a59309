// identify(): every call that the shapes allow, on a part first, and what passes there on the
// whole.
#include <halfpixel/identify.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "frontends/identify_candidates.hpp"
#include "frontends/identify_compare.hpp"

namespace halfpixel::identification {
namespace {

constexpr std::int64_t kPart = 64;

// How an array is seen as images (N, H, W, C).
struct Reading {
  const char* name;
  int rank;
  int axis[4];  // of N, H, W, C in the array; -1: there is none
};
constexpr Reading kReadings[] = {
    {"(H, W)", 2, {-1, 0, 1, -1}},     {"(H, W, C)", 3, {-1, 0, 1, 2}},
    {"(N, H, W, C)", 4, {0, 1, 2, 3}}, {"(C, H, W)", 3, {-1, 1, 2, 0}},
    {"(N, C, H, W)", 4, {0, 2, 3, 1}},
};
bool channels_first(const Reading& reading) {
  return reading.axis[3] >= 0 && reading.axis[3] < reading.axis[1];
}

Shape images_shape(const Reading& reading, const Shape& shape) {
  Shape images{1, 1, 1, 1};
  for (int i = 0; i < 4; ++i) {
    if (reading.axis[i] >= 0) images[i] = shape[reading.axis[i]];
  }
  return images;
}

Tensor images_of(const Reading& reading, const ConstTensorView& array) {
  const Shape shape = images_shape(reading, array.shape());
  Shape strides{0, 0, 0, 0};
  for (int i = 0; i < 4; ++i) {
    if (reading.axis[i] >= 0) strides[i] = array.stride(reading.axis[i]);
  }
  return Tensor(ConstTensorView(array.data(), array.dtype(), shape,
                                std::span(strides.begin(), strides.end())));
}

// The two arrays as images.
struct Problem {
  const Reading* in_reading;
  const Reading* out_reading;
  Tensor in, out;
  Sides from, to;
};

bool is_resize(const Shape& in, const Shape& out) {
  for (int i = 0; i < 4; ++i) {
    if (in[i] < 1 || out[i] < 1) return false;
  }
  return in[0] == out[0] && in[3] == out[3];
}

// Readings of both: alike if that is possible, for people rarely transpose.
std::vector<Problem> problems(const ConstTensorView& in, const ConstTensorView& out,
                              bool pictures) {
  std::vector<Problem> alike, crossed;
  for (const Reading& a : kReadings) {
    for (const Reading& b : kReadings) {
      if (a.rank != in.shape().rank() || b.rank != out.shape().rank()) continue;
      if (pictures && (channels_first(a) || channels_first(b))) continue;
      const Shape from = images_shape(a, in.shape()), to = images_shape(b, out.shape());
      if (!is_resize(from, to)) continue;
      // Images of many channels and few pixels are images of another layout.
      const auto odd = [](const Shape& shape) { return shape[3] > 4 && shape[3] > shape[1]; };
      if (channels_first(a) == channels_first(b) ? false : odd(from) || odd(to)) continue;
      Problem problem{
          &a, &b, images_of(a, in), images_of(b, out), {from[1], from[2]}, {to[1], to[2]}};
      (channels_first(a) == channels_first(b) ? alike : crossed).push_back(std::move(problem));
    }
  }
  if (alike.empty()) return crossed;
  return alike;
}

// A part of images (N, H, W, C), seen with the axes of a program: [rows) x [columns) of image n, or
// of all (n < 0).
ConstTensorView seen(const Tensor& images, Axes axes, std::int64_t n, const resample::Range& rows,
                     const resample::Range& columns) {
  const Shape& shape = images.shape();
  const std::int64_t strides[] = {shape[1] * shape[2] * shape[3], shape[2] * shape[3], shape[3], 1};
  const std::int64_t offset = std::max<std::int64_t>(n, 0) * strides[0] + rows.begin * strides[1] +
                              columns.begin * strides[2];
  const auto* data = static_cast<const std::byte*>(images.data()) +
                     offset * static_cast<std::int64_t>(halfpixel::size_of(images.dtype()));
  const std::int64_t h = rows.end - rows.begin, w = columns.end - columns.begin;
  const std::int64_t count = n < 0 ? shape[0] : 1;
  const auto view = [&](const Shape& s, std::initializer_list<std::int64_t> steps) {
    return ConstTensorView(data, images.dtype(), s, std::span(steps.begin(), steps.size()));
  };
  switch (axes) {
    case Axes::nhwc:
      return view({count, h, w, shape[3]}, {strides[0], strides[1], strides[2], 1});
    case Axes::nchw:
      return view({count, shape[3], h, w}, {strides[0], 1, strides[1], strides[2]});
    case Axes::hwc:
      break;
  }
  return view({h, w, shape[3]}, {strides[1], strides[2], 1});
}

// A dense array of a program's axes as images.
Tensor as_images(const Tensor& array, Axes axes) {
  const Shape& shape = array.shape();
  if (axes == Axes::nhwc) return array;
  if (axes == Axes::hwc) return array.reshape({1, shape[0], shape[1], shape[2]});
  const std::int64_t strides[] = {shape[1] * shape[2] * shape[3], shape[3], 1, shape[2] * shape[3]};
  return Tensor(ConstTensorView(array.data(), array.dtype(),
                                {shape[0], shape[2], shape[3], shape[1]}, strides));
}

Shape program_shape(const Shape& images, Axes axes) {
  if (axes == Axes::nchw) return {images[0], images[3], images[1], images[2]};
  if (axes == Axes::hwc) return {images[1], images[2], images[3]};
  return images;
}

int rows_axis(Axes axes) {
  return axes == Axes::nchw ? 2 : axes == Axes::hwc ? 0 : 1;
}

// What a plan makes of a part of the output, as images. An axis that keeps its length may be none
// of the plan's: it is worked whole.
Tensor part_of(const resample::Plan& plan, const Tensor& in, Axes axes, std::int64_t n,
               const resample::Window& part) {
  const int rows = rows_axis(axes);
  Shape shape = plan.output_shape();
  resample::Range needed[2], made[2];
  resample::Window asked =
      plan.spatial_rank() == 2 ? part : resample::Window(std::initializer_list{part[0]});
  if (plan.spatial_rank() == 0) asked = {};
  bool known[2] = {};
  for (int i = 0; i < plan.spatial_rank(); ++i) {
    const int axis = plan.spatial_axis(i) - rows;
    if (axis < 0 || axis > 1) fail(ErrorCode::unsupported, "[identify] another axis is resized");
    asked[i] = part[axis];
    known[axis] = true;
  }
  const resample::Window required = plan.required_input(asked);
  for (int axis = 0, i = 0; axis < 2; ++axis) {
    const resample::Range all{0, shape[rows + axis]};
    made[axis] = known[axis] ? part[axis] : all;
    needed[axis] = known[axis] ? required[i++] : all;
    shape[rows + axis] = made[axis].end - made[axis].begin;
  }
  const auto src = seen(in, axes, n, needed[0], needed[1]);
  if (axes != Axes::hwc) shape[0] = src.shape()[0];
  Tensor result(shape, plan.output_dtype());
  plan.run_window(src, result, asked);
  Tensor images = as_images(result, axes);
  if (known[0] && known[1]) return images;
  const auto cut = [&](int axis) {
    return known[axis] ? resample::Range{0, part[axis].end - part[axis].begin} : part[axis];
  };
  return Tensor(seen(images, Axes::nhwc, -1, cut(0), cut(1)));
}

bool has_rows(const resample::Plan& plan, Axes axes) {
  for (int i = 0; i < plan.spatial_rank(); ++i) {
    if (plan.spatial_axis(i) == rows_axis(axes)) return true;
  }
  return false;
}

// What IN may have been made before.
struct Input {
  Tensor images;
  const char* change;  // null: nothing
  bool plain_floats;   // for programs that compute bytes in another way
};

// A candidate for one reading of the arrays, and how far it is.
struct Trial {
  const Candidate* candidate;
  const Problem* problem;
  const Input* input;
  std::optional<resample::Plan> plan;  // or else
  std::vector<Tensor> whole;           // results, (1, H, W, C) each
  Change change;
  Difference difference;
};

resample::Window whole(const Problem& problem) {
  return {{0, problem.to.height}, {0, problem.to.width}};
}

resample::Window middle(const Problem& problem) {
  const auto range = [](std::int64_t length) {
    const std::int64_t begin = std::max<std::int64_t>(0, length / 2 - kPart / 2);
    return resample::Range{begin, std::min(length, begin + kPart)};
  };
  return {range(problem.to.height), range(problem.to.width)};
}

Tensor result_of(const Trial& trial, const Tensor& in, std::int64_t n,
                 const resample::Window& part) {
  if (trial.plan) return part_of(*trial.plan, in, trial.candidate->axes, n, part);
  const Tensor& image = trial.whole[static_cast<std::size_t>(n)];
  return Tensor(seen(image, Axes::nhwc, 0, part[0], part[1]));
}

Difference compare_part(const Trial& trial, const Change& change, const resample::Window& part,
                        const Tensor& result, std::int64_t n) {
  const ConstTensorView found = seen(trial.problem->out, Axes::nhwc, n, part[0], part[1]);
  return difference(result, found, change);
}

// The best way to see the result of a trial as what was found, judged by the middle.
bool judge(Trial& trial, bool pictures) {
  const Tensor& in = trial.input->images;
  const resample::Window part = middle(*trial.problem);
  // Plans of batches are about all images at once.
  const std::int64_t n = trial.candidate->axes == Axes::hwc ? 0 : -1;
  const Tensor result = result_of(trial, in, n, part);
  bool any = false;
  for (const Change& change :
       changes(result.dtype(), trial.problem->out.dtype(), result.shape()[3], pictures)) {
    const Difference found = compare_part(trial, change, part, result, n);
    if (any && !(found < trial.difference)) continue;
    trial.change = change;
    trial.difference = found;
    any = true;
  }
  return any;
}

void judge_whole(Trial& trial) {
  const Tensor& in = trial.input->images;
  const resample::Window all = whole(*trial.problem);
  // At a time, so that they stay in the caches.
  const bool at_once = trial.plan && !has_rows(*trial.plan, trial.candidate->axes);
  const std::int64_t rows = at_once ? all[0].end : 32;
  Difference sum;
  const bool single = trial.candidate->axes == Axes::hwc;
  const std::int64_t images = single ? in.shape()[0] : 1;
  for (std::int64_t i = 0; i < images; ++i) {
    const std::int64_t n = single ? i : -1;
    for (std::int64_t y = 0; y < all[0].end; y += rows) {
      const resample::Window part{{y, std::min(y + rows, all[0].end)}, all[1]};
      sum.add(compare_part(trial, trial.change, part, result_of(trial, in, n, part), n));
    }
  }
  trial.difference = sum;
}

// Whether the command takes arrays of so many axes.
bool takes(Axes axes, int rank) {
  if (axes == Axes::nchw) return rank == 4;
  return axes == Axes::nhwc ? rank == 3 || rank == 4 : rank == 2 || rank == 3;
}

Match match_of(const Trial& trial, const IdentifyOptions& options) {
  const Tensor& in = trial.input->images;
  const Candidate& candidate = *trial.candidate;
  const Problem& problem = *trial.problem;
  Match match;
  match.dialect = candidate.dialect;
  const Shape shape = program_shape(in.shape(), candidate.axes);
  match.options.push_back(candidate.size
                              ? candidate.size(shape, problem.to)
                              : std::pair<std::string, std::string>(
                                    "size", concat(problem.to.height, "x", problem.to.width)));
  match.options.insert(match.options.end(), candidate.options.begin(), candidate.options.end());
  match.command = concat("halfpixel ", candidate.upsample ? "upsample " : "resize ", options.in,
                         " ", options.out);
  if (!candidate.upsample) match.command += " --dialect " + candidate.dialect;
  for (const auto& [name, value] : match.options) {
    match.command += " --" + name;
    if (value != "true") match.command += " " + value;
  }
  // Colours that alpha weighs would be another question.
  const bool alpha = in.shape()[3] == 2 || in.shape()[3] == 4;
  const bool weighs =
      candidate.dialect == "tf2" || candidate.dialect == "tf1" || candidate.upsample;
  if (options.pictures && alpha && weighs) match.command += " --straight-alpha";
  if (!options.pictures) {
    const bool first = channels_first(*problem.in_reading);
    const bool wants_first = candidate.axes == Axes::nchw;
    const int rank = problem.in_reading->rank;
    const bool other_rank = !takes(candidate.axes, rank) || (candidate.batches && rank != 4);
    if (other_rank || (first != wants_first && in.shape()[3] > 1))
      match.changes.push_back(concat("IN is ", problem.in_reading->name));
    const bool same_rank = problem.in_reading->rank == problem.out_reading->rank;
    if (channels_first(*problem.out_reading) != first || !same_rank)
      match.changes.push_back(concat("OUT is ", problem.out_reading->name));
  }
  if (trial.input->change != nullptr) match.changes.emplace_back(trial.input->change);
  for (std::string& text : words_of(trial.change, problem.out.dtype(), options.pictures))
    match.changes.push_back(std::move(text));
  match.different = trial.difference.different;
  match.max_difference = trial.difference.largest;
  match.mean_difference = trial.difference.mean();
  return match;
}

// A call that is more than one plan.
std::vector<Tensor> whole_results(const Candidate& candidate, const Tensor& in, const Sides& out) {
  std::vector<Tensor> results;
  const resample::Range rows{0, in.shape()[1]}, columns{0, in.shape()[2]};
  for (std::int64_t n = 0; n < in.shape()[0]; ++n) {
    results.push_back(
        as_images(candidate.run(seen(in, candidate.axes, n, rows, columns), out), candidate.axes));
  }
  return results;
}

// The plan of a call, or what its plans make.
void compute(Trial& trial, const Candidate& candidate, const Tensor& in, const Sides& out) {
  try {
    if (candidate.plan) {
      trial.plan = candidate.plan(program_shape(in.shape(), candidate.axes), in.dtype(), out);
      return;
    }
  } catch (const Error& error) {
    if (!candidate.run || error.code() != ErrorCode::unsupported) throw;
  }
  trial.whole = whole_results(candidate, in, out);
}

// All calls for one reading.
void try_all(const Problem& problem, const std::vector<Candidate>& calls,
             const std::vector<Input>& inputs, bool pictures, std::vector<Trial>& made) {
  for (const Candidate& candidate : calls) {
    for (const Input& input : inputs) {
      if (input.plain_floats && !candidate.bytes_differ) continue;
      const Tensor& in = input.images;
      try {
        Trial trial{&candidate, &problem, &input, {}, {}, {}, {}};
        compute(trial, candidate, in, problem.to);
        if (judge(trial, pictures)) made.push_back(std::move(trial));
      } catch (const Error&) {
        // The program itself refuses such a call.
      }
    }
  }
}

std::vector<Input> inputs_of(const Problem& problem) {
  std::vector<Input> inputs{{problem.in, nullptr, false}};
  if (problem.in.dtype() != DType::uint8) return inputs;
  inputs.push_back({problem.in.astype(DType::float32), "IN as float32", true});
  if (is_floating(problem.out.dtype()))
    inputs.push_back({divided_by_255(problem.in), "IN divided by 255", false});
  return inputs;
}

bool by_difference(const Trial& a, const Trial& b) {
  return a.difference < b.difference;
}

}  // namespace
}  // namespace halfpixel::identification

namespace halfpixel {

std::vector<Match> identify(const ConstTensorView& in, const ConstTensorView& out,
                            const IdentifyOptions& options) {
  using namespace identification;
  const std::vector<Problem> all = problems(in, out, options.pictures);
  if (all.empty()) {
    fail(ErrorCode::invalid_argument,
         "[identify] IN and OUT must be images (H, W), (H, W, C), (C, H, W), (N, H, W, C) or "
         "(N, C, H, W) that differ in height and width alone; got shapes ",
         in.shape(), " and ", out.shape());
  }
  std::vector<std::vector<Candidate>> calls;
  std::vector<std::vector<Input>> inputs;
  for (const Problem& problem : all) {
    calls.push_back(candidates(problem.from, problem.to));
    inputs.push_back(inputs_of(problem));
  }
  std::vector<Trial> tried;
  for (std::size_t p = 0; p < all.size(); ++p)
    try_all(all[p], calls[p], inputs[p], options.pictures, tried);
  std::stable_sort(tried.begin(), tried.end(), by_difference);
  const auto top = static_cast<std::size_t>(std::max(options.top, 0));
  std::vector<Trial> judged;
  std::size_t near = 0;
  for (Trial& trial : tried) {
    // Those that come near in the middle are looked at whole; a few more than are told.
    if (trial.difference.different != 0 && near++ >= (top == 0 ? 0 : top + 2)) continue;
    judge_whole(trial);
    judged.push_back(std::move(trial));
  }
  std::stable_sort(judged.begin(), judged.end(), by_difference);
  std::vector<Match> matches;
  std::size_t told = 0;
  for (const Trial& trial : judged) {
    if (trial.difference.different != 0 && told++ >= top) continue;
    matches.push_back(match_of(trial, options));
  }
  return matches;
}

}  // namespace halfpixel
