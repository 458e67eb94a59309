#include "resample/axis_table.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <vector>

#include "core/checked.hpp"
#include "core/memory_pool.hpp"

namespace halfpixel::resample {
namespace {

std::int64_t clamp_into(std::int64_t position, std::int64_t length) {
  return std::clamp<std::int64_t>(position, 0, length - 1);
}

// Calls f(source position, weight) for what output o reads, in the order of its sum.
template <class F>
void for_each_tap(const AxisTable& table, std::int64_t o, F&& f) {
  if (table.kind == AxisTable::Kind::copy) {
    f(table.first[o], 1.0f);
  } else if (table.kind == AxisTable::Kind::lerp) {
    f(table.first[o], 1.0f - table.weights[o]);
    f(table.second[o], table.weights[o]);
  } else if (table.kind == AxisTable::Kind::pair) {
    f(table.first[o], table.weights[2 * o]);
    f(table.second[o], table.weights[2 * o + 1]);
  } else {
    for (std::int32_t k = 0; k < table.count[o]; ++k) {
      f(clamp_into(std::int64_t{table.first[o]} + k, table.src_len),
        table.weights[o * table.taps + k]);
    }
  }
}

}  // namespace

void require_table_room(std::string_view speaker, double bytes) {
  const std::size_t memory = memory::physical_bytes();
  if (memory == 0 || bytes <= static_cast<double>(memory) / 4) return;
  fail(ErrorCode::out_of_memory, "[", speaker, "] size is too large for its tables; got ",
       static_cast<std::int64_t>(bytes / (1 << 20)), " MiB of them on a machine with ",
       memory >> 20, " MiB");
}

AxisTable repeat_axis(std::int64_t src_len, std::int64_t times) {
  AxisTable table;
  table.kind = AxisTable::Kind::copy;
  table.src_len = src_len;
  table.dst_len = src_len * times;
  table.repeat = static_cast<std::int32_t>(times);
  table.first.resize(static_cast<std::size_t>(table.dst_len));
  for (std::int64_t i = 0; i < table.dst_len; ++i) {
    table.first[i] = static_cast<std::int32_t>(i / times);
  }
  return table;
}

void find_repetition(AxisTable& table) {
  table.repeat = 0;
  if (table.kind != AxisTable::Kind::copy || table.src_len == 0 ||
      table.dst_len % table.src_len != 0) {
    return;
  }
  const std::int64_t times = table.dst_len / table.src_len;
  for (std::int64_t i = 0; i < table.dst_len; ++i) {
    if (table.first[i] != i / times) return;
  }
  table.repeat = static_cast<std::int32_t>(times);
}

void find_period(AxisTable& table) {
  constexpr std::int64_t kMostPeriod = 8;
  table.period = 0;
  if (table.kind != AxisTable::Kind::lerp || table.src_len == 0 ||
      table.dst_len % table.src_len != 0) {
    return;
  }
  const std::int64_t period = table.dst_len / table.src_len;
  if (period < 2 || period > kMostPeriod) return;
  const auto follows = [&](std::int64_t x) {  // output x is output x - period moved by one
    const std::int64_t before = x - period;
    return table.first[x] == table.first[before] + 1 &&
           table.second[x] == table.second[before] + 1 &&
           std::bit_cast<std::uint32_t>(table.weights[x]) ==
               std::bit_cast<std::uint32_t>(table.weights[before]);
  };
  const auto group_follows = [&](std::int64_t begin) {
    for (std::int64_t x = begin; x < begin + period; ++x) {
      if (!follows(x)) return false;
    }
    return true;
  };
  for (std::int64_t begin = 0; begin < table.dst_len;) {
    std::int64_t end = begin + period;
    while (end < table.dst_len && group_follows(end)) end += period;
    if (end - begin > table.regular_end - table.regular_begin) {
      table.regular_begin = begin;
      table.regular_end = end;
    }
    begin = end;
  }
  if (table.regular_end - table.regular_begin >= 2 * period)
    table.period = static_cast<std::int32_t>(period);
}

AxisTable transpose(const AxisTable& table) {
  const std::int64_t cells = table.src_len;
  SignedVector<std::int32_t> low(static_cast<std::size_t>(cells), -1);
  SignedVector<std::int32_t> high = low;
  for (std::int64_t o = 0; o < table.dst_len; ++o) {
    for_each_tap(table, o, [&](std::int64_t i, float weight) {
      if (weight == 0.0f) return;
      if (low[i] < 0) low[i] = static_cast<std::int32_t>(o);
      high[i] = static_cast<std::int32_t>(o);
    });
  }
  AxisTable result;
  result.kind = AxisTable::Kind::taps;
  result.src_len = table.dst_len;
  result.dst_len = cells;
  result.taps = 1;
  for (std::int64_t i = 0; i < cells; ++i) {
    if (low[i] >= 0) result.taps = std::max(result.taps, high[i] - low[i] + 1);
  }
  result.weights.assign(static_cast<std::size_t>(cells) * static_cast<std::size_t>(result.taps),
                        0.0f);
  for (std::int64_t i = 0; i < cells; ++i) {
    const std::int32_t first = std::max(low[i], 0);
    result.first.push_back(first);
    result.count.push_back(
        static_cast<std::int32_t>(std::min<std::int64_t>(result.taps, result.src_len - first)));
  }
  for (std::int64_t o = 0; o < table.dst_len; ++o) {
    for_each_tap(table, o, [&](std::int64_t i, float weight) {
      if (weight == 0.0f) return;
      result.weights[i * result.taps + o - result.first[i]] += weight;
    });
  }
  return result;
}

GatherTable gather_of(const AxisTable& table) {
  struct Entry {
    std::int32_t src;
    float weight;
  };
  SignedVector<std::vector<Entry>> cells(static_cast<std::size_t>(table.src_len));
  for (std::int64_t o = 0; o < table.dst_len; ++o) {
    for_each_tap(table, o, [&](std::int64_t i, float weight) {
      cells[i].push_back({static_cast<std::int32_t>(o), weight});
    });
  }
  GatherTable result;
  result.src_len = table.dst_len;
  result.dst_len = table.src_len;
  const bool weighted = table.kind != AxisTable::Kind::copy;
  result.begin.push_back(0);
  for (const auto& cell : cells) {
    std::size_t start = result.group.size();
    for (const Entry& entry : cell) {
      if (result.group.size() == start || result.group.back().src != entry.src) {
        result.group.push_back({entry.src, static_cast<std::int32_t>(result.weights.size()), 0});
      }
      if (weighted) {
        result.weights.push_back(entry.weight);
        ++result.group.back().weight_count;
      }
    }
    constexpr std::size_t kMost = std::numeric_limits<std::int32_t>::max();
    if (result.group.size() > kMost || result.weights.size() > kMost) {
      fail(ErrorCode::unsupported, "[gradient] dy is too large; got an axis of ", table.dst_len);
    }
    result.begin.push_back(static_cast<std::int32_t>(result.group.size()));
  }
  return result;
}

Range required(const AxisTable& table, Range dst) noexcept {
  if (dst.begin >= dst.end) return {0, 0};
  std::int64_t low = table.src_len;
  std::int64_t high = 0;
  for (std::int64_t o = dst.begin; o < dst.end; ++o) {
    const std::int64_t first = table.first[o];
    std::int64_t last = first;
    if (!table.second.empty()) last = table.second[o];
    if (table.kind == AxisTable::Kind::taps) last = first + std::max(table.count[o], 1) - 1;
    low = std::min(low, clamp_into(std::min(first, last), table.src_len));
    high = std::max(high, clamp_into(std::max(first, last), table.src_len) + 1);
  }
  return {low, high};
}

}  // namespace halfpixel::resample
