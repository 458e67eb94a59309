#include "command_words.hpp"

#include <string_view>

namespace halfpixel::cli {
namespace {

// Where the words for programs begin and where those for people do.
struct Passage {
  std::string_view program;
  std::string_view people;
  bool people_too;  // `people` is left out as well
};
constexpr Passage kPassages[] = {
    {"in C++ ", "on the command line ", true},
    {"limits.memory_bytes of load_model", "on the command line ", true},
    {"LoadOptions{", "--", false},
    // How programs make samples of floats; what is said before names files that hold floats.
    {"; of values from 0 to 255, x.astype", " in Python", true},
};

}  // namespace

std::string command_words(std::string line) {
  for (const Passage& passage : kPassages) {
    for (std::size_t from = line.find(passage.program); from != line.npos;
         from = line.find(passage.program, from)) {
      const std::size_t to = line.find(passage.people, from);
      if (to == line.npos) break;
      line.erase(from, to - from + (passage.people_too ? passage.people.size() : 0));
    }
  }
  return line;
}

}  // namespace halfpixel::cli
