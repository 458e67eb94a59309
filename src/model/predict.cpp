// Model::predict: a model on batches, which are rows of the caller's inputs and of the results.
#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/model.hpp>

#include "core/checked.hpp"
#include "model/execute.hpp"
#include "model/model_impl.hpp"

namespace halfpixel::keras {
namespace {

// Rows [begin, end) of the first axis, where they are.
template <class View>
View rows(const View& x, std::int64_t begin, std::int64_t end) {
  Shape shape = x.shape();
  shape[0] = end - begin;
  std::array<std::int64_t, kMaxRank> strides{};
  for (int i = 0; i < shape.rank(); ++i) strides[static_cast<std::size_t>(i)] = x.stride(i);
  auto* first = static_cast<char*>(const_cast<void*>(static_cast<const void*>(x.data())));
  if (x.size() > 0) first += begin * x.stride(0) * static_cast<std::int64_t>(size_of(x.dtype()));
  return View(static_cast<void*>(first), x.dtype(), shape, std::span(strides.data(), shape.size()));
}

// Whole batches, and what is left over.
class Batches {
 public:
  Batches(LayerImpl& model, std::span<const ConstTensorView> inputs, std::int64_t samples,
          std::int64_t batch_size)
      : samples_(samples), batch_size_(batch_size) {
    const auto compiled = [&](std::int64_t count) {
      std::vector<Spec> specs;
      for (const ConstTensorView& x : inputs) {
        specs.push_back({x.shape(), x.dtype()});
        specs.back().shape[0] = count;
      }
      return CompiledCall(model, specs);
    };
    full_.emplace(compiled(batch_size));
    if (samples % batch_size != 0) rest_.emplace(compiled(samples % batch_size));
  }

  // Room for what all batches give, one after the other along the first axis.
  std::vector<Tensor> results(std::string_view who) const {
    std::vector<Tensor> whole;
    for (std::size_t i = 0; i < full_->outputs().size(); ++i) {
      Spec spec = full_->outputs()[i];
      const Shape each = spec.shape;
      Shape last = rest_ ? rest_->outputs()[i].shape : each;
      if (each.rank() > 0) {
        spec.shape[0] = each[0] * (samples_ / batch_size_) + (rest_ ? last[0] : 0);
        last[0] = each[0];
      }
      if (each.rank() == 0 || last != each) {
        fail(ErrorCode::invalid_argument, "[", who, "] output ", i,
             " must be as large for every sample, or samples need one batch; got ", each.str());
      }
      whole.emplace_back(spec.shape, spec.dtype);
    }
    return whole;
  }

  void run(std::span<const ConstTensorView> inputs, std::span<Tensor> results,
           const PredictOptions& options) const {
    std::vector<std::int64_t> written(results.size(), 0);
    for (std::int64_t begin = 0; begin < samples_; begin += batch_size_) {
      const std::int64_t end = std::min(samples_, begin + batch_size_);
      const CompiledCall& call = end - begin == batch_size_ ? *full_ : *rest_;
      std::vector<ConstTensorView> in;
      for (const ConstTensorView& x : inputs) in.push_back(rows(x, begin, end));
      std::vector<TensorView> out;
      for (std::size_t i = 0; i < results.size(); ++i) {
        const std::int64_t count = call.outputs()[i].shape[0];
        out.push_back(rows(results[i].view(), written[i], written[i] + count));
        written[i] += count;
      }
      call.run(in, out);
      if (options.progress) options.progress(end, samples_);
    }
  }

 private:
  std::int64_t samples_, batch_size_;
  std::optional<CompiledCall> full_, rest_;
};

std::vector<Tensor> predict_views(LayerImpl& model, std::span<const ConstTensorView> inputs,
                                  const PredictOptions& options) {
  if (options.batch_size < 1) {
    fail(ErrorCode::invalid_argument, "[", model.name(), "] batch_size must be positive; got ",
         options.batch_size);
  }
  const std::int64_t samples =
      inputs.empty() || inputs[0].shape().rank() == 0 ? 0 : inputs[0].shape()[0];
  for (const ConstTensorView& input : inputs) {
    if (input.shape().rank() == 0 || input.shape()[0] != samples) {
      fail(ErrorCode::invalid_argument, "[", model.name(),
           "] all inputs must hold the same number of samples; got shapes ",
           inputs[0].shape().str(), " and ", input.shape().str());
    }
  }
  if (samples <= options.batch_size) {
    std::vector<Tensor> results = execute(model, inputs);
    if (options.progress) options.progress(samples, samples);
    return results;
  }
  const Batches batches(model, inputs, samples, options.batch_size);
  std::vector<Tensor> results = batches.results(model.name());
  batches.run(inputs, results, options);
  return results;
}

}  // namespace

Tensor Model::predict(const ConstTensorView& x, const PredictOptions& options) const {
  std::vector<Tensor> results = predict_views(impl_of(*this), std::span(&x, 1), options);
  if (results.size() != 1) {
    fail(ErrorCode::invalid_argument, "[", name(), "] one output was expected; got ",
         results.size());
  }
  return std::move(results[0]);
}

std::vector<Tensor> Model::predict(const std::vector<Tensor>& inputs,
                                   const PredictOptions& options) const {
  return predict_views(impl_of(*this), std::vector<ConstTensorView>(inputs.begin(), inputs.end()),
                       options);
}

}  // namespace halfpixel::keras
