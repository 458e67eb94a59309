#include "standard_streams.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <optional>
#include <system_error>

#include <fmt/format.h>

#include <halfpixel/error.hpp>
#include <halfpixel/files.hpp>

#include "one_line.hpp"
#include "usage.hpp"

namespace halfpixel::cli {
namespace {

// A file that goes away with this object, or with a signal.
io::PendingFile passing_file(const std::string& name) {
  std::error_code ignored;
  const std::filesystem::path folder = std::filesystem::temp_directory_path(ignored);
  return io::PendingFile((ignored ? "/tmp" : folder) / name);
}

void read_all(const std::string& path) {
  std::ofstream to(path, std::ios::binary);
  std::array<char, 1 << 16> bytes;
  ssize_t total = 0;
  for (;;) {
    const ssize_t count = ::read(STDIN_FILENO, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      throw Error(ErrorCode::io, fmt::format("[halfpixel] standard input cannot be read: {}",
                                             std::strerror(errno)));
    }
    if (count == 0) break;
    to.write(bytes.data(), count);
    total += count;
  }
  to.close();
  if (total == 0) {
    throw Error(ErrorCode::io,
                "[halfpixel] standard input is empty; IN - reads what another program sends: "
                "program | halfpixel …");
  }
  if (!to) throw Error(ErrorCode::io, "[halfpixel] no room for standard input in " + path);
}

void write_all(const std::string& path) {
  std::ifstream from(path, std::ios::binary);
  std::array<char, 1 << 16> bytes;
  while (from.read(bytes.data(), bytes.size()), from.gcount() > 0) {
    const auto count = static_cast<std::size_t>(from.gcount());
    if (std::fwrite(bytes.data(), 1, count, stdout) != count)
      throw Error(ErrorCode::io, "[halfpixel] standard output cannot be written");
  }
}

}  // namespace

bool is_terminal_output() {
  return ::isatty(STDOUT_FILENO) == 1;
}

void with_standard_streams(const Paths& paths, const std::string& format,
                           const std::function<void(const Paths&)>& work) {
  Paths files = paths;
  std::optional<io::PendingFile> in, out;
  std::optional<StreamName> in_name, out_name;
  if (paths.in == "-") {
    in.emplace(passing_file("halfpixel-stdin"));
    files.in = in->path();
    in_name.emplace(files.in, "standard input");
    read_all(files.in);
  }
  if (paths.out == "-") {
    out.emplace(passing_file("halfpixel-stdout." + format));
    files.out = out->path();
    out_name.emplace(files.out, "standard output");
  }
  try {
    work(files);
  } catch (const Error& error) {
    std::string line = renamed(error.what(), in ? in->path() : "", "standard input");
    line = renamed(line, out ? out->path() : "", "standard output");
    throw Error(error.code(), line);
  }
  if (out) write_all(files.out);
}

void with_standard_input(const std::vector<std::string>& names,
                         const std::function<void(const std::vector<std::string>& files)>& work) {
  const auto streams = std::count(names.begin(), names.end(), "-");
  if (streams > 1) throw UsageError("standard input, -, can be read once");
  if (streams == 0) return work(names);
  const io::PendingFile in = passing_file("halfpixel-stdin");
  const StreamName name(in.path(), "standard input");
  read_all(in.path());
  std::vector<std::string> files = names;
  std::replace(files.begin(), files.end(), std::string("-"), std::string(in.path()));
  try {
    work(files);
  } catch (const Error& error) {
    throw Error(error.code(), renamed(error.what(), in.path(), "standard input"));
  }
}

}  // namespace halfpixel::cli
