// halfpixel run: a Keras model on photos and arrays.
#include <algorithm>
#include <chrono>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <halfpixel/error.hpp>
#include <halfpixel/executor.hpp>
#include <halfpixel/keras/model.hpp>
#include <halfpixel/tf_function.hpp>

#include "arrays.hpp"
#include "commands.hpp"
#include "files.hpp"
#include "guess.hpp"
#include "in_out.hpp"
#include "memory_room.hpp"
#include "model_bands.hpp"
#include "model_compiling.hpp"
#include "model_data.hpp"
#include "model_file.hpp"
#include "model_ports.hpp"
#include "model_profile.hpp"
#include "progress.hpp"
#include "standard_streams.hpp"
#include "usage.hpp"
#include "value_range.hpp"

namespace halfpixel::cli {
namespace {

struct RunOptions {
  ModelFile model;
  Files files;                               // IN OUT, or IN … -o
  std::vector<std::string> inputs, outputs;  // NAME=FILE
  ModelCompiling compiling;
  std::string repeat;
  bool profile = false, json = false;
  std::string input_range, output_range;
  PictureOptions pictures;
  CommonOptions common;

  bool positional() const { return !files.given.empty(); }
  bool measures() const { return profile || !repeat.empty(); }
};

constexpr const char* kRunExamples = R"(Examples:
  halfpixel run super_resolution.keras photo.jpg big.png
  halfpixel run super_resolution.keras *.jpg -o big --format png
  halfpixel run pix2pix.keras facade.png house.png --input-range -1..1 --output-range -1..1
  halfpixel run unet.h5 x.npy y.npy
  halfpixel run model.keras --input photo=a.png --input mask=m.npy --output depth=d.npy
  halfpixel run model.keras x.npy y.npy --repeat 20 --json
  halfpixel run model.keras x.npy y.npy --profile
  halfpixel run model.keras x.npy y.npy --precision exact
  halfpixel run espcn.keras x.npy y.npy --bind shuffle=depth_to_space:2

MODEL is read without Python; no code in it is ever run. A photo goes in as (1, H, W, C), its
samples as they are unless there is --input-range; a result that becomes a picture is (1, H, W, C),
rounded half to even and clamped to the photo's integer type, from --output-range if there is one.
An .npy result has the dtype of the model's output. Outputs that are not asked for are not written.
'halfpixel inspect MODEL' tells the names.)";

void check_named(const std::vector<std::string>& list, const char* option) {
  for (const std::string& text : list) {
    const auto at = text.find('=');
    if (at == std::string::npos || at == 0 || at + 1 == text.size()) {
      throw UsageError(fmt::format(
          "{} must be NAME=FILE; got '{}'{}", option, text,
          text == "-" ? "; the only input and output are IN OUT: run MODEL - - --format png" : ""));
    }
  }
}

// Status 2: all that can be judged without opening a file.
void check(const RunOptions& options) {
  check_named(options.inputs, "--input");
  check_named(options.outputs, "--output");
  const bool named = !options.inputs.empty() || !options.outputs.empty();
  if (options.positional() && named)
    throw UsageError("IN OUT and --input, --output exclude each other");
  if (!options.positional() && !named)
    throw UsageError("IN and OUT are missing, or --input NAME=IN --output NAME=OUT");
  if (named && options.inputs.empty()) throw UsageError("--input is missing");
  if (named && options.outputs.empty() && !options.measures())
    throw UsageError("--output is missing");
  if (options.json && !options.measures()) throw UsageError("--json needs --repeat or --profile");
  if (!options.repeat.empty()) (void)parse_positive(options.repeat, 1'000'000'000, "--repeat");
  for (const std::string& text : options.outputs) {
    if (text.ends_with("=-")) {
      throw UsageError(fmt::format(
          "--output NAME=OUT is a file; the only output goes to standard output as OUT, in run "
          "MODEL - - --format png; got '{}'",
          text));
    }
    check_ending(text);
  }
  (void)options.compiling.options();
  (void)ValueRange(options.input_range, "--input-range");
  (void)ValueRange(options.output_range, "--output-range");
  options.model.check();
}

// The model's own limit is judged by the library; this is what the machine has.
void require_room(const tf::ConcreteFunction& function, const ModelFile& file) {
  auto bytes = static_cast<double>(function.arena_bytes());
  for (const tf::TensorSpec& output : function.outputs()) {
    bytes += static_cast<double>(output.shape.num_elements()) *
             static_cast<double>(size_of(output.dtype));
  }
  require_memory(bytes, "[run] a run of " + file.path);
}

struct Timing {
  double min_ms = 0, median_ms = 0;
};

Timing run_repeatedly(const tf::ConcreteFunction& function, const std::vector<Tensor>& inputs,
                      std::vector<Tensor>& outputs, std::int64_t times, Progress& progress) {
  const std::vector<ConstTensorView> in(inputs.begin(), inputs.end());
  const std::vector<TensorView> out(outputs.begin(), outputs.end());
  std::vector<double> took;
  for (std::int64_t i = 0; i < times; ++i) {
    const auto start = std::chrono::steady_clock::now();
    function.run(in, out);
    took.push_back(
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
            .count());
    progress.part(static_cast<double>(i + 1) / static_cast<double>(times));
  }
  std::sort(took.begin(), took.end());
  const std::size_t middle = took.size() / 2;
  return {took.front(),
          took.size() % 2 == 1 ? took[middle] : (took[middle - 1] + took[middle]) / 2};
}

// What was measured, on standard output. timing and steps: if they were asked for.
struct Measured {
  const Timing* timing = nullptr;
  const std::vector<tf::StepProfile>* steps = nullptr;
  std::size_t peak_bytes = 0;
};

void print(const Measured& measured, bool json) {
  const double peak = measured.steps != nullptr ? tf::peak_gflops() : 0;
  if (json) {
    keras::Config object;
    if (measured.timing != nullptr) {
      object.set("min_ms", measured.timing->min_ms);
      object.set("median_ms", measured.timing->median_ms);
    }
    object.set("peak_bytes", static_cast<std::int64_t>(measured.peak_bytes));
    object.set("threads", num_threads());
    if (measured.steps != nullptr) add_profile(object, *measured.steps, peak);
    fmt::print("{}\n", object.json());
    return;
  }
  if (measured.steps != nullptr) fmt::print("{}", profile_text(*measured.steps, peak));
  if (measured.timing != nullptr) {
    fmt::print("min_ms      {:.6g}\nmedian_ms   {:.6g}\npeak_bytes  {}\nthreads     {}\n",
               measured.timing->min_ms, measured.timing->median_ms, measured.peak_bytes,
               num_threads());
  }
}

// A range that nothing has is a slip, not a wish.
void require_pictures(const ValueRange& input_range, bool picture_goes_in,
                      const ValueRange& output_range, const std::vector<Port>& outputs) {
  if (input_range.given() && !picture_goes_in) {
    throw Error(ErrorCode::invalid_argument,
                "[run] --input-range is of pictures that go in; arrays go in as they are");
  }
  const auto drawn = [](const Port& port) { return is_picture_path(port.file); };
  if (output_range.given() && std::none_of(outputs.begin(), outputs.end(), drawn)) {
    throw Error(ErrorCode::invalid_argument,
                "[run] --output-range is of results that become pictures; arrays stay as they are");
  }
}

// From the inputs of the model to its outputs. paths: the only ones of both, or nothing.
void run_once(const RunOptions& options, const PictureOptions& pictures, const keras::Model& model,
              const Paths& paths) {
  Progress progress(options.common.quiet, paths.position);
  std::vector<Port> inputs = make_ports(model.input_keys(), model.input_names());
  std::vector<Port> outputs = make_ports(model.output_keys(), model.output_names());
  if (options.positional()) {
    assign_only(inputs, paths.in, "input", options.model.path);
    if (paths.has_out()) assign_only(outputs, paths.out, "output", options.model.path);
  } else {
    assign(inputs, options.inputs, "input", options.model.path);
    assign(outputs, options.outputs, "output", options.model.path);
  }
  require_all(inputs, options.model.path);
  require_different(outputs);

  std::vector<std::unique_ptr<Input>> files;
  const Picture* picture = nullptr;  // whose metadata go into the results
  for (const Port& port : inputs) {
    files.push_back(std::make_unique<Input>(port.file, pictures, paths.out));
    if (picture == nullptr) picture = files.back()->picture();
  }
  const ValueRange input_range(options.input_range, "--input-range");
  const ValueRange output_range(options.output_range, "--output-range");
  require_pictures(input_range, picture != nullptr, output_range, outputs);

  const AsPicture drawing{picture, output_range};
  std::vector<Tensor> values;
  std::vector<tf::TensorSpec> specs;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    progress.stage("reading " + inputs[i].file);
    const keras::KerasTensor wanted = model.inputs()[i];
    values.push_back(read_model_input(*files[i], inputs[i].file, wanted, input_range));
    if (inputs.size() == 1 && outputs.size() == 1 && !options.measures()) {
      const auto result =
          run_by_bands(model, {values[0], outputs[0].file, drawing}, options.compiling.options(),
                       options.model.memory_limit(), progress);
      if (result) {
        progress.stage("writing");
        if (paths.npz != nullptr) return write_array(paths, *result);
        return write_model_results({{outputs[0].file, *result, outputs[0].names[0]}}, drawing);
      }
    }
    if (values.back().dtype() != wanted.dtype())
      values.back() = values.back().astype(wanted.dtype());
    specs.push_back({values.back().shape(), wanted.dtype()});
  }

  progress.stage("compiling");
  const tf::ConcreteFunction function =
      tf::function(model, options.compiling.options()).get_concrete_function(specs);
  const std::vector<tf::TensorSpec> results = function.outputs();
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (!outputs[i].file.empty()) require_writable(outputs[i].file, results[i].shape);
  }
  require_room(function, options.model);

