// The files of a command line: IN and OUT, or any number of IN with -o. "-" is a standard stream.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "in_out.hpp"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace halfpixel::cli {

class Files {
 public:
  // The positional arguments and what goes with them. The command has `--size`: {size} is known.
  void add_to(CLI::App& app, bool has_size);
  // For -o of commands that have an --output of their own, and their way to --explain.
  void add_choices_to(CLI::App& app);
  void add_explain_to(CLI::App& app);

  std::vector<std::string> given;  // IN …, and OUT unless there is -o
  std::string output;              // of -o: a folder, a pattern or a file; "": none
  bool out_is_optional = false;    // what is printed is all that is wanted

  // IN and OUT of every work. Throws UsageError for what can be judged from names, Error when OUT
  // is a folder. size: what {size} stands for.
  std::vector<Paths> works(const std::string& size) const;
  // Does `work` for all of them. Of several, one that fails does not keep the others from being
  // done: it is told, and at the end an Error says how many did.
  void for_each(const std::vector<Paths>& works, bool quiet,
                const std::function<void(const Paths&)>& work) const;

 private:
  bool many() const { return !output.empty(); }
  [[noreturn]] void refuse_pipe(const std::string& in) const;
  void refuse_folder(const std::string& in) const;
  void check_format(const std::string& out) const;
  std::vector<Paths> named_works() const;
  std::vector<Paths> placed_works(const std::string& size) const;
  void carry_out(Paths paths, const std::function<void(const Paths&)>& work) const;

  std::string format_;
  bool skip_existing_ = false;
  bool no_clobber_ = false;
  bool explain_ = false;
  bool has_size_ = false;
  std::string command_;  // "resize", for what to type
};

}  // namespace halfpixel::cli
