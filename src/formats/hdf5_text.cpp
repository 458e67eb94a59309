// Attributes that are text.
#include <algorithm>
#include <cstring>

#include "formats/file_error.hpp"
#include "formats/hdf5_impl.hpp"
#include "io/input_file.hpp"

namespace halfpixel::formats {
namespace {

constexpr hssize_t kMaxTexts = 1'000'000;
constexpr std::size_t kMaxTextBytes = std::size_t{64} << 20;
constexpr int kMaxPieces = 10'000;

struct Attribute {
  Hdf5Handle id, type, space;
  hssize_t count = 0;
};

Attribute open_attribute(hid_t object, const std::string& name) {
  Attribute attribute;
  const htri_t exists = H5Aexists(object, name.c_str());
  if (exists < 0) malformed("the attributes of an HDF5 object are damaged");
  if (exists == 0) return attribute;
  const auto damaged = [&] { malformed("the attribute \"", printable(name), "\" is damaged"); };
  attribute.id = Hdf5Handle(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose);
  if (!attribute.id) damaged();
  attribute.type = Hdf5Handle(H5Aget_type(attribute.id), H5Tclose);
  attribute.space = Hdf5Handle(H5Aget_space(attribute.id), H5Sclose);
  if (!attribute.type || !attribute.space) damaged();
  attribute.count = H5Sget_simple_extent_type(attribute.space) == H5S_NULL
                        ? 0
                        : H5Sget_simple_extent_npoints(attribute.space);
  if (attribute.count < 0) damaged();
  return attribute;
}

std::vector<std::string> read_fixed(const Attribute& attribute, const std::string& name) {
  const std::size_t width = H5Tget_size(attribute.type);
  const auto count = static_cast<std::size_t>(attribute.count);
  if (width == 0 || width > kMaxTextBytes || count * width > kMaxTextBytes) {
    malformed("the attribute \"", printable(name), "\" says that it has ", count, " texts of ",
              width, " bytes");
  }
  std::string bytes(count * width, '\0');
  if (H5Aread(attribute.id, attribute.type, bytes.data()) < 0) {
    malformed("the attribute \"", printable(name), "\" cannot be read");
  }
  const bool spaces = H5Tget_strpad(attribute.type) == H5T_STR_SPACEPAD;
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < count; ++i) {
    std::string text = bytes.substr(i * width, width);
    text.resize(std::min(text.find('\0'), text.size()));
    while (spaces && text.ends_with(' ')) text.pop_back();
    texts.push_back(std::move(text));
  }
  return texts;
}

std::vector<std::string> read_variable(const Attribute& attribute, const std::string& name) {
  std::vector<char*> pointers(static_cast<std::size_t>(attribute.count), nullptr);
  const Hdf5Handle memory(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(memory, H5T_VARIABLE);
  H5Tset_cset(memory, H5Tget_cset(attribute.type));
  std::vector<std::string> texts;
  const bool read = H5Aread(attribute.id, memory, pointers.data()) >= 0;
  for (const char* text : pointers) texts.emplace_back(text != nullptr && read ? text : "");
  if (read) {
    H5Dvlen_reclaim(memory, attribute.space, H5P_DEFAULT, pointers.data());
  } else {
    malformed("the attribute \"", printable(name), "\" cannot be read");
  }
  return texts;
}

// Nothing when there is no such attribute.
std::optional<std::vector<std::string>> read_texts(hid_t object, const std::string& name) {
  const Attribute attribute = open_attribute(object, name);
  if (!attribute.id) return std::nullopt;
  if (attribute.count == 0) return std::vector<std::string>();
  if (H5Tget_class(attribute.type) != H5T_STRING)
    malformed("the attribute \"", printable(name), "\" is not text");
  if (attribute.count > kMaxTexts) {
    malformed("the attribute \"", printable(name), "\" has ", attribute.count, " texts");
  }
  return H5Tis_variable_str(attribute.type) > 0 ? read_variable(attribute, name)
                                                : read_fixed(attribute, name);
}

}  // namespace

namespace {

// Says which object it was.
template <class Work>
auto at_object(std::string_view object, Work work) {
  try {
    return work();
  } catch (const Error& error) {
    const std::string shown =
        object.empty() || object == "/" ? "the root group" : concat("\"", printable(object), "\"");
    fail(error.code(), shown, ": ", error.what());
  }
}

}  // namespace

std::optional<std::string> Hdf5File::text(std::string_view group,
                                          std::string_view attribute) const {
  const Hdf5Session session;
  const Hdf5Handle object = impl_->open(group);
  if (!object) return std::nullopt;
  return at_object(group, [&]() -> std::optional<std::string> {
    auto texts = read_texts(object, std::string(attribute));
    if (!texts) return std::nullopt;
    if (texts->size() != 1) {
      malformed("the attribute \"", printable(attribute), "\" must be one text; got ",
                texts->size());
    }
    return std::move(texts->front());
  });
}

std::optional<std::vector<std::string>> Hdf5File::texts(std::string_view group,
                                                        std::string_view attribute) const {
  const Hdf5Session session;
  const Hdf5Handle object = impl_->open(group);
  if (!object) return std::nullopt;
  const std::string name(attribute);
  return at_object(group, [&] {
    auto texts = read_texts(object, name);
    if (texts) return texts;
    for (int piece = 0; piece < kMaxPieces; ++piece) {
      auto more = read_texts(object, name + std::to_string(piece));
      if (!more) break;
      if (!texts) texts.emplace();
      if (texts->size() + more->size() > static_cast<std::size_t>(kMaxTexts)) {
        malformed("the attribute \"", printable(attribute), "\" has too many texts");
      }
      texts->insert(texts->end(), more->begin(), more->end());
    }
    return texts;
  });
}

}  // namespace halfpixel::formats