  progress.stage("computing");
  std::vector<Tensor> answers;
  for (const tf::TensorSpec& spec : results) answers.emplace_back(spec.shape, spec.dtype);
  const std::int64_t times =
      options.repeat.empty()
          ? 1
          : parse_positive(options.repeat, std::numeric_limits<std::int64_t>::max(), "--repeat");
  const Timing timing = run_repeatedly(function, values, answers, times, progress);

  std::vector<tf::StepProfile> steps;
  if (options.profile) {
    constexpr std::int64_t kRuns = 5;
    const std::int64_t runs = options.repeat.empty() ? kRuns : times;
    steps = function.profile({values.begin(), values.end()}, static_cast<int>(runs));
  }

  progress.stage("writing");
  std::vector<ModelResult> written;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (outputs[i].file.empty()) continue;
    if (paths.npz != nullptr)
      write_array(paths, answers[i]);
    else
      written.push_back({outputs[i].file, answers[i], outputs[i].names[0]});
  }
  write_model_results(written, drawing);
  if (options.measures()) {
    print({options.repeat.empty() ? nullptr : &timing, options.profile ? &steps : nullptr,
           function.arena_bytes()},
          options.json);
  }
}

void run(RunOptions options) {
  // With IN as arguments --output is where they go; with --input it is NAME=OUT.
  if (options.positional() && options.outputs.size() == 1 && options.inputs.empty() &&
      options.outputs[0].find('=') == std::string::npos) {
    options.files.output = options.outputs[0];
    options.outputs.clear();
  }
  check(options);
  std::vector<Paths> works;
  options.files.out_is_optional = options.measures();
  if (options.positional()) works = options.files.works("");
  if (works.size() > 1 && options.measures())
    throw UsageError("--repeat and --profile take one IN");
  if (!works.empty() && works.front().out == "-" && options.measures())
    throw UsageError("--repeat and --profile print on standard output; OUT must be a file");
  options.common.apply();
  options.pictures.check();
  const keras::Model model = [&] {
    Progress progress(options.common.quiet);
    progress.stage("reading " + options.model.path);
    return options.model.load();
  }();
  if (works.empty()) {
    std::vector<std::string> names;
    // Names may hold '=', so that the end alone is looked at.
    for (const std::string& text : options.inputs)
      names.emplace_back(text.ends_with("=-") ? "-" : "");
    return with_standard_input(names, [&](const std::vector<std::string>& files) {
      for (std::size_t i = 0; i < files.size(); ++i) {
        if (!files[i].empty()) options.inputs[i].replace(options.inputs[i].size() - 1, 1, files[i]);
      }
      run_once(options, options.pictures, model, {});
    });
  }
  options.files.for_each(works, options.common.quiet, [&](const Paths& all) {
    for_arrays(all, options.pictures, [&](const Paths& paths, const PictureOptions& pictures) {
      run_once(options, pictures, model, paths);
    });
  });
}

}  // namespace

