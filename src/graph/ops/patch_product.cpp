#include "graph/ops/patch_product.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "graph/ops/matrix_product.hpp"
#include "graph/ops/parallel.hpp"

namespace halfpixel::graph {
namespace {

constexpr std::int64_t kMostRows = 48, kLeastRows = 12;  // positions at a time
constexpr std::int64_t kNear = 32768;                    // floats of patches that stay near

}  // namespace

PatchProduct::PatchProduct(const PatchForm& form, const float* kernel)
    : form_(form),
      gather_(&PatchProduct::gather<0>),
      panel_(kernels_->lanes * kernels::kPanelVectors),
      inputs_(form.channels / form.groups),
      per_group_(form.filters / form.groups) {
  switch (inputs_) {
    case 1:
      gather_ = &PatchProduct::gather<1>;
      break;
    case 2:
      gather_ = &PatchProduct::gather<2>;
      break;
    case 3:
      gather_ = &PatchProduct::gather<3>;
      break;
    case 4:
      gather_ = &PatchProduct::gather<4>;
      break;
    case 8:
      gather_ = &PatchProduct::gather<8>;
      break;
  }
  std::array<std::vector<PhaseAxis>, 3> axes;
  for (std::size_t i = 0; i < axes.size(); ++i) axes[i] = phases_of(form.axes[i]);
  double multiply_adds = 0;
  for (const PhaseAxis& a : axes[0]) {
    for (const PhaseAxis& b : axes[1]) {
      for (const PhaseAxis& c : axes[2]) {
        Phase phase{.axes = {a, b, c}};
        phase.positions = form.batch;
        phase.depth = inputs_;
        for (const PhaseAxis& axis : phase.axes) {
          phase.positions *= axis.count;
          phase.depth *= std::ssize(axis.taps);
        }
        if (phase.positions == 0) continue;
        phase.packed = packed_floats_;
        phase.rows = std::clamp(kNear / std::max<std::int64_t>(phase.depth * form.groups, 1),
                                kLeastRows, kMostRows);
        phase.items = (phase.positions + phase.rows - 1) / phase.rows;
        packed_floats_ += phase.depth * form.groups * panels() * panel_;
        patch_floats_ = std::max(patch_floats_, phase.rows * phase.depth * form.groups);
        items_ += phase.items;
        multiply_adds += static_cast<double>(phase.positions) * static_cast<double>(phase.depth) *
                         static_cast<double>(form.filters);
        phases_.push_back(std::move(phase));
      }
    }
  }
  threads_ = threads_for(multiply_adds);
  if (kernel == nullptr) return;
  packed_ = Tensor({packed_floats_}, DType::float32);
  pack_all(kernel, packed_.data<float>());
}

std::size_t PatchProduct::scratch_bytes() const {
  const std::int64_t own = threads_ * thread_floats();
  return static_cast<std::size_t>(own + (packed_.size() > 0 ? 0 : packed_floats_)) * sizeof(float);
}

std::int64_t PatchProduct::thread_floats() const noexcept {
  return patch_floats_ + kMostRows * panel_;
}

// Transposed, position o takes the taps of its residue: stride i = o + low - dilation t.
std::vector<PatchProduct::PhaseAxis> PatchProduct::phases_of(const PatchAxis& axis) const {
  const std::int64_t count = form_.transposed ? axis.stride : 1;
  std::vector<PhaseAxis> phases;
  for (std::int64_t first = 0; first < std::min(count, axis.dst); ++first) {
    PhaseAxis phase{.first = first, .step = count, .count = (axis.dst - first + count - 1) / count};
    for (std::int64_t tap = 0; tap < axis.window; ++tap) {
      if ((first + axis.low - axis.dilation * tap) % count == 0) phase.taps.push_back(tap);
    }
    phases.push_back(std::move(phase));
  }
  return phases;
}

// -1: outside of x.
std::int64_t PatchProduct::source(int axis, std::int64_t position,
                                  std::int64_t tap) const noexcept {
  const PatchAxis& a = form_.axes[static_cast<std::size_t>(axis)];
  const std::int64_t i = form_.transposed ? position + a.low - a.dilation * tap
                                          : position * a.stride + a.dilation * tap - a.low;
  if (i < 0) return -1;
  const std::int64_t element = form_.transposed ? i / a.stride : i;
  return element < a.src ? element : -1;
}

PatchProduct::Walk::Walk(const Phase& phase, std::int64_t index) : axes_(phase.axes) {
  for (std::size_t i = 3; i > 0; --i) {
    index_[i] = index % axes_[i - 1].count;
    index /= axes_[i - 1].count;
  }
  index_[0] = index;
}

std::int64_t PatchProduct::panels() const noexcept {
  return (per_group_ + panel_ - 1) / panel_;
}

std::int64_t PatchProduct::panel_columns(std::int64_t panel) const noexcept {
  return std::min(panel_, per_group_ - panel * panel_);
}

std::int64_t PatchProduct::panel_width(std::int64_t panel) const noexcept {
  return panel_columns(panel) <= kernels_->lanes ? kernels_->lanes : panel_;
}

void PatchProduct::pack(const Phase& phase, std::int64_t group, std::int64_t panel,
                        const float* kernel, float* to) const noexcept {
  const std::int64_t columns = panel_columns(panel);
  const std::int64_t width = panel_width(panel);
  const std::int64_t first = group * per_group_ + panel * panel_;
  const std::int64_t column_step = form_.transposed ? form_.channels : 1;
  const std::int64_t row_step = form_.transposed ? 1 : form_.filters;
  for (const std::int64_t t0 : phase.axes[0].taps) {
    for (const std::int64_t t1 : phase.axes[1].taps) {
      for (const std::int64_t t2 : phase.axes[2].taps) {
        const std::int64_t tap = (t0 * form_.axes[1].window + t1) * form_.axes[2].window + t2;
        const float* const matrix = kernel + tap * inputs_ * form_.filters + first * column_step;
        for (std::int64_t c = 0; c < inputs_; ++c, to += width) {
          for (std::int64_t f = 0; f < columns; ++f) to[f] = matrix[c * row_step + f * column_step];
          std::fill(to + columns, to + width, 0.0F);
        }
      }
    }
  }
}

void PatchProduct::pack_all(const float* kernel, float* to) const noexcept {
  for (const Phase& phase : phases_) {
    const std::int64_t count = form_.groups * panels(), floats = phase.depth * panel_;
    parallel_blocks(count, count * floats, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t i = begin; i < end; ++i)
        pack(phase, i / panels(), i % panels(), kernel, to + phase.packed + i * floats);
    });
  }
}

