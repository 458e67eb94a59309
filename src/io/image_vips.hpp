// libvips, started once and kept quiet, and its objects as values.
#pragma once

#include <memory>
#include <string>

#include <vips/vips.h>

#include <halfpixel/dtype.hpp>
#include <halfpixel/error.hpp>

#include "core/checked.hpp"

namespace halfpixel::io {

struct Unref {
  void operator()(void* object) const noexcept { g_object_unref(object); }
};
using ImagePtr = std::unique_ptr<VipsImage, Unref>;
using SourcePtr = std::unique_ptr<VipsSource, Unref>;
using TargetPtr = std::unique_ptr<VipsTarget, Unref>;
using RegionPtr = std::unique_ptr<VipsRegion, Unref>;

// Call before anything else of libvips, and only where it is needed: it takes a while. Throws Error
// when libvips does not start.
void start_vips();

// What libvips last complained of, in one line, and forgets it.
std::string take_vips_error();

// True when this libvips has the operation, for example "heifload_source".
bool has_vips_operation(const char* name);

// Throws Error for formats without a DType, naming the way out.
DType dtype_of(VipsBandFormat format, const std::string& where);
VipsBandFormat band_format_of(DType dtype);

// Runs one libvips operation of the form op(in, &out): `call` gets the address for the result.
template <class Call>
ImagePtr vips_step(const std::string& where, ErrorCode code, Call&& call) {
  VipsImage* out = nullptr;
  if (call(&out) != 0) fail(code, where, ": ", take_vips_error());
  return ImagePtr(out);
}

}  // namespace halfpixel::io
