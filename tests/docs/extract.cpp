// Turns a page of documentation into a test: extract PAGE.md SUITE OUT.cpp
//
// - A ```cpp block is code. Blocks of a section (from one "## " heading to the next) share one
// scope, so that
//   a page reads on; blocks before any "## " are what every section can see: #include, using,
//   functions.
// - A block with "int main()" is a program of its own, whatever stands around it.
// - A ```sh block is run by bash in the same folder, in its place.
// - A ```text block behind either is what it must print, "…" standing for anything.
#include <cctype>
#include <fstream>
#include <iostream>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace {

struct Block {
  std::string language, text;
  int line = 0;  // of the first line of text
  std::string section;
  std::optional<std::string> expected;
};

std::vector<Block> read_blocks(std::istream& in) {
  std::vector<Block> blocks;
  std::string line, section;
  bool adjacent = false;  // nothing but empty lines since the last block
  for (int number = 1; std::getline(in, line); ++number) {
    if (line.starts_with("## ")) section = line.substr(3);
    if (!line.starts_with("```")) {
      if (!line.empty()) adjacent = false;
      continue;
    }
    Block block{line.substr(3), "", number + 1, section, {}};
    for (++number; std::getline(in, line) && line != "```"; ++number) block.text += line + '\n';
    if (block.language == "text" && adjacent) {
      blocks.back().expected = block.text;
      adjacent = false;
    } else if (block.language == "cpp" || block.language == "sh") {
      blocks.push_back(block);
      adjacent = true;
    } else {
      adjacent = false;
    }
  }
  return blocks;
}

std::string identifier(const std::string& words) {
  std::string name;
  bool upper = true;
  for (const char c : words) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) {
      upper = true;
    } else {
      name += upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
      upper = false;
    }
  }
  return name.empty() ? "Beginning" : name;
}

std::string quoted(const std::string& text) {
  return "R\"docs(" + text + ")docs\"";
}

class Writer {
 public:
  explicit Writer(std::string page) : page_(std::move(page)) {}

  // Includes go to the file's head; the rest is returned with the lines' numbers kept.
  std::string hoist(const Block& block) {
    std::string rest;
    std::istringstream lines(block.text);
    for (std::string line; std::getline(lines, line);) {
      const bool include = line.starts_with("#include");
      if (include) includes_ += line + '\n';
      rest += (include ? std::string() : line) + '\n';
    }
    return at(block.line) + rest;
  }
  std::string at(int line) const {
    return "#line " + std::to_string(line) + " \"" + page_ + "\"\n";
  }
  const std::string& includes() const { return includes_; }

 private:
  std::string page_, includes_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: extract PAGE.md SUITE OUT.cpp\n";
    return 2;
  }
  const std::string page = argv[1], suite = argv[2];
  std::ifstream in(page);
  if (!in) {
    std::cerr << "cannot read " << page << '\n';
    return 1;
  }
  const std::vector<Block> blocks = read_blocks(in);
  Writer writer(page);

  std::string programs, tests, open;  // open: the section whose test is being written
  bool in_test = false;
  int count = 0;
  for (const Block& block : blocks) {
    const std::string id = suite + "_" + std::to_string(++count);
    const bool program =
        block.language == "cpp" && block.text.find("int main()") != std::string::npos;
    const bool shared = block.language == "cpp" && block.section.empty() && !program;
    std::string code = block.language == "cpp" ? writer.hoist(block) : "";
    if (shared) {
      programs += code;
      continue;
    }
    if (program) {
      code.replace(code.find("int main()"), 10, "static void " + id + "()");
      programs += "namespace program_" + id + " {\n" + code + "}\n";
      code = "program_" + id + "::" + id + "();\n";
    }
    if (!in_test || open != block.section) {
      if (in_test) tests += "}\n";
      tests += "TEST(" + suite + ", " + identifier(block.section) +
               ") {\n  docs::Scratch scratch(\"" + suite + identifier(block.section) + "\");\n";
      open = block.section;
      in_test = true;
    }
    const std::string where = quoted(page + ":" + std::to_string(block.line));
    if (block.language == "sh") {
      tests += "  { const std::string printed = docs::shell(" + quoted(block.text) + ", " + where +
               ");\n";
    } else {
      tests += "  docs::begin();\n" + code + "  { const std::string printed = docs::end();\n";
    }
    if (block.expected)
      tests += "  docs::expect(printed, " + quoted(*block.expected) + ", " + where + ");\n";
    tests += "  (void)printed; }\n";
  }
  if (in_test) tests += "}\n";

  std::ofstream out(argv[3]);
  out << "// Made of " << page << " by tests/docs/extract.cpp.\n#include \"docs/running.hpp\"\n"
      << writer.includes() << "namespace {\n"
      << programs << tests << "}  // namespace\n";
  return out.good() ? 0 : 1;
}