// Patch r of group g at to + (g * rows.count + r) * depth.
template <std::int64_t Inputs>
void PatchProduct::gather(const Phase& phase, Rows rows, const float* x, float* to) const noexcept {
  const auto& [axis0, axis1, axis2] = form_.axes;
  const std::int64_t inputs = Inputs > 0 ? Inputs : inputs_;
  const std::int64_t group_step = rows.count * phase.depth, groups = form_.groups;
  const auto put = [&](const float* pixel, float* at) {
    for (std::int64_t g = 0; g < groups; ++g, at += group_step) {
      if (pixel == nullptr) {
        std::fill_n(at, inputs, 0.0F);
      } else {
        std::memcpy(at, pixel + g * inputs, static_cast<std::size_t>(inputs) * sizeof(float));
      }
    }
  };
  // Neighbours in x are neighbours in the patch.
  const bool dense = groups == 1 && !form_.transposed && axis2.dilation == 1;
  Walk walk(phase, rows.first);
  for (std::int64_t r = 0; r < rows.count; ++r, walk.next()) {
    const std::int64_t left = walk.at(2) * axis2.stride - axis2.low;
    const bool inside = dense && left >= 0 && left + axis2.window <= axis2.src;
    float* at = to + r * phase.depth;
    for (const std::int64_t t0 : phase.axes[0].taps) {
      const std::int64_t i0 = source(0, walk.at(0), t0);
      for (const std::int64_t t1 : phase.axes[1].taps) {
        const std::int64_t i1 = source(1, walk.at(1), t1);
        const std::int64_t line = ((walk.image() * axis0.src + i0) * axis1.src + i1) * axis2.src;
        const float* const pixels = i0 < 0 || i1 < 0 ? nullptr : x + line * form_.channels;
        if (inside && pixels != nullptr) {
          const std::int64_t count = axis2.window * inputs;
          std::memcpy(at, pixels + left * inputs, static_cast<std::size_t>(count) * sizeof(float));
          at += count;
          continue;
        }
        for (const std::int64_t t2 : phase.axes[2].taps) {
          const std::int64_t i2 = source(2, walk.at(2), t2);
          put(pixels == nullptr || i2 < 0 ? nullptr : pixels + i2 * form_.channels, at);
          at += inputs;
        }
      }
    }
  }
}

