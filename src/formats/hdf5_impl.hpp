// What hdf5_file.cpp, hdf5_text.cpp and hdf5_dataset.cpp share.
#pragma once

#include <string>

#include "formats/hdf5_file.hpp"
#include "formats/hdf5_guard.hpp"
#include "formats/hdf5_handle.hpp"

namespace halfpixel::formats {

struct Hdf5File::Impl {
  Bytes image;  // the file, when it is in memory
  ByteLimit limit;
  std::unique_ptr<Hdf5Guard> guard;
  Hdf5Handle file;

  // A group or dataset; no handle when there is nothing of that name. Call with a session.
  Hdf5Handle open(std::string_view object) const;
  Hdf5Handle open_dataset(std::string_view dataset) const;  // throws Error when there is none
};

}  // namespace halfpixel::formats
