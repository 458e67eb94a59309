// Every model file of tests/data/models: loaded, run, compared with what its writer computed;
// compiled and layer by layer, which passes that keep how results are rounded do not change by a
// bit; saved, loaded again, run again. HALFPIXEL_TEST_CASE=name runs one; HALFPIXEL_TEST_TABLE=1
// prints how far each answer is from the writer's.
#include <cstdio>
#include <cstdlib>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <halfpixel/error.hpp>

#include "core/equal.hpp"
#include "io/temp_folder.hpp"
#include "model/execute.hpp"
#include "model/model_impl.hpp"
#include "models/case.hpp"

namespace halfpixel {
namespace {

using test::Case;
using test::CaseOutput;
using test::Distance;

// Outputs by name, whatever way the model names them.
const Tensor& output_of(const std::map<std::string, Tensor>& answers, const keras::Model& model,
                        const CaseOutput& output) {
  const auto found = answers.find(output.name);
  if (found != answers.end()) return found->second;
  const int at = keras::impl_of(model).find_output(output.name);
  if (at < 0) throw std::runtime_error("there is no output " + output.name);
  const auto& ports = keras::impl_of(model).outputs();
  return answers.at(ports.keys.empty() ? model.output_names()[static_cast<std::size_t>(at)]
                                       : ports.keys[static_cast<std::size_t>(at)]);
}

// The same model compiled in another way.
std::map<std::string, Tensor> compiled(const keras::Model& model, const Case& c,
                                       const graph::CompileOptions& options) {
  keras::ModelImpl& impl = keras::impl_of(model);
  std::vector<ConstTensorView> inputs;
  std::vector<graph::Spec> specs;
  for (std::size_t i = 0; i < impl.inputs().tensors.size(); ++i) {
    for (const auto& [name, value] : c.inputs) {
      if (impl.find_input(name) != static_cast<int>(i)) continue;
      inputs.push_back(value);
      specs.push_back({value.shape(), value.dtype()});
    }
  }
  const std::vector<Tensor> answers = keras::CompiledCall(impl, specs, options)(inputs);
  const auto names = impl.outputs().keys.empty() ? impl.output_names() : impl.outputs().keys;
  std::map<std::string, Tensor> named;
  for (std::size_t i = 0; i < answers.size(); ++i) named.emplace(names[i], answers[i]);
  return named;
}

Distance compare(const char* how, const std::map<std::string, Tensor>& answers,
                 const keras::Model& model, const Case& c) {
  Distance worst;
  for (const CaseOutput& output : c.outputs) {
    const Distance far = distance(output_of(answers, model, output), output);
    EXPECT_EQ(far.problem, "") << how;
    EXPECT_LE(far.share, 1.0) << how << ", output " << output.name << ": off by " << far.absolute
                              << ", relatively " << far.relative;
    worst.absolute = std::max(worst.absolute, far.absolute);
    worst.relative = std::max(worst.relative, far.relative);
    worst.share = std::max(worst.share, far.share);
  }
  return worst;
}

void expect_refusal(const Case& c) {
  try {
    (void)c.load(/*bound=*/false);
    ADD_FAILURE() << "loaded what should be refused";
  } catch (const Error& error) {
    for (const std::string& said : c.error) EXPECT_THAT(error.what(), ::testing::HasSubstr(said));
    EXPECT_THAT(error.what(), ::testing::Not(::testing::HasSubstr("\n")));
    EXPECT_LE(std::string(error.what()).size(), 2000u);
  }
}

void check_answers(const Case& c, const keras::Model& model) {
  if (c.parameters >= 0) {
    EXPECT_EQ(model.count_params(), c.parameters);
  }
  const std::map<std::string, Tensor> answers = model.call(c.inputs);
  const Distance far = compare("compiled", answers, model, c);
  if (std::getenv("HALFPIXEL_TEST_TABLE") != nullptr) {
    std::printf("%-48s %10.2e %10.2e %6.3f\n", c.name.c_str(), far.absolute, far.relative,
                far.share);
  }
  const auto plain = compiled(model, c, {.optimise = false});
  compare("layer by layer", plain, model, c);
  for (const auto& [name, value] : compiled(model, c, {.keep_rounding = true})) {
    EXPECT_TRUE(same_bits(value, plain.at(name)))
        << "output " << name << ": a pass changed what it says that it keeps";
  }
}

void check_saving(const Case& c, const keras::Model& model) {
  const test::TempFolder folder;
  try {
    model.save(folder / "saved.keras");
  } catch (const Error& error) {
    // A file is written for Keras 3, which lacks some of TensorFlow's functions.
    EXPECT_THAT(error.what(), ::testing::HasSubstr("Keras 3 has no operation"));
    EXPECT_NE(c.writer, "keras");
    EXPECT_EQ(folder.entries(), 0);
    return;
  }
  const keras::Model again = keras::models::load_model(folder / "saved.keras", c.options());
  compare("saved and loaded again", again.call(c.inputs), again, c);
  EXPECT_EQ(again.count_params(), model.count_params());
}

void check(const Case& c) {
  if (c.expect == "refused" || c.expect == "bound") expect_refusal(c);
  if (c.expect == "refused") return;
  try {
    const keras::Model model = c.load(/*bound=*/true);
    check_answers(c, model);
    check_saving(c, model);
  } catch (const Error& error) {
    if (c.expect != "either") ADD_FAILURE() << error.what();
  } catch (const std::exception& error) {
    ADD_FAILURE() << error.what();
  }
}

std::vector<std::string> families() {
  std::set<std::string> names;
  for (const auto& [name, family] : test::list_cases()) names.insert(family);
  return {names.begin(), names.end()};
}

class Models : public ::testing::TestWithParam<std::string> {};

TEST_P(Models, AnswerAsTheirWriterDid) {
  const char* only = std::getenv("HALFPIXEL_TEST_CASE");
  for (const auto& [name, family] : test::list_cases()) {
    if (family != GetParam() || (only != nullptr && name != only)) continue;
    SCOPED_TRACE(name);
    check(test::read_case(name));
  }
}

INSTANTIATE_TEST_SUITE_P(Family, Models, ::testing::ValuesIn(families()),
                         [](const auto& info) { return info.param; });

TEST(ModelCases, AreManyAndUnpacked) {
  EXPECT_GE(test::list_cases().size(), 60u);
  for (const auto& [name, family] : test::list_cases())
    EXPECT_NO_THROW((void)test::read_case(name)) << name;
}

}  // namespace
}  // namespace halfpixel
