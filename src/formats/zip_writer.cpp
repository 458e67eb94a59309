#include "formats/zip_writer.hpp"
#include "core/checked.hpp"

#include <zip.h>

#include "formats/file_error.hpp"

namespace halfpixel::formats {
namespace {

struct FreeSource {
  void operator()(zip_source_t* source) const { zip_source_free(source); }
};
struct Discard {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};

[[noreturn]] void failed() {
  fail(ErrorCode::out_of_memory, "[save] the archive could not be made");
}

}  // namespace

Bytes make_zip(const std::vector<std::pair<std::string, std::string_view>>& members) {
  const std::unique_ptr<zip_source_t, FreeSource> target(
      zip_source_buffer_create(nullptr, 0, 0, nullptr));
  if (!target) failed();
  zip_source_keep(target.get());  // one reference is the archive's
  std::unique_ptr<zip_t, Discard> archive(
      zip_open_from_source(target.get(), ZIP_TRUNCATE, nullptr));
  if (!archive) {
    zip_source_free(target.get());
    failed();
  }
  for (const auto& [name, content] : members) {
    zip_source_t* source = zip_source_buffer(archive.get(), content.data(), content.size(), 0);
    const zip_int64_t index =
        source != nullptr ? zip_file_add(archive.get(), name.c_str(), source, ZIP_FL_ENC_UTF_8)
                          : -1;
    if (index < 0) {
      if (source != nullptr) zip_source_free(source);
      failed();
    }
    zip_set_file_compression(archive.get(), static_cast<zip_uint64_t>(index), ZIP_CM_STORE, 0);
  }
  if (zip_close(archive.get()) != 0) failed();
  (void)archive.release();  // closed
  zip_stat_t stat;
  zip_stat_init(&stat);
  if (zip_source_stat(target.get(), &stat) != 0 || zip_source_open(target.get()) != 0) failed();
  Bytes bytes(stat.size);
  const zip_int64_t got = zip_source_read(target.get(), bytes.data(), bytes.size());
  zip_source_close(target.get());
  if (got < 0 || static_cast<std::size_t>(got) != bytes.size()) failed();
  return bytes;
}

}  // namespace halfpixel::formats
