// MODEL on the command line, and how Lambdas in it are bound.
#pragma once

#include <string>
#include <vector>

#include <halfpixel/keras/model.hpp>

namespace CLI {
class App;
}

namespace halfpixel::cli {

// What `run` and `inspect` have in common.
struct ModelFile {
  std::string path;
  std::vector<std::string> binds;  // NAME=OPERATION[:ARGUMENT]
  std::string max_memory;          // MiB
  std::string dialect;             // keras, tf1
  std::string backend;             // tensorflow, torch, jax

  void add_to(CLI::App& app);
  // Throws UsageError for what can be judged without opening the file.
  void check() const;
  // Throws Error, also when a layer to bind is not there.
  keras::Model load() const;
  // What can be said of a model that does not load. Throws Error when that is nothing.
  keras::models::Outline outline() const;
  double memory_limit() const;  // bytes

 private:
  keras::models::LoadOptions options() const;

  std::string command_;  // run, inspect
};

}  // namespace halfpixel::cli
