#include "io/image_geo.hpp"

#include <algorithm>
#include <cstring>

#include "io/image_exif.hpp"

namespace halfpixel::io {
namespace {

enum : std::uint16_t {
  kPixelScale = 33550,
  kTiepoint = 33922,
  kTransformation = 34264,
  kKeyDirectory = 34735,
  kDoubleParameters = 34736,
  kTextParameters = 34737,
  kGdalMetadata = 42112,
  kGdalNoData = 42113,
};
// The numbers of a field of `type`; none of others.
template <class T>
std::vector<T> numbers_of(const TiffField& field, std::uint16_t type) {
  std::vector<T> values(field.type == type ? field.value.size() / sizeof(T) : 0);
  if (!values.empty()) std::memcpy(values.data(), field.value.data(), values.size() * sizeof(T));
  return values;
}
std::vector<double> doubles_of(const TiffField& field) {
  return numbers_of<double>(field, kDouble);
}
void set_doubles(TiffField& field, const std::vector<double>& values) {
  if (!values.empty())
    std::memcpy(field.value.data(), values.data(), values.size() * sizeof(double));
}

TiffField* find(std::vector<TiffField>& fields, std::uint16_t tag) {
  for (TiffField& field : fields) {
    if (field.tag == tag) return &field;
  }
  return nullptr;
}

// GTRasterTypeGeoKey: coordinates name the middle of a pixel, not its corner.
bool pixel_is_point(const TiffField* directory) {
  if (directory == nullptr) return false;
  const auto keys = numbers_of<std::uint16_t>(*directory, kShort);
  constexpr std::uint16_t kRasterType = 1025;
  for (std::size_t i = 4; i + 3 < keys.size(); i += 4) {
    if (keys[i] == kRasterType) return keys[i + 1] == 0 && keys[i + 3] == 2;
  }
  return false;
}

}  // namespace

bool is_geo_tag(std::uint16_t tag) {
  switch (tag) {
    case kPixelScale:
    case kTiepoint:
    case kTransformation:
    case kKeyDirectory:
    case kDoubleParameters:
    case kTextParameters:
    case kGdalMetadata:
    case kGdalNoData:
      return true;
    default:
      return false;
  }
}

std::vector<TiffField> scaled_geo(std::vector<TiffField> fields, double columns, double rows) {
  const double factor[2] = {columns, rows};
  const bool point = pixel_is_point(find(fields, kKeyDirectory));
  std::vector<double> old_scale;
  if (TiffField* field = find(fields, kPixelScale)) {
    std::vector<double> scale = doubles_of(*field);
    old_scale = scale;
    for (std::size_t axis = 0; axis < 2 && axis < scale.size(); ++axis) scale[axis] /= factor[axis];
    set_doubles(*field, scale);
  }
  if (TiffField* field = find(fields, kTiepoint)) {
    std::vector<double> points = doubles_of(*field);
    const bool single = points.size() == 6 && old_scale.size() >= 2;
    for (std::size_t i = 0; i + 5 < points.size(); i += 6) {
      for (std::size_t axis = 0; axis < 2; ++axis) {
        double& pixel = points[i + axis];
        if (point && single && pixel == 0) {
          // The middle of the first pixel lies elsewhere; north is up, so rows run against y.
          const double change = old_scale[axis] * (1 / factor[axis] - 1) / 2;
          points[i + 3 + axis] += axis == 0 ? change : -change;
        } else {
          pixel = point ? (pixel + 0.5) * factor[axis] - 0.5 : pixel * factor[axis];
        }
      }
    }
    set_doubles(*field, points);
  }
  if (TiffField* field = find(fields, kTransformation)) {
    std::vector<double> matrix = doubles_of(*field);
    for (std::size_t row = 0; row + 3 < matrix.size(); row += 4) {
      for (std::size_t axis = 0; axis < 2; ++axis) {
        if (point) matrix[row + 3] += matrix[row + axis] * (0.5 / factor[axis] - 0.5);
        matrix[row + axis] /= factor[axis];
      }
    }
    set_doubles(*field, matrix);
  }
  return fields;
}

}  // namespace halfpixel::io
