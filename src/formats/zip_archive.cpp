#include "formats/zip_archive.hpp"

#include <zip.h>

#include <algorithm>

#include "formats/file_error.hpp"
#include "frontends/utf8.hpp"
#include "io/input_file.hpp"

namespace halfpixel::formats {
namespace {

constexpr std::int64_t kMaxMembers = 100'000;
constexpr std::size_t kMaxNameBytes = 1024;
// Larger members must not be more than a hundred times what is stored for them; arrays of weights
// never are.
constexpr std::uint64_t kBombFloor = std::uint64_t{64} << 20;
constexpr std::uint64_t kMaxExpansion = 100;

std::string with_slashes(std::string_view name) {
  std::string out(name);
  std::replace(out.begin(), out.end(), '\\', '/');
  return out;
}

// Absolute names, drive letters, and parts that climb or say nothing.
bool leaves_archive(std::string_view name) {
  if (name.empty() || name.front() == '/' || (name.size() > 1 && name[1] == ':')) return true;
  for (std::size_t begin = 0; begin <= name.size();) {
    const std::size_t end = std::min(name.find('/', begin), name.size());
    const std::string_view part = name.substr(begin, end - begin);
    if (part == "." || part == ".." || (part.empty() && end != name.size())) return true;
    begin = end + 1;
  }
  return false;
}

void check_member(const zip_stat_t& stat, const std::string& name, std::int64_t archive_bytes) {
  const auto member = [&name] { return "member \"" + printable(name) + "\""; };
  constexpr zip_uint64_t kNeeded =
      ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
  if ((stat.valid & kNeeded) != kNeeded) malformed(member(), " has no size");
  if (stat.encryption_method != ZIP_EM_NONE) unsupported(member(), " is encrypted");
  if (stat.comp_method != ZIP_CM_STORE && stat.comp_method != ZIP_CM_DEFLATE) {
    unsupported(member(), " is compressed by method ", stat.comp_method,
                "; stored and deflated members are read");
  }
  if (stat.comp_size > static_cast<std::uint64_t>(archive_bytes)) {
    malformed(member(), " says that it has more bytes than the file; got ", stat.comp_size);
  }
  if (stat.comp_method == ZIP_CM_STORE && stat.size != stat.comp_size) {
    malformed(member(), " is stored, but its two sizes differ; got ", stat.size, " and ",
              stat.comp_size);
  }
  if (stat.size > kBombFloor && stat.size / kMaxExpansion > stat.comp_size) {
    malformed(member(), " would expand from ", stat.comp_size, " to ", stat.size,
              " bytes; that is not a model but a bomb");
  }
}

}  // namespace

struct ZipArchive::Handle {
  explicit Handle(zip_t* opened) : archive(opened) {}
  ~Handle() { zip_discard(archive); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  zip_t* archive;
};

Bytes::Bytes(std::size_t size)
    : data_(new std::byte[std::max<std::size_t>(size, 1)]), size_(size) {}

Bytes read_file(const std::filesystem::path& path, std::int64_t most) {
  const io::InputFile file(path, "load_model");
  if (file.size() > most) {
    malformed("the file has ", file.size(), " bytes, which passes the limit of ", most);
  }
  Bytes bytes(static_cast<std::size_t>(file.size()));
  file.read_at(0, bytes.data(), file.size());
  return bytes;
}

ZipArchive::ZipArchive(const std::filesystem::path& path, ByteLimit limit) : limit_(limit) {
  const std::int64_t archive_bytes = io::InputFile(path, "load_model").size();
  int code = 0;
  zip_t* archive = zip_open(path.c_str(), ZIP_RDONLY, &code);
  if (archive == nullptr) {
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    const std::string reason = zip_error_strerror(&error);
    zip_error_fini(&error);
    malformed("the zip archive is damaged: ", reason);
  }
  handle_ = std::make_unique<Handle>(archive);
  const zip_int64_t count = zip_get_num_entries(archive, 0);
  if (count > kMaxMembers) malformed("the zip archive has ", count, " members");
  for (zip_int64_t i = 0; i < count; ++i) {
    zip_stat_t stat;
    zip_stat_init(&stat);
    const auto index = static_cast<zip_uint64_t>(i);
    if (zip_stat_index(archive, index, ZIP_FL_ENC_RAW, &stat) != 0 || stat.name == nullptr) {
      malformed("the zip archive is damaged: member ", i, " cannot be read");
    }
    const std::string name = with_slashes(stat.name);
    if (name.size() > kMaxNameBytes) malformed("a member's name has ", name.size(), " bytes");
    if (leaves_archive(name))
      malformed("member \"", printable(name), "\" points outside the archive");
    if (!utf8::is_valid(name)) malformed("member \"", printable(name), "\" is not named in UTF-8");
    check_member(stat, name, archive_bytes);
    if (!index_.emplace(name, index).second) {
      malformed("member \"", printable(name), "\" is there twice");
    }
  }
}

ZipArchive::~ZipArchive() = default;

bool ZipArchive::has(std::string_view member) const {
  return index_.find(member) != index_.end();
}

std::vector<std::string> ZipArchive::names() const {
  std::vector<std::string> names;
  for (const auto& [name, index] : index_) names.push_back(name);
  return names;
}

Bytes ZipArchive::read(std::string_view member, std::int64_t most) const {
  const auto found = index_.find(member);
  if (found == index_.end()) malformed("the archive has no ", member);
  zip_stat_t stat;
  zip_stat_init(&stat);
  zip_t* archive = handle_->archive;
  if (zip_stat_index(archive, found->second, 0, &stat) != 0)
    malformed("member ", member, " is damaged");
  if (stat.size > static_cast<std::uint64_t>(std::min(most, limit_.bytes))) {
    malformed("member ", member, " has ", stat.size, " bytes, which passes the limit of ",
              std::min(most, limit_.bytes));
  }
  struct Close {
    void operator()(zip_file_t* file) const { zip_fclose(file); }
  };
  const std::unique_ptr<zip_file_t, Close> file(zip_fopen_index(archive, found->second, 0));
  if (!file) malformed("member ", member, " cannot be opened: ", printable(zip_strerror(archive)));
  Bytes bytes(stat.size);
  std::size_t done = 0;
  // The read that meets the end is the one that checks the checksum.
  for (std::byte beyond{};;) {
    const bool full = done == bytes.size();
    const zip_int64_t got = full ? zip_fread(file.get(), &beyond, 1)
                                 : zip_fread(file.get(), bytes.data() + done, bytes.size() - done);
    if (got < 0) {
      malformed("member ", member, " is damaged: ", printable(zip_file_strerror(file.get())));
    }
    if (full && got > 0) malformed("member ", member, " is longer than it says");
    if (full) break;
    if (got == 0)
      malformed("member ", member, " ends too early; got ", done, " of ", stat.size, " bytes");
    done += static_cast<std::size_t>(got);
  }
  return bytes;
}

}  // namespace halfpixel::formats
