// Which plans filter columns by windows, and their tables.
#pragma once

#include <memory>

#include "kernels/window_table.hpp"
#include "resample/axis_table.hpp"

namespace halfpixel::resample {

// The window table of a lerp or taps table for dense pixels of `channels` floats and vectors of
// `lanes`, or null where other kernels are faster: many channels, short rows, steep shrinking.
std::unique_ptr<const kernels::WindowTable> windows_of(const AxisTable& table,
                                                       std::int64_t channels, std::int64_t lanes);

// The windows of both sources of a pair table, for numbers of four bytes.
std::unique_ptr<const kernels::WindowTable> pair_windows_of(const AxisTable& table,
                                                            std::int64_t channels,
                                                            std::int64_t lanes);

// The windows of each term of ordered sums of floats: a pair table, or one of two or four taps,
// whose sums that lie at an edge or have fewer terms have no window.
std::unique_ptr<const kernels::WindowTable> term_windows_of(const AxisTable& table,
                                                            std::int64_t channels,
                                                            std::int64_t lanes);

// The same for a copy table and pixels of so many bytes.
std::unique_ptr<const kernels::WindowTable> copy_windows_of(const AxisTable& table,
                                                            std::int64_t pixel_bytes,
                                                            std::int64_t lanes);

}  // namespace halfpixel::resample
