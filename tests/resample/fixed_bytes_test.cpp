// Kernels of bytes in fixed point against their definition, on every target, in both packings where
// a processor has both, and in memory that ends where their jobs say.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <random>
#include <vector>

#include "kernels/kernels.hpp"
#include "resample/axis_table.hpp"
#include "resample/byte_engines.hpp"
#include "resample/guarded_memory.hpp"
#include "resample/plan_spec.hpp"

namespace {

using namespace halfpixel::kernels;
using halfpixel::resample::AxisTable;
using halfpixel::resample::Order;
using halfpixel::resample::PlanSpec;
using testing_memory::GuardedMemory;

struct Named {
  std::string name;
  FixedKernels kernels;
};

// All of each target: pairs, and what takes their place.
std::vector<Named> all_kernels() {
  std::vector<Named> all;
  for (const Target& target : supported_targets()) {
    KernelTable table{};
    fill_fixed_columns(table, target.bit);
    fill_fixed_rows(table, target.bit);
    all.push_back({target.name, table.fixed});
    fill_quad_bytes(table, target.bit);
    if (table.fixed.packing == FixedPacking::quads)
      all.push_back({target.name + ", quads", table.fixed});
  }
  return all;
}

// Outputs that read up to `taps` of src_len positions, whose weights need `bits` bits.
AxisTable random_table(std::int64_t src_len, std::int64_t dst_len, std::int32_t taps, int bits,
                       std::mt19937& random) {
  AxisTable table;
  table.kind = AxisTable::Kind::taps;
  table.src_len = src_len;
  table.dst_len = dst_len;
  table.taps = taps;
  const auto below = [&](std::int64_t n) {
    return static_cast<std::int32_t>(random() % static_cast<std::uint64_t>(n));
  };
  for (std::int64_t x = 0; x < dst_len; ++x) {
    const std::int32_t count = taps - below(std::min(taps, 3));
    table.count.push_back(count);
    table.first.push_back(below(src_len - count + 1));
    for (std::int32_t k = 0; k < taps; ++k) {
      const std::int32_t weight = below(std::int64_t{2} << bits) - (1 << bits);
      table.integers.push_back(k < count ? weight : 0);
    }
  }
  return table;
}

constexpr int kBits = 14;
constexpr std::int32_t kStart = 1 << (kBits - 1);

// value(k): of the k-th position that an output reads.
template <class Value>
int defined(const AxisTable& table, std::int64_t x, Value value) {
  std::int64_t sum = kStart;
  for (std::int32_t k = 0; k < table.count[x]; ++k)
    sum += std::int64_t{table.integers[x * table.taps + k]} * value(table.first[x] + k);
  return static_cast<int>(std::clamp<std::int64_t>(sum >> kBits, 0, 255));
}

std::vector<std::uint8_t> random_bytes(std::int64_t count, std::mt19937& random) {
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(count));
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
  return bytes;
}

struct Case {
  std::int64_t channels, width, outputs;
  std::int32_t taps;
  int bits, rows;
};

