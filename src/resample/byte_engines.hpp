// Engines for sums of bytes whose numbers are small: the same bits as those of the engines for any
// numbers, which do what these do not take.
#pragma once

#include <cstdint>

#include "resample/run.hpp"

namespace halfpixel::resample {

inline constexpr std::int64_t kMostByteChannels = 4;

// The engine of bytes for a spec, or null.
Engine byte_engine(const PlanSpec& spec);

// Linear sums with weights of 11 bits, and of 8 bits and rounded once.
bool is_byte_lerp(const PlanSpec& spec);
bool is_byte_exact(const PlanSpec& spec);
void run_byte_lerp(const Run&, const char* src, char* dst, std::int64_t begin,
                   std::int64_t end) noexcept;
std::int64_t scratch_of_byte_lerp() noexcept;

// Means of cells of whole pixels.
bool is_byte_cells(const PlanSpec& spec);
void run_byte_cells(const Run&, const char* src, char* dst, std::int64_t begin,
                    std::int64_t end) noexcept;
std::int64_t scratch_of_byte_cells() noexcept;

// Weighted means of runs of pixels that lie inside of the image, of 3 or 4 channels.
bool is_byte_shares(const PlanSpec& spec);
void run_byte_shares(const Run&, const char* src, char* dst, std::int64_t begin,
                     std::int64_t end) noexcept;
std::int64_t scratch_of_byte_shares() noexcept;

// Sums in fixed point with 8-bit results of each pass.
bool is_byte_fixed(const PlanSpec& spec);
// The weights, for `narrow` if all have 16 bits.
void pack_byte_fixed(PlanSpec& spec, const kernels::FixedKernels& kernels,
                     const kernels::FixedKernels& narrow);
void run_byte_fixed(const Run&, const char* src, char* dst, std::int64_t begin,
                    std::int64_t end) noexcept;
std::int64_t scratch_of_byte_fixed() noexcept;

}  // namespace halfpixel::resample
