#include <halfpixel/files.hpp>

#include <memory>

#include "core/access.hpp"
#include "io/atomic_file.hpp"

namespace halfpixel::io {

struct PendingFile::Impl {
  explicit Impl(const Path& destination) : file(destination.str(), "write") {}
  AtomicFile file;
};

PendingFile::PendingFile(const Path& destination)
    : impl_(std::make_shared<Impl>(destination)), path_(impl_->file.temporary_path()) {}
PendingFile::~PendingFile() = default;
PendingFile::PendingFile(PendingFile&&) noexcept = default;
PendingFile& PendingFile::operator=(PendingFile&&) noexcept = default;
void PendingFile::commit() {
  impl_->file.commit();
}

}  // namespace halfpixel::io
