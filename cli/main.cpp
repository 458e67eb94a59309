// halfpixel: photos and arrays on the command line. Exit status 0: done; 1: the input is bad or the
// work failed; 2: wrong usage; 3: identify found no exact answer. Nothing else.
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <new>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <halfpixel/error.hpp>
#include <halfpixel/files.hpp>
#include <halfpixel/version.hpp>

#include "command_words.hpp"
#include "commands.hpp"
#include "guess.hpp"
#include "interruption.hpp"
#include "one_line.hpp"
#include "parse_error.hpp"
#include "unknown_options.hpp"
#include "usage.hpp"

namespace halfpixel::cli {
namespace {

constexpr Command kCommands[] = {
    {"upsample", "Enlarge by whole factors, as Keras' UpSampling layers do", add_upsample},
    {"resize", "Resize to a height and width, as tf.image.resize does", add_resize},
    {"identify", "Tell which program made one picture or array from another", add_identify},
    {"compare", "One picture through the resizes of many programs", add_compare},
#ifdef HALFPIXEL_HAS_MODEL
    {"run", "Run a Keras model on photos or arrays", add_run},
    {"inspect", "What is in a Keras model, and what compiling makes of it", add_inspect},
#endif
#ifdef HALFPIXEL_HAS_BENCH
    {"bench", "How fast this machine is, and how near to its limits halfpixel comes", add_bench},
#endif
    {"info", "Version, instruction sets, threads and components", add_info},
};

constexpr const char* kExamples = R"(Examples:
  halfpixel upsample photo.jpg big.png --size 2 --interpolation bicubic
  halfpixel resize x.npy y.npy --size 128x128 --method lanczos3
  halfpixel run model.keras photo.jpg big.png
  halfpixel info

'halfpixel COMMAND --help' tells more. Exit status: 0 done, 1 the input is bad or the work failed,
2 wrong usage.)";

extern "C" void on_signal(int) {
  io::remove_unfinished_files();
  write_interruption();
  ::_exit(1);
}

// A file opened while one of the three standard descriptors is closed would take its place, and
// messages would be written into it.
void hold_standard_descriptors() {
  for (const int number : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(number, F_GETFD) == -1)
      (void)!::open("/dev/null", number == STDIN_FILENO ? O_WRONLY : O_RDONLY);
  }
}

void set_signals() {
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction former{};
    // nohup and shells in the background ask to be left alone.
    if (::sigaction(number, nullptr, &former) == 0 && former.sa_handler == SIG_IGN) continue;
    struct sigaction action{};
    action.sa_handler = on_signal;
    ::sigaction(number, &action, nullptr);
  }
  // Full disks, file size limits and closed pipes are errors of the write, not the end of the
  // program.
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGXFSZ, SIG_IGN);
}

// Of `| head`, which has what it wants.
bool is_closed_pipe() {
  pollfd output{STDOUT_FILENO, POLLOUT, 0};
  return ::poll(&output, 1, 0) == 1 && (output.revents & POLLERR) != 0;
}

int fail(int status, std::string_view message, std::string_view hint = "") {
  constexpr std::string_view kPrefix = "halfpixel: ";
  const std::size_t room = kMaxLineBytes - kPrefix.size() - hint.size() - 1;
  // Not fmt::print: it throws when stderr is closed.
  std::fputs(
      fmt::format("{}{}{}\n", kPrefix, one_line(command_words(std::string(message)), room), hint)
          .c_str(),
      stderr);
  return status;
}

int fail_usage(std::string_view message, const std::string& command) {
  return fail(2, message, "; try: halfpixel " + (command.empty() ? "" : command + " ") + "--help");
}

int run(int argc, char** argv) {
  // "help", "help resize", "version": as other programs have it.
  std::vector<char*> words(argv, argv + argc);
  char help[] = "--help", version_flag[] = "--version";
  if (argc > 1 && std::strcmp(argv[1], "version") == 0) words[1] = version_flag;
  if (argc > 1 && std::strcmp(argv[1], "help") == 0) {
    words[1] = help;
    if (argc > 2) std::swap(words[1], words[2]);
  }
  argv = words.data();
  CLI::App app("Up-sampling with TensorFlow's numbers, for photos, .npy arrays and Keras models",
               "halfpixel");
  app.set_version_flag("--version", std::string("halfpixel ") + version(), "Print the version");
  app.footer(kExamples);
  std::string names;
  std::string chosen;
  Action action;
  for (const Command& command : kCommands) {
    names += (names.empty() ? "" : ", ") + std::string(command.name);
    CLI::App* sub = app.add_subcommand(command.name, command.summary);
    const Action todo = command.add(*sub);
    sub->callback([&action, todo] { action = todo; });
    if (argc > 1 && std::strcmp(argv[1], command.name) == 0) chosen = command.name;
  }
  if (argc < 2) return fail_usage("a command is missing, expected one of " + names, "");
  if (chosen.empty() && std::filesystem::path(argv[1]).has_extension()) {
    return fail_usage(fmt::format("a command goes before the files, as in halfpixel upsample {}; "
                                  "expected one of {}; got '{}'",
                                  argv[1], names, argv[1]),
                      "");
  }
  if (chosen.empty() && argv[1][0] != '-') {
    std::vector<std::string> known;
    for (const Command& command : kCommands) known.emplace_back(command.name);
    return fail_usage(fmt::format("unknown command, expected one of {}; got '{}'{}", names, argv[1],
                                  guess(argv[1], known)),
                      "");
  }

  int status = 0;
  try {
    if (!chosen.empty()) {
      const std::string without = assigned_nothing(*app.get_subcommand(chosen), argc, argv);
      if (!without.empty()) return fail_usage(without, chosen);
    }
    app.parse(argc, argv);
    if (!action) return fail_usage("a command is missing, expected one of " + names, "");
    const std::string empty = empty_value(*app.get_subcommand(chosen));
    if (!empty.empty()) return fail_usage(empty, chosen);
    action();
  } catch (const ExitStatus& asked) {
    status = asked.value;
  } catch (const CLI::Success& asked) {  // --help, --version
    app.exit(asked);
  } catch (const CLI::ParseError& error) {
    // What nobody knows goes before what is missing: it may be what is missing.
    const std::vector<std::string> typed(argv + 1, argv + argc);
    const CLI::App& command = chosen.empty() ? app : *app.get_subcommand(chosen);
    const std::vector<std::string> rest = app.remaining(true);
    return fail_usage(rest.empty() ? parse_error(error) : unknown_options(command, typed, rest),
                      chosen);
  } catch (const UsageError& error) {
    return fail_usage(error.what(), chosen);
  }
  tell_warnings();
  std::cout.flush();
  if (!std::cout || std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
    if (is_closed_pipe()) return 1;
    return fail(1, "standard output cannot be written");
  }
  return status;
}

}  // namespace
}  // namespace halfpixel::cli

int main(int argc, char** argv) {
  using halfpixel::cli::fail;
  try {
    halfpixel::cli::hold_standard_descriptors();
    halfpixel::cli::set_signals();
    return halfpixel::cli::run(argc, argv);
  } catch (const std::bad_alloc&) {
    return fail(1, "out of memory");
  } catch (const std::exception& error) {
    return fail(1, error.what());
  } catch (...) {
    return fail(1, "unknown failure");
  }
}