void PatchProduct::multiply(const Phase& phase, std::int64_t group, Rows rows, const float* patches,
                            const float* packed, const float* bias, float* y,
                            float* sums) const noexcept {
  // With one phase, positions follow each other in y too.
  const bool in_line = phases_.size() == 1;
  y += group * per_group_ + (in_line ? rows.first * form_.filters : 0);
  if (bias != nullptr) bias += group * per_group_;
  for (std::int64_t panel = 0; panel < panels(); ++panel, packed += phase.depth * panel_) {
    const std::int64_t columns = panel_columns(panel);
    const std::int64_t width = panel_width(panel);
    float* const to = y + panel * panel_;
    const bool direct = in_line && columns == width && phase.depth > 0;
    const kernels::ProductsJob job = {.a = patches,
                                      .b = packed,
                                      .c = direct ? to : sums,
                                      .a_step = phase.depth,
                                      .b_step = width,
                                      .c_step = direct ? form_.filters : width,
                                      .rows = rows.count,
                                      .depth = phase.depth};
    if (phase.depth == 0) {
      std::fill_n(sums, rows.count * width, 0.0F);
    } else if (width < panel_) {
      kernels_->products_narrow(job);
    } else {
      kernels_->products(job);
    }
    if (direct && bias == nullptr) continue;
    Walk walk(phase, rows.first);
    for (std::int64_t r = 0; r < rows.count; ++r) {
      float* const row = to + (in_line ? r : target(walk)) * form_.filters;
      if (!in_line) walk.next();
      if (!direct) std::copy_n(sums + r * width, columns, row);
      if (bias == nullptr) continue;
      for (std::int64_t f = 0; f < columns; ++f) row[f] += bias[panel * panel_ + f];
    }
  }
}

// Its pixel of y.
std::int64_t PatchProduct::target(const Walk& walk) const noexcept {
  const std::int64_t line =
      (walk.image() * form_.axes[0].dst + walk.at(0)) * form_.axes[1].dst + walk.at(1);
  return line * form_.axes[2].dst + walk.at(2);
}

void PatchProduct::run(const float* x, const float* kernel, const float* bias, float* y,
                       float* scratch) const noexcept {
  const float* packed = packed_.data<float>();
  if (packed_.size() == 0) {
    float* const all = scratch + threads_ * thread_floats();
    pack_all(kernel, all);
    packed = all;
  }
  parallel_items(items_, threads_, [&](std::int64_t item, std::int64_t thread) {
    float* const patches = scratch + thread * thread_floats();
    std::size_t p = 0;
    for (; item >= phases_[p].items; ++p) item -= phases_[p].items;
    const Phase& phase = phases_[p];
    const std::int64_t first = item * phase.rows;
    const Rows rows{first, std::min(phase.rows, phase.positions - first)};
    (this->*gather_)(phase, rows, x, patches);
    for (std::int64_t g = 0; g < form_.groups; ++g) {
      multiply(phase, g, rows, patches + g * rows.count * phase.depth,
               packed + phase.packed + g * panels() * phase.depth * panel_, bias, y,
               patches + patch_floats_);
    }
  });
}

void add_patch_product(DnnlKernel& kernel, const PatchForm& form, const PrepareArgs& args,
                       const DnnlKernel::Place& x, const Unary& activation) {
  // Constants are no inputs of a run.
  std::array<const float*, 3> constants{};
  for (std::size_t i = 1; i < args.inputs.size(); ++i) {
    if (args.constants[i] == nullptr) continue;
    constants[i] = args.constants[i]->data<float>();
    if (i == 2) kernel.keep(*args.constants[i]);
  }
  PatchProduct product(form, constants[1]);
  const DnnlKernel::Place own = kernel.take_scratch(product.scratch_bytes());
  const bool bias = args.inputs.size() > 2;
  kernel.set_implementation("patches");
  kernel.add([product = std::move(product), constants, bias, x, own](
                 const void* const* in, void* const* out, void* scratch) {
    const auto given = [&](std::size_t i) {
      return constants[i] != nullptr ? constants[i] : static_cast<const float*>(in[i]);
    };
    const auto floats = [&](const DnnlKernel::Place& place) {
      return static_cast<float*>(DnnlKernel::data(place, in, out, scratch));
    };
    product.run(floats(x), given(1), bias ? given(2) : nullptr, static_cast<float*>(out[0]),
                floats(own));
  });
  kernel.add_activation(activation, args.outputs[0].shape.num_elements() / form.filters,
                        form.filters, form.filters);
}

}  // namespace halfpixel::graph
