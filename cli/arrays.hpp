// .npz files among IN and OUT: several arrays in one.
#pragma once

#include <functional>

#include "in_out.hpp"

namespace halfpixel::cli {

// Does `work` once for each array of IN when that is an .npz, or for the one that options.array
// names, and once otherwise. The results go to one OUT. Throws Error when it holds no .npz's worth.
void for_arrays(const Paths& paths, const PictureOptions& options,
                const std::function<void(const Paths&, const PictureOptions&)>& work);

}  // namespace halfpixel::cli
