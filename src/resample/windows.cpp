#include "resample/windows.hpp"

#include <algorithm>

namespace halfpixel::resample {
namespace {

constexpr std::int64_t kMostLerpChannels = 11, kMostTapsChannels = 24;  // measured
constexpr std::int64_t kLeastLanes = 8;  // with fewer, permutations cost what they save
constexpr std::int64_t kLeastVectors = 4;
constexpr std::int64_t kMostTaps = 8;

// Rows so long that a table would take more than 128 MiB do not get one; so positions, in floats,
// fit into 32 bits.
bool too_long(const AxisTable& axis, std::int64_t values) {
  return static_cast<double>(axis.dst_len) * static_cast<double>(values) > 0x1p25;
}

// Windows of one source of every output: first[i] of column i. They end inside of a row of
// src_floats where that is possible; 0: they need not.
bool find_windows(const SignedVector<std::int32_t>& first, std::int64_t src_floats,
                  kernels::WindowTable& table, kernels::WindowTable::Source& source) {
  const std::int64_t floats = static_cast<std::int64_t>(first.size()) * table.channels;
  const std::int64_t vectors = (floats + table.lanes - 1) / table.lanes;
  source.base.assign(static_cast<std::size_t>(vectors), 0);
  source.index.assign(static_cast<std::size_t>(vectors * table.lanes), 0);
  std::int64_t without = 0;
  for (std::int64_t v = 0; v < vectors; ++v) {
    const std::int64_t begin = v * table.lanes, end = std::min(floats, begin + table.lanes);
    const auto position = [&](std::int64_t i) {
      return first[i / table.channels] * table.channels + i % table.channels;
    };
    std::int64_t low = position(begin), high = low;
    for (std::int64_t i = begin; i < end; ++i) {
      low = std::min(low, position(i));
      high = std::max(high, position(i));
    }
    if (high - low >= 2 * table.lanes) {
      source.base[v] = kernels::WindowTable::kNone;
      ++without;
      continue;
    }
    table.wide |= high - low >= table.lanes;
    const std::int64_t reach = table.wide ? 2 * table.lanes : table.lanes;
    if (src_floats >= reach) low = std::min(low, src_floats - reach);
    source.base[v] = static_cast<std::int32_t>(low);
    for (std::int64_t i = begin; i < end; ++i) {
      source.index[i] = static_cast<std::int32_t>(position(i) - low);
    }
  }
  return without * 8 <= vectors;
}

}  // namespace

std::unique_ptr<const kernels::WindowTable> windows_of(const AxisTable& axis, std::int64_t channels,
                                                       std::int64_t lanes) {
  const bool lerp = axis.kind == AxisTable::Kind::lerp;
  if (axis.kind == AxisTable::Kind::copy || lanes < kLeastLanes || channels < 1 ||
      channels > (lerp ? kMostLerpChannels : kMostTapsChannels) ||
      axis.dst_len * channels < kLeastVectors * lanes || axis.dst_len < axis.src_len ||
      axis.taps > kMostTaps) {
    return nullptr;
  }
  if (lerp && channels == 1 && axis.period >= 2 && axis.period <= 4) return nullptr;
  if (too_long(axis, channels * (lerp ? 1 : axis.taps))) return nullptr;

  auto table = std::make_unique<kernels::WindowTable>();
  table->lanes = lanes;
  table->channels = channels;
  table->taps = lerp ? 0 : axis.taps;
  const std::int64_t src_floats = lerp ? axis.src_len * channels : 0;
  // Once more when some window is found to be wide, because then all reach as far.
  for (bool known = true; known;) {
    const bool wide = table->wide;
    if (!find_windows(axis.first, src_floats, *table, table->a)) return nullptr;
    if (lerp && !find_windows(axis.second, src_floats, *table, table->b)) return nullptr;
    known = wide != table->wide;
  }

  const auto vectors = static_cast<std::int64_t>(table->a.base.size());
  const std::int64_t floats = axis.dst_len * channels;
  const std::int64_t taps = std::max<std::int64_t>(table->taps, 1);
  table->weights.assign(static_cast<std::size_t>(vectors * taps * lanes), 0.0f);
  for (std::int64_t i = 0; i < floats; ++i) {
    const std::int64_t column = i / channels;
    float* const weights = table->weights.data() + i / lanes * taps * lanes + i % lanes;
    for (std::int64_t k = 0; k < taps; ++k) {
      weights[k * lanes] = axis.weights[column * taps + k];
    }
  }
  if (lerp) return table;

  table->least.assign(static_cast<std::size_t>(vectors), axis.taps);
  table->most.assign(static_cast<std::size_t>(vectors), 0);
  table->count.assign(static_cast<std::size_t>(vectors * lanes), 0);
  for (std::int64_t i = 0; i < floats; ++i) {
    const std::int32_t count = axis.count[i / channels];
    const std::int64_t v = i / lanes;
    table->least[v] = std::min(table->least[v], count);
    table->most[v] = std::max(table->most[v], count);
    table->count[i] = count;
  }
  return table;
}

namespace {

// Of pairs of single numbers that lie too far apart for vectors of one of their sources.
std::unique_ptr<const kernels::WindowTable> table_of_singles(const AxisTable& axis,
                                                             std::int64_t lanes) {
  auto table = std::make_unique<kernels::WindowTable>();
  table->lanes = lanes;
  table->channels = 1;
  table->halves = table->wide = true;
  const std::int64_t half = lanes / 2, vectors = (axis.dst_len + half - 1) / half;
  table->a.base.assign(static_cast<std::size_t>(vectors), 0);
  table->a.index.assign(static_cast<std::size_t>(vectors * lanes), 0);
  std::int64_t without = 0;
  for (std::int64_t v = 0; v < vectors; ++v) {
    const std::int64_t begin = v * half, end = std::min(axis.dst_len, begin + half);
    std::int32_t low = axis.first[begin], high = low;
    for (std::int64_t x = begin; x < end; ++x) {
      low = std::min({low, axis.first[x], axis.second[x]});
      high = std::max({high, axis.first[x], axis.second[x]});
    }
    if (high - low >= 2 * lanes) {
      table->a.base[v] = kernels::WindowTable::kNone;
      ++without;
      continue;
    }
    if (axis.src_len >= 2 * lanes)
      low = std::min(low, static_cast<std::int32_t>(axis.src_len - 2 * lanes));
    table->a.base[v] = low;
    for (std::int64_t x = begin; x < end; ++x) {
      table->a.index[v * lanes + x - begin] = axis.first[x] - low;
      table->a.index[v * lanes + half + x - begin] = axis.second[x] - low;
    }
  }
  if (without * 8 > vectors) table->halves = table->wide = false, table->single = true;
  return table;
}

}  // namespace

std::unique_ptr<const kernels::WindowTable> pair_windows_of(const AxisTable& axis,
                                                            std::int64_t channels,
                                                            std::int64_t lanes) {
  if (axis.kind != AxisTable::Kind::pair || lanes < kLeastLanes || channels < 1 ||
      channels > kMostLerpChannels || axis.dst_len * channels < kLeastVectors * lanes ||
      too_long(axis, channels)) {
    return nullptr;
  }
  auto table = std::make_unique<kernels::WindowTable>();
  table->lanes = lanes;
  table->channels = channels;
  const std::int64_t src_numbers = axis.src_len * channels;
  for (bool known = true; known;) {
    const bool wide = table->wide;
    const bool first = find_windows(axis.first, src_numbers, *table, table->a);
    const bool second = find_windows(axis.second, src_numbers, *table, table->b);
    const bool found = first && second;
    if (!found && channels > 1) return nullptr;
    if (!found) return table_of_singles(axis, lanes);
    known = wide != table->wide;
  }
  return table;
}

std::unique_ptr<const kernels::WindowTable> term_windows_of(const AxisTable& axis,
                                                            std::int64_t channels,
                                                            std::int64_t lanes) {
  const bool pair = axis.kind == AxisTable::Kind::pair;
  const std::int64_t terms = axis.taps, floats = axis.dst_len * channels;
  if ((!pair && axis.kind != AxisTable::Kind::taps) || (terms != 2 && terms != 4) ||
      lanes < kLeastLanes || channels < 1 || channels > kMostLerpChannels ||
      floats < kLeastVectors * lanes || axis.dst_len < axis.src_len ||
      too_long(axis, channels * terms)) {
    return nullptr;
  }
  auto table = std::make_unique<kernels::WindowTable>();
  table->lanes = lanes;
  table->channels = channels;
  table->taps = axis.taps;
  table->term.resize(static_cast<std::size_t>(terms));
  SignedVector<std::int32_t> position(static_cast<std::size_t>(axis.dst_len));
  for (bool known = true; known;) {
    const bool wide = table->wide;
    for (std::int32_t k = 0; k < axis.taps; ++k) {
      for (std::int64_t x = 0; x < axis.dst_len; ++x) {
        const auto last = static_cast<std::int32_t>(axis.src_len - 1);
        position[x] = pair && k == 1 ? axis.second[x] : std::clamp(axis.first[x] + k, 0, last);
      }
      if (!find_windows(position, axis.src_len * channels, *table, table->term[k])) return nullptr;
    }
    known = wide != table->wide;
  }
  const std::int64_t vectors = (floats + lanes - 1) / lanes;
  table->weights.assign(static_cast<std::size_t>(vectors * terms * lanes), 0.0f);
  for (std::int64_t i = 0; i < floats; ++i) {
    const std::int64_t x = i / channels, v = i / lanes;
    for (std::int64_t k = 0; k < terms; ++k) {
      table->weights[(v * terms + k) * lanes + i % lanes] = axis.weights[x * terms + k];
    }
    const bool whole = pair || (axis.count[x] == terms && axis.first[x] >= 0 &&
                                axis.first[x] + terms <= axis.src_len);
    if (!whole) table->term[0].base[v] = kernels::WindowTable::kNone;
  }
  return table;
}

std::unique_ptr<const kernels::WindowTable> copy_windows_of(const AxisTable& axis,
                                                            std::int64_t pixel_bytes,
                                                            std::int64_t lanes) {
  // measured: larger pixels are copied faster whole
  constexpr std::int64_t kMostBytes = 80, kMostSingleBytes = 24;
  const bool single = pixel_bytes == 1 || pixel_bytes == 2 || pixel_bytes == 4 || pixel_bytes == 8;
  if (lanes < 4 || pixel_bytes < 1 || pixel_bytes > kMostBytes || axis.dst_len < axis.src_len ||
      pixel_bytes % (4 * lanes) == 0 || (single && axis.repeat >= 1 && axis.repeat <= 4) ||
      too_long(axis, pixel_bytes)) {
    return nullptr;
  }
  auto table = std::make_unique<kernels::WindowTable>();
  const bool words = pixel_bytes % 4 == 0 && lanes >= kLeastLanes;
  if (!words && pixel_bytes > kMostSingleBytes) return nullptr;
  table->unit = words ? 4 : 1;
  table->lanes = words ? lanes : 16;
  table->channels = pixel_bytes / table->unit;
  if (axis.dst_len * table->channels < kLeastVectors * table->lanes) return nullptr;
  auto& [bytes, base, index] = table->a;
  const std::int64_t src_units = axis.src_len * table->channels;
  if (!find_windows(axis.first, src_units, *table, table->a)) return nullptr;
  if (table->wide && !find_windows(axis.first, src_units, *table, table->a)) return nullptr;
  const auto none = kernels::WindowTable::kNone;
  if (std::find(base.begin(), base.end(), none) != base.end()) return nullptr;
  if (!words) bytes.assign(index.begin(), index.end());
  return table;
}

}  // namespace halfpixel::resample
