// Arbitrary bytes as a model file: an archive, HDF5, or the configuration alone (bytes that begin
// with '{'). An archive's checksums keep most changes from what is inside, so bytes behind a first
// 'W' are the weights of a fixed small model, and behind 'C' the configuration of an archive
// without weights.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/model.hpp>

#include "formats/zip_writer.hpp"
#include "frontends/utf8.hpp"
#include "memory_file.hpp"

namespace {

constexpr std::string_view kSmallModel =
    R"({"module":"keras","class_name":"Sequential","config":{"name":"s","layers":[
{"module":"keras.layers","class_name":"InputLayer",
"config":{"batch_shape":[null,4],"dtype":"float32","name":"x"}},
{"module":"keras.layers","class_name":"Dense","config":{"name":"dense","units":2}},
{"module":"keras.layers","class_name":"BatchNormalization","config":{"name":"norm"}}]}})";

void load(const std::string& bytes) {
  using namespace halfpixel;
  const fuzz::MemoryFile file(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  keras::models::LoadOptions options;
  options.limits.memory_bytes = 64 << 20;
  (void)keras::models::outline(file.path(), options);
  keras::models::load_model(file.path(), options).to_json();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace halfpixel;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  const std::string_view rest = std::string_view(bytes).substr(size > 0 ? 1 : 0);
  try {
    if (bytes.starts_with('{')) {
      keras::models::LoadOptions options;
      options.limits.memory_bytes = 64 << 20;
      keras::models::model_from_json(bytes, options);
    } else if (bytes.starts_with('W')) {
      load(std::string(
          formats::make_zip({{"config.json", kSmallModel}, {"model.weights.h5", rest}}).text()));
    } else if (bytes.starts_with('C')) {
      load(std::string(formats::make_zip({{"config.json", rest}}).text()));
    } else {
      load(bytes);
    }
  } catch (const Error& error) {
    const std::string_view message = error.what();
    if (message.size() > 2000 || !utf8::is_valid(message) || message.find('\n') != message.npos)
      std::abort();
  }
  return 0;
}
