#include "files.hpp"

#include <algorithm>
#include <map>
#include <new>
#include <optional>
#include <system_error>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <halfpixel/error.hpp>

#include "interruption.hpp"
#include "new_folders.hpp"
#include "standard_streams.hpp"
#include "usage.hpp"

namespace halfpixel::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* kStream = "-";

// A pipe, a terminal, /dev/null.
bool is_stream(const std::string& path) {
  std::error_code ignored;
  const fs::file_status status = fs::status(path, ignored);
  return fs::is_fifo(status) || fs::is_character_file(status) || fs::is_socket(status);
}

bool is_folder(const std::string& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

bool is_there(const std::string& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

// The same file has the same text, whichever way it is spelled and whether or not it exists.
std::string identity(const std::string& path) {
  std::error_code failure;
  const fs::path whole = fs::weakly_canonical(fs::absolute(path, failure), failure);
  return failure ? path : whole.native();
}

bool has_known_ending(const std::string& path) {
  return is_array_path(path) || is_picture_path(path);
}

// IN and OUT look like what a shell makes of *.png where two files match: all of the folder with
// that ending, in order.
bool looks_expanded(const std::string& in, const std::string& out) {
  const fs::path first = in, second = out;
  const fs::path ending = first.extension();
  if (ending.empty() || ending != second.extension()) return false;
  if (first.parent_path() != second.parent_path() || lower(in) >= lower(out)) return false;
  const fs::path folder = first.parent_path().empty() ? fs::path(".") : first.parent_path();
  std::error_code failure;
  int alike = 0;
  for (fs::directory_iterator at(folder, failure), end; !failure && at != end;
       at.increment(failure)) {
    const fs::path name = at->path().filename();
    if (name.extension() != ending || name.native().front() == '.') continue;
    ++alike;
    if (name != first.filename() && name != second.filename()) return false;
  }
  return !failure && alike == 2;
}

// {name}, {ext} and {size} of `pattern`.
std::string filled(const std::string& pattern, const std::map<std::string, std::string>& values) {
  std::string text;
  for (std::size_t at = 0; at < pattern.size();) {
    if (pattern[at] != '{') {
      text += pattern[at++];
      continue;
    }
    const std::size_t end = pattern.find('}', at);
    const std::string field = pattern.substr(at, end == pattern.npos ? end : end + 1 - at);
    const auto value = values.find(field);
    if (value == values.end()) {
      std::string known;
      for (const auto& entry : values) known += (known.empty() ? "" : ", ") + entry.first;
      throw UsageError(fmt::format("--output knows {}; got '{}' in '{}'", known, field, pattern));
    }
    text += value->second;
    at += field.size();
  }
  return text;
}

std::string without_dot(const fs::path& ending) {
  return ending.empty() ? "" : ending.native().substr(1);
}

}  // namespace

void Files::add_to(CLI::App& app, bool has_size) {
  has_size_ = has_size;
  app.add_option(
         "IN", given,
         fmt::format("What to read, .npy, .npz or a picture ({}), or - for standard input; then "
                     "OUT, by its ending, which may be IN itself, or -; several IN with -o",
                     picture_endings()))
      ->type_name("IN ... OUT")
      ->required();
  app.add_option("-o,--output", output,
                 has_size
                     ? "Where the results go: a folder, a pattern of {name}, {ext} and {size}, "
                       "or one file"
                     : "")
      ->type_name("DIR|PATTERN")
      ->expected(1);
  add_choices_to(app);
  add_explain_to(app);
}

void Files::add_choices_to(CLI::App& app) {
  command_ = app.get_name() == "run" ? "run MODEL" : app.get_name();
  app.add_option("--format", format_, "Format of OUT, as in png: for -, or instead of IN's")
      ->type_name("ENDING");
  app.add_flag("--skip-existing", skip_existing_, "Leave alone what has its OUT already");
  app.add_flag("--no-clobber", no_clobber_, "Refuse to write over an OUT that exists");
}

void Files::add_explain_to(CLI::App& app) {
  app.add_flag("--explain", explain_,
               "Print what is done and how: tables, kernels, memory; without OUT nothing is done");
}

std::vector<Paths> Files::works(const std::string& size) const {
  if (skip_existing_ && no_clobber_)
    throw UsageError("--skip-existing and --no-clobber exclude each other");
  if (!format_.empty() && !has_known_ending("x." + format_)) {
    throw UsageError(
        fmt::format("--format must be npy, npz or one of {}, without the dot; got '{}'",
                    picture_endings(), format_));
  }
  if (std::count(given.begin(), given.end(), kStream) > (many() ? 1 : 2))
    throw UsageError("standard input, -, can be read once");
  std::vector<Paths> works = many() ? placed_works(size) : named_works();
  for (Paths& paths : works) {
    paths.explain = explain_;
    if (paths.out != kStream) continue;
    if (explain_) throw UsageError("--explain writes to standard output, where OUT - goes");
    if (format_.empty()) refuse_pipe(paths.in);
    if (is_terminal_output()) throw UsageError("OUT - is a terminal, send it on: … - | program");
  }
  return works;
}

// Nobody says what goes down a pipe.
void Files::refuse_pipe(const std::string& in) const {
  const std::string ending = without_dot(fs::path(in).extension());
  throw UsageError(fmt::format("OUT - needs --format; type: halfpixel {} {} - --format {} …",
                               command_, in, has_known_ending(in) ? ending : "png"));
}

// A folder as IN is a wish for what is in it.
void Files::refuse_folder(const std::string& in) const {
  if (in == kStream) return;
  if (is_stream(in)) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("[halfpixel] IN {} is a pipe or a device, not a regular file; what "
                            "another program sends is "
                            "IN -: program | halfpixel {} - …",
                            in, command_));
  }
  if (!is_folder(in)) return;
  std::error_code failure;
  std::string ending = ".png";
  for (fs::directory_iterator at(in, failure), end; !failure && at != end; at.increment(failure)) {
    const fs::path name = at->path().filename();
    if (!has_known_ending(name) || name.native().front() == '.') continue;
    ending = name.extension();
    break;
  }
  throw Error(
      ErrorCode::invalid_argument,
      fmt::format("[halfpixel] IN {} is a folder; for what is in it: halfpixel {} {} -o OUT", in,
                  command_, (fs::path(in) / ("*" + ending)).native()));
}