void check_columns(const Named& named, const Case& c, std::mt19937& random) {
  SCOPED_TRACE(testing::Message() << named.name << ", channels " << c.channels << ", width "
                                  << c.width << ", taps " << c.taps << ", rows " << c.rows);
  PlanSpec spec;
  spec.axis[0].kind = AxisTable::Kind::copy;
  spec.axis[1] = random_table(c.width, c.outputs, c.taps, c.bits, random);
  pack_byte_fixed(spec, named.kernels, named.kernels);
  const AxisTable& table = spec.axis[1];
  const FixedPacking packing = named.kernels.packing;
  // What is read begins at `first`, as of a window.
  const std::int64_t first = *std::min_element(table.first.begin(), table.first.end());
  std::int64_t end = 0;
  for (std::int64_t x = 0; x < c.outputs; ++x)
    end = std::max<std::int64_t>(end, table.first[x] + table.count[x]);
  const std::int64_t bytes = (end - first) * c.channels, made = c.outputs * c.channels * kQuad;
  const auto side =
      random() % 2 == 0 ? GuardedMemory::Against::first_page : GuardedMemory::Against::last_page;
  GuardedMemory memory(static_cast<std::size_t>(bytes * FixedColumnsJob::kRows), side);
  const auto pixels = random_bytes(bytes * FixedColumnsJob::kRows, random);
  std::memcpy(memory.data(), pixels.data(), pixels.size());
  memory.make_read_only();
  alignas(64) static std::uint8_t planes[FixedColumnsJob::kPlanes];
  FixedColumnsJob job{};
  std::vector<std::uint8_t> quads[FixedColumnsJob::kRows / kQuad];
  for (int r = 0; r < FixedColumnsJob::kRows; ++r) {
    const int row = std::min(r, c.rows - 1);
    job.src[r] = reinterpret_cast<const std::uint8_t*>(memory.data()) + row * bytes;
  }
  for (std::size_t q = 0; q < std::size(quads); ++q) {
    quads[q].assign(static_cast<std::size_t>(made + kQuadMargin), 0xA5);
    job.dst[q] = quads[q].data();
  }
  job.readable = bytes;
  job.first = first;
  job.rows = c.rows;
  job.channels = c.channels;
  job.outputs = c.outputs;
  job.begin = table.first.data();
  job.weights = table.packed.row(0);
  job.steps = table.packed.steps;
  job.parts = table.packed.parts;
  job.start = kStart;
  job.bits = kBits;
  job.planes = planes;
  named.kernels.columns(job);
  for (int r = 0; r < c.rows; ++r) {
    for (std::int64_t i = 0; i < c.outputs * c.channels; ++i) {
      const int want = defined(table, i / c.channels, [&](std::int64_t at) {
        const std::int64_t byte = (at - first) * c.channels + i % c.channels;
        return int{pixels[static_cast<std::size_t>(r * bytes + byte)]};
      });
      const auto at = static_cast<std::size_t>(i * kQuad + row_of_quad(packing, r % kQuad));
      ASSERT_EQ(int{quads[r / kQuad][at]}, want) << "row " << r << ", number " << i;
    }
  }
}

// Sums fit into 32 bits. Words of all places, pixels that are laid out in one piece and in several,
// rows that do not fill a vector.
TEST(FixedBytes, ColumnsAreAsDefined) {
  std::mt19937 random(7);
  for (const Named& named : all_kernels()) {
    for (const std::int64_t channels : {1, 2, 3, 4}) {
      for (const int bits : {6, 14, 20}) {
        check_columns(named, {channels, 5, 9, 2, bits, 16}, random);
        check_columns(named, {channels, 97, 70, 7, bits, 5}, random);
        check_columns(named, {channels, 1200, 131, 38, std::min(bits, 18), 16}, random);
        check_columns(named, {channels, 2100, 9, 500, std::min(bits, 16), 9}, random);
        check_columns(named, {channels, 3, 5, 1, bits, 1}, random);
      }
    }
  }
}

