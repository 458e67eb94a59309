// The one exception of the library.
#pragma once

#include <stdexcept>
#include <string>

#include <halfpixel/export.hpp>

namespace halfpixel {

enum class ErrorCode {
  invalid_argument,  // an option, a shape or a size that cannot be; the message names it and its
                     // value
  unsupported,       // meaningful, but not offered for this dtype, method or build
  malformed_file,    // bytes that do not follow their format
  io,                // the file system said no
  out_of_memory,     // the result would not fit
  internal,          // a defect of this library
};

// Thrown while making things (layers, plans, tensors, models) and at the door of a run, never after
// the first byte of a result was written. Message form: "[who] what was wrong; got VALUE".
class HALFPIXEL_EXPORT Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  ErrorCode code() const noexcept { return code_; }

 private:
  ErrorCode code_;
};

}  // namespace halfpixel
