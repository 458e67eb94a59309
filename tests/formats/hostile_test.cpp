// Model files from strangers: whatever is in them ends in an Error of one line, soon, and within
// the limit.
#include <halfpixel/keras/model.hpp>

#include <sys/resource.h>

#include <chrono>
#include <functional>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <halfpixel/error.hpp>

#include "formats/file_bytes.hpp"
#include "frontends/utf8.hpp"

namespace halfpixel {
namespace {

using test::model_data;
using test::replace;
using testing::HasSubstr;
using Members = std::map<std::string, std::string>;

class HostileTest : public testing::Test {
 protected:
  // Loads the bytes. Nothing when that worked.
  std::optional<std::string> attempt(const std::string& bytes,
                                     const std::string& name = "model.keras") {
    test::write_bytes(folder_ / name, bytes);
    return attempt_path(folder_ / name);
  }
  std::optional<std::string> attempt_path(const std::filesystem::path& path) {
    const auto begin = std::chrono::steady_clock::now();
    std::optional<std::string> message;
    try {
      keras::models::load_model(path);
    } catch (const Error& error) {
      message = error.what();
      EXPECT_LE(message->size(), 2000u);
      EXPECT_TRUE(utf8::is_valid(*message)) << *message;
      for (const char c : *message)
        EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F) << *message;
    }
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    EXPECT_LT(seconds.count(), 10.0)
        << "too slow";  // a second on an idle machine without sanitizers
    return message;
  }
  std::string refusal(const std::string& bytes, const std::string& name = "model.keras") {
    const auto message = attempt(bytes, name);
    EXPECT_TRUE(message.has_value()) << "loaded";
    return message.value_or("");
  }
  // The archive of a case with its configuration changed.
  std::string changed_config(const std::string& name,
                             const std::function<std::string(std::string)>& change) {
    Members members = test::unzip(model_data(name) / "model.keras");
    const std::string before = members["config.json"];
    members["config.json"] = change(before);
    EXPECT_NE(members["config.json"], before) << "the change did nothing";
    return test::zip(members);
  }
  std::string swapped(const std::string& name, const std::string& from, const std::string& to) {
    return changed_config(name,
                          [&](std::string config) { return replace(std::move(config), from, to); });
  }
  test::TempFolder folder_;
};

std::string nested_lists(int depth) {
  return std::string(static_cast<std::size_t>(depth), '[') +
         std::string(static_cast<std::size_t>(depth), ']');
}

// A functional model of these entries, in Keras 3's form.
std::string functional(const std::string& layers, const std::string& inputs = R"(["x",0,0])",
                       const std::string& outputs = R"(["y",0,0])") {
  return R"({"module":"keras","class_name":"Functional","config":{"name":"m","trainable":true,)"
         R"("layers":[)" +
         layers + R"(],"input_layers":)" + inputs + R"(,"output_layers":)" + outputs + "}}";
}
std::string input(const std::string& name, const std::string& shape = "[null,4,4,3]") {
  return R"({"module":"keras.layers","class_name":"InputLayer","config":{"batch_shape":)" + shape +
         R"(,"dtype":"float32","name":")" + name + R"("},"name":")" + name +
         R"(","inbound_nodes":[]})";
}
std::string tensor(const std::string& of, int node = 0, int index = 0) {
  return R"({"class_name":"__keras_tensor__","config":{"shape":[null],"dtype":"float32",)"
         R"("keras_history":[")" +
         of + "\"," + std::to_string(node) + "," + std::to_string(index) + "]}}";
}
std::string layer(const std::string& class_name, const std::string& name, const std::string& args,
                  const std::string& config = "", const std::string& module = "keras.layers") {
  const bool operation = module != "keras.layers";
  return R"({"module":")" + module + R"(","class_name":")" + class_name +
         R"(","config":{"name":")" + name + "\"" +
         (operation ? "" : R"(,"trainable":true,"dtype":"float32")") +
         (config.empty() ? "" : "," + config) + R"(},"name":")" + name +
         R"(","inbound_nodes":[{"args":[)" + args + R"(],"kwargs":{}}]})";
}

TEST_F(HostileTest, TruncatedArchivesAreRefused) {
  const std::string whole = test::read_bytes(model_data("conv2d_keras_3_0") / "model.keras");
  for (std::size_t length = 0; length < whole.size(); length += 1 + whole.size() / 60) {
    EXPECT_THAT(refusal(whole.substr(0, length)), HasSubstr("model.keras")) << length;
  }
}

TEST_F(HostileTest, TruncatedHdf5IsRefused) {
  const std::string whole =
      test::read_bytes(model_data("batch_normalization_keras_3_0_h5") / "model.h5");
  for (std::size_t length = 0; length < whole.size(); length += 1 + whole.size() / 60) {
    EXPECT_THAT(refusal(whole.substr(0, length), "model.h5"), HasSubstr("model.h5")) << length;
  }
}