TEST(FixedBytes, QuadsAreAsDefinedAndParted) {
  std::mt19937 random(8);
  for (const Named& named : all_kernels()) {
    SCOPED_TRACE(named.name);
    const FixedPacking packing = named.kernels.packing;
    for (const std::int64_t count : {1, 7, 31, 64, 100, 257}) {
      for (const int bits : {6, 14, 20}) {
        const std::int64_t rows = 24, all = rows / kQuad;
        PlanSpec spec;
        spec.order = Order::columns_first;
        spec.axis[0] = random_table(rows, 12, 6, bits, random);
        spec.axis[1] = random_table(4, 4, 1, bits, random);
        pack_byte_fixed(spec, named.kernels, named.kernels);
        const AxisTable& table = spec.axis[0];
        const auto bytes = random_bytes(rows * count, random);
        std::vector<std::vector<std::uint8_t>> quads;
        for (std::int64_t q = 0; q < all; ++q) {
          quads.emplace_back(static_cast<std::size_t>(count * kQuad + kQuadMargin));
          for (std::int64_t i = 0; i < count * kQuad; ++i) {
            const std::int64_t row = q * kQuad + row_of_quad(packing, i % kQuad);
            quads.back()[static_cast<std::size_t>(i)] =
                bytes[static_cast<std::size_t>(row * count + i / kQuad)];
          }
        }
        GuardedMemory result(static_cast<std::size_t>(count), GuardedMemory::Against::last_page);
        auto* const made = reinterpret_cast<std::uint8_t*>(result.data());
        for (std::int64_t y = 0; y < table.dst_len; ++y) {
          std::vector<const std::uint8_t*> terms;
          for (std::int64_t q = table.first[y] / kQuad; q * kQuad < table.first[y] + table.count[y];
               ++q) {
            terms.push_back(quads[static_cast<std::size_t>(q)].data());
          }
          const bool in_pairs = packing == FixedPacking::pairs;
          const std::int64_t last = table.first[y] + table.count[y] - 1;
          named.kernels.quads({terms.data(), static_cast<std::int64_t>(terms.size()),
                               in_pairs && table.first[y] % kQuad >= 2,
                               in_pairs && last % kQuad < 2, table.packed.row(y),
                               table.packed.parts, kStart, kBits, count, made});
          for (std::int64_t i = 0; i < count; ++i) {
            const int want = defined(table, y, [&](std::int64_t row) {
              return int{bytes[static_cast<std::size_t>(row * count + i)]};
            });
            ASSERT_EQ(int{made[i]}, want) << "count " << count << ", row " << y << ", number " << i;
          }
        }
        // Each row of a quad by itself, whatever becomes of the others.
        for (std::int64_t place = 0; place < kQuad; ++place) {
          std::uint8_t* to[kQuad] = {};
          to[place] = made;
          named.kernels.part(quads[2].data(), count, to);
          const std::int64_t row = 2 * kQuad + row_of_quad(packing, place);
          EXPECT_EQ(std::memcmp(made, bytes.data() + row * count, static_cast<std::size_t>(count)),
                    0);
        }
      }
    }
  }
}

// Rows where they lie.
TEST(FixedBytes, RowsAreAsDefined) {
  std::mt19937 random(9);
  for (const Named& named : all_kernels()) {
    SCOPED_TRACE(named.name);
    for (const std::int64_t count : {1, 7, 31, 64, 100, 257}) {
      for (const int bits : {6, 14, 20}) {
        PlanSpec spec;
        spec.order = Order::rows_first;
        spec.axis[0] = random_table(24, 12, 7, bits, random);
        spec.axis[1] = random_table(4, 4, 1, bits, random);
        pack_byte_fixed(spec, named.kernels, named.kernels);
        const AxisTable& table = spec.axis[0];
        const auto bytes = random_bytes(24 * count, random);
        GuardedMemory result(static_cast<std::size_t>(count), GuardedMemory::Against::last_page);
        auto* const made = reinterpret_cast<std::uint8_t*>(result.data());
        for (std::int64_t y = 0; y < table.dst_len; ++y) {
          std::vector<const std::uint8_t*> terms;
          for (std::int32_t k = 0; k < table.count[y]; ++k)
            terms.push_back(bytes.data() + (table.first[y] + k) * count);
          const auto word = static_cast<std::size_t>(weights_of_word(named.kernels.packing));
          while (terms.size() % word != 0) terms.push_back(terms[0]);
          named.kernels.rows({terms.data(), static_cast<std::int64_t>(terms.size()),
                              table.packed.row(y), table.packed.parts, kStart, kBits, count, made,
                              nullptr, 0});
          for (std::int64_t i = 0; i < count; ++i) {
            const int want = defined(table, y, [&](std::int64_t row) {
              return int{bytes[static_cast<std::size_t>(row * count + i)]};
            });
            ASSERT_EQ(int{made[i]}, want) << "count " << count << ", row " << y << ", number " << i;
          }
        }
      }
    }
  }
}

}  // namespace
