// What a program that is about to be stopped should do about its half-written files.
#pragma once

#include <halfpixel/export.hpp>

namespace halfpixel::io {

// Removes the temporary files of every write that has not finished. Async-signal-safe: meant for
// the handlers of SIGINT and SIGTERM, right before the program ends.
HALFPIXEL_EXPORT void remove_unfinished_files() noexcept;

}  // namespace halfpixel::io