// Of an OUT that is named, --format can but say what its ending says.
void Files::check_format(const std::string& out) const {
  if (format_.empty() || lower(without_dot(fs::path(out).extension())) == lower(format_)) return;
  throw UsageError(fmt::format("--format {} and the ending of OUT differ; got '{}'", format_, out));
}

// IN OUT, as they stand.
std::vector<Paths> Files::named_works() const {
  if (given.size() < 2) {
    if (explain_ || out_is_optional) {
      refuse_folder(given[0]);
      return {Paths{.in = given[0]}};
    }
    if (format_.empty()) throw UsageError("OUT is missing");
    throw UsageError(
        fmt::format("OUT is missing; - is standard output: halfpixel {} {} - --format {} …",
                    command_, given[0], format_));
  }
  const std::string& out = given.back();
  if (given.size() == 2) refuse_folder(given[0]);
  const bool number = out.find_first_not_of("0123456789") == out.npos && !is_there(out);
  if (given.size() == 3 && has_size_ && number) {
    throw UsageError(
        fmt::format("three files are given, and the last one is a number; did you mean "
                    "--size {}?",
                    out));
  }
  if (given.size() > 2) {
    throw UsageError(fmt::format(
        "{} files are given: several IN need -o FOLDER, or a pattern as in -o '{{name}}_big.{{ext}}"
        "'; got '{}' and, as the last one, '{}'",
        given.size(), given[0], out));
  }
  if (is_folder(out)) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("[halfpixel] OUT {} is a folder; -o {} writes into it", out, out));
  }
  if (is_stream(out)) {
    throw Error(
        ErrorCode::invalid_argument,
        fmt::format(
            "[halfpixel] OUT {} is a pipe or a device, not a regular file; OUT - with --format is "
            "standard output: halfpixel {} {} - --format {} … > {}",
            out, command_, given[0],
            !format_.empty()        ? format_
            : has_known_ending(out) ? without_dot(fs::path(out).extension())
                                    : "png",
            out));
  }
  if (out != kStream) {
    check_ending(out);
    check_format(out);
  }
  Paths paths{.in = given[0], .out = out};
  paths.suspect =
      is_there(out) && identity(paths.in) != identity(out) && looks_expanded(paths.in, out);
  return {paths};
}

