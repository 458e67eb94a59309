// One line on the terminal that says what is going on, and goes away.
#pragma once

#include <chrono>
#include <string>

namespace halfpixel::cli {

class Progress {
 public:
  // Silent unless stderr is a terminal.
  explicit Progress(bool quiet, std::string prefix = {});
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void stage(const std::string& what);  // "reading photo.jpg"
  void part(double share);              // of the stage; shown at most ten times a second

 private:
  void show(const std::string& line);
  bool enabled_;
  bool shown_ = false;
  std::string prefix_;
  std::string stage_;
  std::chrono::steady_clock::time_point last_{};
};

}  // namespace halfpixel::cli
