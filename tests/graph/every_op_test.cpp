// What holds for every op, whatever it computes: the list is compared with the headers.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>

#include "graph/ops/affine.hpp"
#include "graph/ops/attention_mask.hpp"
#include "graph/ops/backend_resize.hpp"
#include "graph/ops/binary.hpp"
#include "graph/ops/by_rows.hpp"
#include "graph/ops/cast.hpp"
#include "graph/ops/color.hpp"
#include "graph/ops/concat.hpp"
#include "graph/ops/conv.hpp"
#include "graph/ops/conv_transpose.hpp"
#include "graph/ops/depth_space.hpp"
#include "graph/ops/einsum.hpp"
#include "graph/ops/fused.hpp"
#include "graph/ops/gather.hpp"
#include "graph/ops/low_resolution_conv.hpp"
#include "graph/ops/matmul.hpp"
#include "graph/ops/normalize.hpp"
#include "graph/ops/pad.hpp"
#include "graph/ops/pool.hpp"
#include "graph/ops/recurrent.hpp"
#include "graph/ops/reduce.hpp"
#include "graph/ops/repeat.hpp"
#include "graph/ops/resample.hpp"
#include "graph/ops/reshape.hpp"
#include "graph/ops/scan.hpp"
#include "graph/ops/select.hpp"
#include "graph/ops/slice.hpp"
#include "graph/ops/softmax.hpp"
#include "graph/ops/sort.hpp"
#include "graph/ops/split.hpp"
#include "graph/ops/take_along.hpp"
#include "graph/ops/transpose.hpp"
#include "graph/ops/unary.hpp"
#include "graph/ops/winograd_conv.hpp"
#include "graph_testing.hpp"

namespace halfpixel::graph {
namespace {

using testing::noise;
using testing::record;
using testing::run;
using testing::same_bits;
using Ids = std::vector<ValueId>;

struct Row {
  std::string maker;  // the function that makes it
  OpPtr (*make)();
  std::vector<Tensor> inputs;
  bool constants = false;  // all inputs but the first are