// One OUT for each IN: in a folder, by a pattern, or, for one IN alone, as it is said.
std::vector<Paths> Files::placed_works(const std::string& size) const {
  const bool pattern = output.find('{') != output.npos;
  const bool file = output == kStream || (!pattern && output.back() != '/' && !is_folder(output) &&
                                          has_known_ending(output));
  if (file && given.size() > 1) {
    throw UsageError(
        fmt::format("--output of several IN must be a folder, or a pattern as in "
                    "'{{name}}_big.{{ext}}'; got '{}'",
                    output));
  }
  if (given.size() == 1) refuse_folder(given[0]);
  std::string spelled = size;
  std::replace_if(spelled.begin(), spelled.end(), [](char c) { return c == ':' || c == '/'; }, '-');
  std::vector<Paths> works;
  std::map<std::string, std::string> sources, results;
  for (const std::string& in : given) sources.emplace(identity(in), in);
  for (const std::string& in : given) {
    const fs::path path = in == kStream ? fs::path("stdin") : fs::path(in);
    const std::string ending = format_.empty() ? without_dot(path.extension()) : format_;
    std::map<std::string, std::string> values = {{"{name}", path.stem()}, {"{ext}", ending}};
    if (has_size_ && !spelled.empty()) values.emplace("{size}", spelled);
    Paths paths{.in = in};
    if (pattern) {
      paths.out = filled(output, values);
    } else if (file) {
      paths.out = output;
    } else {
      const std::string name = path.stem().native() + (ending.empty() ? "" : "." + ending);
      paths.out = (fs::path(output) / name).native();
    }
    if (in == kStream && ending.empty() && !file)
      throw UsageError(fmt::format(
          "IN - to a folder or pattern needs --format; type: halfpixel {} - -o '{}' --format png …",
          command_, output));
    if (file && output != kStream) check_format(output);
    // One IN and one file are what IN OUT is; an ending that is not known is the fault of one IN.
    if (file || given.size() == 1) {
      if (paths.out != kStream) check_ending(paths.out);
    }
    const std::string result = identity(paths.out);
    if (!file && sources.contains(result)) {
      throw UsageError(fmt::format("--output {} would write over IN {}", output, sources[result]));
    }
    const auto [other, is_new] = results.emplace(result, in);
    if (!is_new) {
      throw UsageError(fmt::format("--output {} gives {} and {} the same OUT, '{}'", output,
                                   other->second, in, paths.out));
    }
    works.push_back(std::move(paths));
  }
  for (std::size_t i = 0; works.size() > 1 && i < works.size(); ++i)
    works[i].position = fmt::format("{} of {}: ", i + 1, works.size());
  return works;
}

void Files::carry_out(Paths paths, const std::function<void(const Paths&)>& work) const {
  refuse_folder(paths.in);
  std::optional<NewFolders> made;
  if (paths.has_out() && paths.out != kStream) {
    if (skip_existing_ && is_there(paths.out)) return;
    if (no_clobber_ && is_there(paths.out)) {
      throw Error(ErrorCode::io,
                  fmt::format("[halfpixel] {} is there already (--no-clobber)", paths.out));
    }
    check_ending(paths.out);
    const fs::path folder = fs::path(paths.out).parent_path();
    if (many() && !folder.empty()) {
      try {
        made.emplace(folder);
      } catch (const fs::filesystem_error& e) {
        throw Error(ErrorCode::io, fmt::format("[halfpixel] folder {} cannot be made: {}",
                                               folder.native(), e.code().message()));
      }
    }
  }
  with_standard_streams(paths, format_, work);
}

void Files::for_each(const std::vector<Paths>& works, bool quiet,
                     const std::function<void(const Paths&)>& work) const {
  (void)quiet;
  if (works.size() == 1) {
    carry_out(works[0], work);
    return;
  }
  std::string failed;
  std::size_t failures = 0, finished = 0;
  tell_warnings();  // of what is before all of them
  tell_interruption(0, works.size());
  for (const Paths& paths : works) {
    std::string line;
    try {
      carry_out(paths, work);
      tell_warnings();
      tell_interruption(++finished, works.size());
      continue;
    } catch (const std::bad_alloc&) {
      line = "out of memory";
    } catch (const std::exception& error) {
      line = error.what();
    }
    forget_warnings();
    if (line.find(paths.in) == line.npos) line = paths.in + ": " + line;
    complain(line);
    ++failures;
    if (failures <= 3) failed += (failed.empty() ? "" : ", ") + paths.in;
  }
  if (failures == 0) return;
  throw Error(ErrorCode::invalid_argument,
              fmt::format("{} of {} failed: {}{}", failures, works.size(), failed,
                          failures > 3 ? ", …" : ""));
}

}  // namespace halfpixel::cli
