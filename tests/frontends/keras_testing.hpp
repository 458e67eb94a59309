// Helpers of the Keras tests.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include <halfpixel/error.hpp>
#include <halfpixel/keras/config.hpp>
#include <halfpixel/tensor.hpp>

#include "core/equal.hpp"
#include "frontends/keras_settings.hpp"

namespace halfpixel::testing {

// The message of the Error that `act` throws; "no error" when it throws none.
template <class Act>
std::string error_of(Act act) {
  try {
    act();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

template <class T>
std::vector<T> values(const Tensor& tensor) {
  return {tensor.span<T>().begin(), tensor.span<T>().end()};
}

using halfpixel::same_bits;

// The axes of a tensor in another order, as numpy.transpose; a contiguous copy.
inline Tensor transpose(const Tensor& x, const std::vector<int>& order) {
  std::vector<std::int64_t> strides(order.size(), 1);
  for (int axis = x.rank() - 2; axis >= 0; --axis) {
    strides[static_cast<std::size_t>(axis)] =
        strides[static_cast<std::size_t>(axis + 1)] * x.shape()[axis + 1];
  }
  Shape shape;
  std::vector<std::int64_t> moved;
  for (const int axis : order) {
    shape.push_back(x.shape()[axis]);
    moved.push_back(strides[static_cast<std::size_t>(axis)]);
  }
  return Tensor(ConstTensorView(x.data(), x.dtype(), shape, std::span<const std::int64_t>(moved)));
}

// A fresh directory as KERAS_HOME; everything is put back at the end.
class KerasHome {
 public:
  KerasHome() {
    if (const char* before = getenv("KERAS_HOME")) before_ = before;
    std::string name = (std::filesystem::temp_directory_path() / "halfpixel-keras-XXXXXX").string();
    directory_ = mkdtemp(name.data());
    setenv("KERAS_HOME", directory_.c_str(), 1);
    keras::forget_settings();
    keras::utils::clear_session();
  }
  ~KerasHome() {
    if (before_) {
      setenv("KERAS_HOME", before_->c_str(), 1);
    } else {
      unsetenv("KERAS_HOME");
    }
    keras::forget_settings();
    std::filesystem::remove_all(directory_);
  }
  KerasHome(const KerasHome&) = delete;
  KerasHome& operator=(const KerasHome&) = delete;

  const std::filesystem::path& directory() const { return directory_; }
  std::filesystem::path file() const { return directory_ / "keras.json"; }
  void write(std::string_view text) const {
    std::ofstream(file(), std::ios::binary) << text;
    keras::forget_settings();
  }

 private:
  std::filesystem::path directory_;
  std::optional<std::string> before_;
};

}  // namespace halfpixel::testing