TEST_F(HostileTest, FlippedBitsOfHdf5EndInAnErrorOrAModel) {
  for (const char* name : {"batch_normalization_keras_3_0_h5", "dcgan_generator_tf_keras_h5"}) {
    const std::string whole = test::read_bytes(model_data(name) / "model.h5");
    std::mt19937 random(7);
    for (int i = 0; i < 120; ++i) {
      std::string changed = whole;
      const std::size_t at =
          random() % (i % 2 == 0 ? std::min<std::size_t>(whole.size(), 4096) : whole.size());
      changed[at] = static_cast<char>(changed[at] ^ (1 << (random() % 8)));
      attempt(changed, "model.h5");
    }
  }
}

TEST_F(HostileTest, FlippedBitsOfWeightsInAnArchiveEndInAnErrorOrAModel) {
  Members members = test::unzip(model_data("conv2d_keras_3_0") / "model.keras");
  const std::string weights = members["model.weights.h5"];
  std::mt19937 random(8);
  for (int i = 0; i < 120; ++i) {
    members["model.weights.h5"] = weights;
    members["model.weights.h5"][random() % weights.size()] = static_cast<char>(random());
    attempt(test::zip(members));
  }
}

TEST_F(HostileTest, FlippedBytesOfTheConfigurationEndInAnErrorOrAModel) {
  Members members = test::unzip(model_data("shared_layer") / "model.keras");
  const std::string config = members["config.json"];
  std::mt19937 random(9);
  for (int i = 0; i < 200; ++i) {
    members["config.json"] = config;
    members["config.json"][random() % config.size()] =
        static_cast<char>(i % 2 == 0 ? random() : '0' + random() % 10);
    attempt(test::zip(members));
  }
}

TEST_F(HostileTest, OtherFilesAreNamedAsWhatTheyAre) {
  EXPECT_THAT(refusal(""), HasSubstr("empty"));
  EXPECT_THAT(refusal("version https://git-lfs.github.com/spec/v1\n"), HasSubstr("neither"));
  EXPECT_THAT(refusal("{\"class_name\": \"Sequential\"}"), HasSubstr("JSON"));
  EXPECT_THAT(refusal("PK\x03\x04"), HasSubstr("zip"));
  EXPECT_THAT(refusal(test::zip({{"a", "b"}})), HasSubstr("config.json"));
  EXPECT_THAT(*attempt_path(folder_.path()), HasSubstr("config.json"));
  EXPECT_THAT(*attempt_path("/dev/zero"), HasSubstr("regular"));
  EXPECT_THAT(*attempt_path("/nonexistent/model.keras"), HasSubstr("No such file"));
  EXPECT_THAT(*attempt_path(model_data("no_config_weights_alone") / "model.weights.h5"),
              HasSubstr("weights only"));
  EXPECT_THAT(*attempt_path(model_data("weights_as_npz_npz") / "model.keras"), HasSubstr("npz"));
}

