// The commands. Each is one file, which describes its options to CLI11 and gives what to do once
// they are parsed.
#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace halfpixel::cli {

// Throws UsageError for what can be judged from the options alone, Error for the rest.
using Action = std::function<void()>;

Action add_upsample(CLI::App& app);
Action add_resize(CLI::App& app);
Action add_run(CLI::App& app);      // with component model
Action add_inspect(CLI::App& app);  // with component model
Action add_bench(CLI::App& app);    // with Google Benchmark
Action add_identify(CLI::App& app);
Action add_compare(CLI::App& app);
Action add_info(CLI::App& app);

// Thrown by a command that is done and has more to say than 0.
struct ExitStatus {
  int value;
};

struct Command {
  const char* name;
  const char* summary;
  Action (*add)(CLI::App& app);
};

}  // namespace halfpixel::cli
