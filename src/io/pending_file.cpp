#include <halfpixel/files.hpp>

#include "io/atomic_file.hpp"

namespace halfpixel::io {

struct PendingFile::Impl {
  AtomicFile file;
};

PendingFile::PendingFile(const std::filesystem::path& destination)
    : impl_(new Impl{AtomicFile(destination, "write")}), path_(impl_->file.temporary_path()) {}
PendingFile::~PendingFile() = default;
PendingFile::PendingFile(PendingFile&&) noexcept = default;
PendingFile& PendingFile::operator=(PendingFile&&) noexcept = default;
void PendingFile::commit() {
  impl_->file.commit();
}

}  // namespace halfpixel::io