  std::vector<ValueId> add(Builder& b, const OpPtr& op, Ids in) const {
    for (std::size_t i = 1; i < in.size() && constants; ++i) in[i] = b.constant(inputs[i]);
    return b.add(op, in);
  }
};

LinearAxis repeated(std::int64_t extent, int times) {
  LinearAxis axis(extent);
  for (std::int64_t i = 0; i < extent * times; ++i) {
    axis.add(i / times, 1.0F);
    axis.next();
  }
  return axis;
}

Tensor mask_of(const Shape& shape) {
  Tensor mask(shape, DType::boolean);
  for (std::int64_t i = 0; i < mask.size(); ++i) mask.data<bool>()[i] = i % 3 != 0;
  return mask;
}

const std::vector<Row>& rows() {
  static const Tensor x = noise({2, 6, 4, 3}, 1), y = noise({2, 6, 4, 3}, 2), one = noise({3}, 3),
                      two = noise({3}, 4), scores = noise({2, 5, 5}, 5),
                      deep = noise({1, 4, 4, 8}, 6), kernel = noise({3, 3, 3, 3}, 10);
  static const std::vector<Row> kRows = {
      {"make_affine", [] { return make_affine(-1); }, {x, one, two}},
      {"make_affine", [] { return make_affine(1); }, {x, noise({6}, 7), noise({6}, 8)}},
      {"make_attention_mask", [] { return make_attention_mask({.causal = true}); }, {scores}},
      {"make_binary", [] { return make_binary(BinaryFunction::add); }, {x, y}},
      {"make_binary", [] { return make_binary(BinaryFunction::less); }, {x, one}},
      {"make_unary", [] { return make_unary(kRelu); }, {x}},
      {"make_unary", [] { return make_unary({Function::elu, {.alpha = 0.3F}}); }, {x}},
      {"make_unary", [] { return make_unary({Function::elu, {.alpha = 0.30000004F}}); }, {x}},
      {"make_cast", [] { return make_cast(DType::int32); }, {x}},
      {"make_color", [] { return make_color(ColorConversion::rgb_to_hsv); }, {x}},
      {"make_color", [] { return make_color(ColorConversion::hsv_to_rgb); }, {x}},
      {"make_concat", [] { return make_concat(3); }, {x, y}},
      {"make_depth_to_space",
       [] { return make_depth_to_space(2, DataFormat::channels_last); },
       {deep}},
      {"make_depth_to_space",
       [] { return make_depth_to_space(2, DataFormat::channels_first); },
       {deep}},
      {"make_space_to_depth",
       [] { return make_space_to_depth(2, DataFormat::channels_last); },
       {deep}},
      {"make_fused",
       [] {
         return make_fused({{make_unary(kRelu), {0}}, {make_binary(BinaryFunction::add), {1, 0}}});
       },
       {x, y}},
      {"make_gather", [] { return make_gather(1); }, {x, arange(5, DType::int32)}},
      {"make_shape_of", [] { return make_shape_of(); }, {x}},
      {"make_normalize", [] { return make_normalize({.axes = {1, 2}, .param_axes = {}}); }, {x}},
      {"make_pad", [] { return make_pad({{0, 0}, {1, 2}, {0, 0}, {2, 1}}); }, {x}},
      {"make_pad",
       [] { return make_pad({{0, 0}, {1, 2}, {0, 0}, {2, 1}}, PadMode::reflect); },
       {x}},
      {"make_pad",
       [] { return make_pad({{0, 0}, {1, 2}, {0, 0}, {2, 1}}, PadMode::constant, -0.0); },
       {x}},
      {"make_reduce", [] { return make_reduce(Reduction::sum, {1}); }, {x}},
      {"make_reduce", [] { return make_reduce(Reduction::max, {1}, true); }, {x}},
      {"make_arg_extreme", [] { return make_arg_extreme({.axis = 1}); }, {x}},
      {"make_conv", [] { return make_conv({.move = {.same = true}}); }, {x, kernel}},
      {"make_conv",
       [] { return make_conv({.move = {.same = true}, .activation = kRelu}); },
       {x, kernel}},
      {"make_conv_transpose", [] { return make_conv_transpose({}); }, {x, kernel}},
      {"make_matmul", [] { return make_matmul(); }, {x, noise({3, 5}, 9)}},
      {"make_matmul", [] { return make_matmul({.transpose_b = true}); }, {x, noise({5, 3}, 9)}},
      {"make_einsum", [] { return make_einsum("abcd,de->abce"); }, {x, noise({3, 5}, 9)}},
      {"make_low_resolution_conv",
       [] {
         const LinearAxis rows = chain(repeated(6, 2), zero_padded(12, 1, 1));
         const LinearAxis columns = chain(repeated(4, 2), zero_padded(8, 1, 1));
         return make_low_resolution_conv({.axes = {rows, columns}});
       },
       {x, kernel, noise({kernel.shape().at(-1)}, 6)},
       true},
      {"make_low_resolution_conv",
       [] {
         return make_low_resolution_conv(
             {.axes = {repeated(6, 3), repeated(4, 3)}, .strides = {2, 1, 1}});
       },
       {x, kernel, noise({kernel.shape().at(-1)}, 6)},
       true},
      {"make_pool", [] { return make_pool({.window = {2, 2, 1}}); }, {x}},
      {"make_pool",
       [] { return make_pool({.pool = PoolKind::average, .window = {2, 2, 1}}); },
       {x}},
      {"make_adaptive_pool", [] { return make_adaptive_pool({.size = {2, 3, 1}}); }, {x}},
      {"make_global_pool", [] { return make_global_pool({}); }, {x}},
      {"make_global_pool", [] { return make_global_pool({.keepdims = true}); }, {x}},
      {"make_up_sampling", [] { return make_up_sampling({}); }, {x}},
      {"make_up_sampling",
       [] { return make_up_sampling({.interpolation = keras::Interpolation::bilinear}); },
       {x}},
      {"make_cumsum", [] { return make_cumsum({.axis = 1}); }, {x}},
      {"make_cumprod", [] { return make_cumprod({.axis = 1}); }, {x}},
      {"make_sort", [] { return make_sort({.axis = 1}); }, {x}},
      {"make_sort", [] { return make_sort({.descending = true, .most = 2}); }, {x}},
      {"make_take_along",
       [] { return make_take_along(1); },
       {x, arange(24, DType::int64).reshape({1, 2, 4, 3})}},
      {"make_recurrent",
       [] { return make_recurrent({.return_sequences = true}); },
       {noise({2, 5, 3}, 7), noise({3, 3}, 8)}},
      {"make_recurrent",
       [] { return make_recurrent({.cell = RecurrentCell::lstm, .mask = true}); },
       {noise({2, 5, 12}, 7), noise({3, 12}, 8), mask_of({2, 5})}},
      {"make_recurrent",
       [] {
         return make_recurrent({.cell = RecurrentCell::gru, .bias = true, .initial_states = true});
       },
       {noise({2, 5, 9}, 7), noise({3, 9}, 8), noise({9}, 9), noise({2, 3}, 10)}},
      {"make_tile", [] { return make_tile({1, 1, 2, 2}); }, {x}},
      {"make_repeat", [] { return make_repeat(3, 2); }, {x}},
      {"make_repeat", [] { return make_repeat(1, 2); }, {x}},
      {"make_broadcast_to", [] { return make_broadcast_to({2, 6, 4, 3}); }, {one}},
      {"make_backend_resize",
       [] {
         return make_backend_resize(
             {.size = {2, 3}, .multiplies = true, .interpolation = keras::Interpolation::bicubic});
       },
       {x}},
      {"make_resizing", [] { return make_resizing({.height = 3, .width = 9}); }, {x}},
      {"make_tf_resize", [] { return make_tf_resize({.size = {9, 5}}); }, {x}},
      {"make_tf_resize",
       [] { return make_tf_resize({.size = {9, 5}, .method = tf::image::ResizeMethod::bicubic}); },
       {x}},
      {"make_reshape", [] { return make_reshape({Extent::of(2), Extent::rest()}); }, {x}},
      {"make_expand_dims", [] { return make_expand_dims(1, 4); }, {x}},
      {"make_squeeze", [] { return make_squeeze({0}, {1, 4, 4, 8}); }, {deep}},
      {"make_select", [] { return make_select(); }, {mask_of({2, 6, 4, 3}), x, y}},
      {"make_slice", [] { return make_slice({{1, 1, 5, 2}, {3, 0, 2, 1}}); }, {x}},
      {"make_flip", [] { return make_flip({3}); }, {x}},
      {"make_crop", [] { return make_crop(1, {{1, 2}, {1, 0}}); }, {x}},
      {"make_split", [] { return make_split(1, 3); }, {x}},
      {"make_split_at", [] { return make_split_at(1, {2, 4}); }, {x}},
      {"make_unstack", [] { return make_unstack(0, 2); }, {x}},
      {"make_stack", [] { return make_stack(1); }, {x, y}},
      {"make_by_rows",
       [] {
         return make_by_rows(
             {make_up_sampling(
                  {2, {2, 3}, DataFormat::channels_last, keras::Interpolation::bilinear}),
              {{make_softmax({-1}), {0}}}});
       },
       {noise({2, 3, 4, 5}, 7)}},
      {"make_softmax", [] { return make_softmax({-1}); }, {x}},
      {"make_softmax", [] { return make_softmax({-1}, SoftmaxKind::log_softmax); }, {x}},
      {"make_winograd_conv",
       [] { return make_winograd_conv({.low = {1, 1}, .high = {1, 1}}); },
       {noise({1, 5, 6, 16}, 7), noise({3, 3, 16, 32}, 8), noise({32}, 9)},
       true},
      {"make_winograd_conv",
       [] { return make_winograd_conv({.tile = 4, .activation = kRelu}); },
       {noise({1, 9, 8, 16}, 7), noise({3, 3, 16, 32}, 8)},
       true},
      {"make_winograd_conv",
       [] { return make_winograd_conv({.tile = 3, .stride = 2, .low = {1, 1}, .high = {1, 2}}); },
       {noise({1, 5, 6, 16}, 7), noise({4, 3, 16, 32}, 8)},
       true},
      {"make_winograd_conv",
       [] {
         return make_winograd_conv(
             {.tile = 3, .stride = 2, .transposed = true, .low = {1, 1}, .high = {1, 1}});
       },
       {noise({1, 5, 6, 16}, 7), noise({4, 4, 32, 16}, 8), noise({32}, 9)},
       true},
      {"make_winograd_conv",
       [] { return make_winograd_conv({.tile = 4, .low = {1, 1}, .high = {1, 1}, .block = 2}); },
       {noise({1, 5, 6, 16}, 7), noise({3, 3, 16, 12}, 8), noise({12}, 9)},
       true},
      {"make_transpose", [] { return make_transpose({0, 2, 1, 3}); }, {x}},
      {"make_to_channels_first", [] { return make_to_channels_first(4); }, {x}},
      {"make_to_channels_last", [] { return make_to_channels_last(4); }, {x}},
  };
  return kRows;
}

TEST(EveryOp, IsInThisList) {
  std::set<std::string> declared, listed;
  const std::regex form(R"(^OpPtr (make_\w+)\()");
  for (const auto& entry :
       std::filesystem::directory_iterator(HALFPIXEL_SOURCE_DIR "/src/graph/ops")) {
    if (entry.path().extension() != ".hpp") continue;
    std::ifstream in(entry.path());
    std::smatch match;
    for (std::string line; std::getline(in, line);) {
      if (std::regex_search(line, match, form)) declared.insert(match[1]);
    }
  }
  for (const Row& row : rows()) listed.insert(row.maker);
  EXPECT_EQ(listed, declared);
}

TEST(EveryOp, EqualsWhatIsMadeAlikeAndNothingElse) {
  for (std::size_t i = 0; i < rows().size(); ++i) {
    const OpPtr op = rows()[i].make();
    EXPECT_TRUE(op->equals(*op)) << rows()[i].maker;
    EXPECT_TRUE(op->equals(*rows()[i].make())) << rows()[i].maker << ' ' << op->attributes();
    for (std::size_t j = 0; j < rows().size(); ++j) {
      EXPECT_EQ(op->equals(*rows()[j].make()), i == j) << i << ' ' << j;
    }
  }
}

TEST(EveryOp, SaysHowManyMultiplyAddsItComputesWhenItIsASumOfProducts) {
  for (const Row& row : rows()) {
    const OpPtr op = row.make();
    const Graph graph =
        record(row.inputs, [&](Builder& b, const Ids& in) { return row.add(b, op, in); });
    const bool counts = op->product() != nullptr || op->kind() == "einsum" ||
                        row.maker == "make_recurrent" || row.maker == "make_low_resolution_conv";
    EXPECT_EQ(multiply_adds(graph) > 0, counts) << row.maker << ' ' << op->attributes();
  }
}

// Computed where it belongs in a concatenation, between neighbours that are there before it, an
// output has the bits that it has alone, and the neighbours keep theirs.
TEST(EveryOp, IsWrittenIntoAConcatenationAsItIsAlone) {
  for (const Row& row : rows()) {
    const OpPtr op = row.make();
    const auto body = [&](Builder& b, const Ids& in) { return Ids{row.add(b, op, in)[0]}; };
    const Tensor alone = run(record(row.inputs, body), row.inputs)[0];
    if (alone.rank() == 0) continue;
    Shape beside = alone.shape();
    beside[beside.rank() - 1] = 2;
    std::vector<Tensor> inputs = row.inputs;
    for (const std::int64_t seed : {11, 12})
      inputs.push_back(noise(beside, seed).astype(alone.dtype()));
    const std::size_t count = row.inputs.size();
    const auto joined = [&](Builder& b, const Ids& in) {
      const OpPtr copy = make_slice({});  // a part of its own that may have gaps
      const Ids own(in.begin(), in.begin() + static_cast<std::ptrdiff_t>(count));
      const ValueId left = b.add1(copy, {in[count]}), right = b.add1(copy, {in[count + 1]});
      return Ids{b.add1(make_concat(-1), {left, row.add(b, op, own)[0], right})};
    };
    const auto apart = [&](Builder& b, const Ids& in) {
      return Ids{b.add1(make_concat(-1), {in[0], in[1], in[2]})};
    };
    const std::vector<Tensor> parts = {inputs[count], alone, inputs[count + 1]};
    EXPECT_TRUE(
        same_bits(run(record(inputs, joined), inputs)[0], run(record(parts, apart), parts)[0]))
        << row.maker << ' ' << op->attributes();
  }
}

}  // namespace
}  // namespace halfpixel::graph
