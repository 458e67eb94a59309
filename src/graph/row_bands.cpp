#include "graph/row_bands.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <unordered_map>
#include <utility>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"

namespace halfpixel::graph {
namespace {

// Most convolutions compute tiles of so many rows: bands of all models begin at such.
constexpr std::int64_t kTile = 4;

[[noreturn]] void refuse(const Node& node, std::string_view why) {
  fail(ErrorCode::unsupported, "[bands] ", node.op->kind(),
       node.name.empty() ? "" : " of layer '" + node.name + "'", " ", why,
       ": this model cannot run by bands of rows");
}

bool same_constant(const Value& a, const Value& b) {
  if (a.constant.has_value() != b.constant.has_value() || a.spec != b.spec) return false;
  if (!a.constant || a.constant->data() == b.constant->data()) return true;
  return std::memcmp(a.constant->data(), b.constant->data(), a.constant->size_bytes()) == 0;
}

// Whether two values differ by how many rows they have at most.
bool same_but_rows(const Spec& a, const Spec& b) {
  if (a.dtype != b.dtype || a.shape.rank() != b.shape.rank()) return false;
  for (int axis = 0; axis < a.shape.rank(); ++axis) {
    if (axis != 1 && a.shape[axis] != b.shape[axis]) return false;
  }
  return true;
}

bool has_rows(const Shape& shape) {
  return shape.rank() >= 3 && shape[0] == 1;
}

// Whether row `at` of an axis is made as row `at + shift` of another, of rows `moved` further.
bool made_alike(const LinearAxis& band, std::int64_t at, const LinearAxis& whole,
                std::int64_t shift, std::int64_t moved) {
  const std::int64_t b = band.begin[at], w = whole.begin[at + shift];
  const std::int64_t count = band.begin[at + 1] - b;
  if (whole.begin[at + shift + 1] - w != count) return false;
  for (std::int64_t e = 0; e < count; ++e) {
    if (band.index[b + e] + moved != whole.index[w + e] ||
        band.weight[b + e] != whole.weight[w + e])
      return false;
  }
  return true;
}

}  // namespace

RowBands::RowBands(const Graph& whole, const Graph& band) {
  if (whole.inputs.size() != 1 || whole.outputs.size() != 1 ||
      whole.nodes.size() != band.nodes.size() || band.outputs.size() != 1 ||
      !has_rows(whole.spec(whole.inputs[0]).shape)) {
    fail(ErrorCode::unsupported, "[bands] a model of one image and one result is needed");
  }
  std::unordered_map<ValueId, int> places;
  const auto place = [&](ValueId id, const Shape& of_whole, const Shape& of_band,
                         const RowTile& tile) {
    places.emplace(id, static_cast<int>(values_.size()));
    values_.push_back({of_whole[1], of_band[1], tile});
  };
  place(whole.inputs[0], whole.spec(whole.inputs[0]).shape, band.spec(band.inputs[0]).shape, {});
  for (std::size_t n = 0; n < whole.nodes.size(); ++n) {
    const Node &a = whole.nodes[n], &b = band.nodes[n];
    const auto depends = [&](ValueId id) { return places.contains(id); };
    const bool any = std::any_of(a.inputs.begin(), a.inputs.end(), depends);
    if (a.op->kind() != b.op->kind() || a.inputs.size() != b.inputs.size())
      refuse(a, "is another for other heights");
    for (std::size_t i = 0; i < a.inputs.size(); ++i) {
      const Value& value = whole.values[static_cast<std::size_t>(a.inputs[i])];
      if (depends(a.inputs[i])) continue;
      if (!same_constant(value, band.values[static_cast<std::size_t>(b.inputs[i])]))
        refuse(a, "depends on the height");
      const Shape& shape = value.spec.shape;
      const Shape& result = whole.spec(a.outputs[0]).shape;
      if (any && a.op->elements() == Elements::each && shape.rank() == result.rank() &&
          shape.rank() > 1 && shape[1] != 1) {
        refuse(a, "has other numbers for other rows");
      }
    }
    if (!any) continue;
    const Shape& result = whole.spec(a.outputs[0]).shape;
    if (a.outputs.size() != 1 || !has_rows(result)) refuse(a, "may need all rows");
    if (!same_but_rows(whole.spec(a.outputs[0]), band.spec(b.outputs[0])))
      refuse(a, "has another width or other channels for other heights");
    const PrepareArgs of_whole = args_of(whole, a), of_band = args_of(band, b);
    place(a.outputs[0], result, band.spec(b.outputs[0]).shape, a.op->row_tile(of_whole));
    for (std::size_t i = 0; i < a.inputs.size(); ++i) {
      if (!depends(a.inputs[i])) continue;
      auto in_whole = a.op->row_sources(static_cast<int>(i), of_whole);
      auto in_band = b.op->row_sources(static_cast<int>(i), of_band);
      if (!in_whole || !in_band) refuse(a, "may need all rows");
      sources_.push_back({places.at(a.inputs[i]), places.at(a.outputs[0]), std::move(*in_whole),
                          std::move(*in_band)});
    }
  }
  const auto result = places.find(whole.outputs[0]);
  if (result == places.end())
    fail(ErrorCode::unsupported, "[bands] the result does not depend on the image");
  result_ = result->second;
  // value rows times step over input rows: whole, and whole tiles.
  const std::int64_t height = values_[0].whole - values_[0].band;
  if (height == 0) {
    step_ = 1;
    return;
  }
  step_ = 1;
  for (const Rows& rows : values_) {
    const std::int64_t grown = rows.whole - rows.band;
    if (grown <= 0) fail(ErrorCode::unsupported, "[bands] some rows do not follow the image's");
    // step * grown / height must be a multiple of the tile
    const std::int64_t tile = std::lcm(kTile, rows.tile.size) * height;
    step_ = std::lcm(step_, tile / std::gcd(tile, grown));
    if (step_ > values_[0].whole) return;
  }
}

std::int64_t RowBands::Rows::shift(const RowBands& bands, std::int64_t input) const {
  const Rows& image = bands.values_[0];
  return image.whole == image.band ? 0 : input * (whole - band) / (image.whole - image.band);
}

RowBands::Band RowBands::at(std::int64_t input) const {
  std::vector<std::pair<std::int64_t, std::int64_t>> right;  // [begin, end) of each value's rows
  for (const Rows& rows : values_) {
    const std::int64_t from = rows.shift(*this, input);
    right.emplace_back(from, from + rows.band);
  }
  for (std::size_t s = 0; s < sources_.size();) {
    const int to = sources_[s].to;
    std::size_t last = s;
    while (last < sources_.size() && sources_[last].to == to) ++last;
    auto& [begin, end] = right[static_cast<std::size_t>(to)];
    const std::int64_t shift = begin;
    const auto is_right = [&](std::int64_t y) {
      return std::all_of(
          sources_.begin() + static_cast<std::ptrdiff_t>(s),
          sources_.begin() + static_cast<std::ptrdiff_t>(last), [&](const Source& source) {
            const auto& [low, high] = right[static_cast<std::size_t>(source.from)];
            const std::int64_t moved =
                values_[static_cast<std::size_t>(source.from)].shift(*this, input);
            if (!made_alike(source.band, y - shift, source.whole, shift, moved)) return false;
            for (std::int64_t e = source.whole.begin[y]; e < source.whole.begin[y + 1]; ++e) {
              const std::int64_t row = source.whole.index[e];
              if (row < low || row >= high) return false;
            }
            return true;
          });
    };
    // Wrong rows are those near the band's ends.
    const std::int64_t stop = std::min(end, values_[static_cast<std::size_t>(to)].whole);
    const std::int64_t middle = begin + (stop - begin) / 2;
    std::int64_t low = middle, high = middle;
    while (high < stop && is_right(high)) ++high;
    while (low > begin && is_right(low - 1)) --low;
    // Whole tiles, except at the image's ends.
    const RowTile tile = values_[static_cast<std::size_t>(to)].tile;
    const std::int64_t before = (low - tile.first) % tile.size;
    const std::int64_t after = (high - tile.first) % tile.size;
    if (low > 0 && before > 0) low += tile.size - before;
    if (high < values_[static_cast<std::size_t>(to)].whole) high -= after;
    begin = low;
    end = std::max(low, high);
    s = last;
  }
  const auto& [begin, end] = right[static_cast<std::size_t>(result_)];
  return {input, values_[static_cast<std::size_t>(result_)].shift(*this, input), begin, end};
}

std::vector<RowBands::Band> RowBands::cover() const {
  const Rows &image = values_[0], &result = values_[static_cast<std::size_t>(result_)];
  const std::int64_t last = image.whole - image.band;
  if (last % step_ != 0) return {};
  std::vector<Band> bands;
  std::int64_t done = 0;
  while (done < result.whole) {
    // The lowest band that begins early enough.
    std::int64_t input = bands.empty() ? 0 : bands.back().input + image.band / step_ * step_;
    input = std::min(input, last);
    Band next = at(input);
    while (next.begin > done && input > 0) next = at(input -= std::min(step_, input));
    if (next.begin > done || next.end <= done) return {};
    next.begin = done;
    done = next.end;
    bands.push_back(next);
  }
  return bands;
}

}  // namespace halfpixel::graph
