// Where and of what a measurement was made: figures mean nothing without it.
#pragma once

#include <span>
#include <string>

#include <halfpixel/keras/layer.hpp>

namespace halfpixel::bench {

// {"cpu", "cores", "target", "l2", "l3", "limits": {"1": …}}; the limits are measured if they are
// not known yet.
keras::Config machine_config(std::span<const int> threads);
std::string commit();    // of the source tree when this was built; "" when it was no git repository
std::string compiler();  // "g++ 12.2.0"

}  // namespace halfpixel::bench