TEST_F(HostileTest, TheConfigurationMustBeThatOfAModel) {
  for (const std::string& config :
       {std::string("[]"), std::string("{}"), std::string("null"), nested_lists(100'000),
        std::string(R"({"class_name":"Sequential","config":{}})"),
        std::string(R"({"class_name":"Functional","config":{"layers":[]}})"),
        std::string(R"({"class_name":"Functional","config":{"layers":[1]}})"),
        std::string(R"({"class_name":"Sequential","config":{"layers":[{}]}})"),
        std::string("{\"class_name\":\"\xff\"}"), std::string("{\"a\":"),
        std::string(R"({"class_name":"Mine","config":{"units":3}})")}) {
    refusal(test::zip({{"config.json", config}}));
  }
}

TEST_F(HostileTest, GraphsThatCannotBe) {
  const auto model = [&](const std::string& json) {
    return refusal(test::zip({{"config.json", json}}));
  };
  const std::string relu = layer("ReLU", "y", tensor("x"));
  EXPECT_THAT(model(functional(input("x") + "," + layer("ReLU", "y", tensor("y")))),
              HasSubstr("its own output"));
  EXPECT_THAT(model(functional(input("x") + "," + layer("ReLU", "a", tensor("y")) + "," +
                               layer("ReLU", "y", tensor("a")))),
              HasSubstr("its own output"));
  EXPECT_THAT(model(functional(input("x") + "," + layer("ReLU", "y", tensor("nobody")))),
              HasSubstr("nobody"));
  EXPECT_THAT(model(functional(input("x") + "," + layer("ReLU", "y", tensor("x", 0, 5)))),
              HasSubstr("output 5"));
  EXPECT_THAT(model(functional(input("x") + "," + layer("ReLU", "y", tensor("x", 3, 0)))),
              HasSubstr("call 3"));
  EXPECT_THAT(model(functional(input("x") + "," + layer("ReLU", "y", tensor("x", -1, 0)))),
              HasSubstr("tensor"));
  EXPECT_THAT(model(functional(input("x") + "," + relu, R"(["x",0,0])", R"(["y",7,0])")),
              HasSubstr("call 7"));
  EXPECT_THAT(model(functional(input("x") + "," + relu, R"(["y",0,0])", R"(["y",0,0])")),
              HasSubstr("InputLayer"));
  EXPECT_THAT(model(functional(input("x") + "," + relu, R"([["x",0,0],["x",0,0]])")),
              HasSubstr("twice"));
  EXPECT_THAT(model(functional(input("x") + "," + relu, "[]")), HasSubstr("input_layers"));
  EXPECT_THAT(model(functional(input("x") + "," + relu + "," + relu)), HasSubstr("two layers"));
  EXPECT_THAT(model(functional(input("x") + "," + layer("ReLU", "y", "3"))),
              HasSubstr("not a tensor"));
  EXPECT_THAT(model(functional(input("x") + "," +
                               layer("ReLU", "y", tensor("x"), R"("max_value":"much")"))),
              HasSubstr("\"y\""));
  EXPECT_THAT(model(functional(input("x", "[null,-4,4,3]") + "," + relu)), HasSubstr("sizes"));
  EXPECT_THAT(model(functional(input("x", "[1,1,1,1,1,1,1,1,1,1]") + "," + relu)),
              HasSubstr("axes"));
  EXPECT_THAT(model(functional(input("x") + "," + layer("Conjure", "y", tensor("x")))),
              testing::AllOf(HasSubstr("Conjure"), HasSubstr("\"y\"")));
  EXPECT_THAT(model(functional(input("x") + "," +
                               layer("Conjure", "y", tensor("x"), "", "keras.src.ops.numpy"))),
              HasSubstr("Conjure"));
  EXPECT_THAT(model(functional(input("x") + "," + layer("Lambda", "y", tensor("x")))),
              testing::AllOf(HasSubstr("Lambda"), HasSubstr("\"y\""), HasSubstr("--bind y=")));
}

TEST_F(HostileTest, LongChainsAreNoReasonToFall) {
  std::string layers = input("n0");
  constexpr int kLength = 15'000;
  for (int i = 1; i <= kLength; ++i) {
    layers += "," + layer("ReLU", "n" + std::to_string(i), tensor("n" + std::to_string(i - 1)));
  }
  attempt(test::zip({{"config.json", functional(layers, R"(["n0",0,0])",
                                                "[\"n" + std::to_string(kLength) + "\",0,0]")}}));
  // The same with an error at the end: what was built must go away without a deep recursion.
  layers += "," + layer("Conjure", "z", tensor("n" + std::to_string(kLength)));
  refusal(test::zip({{"config.json", functional(layers, R"(["n0",0,0])", R"(["z",0,0])")}}));
}

TEST_F(HostileTest, ModelsInModelsInModels) {
  std::string inner = functional(input("x") + "," + layer("ReLU", "y", tensor("x")));
  for (int i = 0; i < 100; ++i) {
    inner.pop_back();
    const std::string nested =
        inner + R"(,"name":"y","inbound_nodes":[{"args":[)" + tensor("x") + R"(],"kwargs":{}}]})";
    inner = functional(input("x") + "," + nested);
  }
  EXPECT_THAT(refusal(test::zip({{"config.json", inner}})), HasSubstr("deeper"));
}

TEST_F(HostileTest, LayersOfAbsurdSizeAreRefusedBeforeTheyAreMade) {
  rusage before{};
  getrusage(RUSAGE_SELF, &before);
  const std::string big =
      functional(input("x") + "," + layer("Dense", "y", tensor("x"), R"("units":1000000000)"));
  EXPECT_THAT(refusal(test::zip({{"config.json", big}})), HasSubstr("\"y\""));
  for (const std::string config : {R"("filters":1000000000,"kernel_size":[3,3])",
                                   R"("filters":8,"kernel_size":[100000,100000])",
                                   R"("filters":9223372036854775807,"kernel_size":[3,3])"}) {
    EXPECT_THAT(refusal(test::zip(
                    {{"config.json",
                      functional(input("x") + "," + layer("Conv2D", "y", tensor("x"), config))}})),
                HasSubstr("\"y\""));
  }
  rusage after{};
  getrusage(RUSAGE_SELF, &after);
  EXPECT_LT(after.ru_maxrss - before.ru_maxrss, 512 * 1024);  // KiB
}

TEST_F(HostileTest, WeightsThatAreMissingOrOfAnotherShape) {
  Members members = test::unzip(model_data("conv2d_keras_3_0") / "model.keras");
  Members without = members;
  without.erase("model.weights.h5");
  EXPECT_THAT(refusal(test::zip(without)), HasSubstr("model.weights.h5"));
  Members other = members;
  other["model.weights.h5"] =
      test::unzip(model_data("rescaling_keras_3_0") / "model.keras")["model.weights.h5"];
  EXPECT_THAT(refusal(test::zip(other)), HasSubstr("missing"));
  Members shifted = members;
  std::string& config = shifted["config.json"];
  const std::size_t at = config.find("\"filters\": ");
  ASSERT_NE(at, config.npos);
  config.insert(at + 11, "1");
  EXPECT_THAT(refusal(test::zip(shifted)), testing::AllOf(HasSubstr("shape"), HasSubstr("layer")));
}

TEST_F(HostileTest, NamesThatAreHugeOrHoldControlCharacters) {
  const std::string huge(1 << 20, 'n');
  EXPECT_THAT(refusal(test::zip({{"config.json", functional(input(huge) + "," +
                                                            layer("ReLU", "y", tensor(huge)))}})),
              HasSubstr("name has"));
  EXPECT_THAT(refusal(test::zip(
                  {{"config.json", functional(input("x") + "," +
                                              layer("\\u001b[2J\\nConjure", "y", tensor("x")))}})),
              HasSubstr("\\x1b[2J\\nConjure"));
}

TEST_F(HostileTest, ShardsDoNotLeaveTheirFolder) {
  for (const char* name : {"../secret.h5", "/etc/passwd", "a/b.h5", "..\\\\x", ""}) {
    std::filesystem::create_directories(folder_ / "m");
    test::write_bytes(
        folder_ / "m/config.json",
        functional(input("x") + "," + layer("Dense", "y", tensor("x"), "\"units\":2")));
    test::write_bytes(folder_ / "m/model.weights.json",
                      std::string(R"({"weight_map":{"/layers/dense/vars":")") + name + "\"}}");
    EXPECT_THAT(attempt_path(folder_ / "m").value_or(""), HasSubstr("beside the index")) << name;
  }
}

TEST_F(HostileTest, NoneIsNoDefaultWhereKerasHasNone) {
  const auto message = [&](const std::string& class_name, const std::string& shape,
                           const std::string& keys) {
    const std::string json =
        functional(input("x", shape) + "," + layer(class_name, "y", tensor("x"), keys));
    return refusal(test::zip({{"config.json", json}}));
  };
  for (const char* class_name : {"UpSampling2D", "ZeroPadding2D", "MaxPooling2D"}) {
    const std::string key = class_name[0] == 'U'   ? "size"
                            : class_name[0] == 'Z' ? "padding"
                                                   : "pool_size";
    EXPECT_THAT(message(class_name, "[null,4,4,3]", "\"" + key + "\":null"),
                testing::AllOf(HasSubstr("\"y\""), HasSubstr(key), HasSubstr("got null")))
        << class_name;
  }
  EXPECT_THAT(message("UpSampling1D", "[null,4,3]", R"("size":null)"), HasSubstr("got null"));
  EXPECT_THAT(message("UpSampling3D", "[null,4,4,4,3]", R"("size":null)"), HasSubstr("got null"));
  EXPECT_THAT(message("UpSampling2D", "[null,4,4,3]", R"("interpolation":null)"),
              HasSubstr("got null"));
  EXPECT_THAT(
      message("UpSampling2D", "[null,4,4,3]", R"("size":null,"interpolation":"mitchellcubic")"),
      HasSubstr("got null"));
  EXPECT_THAT(message("Resizing", "[null,4,4,3]", R"("height":null,"width":4)"),
              HasSubstr("got null"));
  EXPECT_THAT(message("Conv2D", "[null,4,4,3]", R"("filters":2,"kernel_size":null)"),
              HasSubstr("got null"));
}

TEST_F(HostileTest, EveryPieceOfAConfigurationMayBeAnything) {
  // Each value of a real configuration replaced in turn.
  Members members = test::unzip(model_data("conv2d_keras_3_0") / "model.keras");
  const std::string config = members["config.json"];
  const char* const kValues[] = {
      "null", "-1", "1e308", "\"\"", "[]", "{}", "[[[]]]", "true", "9223372036854775807"};
  std::mt19937 random(10);
  int tried = 0;
  for (std::size_t at = config.find(": "); at != config.npos; at = config.find(": ", at + 1)) {
    const std::size_t end = config.find_first_of(",}]", at);
    if (end == config.npos || config[at + 2] == '{' || config[at + 2] == '[') continue;
    members["config.json"] = config.substr(0, at + 2) + kValues[random() % 9] + config.substr(end);
    attempt(test::zip(members));
    ++tried;
  }
  EXPECT_GT(tried, 30);
}

}  // namespace
}  // namespace halfpixel
