// One case of tests/data/models: a model file that Keras wrote, what goes in, what must come out.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <halfpixel/keras/model.hpp>
#include <halfpixel/tensor.hpp>

namespace halfpixel::test {

struct CaseOutput {
  std::string name;
  Tensor wanted;
  double absolute = 0;
  double relative = 0;
};

struct Case {
  std::string name;
  std::filesystem::path folder;
  std::string writer;           // keras, keras3.0, tf_keras, tf2.13
  std::string dialect;          // of LoadOptions; empty: the default
  std::string backend;          // the same
  std::string expect = "run";   // run, refused, bound, either
  std::filesystem::path model;  // a whole model, or …
  std::filesystem::path json;   // … its configuration and its weights
  std::filesystem::path weights;
  std::vector<std::string> error;                     // what a refusal must say
  std::map<std::string, std::string> bind;            // layer -> operation
  std::map<std::string, std::string> custom_objects;  // class -> what it computes
  std::int64_t parameters = -1;
  std::map<std::string, Tensor> inputs;
  std::map<std::string, std::filesystem::path> input_files;
  std::vector<CaseOutput> outputs;

  // With what is bound, when `bound`.
  keras::Model load(bool bound) const;
  keras::models::LoadOptions options() const;
};

// Rows of cases.txt: name -> family.
std::vector<std::pair<std::string, std::string>> list_cases();
Case read_case(const std::string& name);

// How far the answer is from what is wanted.
struct Distance {
  double absolute = 0;  // largest |answer - wanted|
  double relative = 0;  // … divided by |wanted|, where that is not tiny
  double share = 0;     // … divided by what is allowed; above 1 is wrong
  std::string problem;  // shape or dtype
};
Distance distance(const Tensor& answer, const CaseOutput& output);

}  // namespace halfpixel::test