Action add_run(CLI::App& app) {
  const auto options = std::make_shared<RunOptions>();
  options->model.add_to(app);
  app.add_option(
         "IN", options->files.given,
         fmt::format("The only input, .npy, .npz or a picture ({}), and OUT, by its ending; or "
                     "several IN, one after the other, with -o; - is a standard stream",
                     picture_endings()))
      ->type_name("IN ... OUT");
  app.add_option("--input", options->inputs, "One of several inputs; may be repeated")
      ->type_name("NAME=IN")
      ->allow_extra_args(false);
  app.add_option("-o,--output", options->outputs,
                 "One of several outputs; may be repeated. Or where the results of all IN go: a "
                 "folder or a pattern of {name} and {ext}")
      ->type_name("NAME=OUT|DIR|PATTERN")
      ->allow_extra_args(false);
  options->compiling.add_to(app);
  app.add_option("--input-range", options->input_range,
                 "Samples of pictures go in as values of this range, as in 0..1 or -1..1 (default: "
                 "as they are)")
      ->type_name("LOW..HIGH");
  app.add_option("--output-range", options->output_range,
                 "Results that become pictures are of this range (default: samples)")
      ->type_name("LOW..HIGH");
  app.add_option("--repeat", options->repeat,
                 "Run N times and print min_ms, median_ms, peak_bytes, threads")
      ->type_name("N");
  app.add_flag("--profile", options->profile,
               "Print time, multiply-adds, GFLOP/s and share of this machine's peak for each step, "
               "the best of 5 runs or of --repeat");
  app.add_flag("--json", options->json, "With --repeat or --profile: print one JSON object");
  options->files.add_choices_to(app);
  options->pictures.add_to(app);
  options->common.add_to(app);
  app.footer(kRunExamples);
  return [options] { run(*options); };
}

}  // namespace halfpixel::cli
