#include "frontends/identify_compare.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "core/checked.hpp"
#include "core/convert.hpp"

namespace halfpixel::identification {
namespace {

double limit(DType dtype, bool top) {
  double value = 0;
  switch (dtype) {
    case DType::uint8:
      return top ? 255 : 0;
    case DType::uint16:
      return top ? 65535 : 0;
    case DType::int8:
      return top ? 127 : -128;
    case DType::int16:
      return top ? 32767 : -32768;
    case DType::uint32:
      return top ? 4294967295.0 : 0;
    default:
      value = 2147483647.0;
      break;
  }
  return top ? value : -value - 1;
}

// Row-major doubles; float64 holds every dtype that pictures have.
std::vector<double> doubles_of(const ConstTensorView& view) {
  std::vector<double> values(static_cast<std::size_t>(view.size()));
  convert_elements(view, DType::float64, values.data());
  return values;
}

double changed(double value, const Change& change, DType found) {
  switch (change.value) {
    case Change::Value::rounded:
      if (std::isnan(value)) return 0;
      return std::clamp(std::nearbyint(value), limit(found, false), limit(found, true));
    case Change::Value::cut_off:
      if (std::isnan(value)) return 0;
      return std::clamp(std::trunc(value), limit(found, false), limit(found, true));
    case Change::Value::divided:
      if (found == DType::float64) return value / 255.0;
      value = static_cast<double>(static_cast<float>(value) / 255.0F);
      break;
    case Change::Value::none:
    case Change::Value::cast:
      break;
  }
  if (found == DType::float32) return static_cast<double>(static_cast<float>(value));
  if (found == DType::float16)
    return static_cast<double>(static_cast<float>(float16(static_cast<float>(value))));
  if (found == DType::bfloat16)
    return static_cast<double>(static_cast<float>(bfloat16(static_cast<float>(value))));
  return value;
}

// float32, rounded to uint8, is what was found.
bool rounds_to(const float* values, const std::uint8_t* found, std::int64_t count) {
  constexpr float kRound = 0x1.8p23F;  // leaves no room for a fraction
  std::int64_t same = 0;
  for (std::int64_t i = 0; i < count; ++i) {
    const float positive = values[i] > 0 ? values[i] : 0.0F;
    const float clamped = positive < 255 ? positive : 255.0F;
    same += (clamped + kRound) - kRound == static_cast<float>(found[i]);
  }
  return same == count;
}

// All is equal, as most is where this is asked: by rows, without a look at how far. False: perhaps.
bool surely_equal(const ConstTensorView& result, const ConstTensorView& found,
                  const Change& change) {
  const Shape& shape = found.shape();
  const std::int64_t row = shape[2] * shape[3];
  const auto dense = [&](const ConstTensorView& x) {
    return x.stride(3) == 1 && x.stride(2) == shape[3];
  };
  const bool same = change.value == Change::Value::none && result.dtype() == found.dtype();
  const bool rounded = change.value == Change::Value::rounded && result.dtype() == DType::float32 &&
                       found.dtype() == DType::uint8;
  if (change.reversed || (!same && !rounded) || !dense(result) || !dense(found)) return false;
  const auto at = [](const ConstTensorView& x, std::int64_t n, std::int64_t y) {
    return static_cast<const std::byte*>(x.data()) +
           (n * x.stride(0) + y * x.stride(1)) * static_cast<std::int64_t>(size_of(x.dtype()));
  };
  const std::size_t bytes = static_cast<std::size_t>(row) * size_of(found.dtype());
  for (std::int64_t n = 0; n < shape[0]; ++n) {
    for (std::int64_t y = 0; y < shape[1]; ++y) {
      const std::byte* const a = at(result, n, y);
      const std::byte* const b = at(found, n, y);
      if (same ? std::memcmp(a, b, bytes) != 0
               : !rounds_to(reinterpret_cast<const float*>(a),
                            reinterpret_cast<const std::uint8_t*>(b), row))
        return false;
    }
  }
  return true;
}

}  // namespace

void Difference::add(const Difference& other) {
  different += other.different;
  count += other.count;
  largest = std::max(largest, other.largest);
  sum += other.sum;
}

bool Difference::operator<(const Difference& other) const {
  if ((different == 0) != (other.different == 0)) return different == 0;
  if (largest != other.largest) return largest < other.largest;
  return mean() < other.mean();
}

std::vector<Change> changes(DType result, DType found, std::int64_t channels, bool pictures) {
  using Value = Change::Value;
  std::vector<Value> values;
  if (result == found) {
    values.push_back(Value::none);
    if (result == DType::float32 && !pictures) values.push_back(Value::divided);
  } else if (is_floating(result) && !is_floating(found)) {
    values.push_back(Value::rounded);
    if (!pictures) values.push_back(Value::cut_off);
  } else if (!is_floating(result) && is_floating(found)) {
    values.push_back(Value::divided);
    values.push_back(Value::cast);
  } else if (is_floating(result) && is_floating(found)) {
    values.push_back(Value::cast);
  }
  std::vector<Change> all;
  for (const bool reversed : {false, true}) {
    if (reversed && channels < 3) continue;
    for (const Value value : values) all.push_back({value, reversed});
  }
  return all;
}

std::vector<std::string> words_of(const Change& change, DType found, bool pictures) {
  std::vector<std::string> words;
  switch (change.value) {
    case Change::Value::none:
      break;
    case Change::Value::rounded:
      // The command line does that to every picture.
      if (!pictures) words.push_back(concat("rounded to ", found));
      break;
    case Change::Value::cut_off:
      words.push_back(concat("cut off to ", found));
      break;
    case Change::Value::divided:
      words.emplace_back("result divided by 255");
      break;
    case Change::Value::cast:
      words.push_back(concat("as ", found));
      break;
  }
  if (change.reversed) words.emplace_back("channels reversed");
  return words;
}

Difference difference(const ConstTensorView& result, const ConstTensorView& found,
                      const Change& change) {
  if (surely_equal(result, found, change)) return {.count = found.size()};
  const std::vector<double> a = doubles_of(result), b = doubles_of(found);
  const std::int64_t channels = result.shape()[3];
  const std::int64_t last = change.reversed ? std::min<std::int64_t>(channels, 3) : 0;
  Difference sum;
  sum.count = found.size();
  for (std::int64_t i = 0; i < sum.count; ++i) {
    const std::int64_t c = i % channels;
    const std::int64_t from = c < last ? i - c + (last - 1 - c) : i;
    const double x = changed(a[static_cast<std::size_t>(from)], change, found.dtype());
    const double y = b[static_cast<std::size_t>(i)];
    if (x == y || (std::isnan(x) && std::isnan(y))) continue;
    ++sum.different;
    const double apart = std::abs(x - y);
    // What is no number is as far away as can be.
    const double far = std::isnan(apart) ? std::numeric_limits<double>::infinity() : apart;
    sum.largest = std::max(sum.largest, far);
    sum.sum += far;
  }
  return sum;
}

Tensor divided_by_255(const Tensor& images) {
  Tensor result = images.astype(DType::float32);
  for (float& value : result.span<float>()) value /= 255.0F;
  return result;
}

}  // namespace halfpixel::identification
