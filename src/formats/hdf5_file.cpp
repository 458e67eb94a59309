// Opening files and walking to objects. Paths are walked link by link, because libhdf5 itself
// follows soft and external links without asking.
#include "formats/hdf5_file.hpp"

#include <array>
#include <cstring>

#include "formats/file_error.hpp"
#include "formats/hdf5_impl.hpp"
#include "formats/hdf5_version.hpp"
#include "io/input_file.hpp"

namespace halfpixel::formats {
namespace {

constexpr std::size_t kMaxMembers = 100'000;
constexpr std::size_t kMaxNameBytes = 1024;

// The core driver would copy the image twice; these hand out the one that we own.
struct Image {
  void* data;
  std::size_t size;
};
void* image_malloc(std::size_t, H5FD_file_image_op_t, void* image) {
  return static_cast<Image*>(image)->data;
}
void* image_memcpy(void* to, const void* from, std::size_t size, H5FD_file_image_op_t, void*) {
  return to == from ? to : std::memcpy(to, from, size);
}
void* image_realloc(void*, std::size_t, H5FD_file_image_op_t, void*) {
  return nullptr;
}
herr_t image_free(void*, H5FD_file_image_op_t, void*) {
  return 0;
}
void* udata_copy(void* image) {
  return new Image(*static_cast<Image*>(image));
}
herr_t udata_free(void* image) {
  delete static_cast<Image*>(image);
  return 0;
}

Hdf5Handle open_image(Bytes& image) {
  const Hdf5Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  Image udata{image.data(), image.size()};
  H5FD_file_image_callbacks_t callbacks = {image_malloc, image_memcpy, image_realloc, image_free,
                                           udata_copy,   udata_free,   &udata};
  H5Pset_fclose_degree(access, H5F_CLOSE_STRONG);
  H5Pset_fapl_core(access, std::size_t{1} << 20, false);
  H5Pset_file_image_callbacks(access, &callbacks);
  H5Pset_file_image(access, image.data(), image.size());
  return {H5Fopen(hdf5_memory_name().c_str(), H5F_ACC_RDONLY, access), H5Fclose};
}

Hdf5Handle open_path(const std::filesystem::path& path) {
  const Hdf5Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  H5Pset_fclose_degree(access, H5F_CLOSE_STRONG);
  H5Pset_fapl_sec2(access);
  hdf5_without_locks(access);
  return {H5Fopen(path.c_str(), H5F_ACC_RDONLY, access), H5Fclose};
}

constexpr std::string_view kDamaged = "the HDF5 file is damaged or truncated";

}  // namespace

bool is_hdf5(const std::filesystem::path& path) {
  constexpr std::string_view kSignature = "\x89HDF\r\n\x1a\n";
  const io::InputFile file(path, "load_model");
  std::array<char, 8> bytes;
  for (std::int64_t at = 0; at + 8 <= file.size() && at <= (std::int64_t{1} << 20);
       at = at == 0 ? 512 : 2 * at) {
    file.read_at(at, bytes.data(), 8);
    if (std::string_view(bytes.data(), 8) == kSignature) return true;
  }
  return false;
}

Hdf5File::Hdf5File(const std::filesystem::path& path, ByteLimit limit)
    : impl_(std::make_unique<Impl>()) {
  const Hdf5Session session;
  impl_->limit = limit;
  impl_->guard = std::make_unique<Hdf5Guard>(ByteSource(path));
  impl_->guard->check_file();
  impl_->file = open_path(path);
  if (!impl_->file) malformed(kDamaged);
}

Hdf5File::Hdf5File(Bytes image, ByteLimit limit) : impl_(std::make_unique<Impl>()) {
  const Hdf5Session session;
  impl_->image = std::move(image);
  impl_->limit = limit;
  impl_->guard = std::make_unique<Hdf5Guard>(ByteSource(impl_->image.data(), impl_->image.size()));
  impl_->guard->check_file();
  impl_->file = open_image(impl_->image);
  if (!impl_->file) malformed(kDamaged);
}

Hdf5File::~Hdf5File() {
  const Hdf5Session session;
  impl_.reset();
}

Hdf5Handle Hdf5File::Impl::open(std::string_view object) const {
  Hdf5Handle here(H5Gopen2(file, "/", H5P_DEFAULT), H5Gclose);
  if (!here) malformed(kDamaged);
  for (std::size_t begin = 0; begin < object.size();) {
    const std::size_t end = std::min(object.find('/', begin), object.size());
    const std::string part(object.substr(begin, end - begin));
    begin = end + 1;
    if (part.empty()) continue;
    if (part.size() > kMaxNameBytes || part == "." || part.find('\0') != part.npos) {
      malformed("\"", printable(object), "\" is not a name");
    }
    if (H5Iget_type(here) != H5I_GROUP) return {};
    const htri_t exists = H5Lexists(here, part.c_str(), H5P_DEFAULT);
    if (exists < 0) malformed(kDamaged, " near \"", printable(object), "\"");
    if (exists == 0) return {};
    const std::optional<Hdf5Link> link = hdf5_link(here, part.c_str());
    if (!link) malformed(kDamaged, " near \"", printable(object), "\"");
    if (link->type != H5L_TYPE_HARD) {
      const char* kind = link->type == H5L_TYPE_SOFT       ? "a soft link"
                         : link->type == H5L_TYPE_EXTERNAL ? "an external link"
                                                           : "a user-defined link";
      malformed("\"", printable(object), "\" is ", kind, "; links are not followed");
    }
    try {
      guard->check_object(link->address);
    } catch (const Error& error) {
      fail(error.code(), "\"", printable(object.substr(0, end)), "\": ", error.what());
    }
    Hdf5Handle next(H5Oopen(here, part.c_str(), H5P_DEFAULT), H5Oclose);
    if (!next) malformed(kDamaged, " at \"", printable(object), "\"");
    here = std::move(next);
  }
  return here;
}

Hdf5Handle Hdf5File::Impl::open_dataset(std::string_view dataset) const {
  Hdf5Handle object = open(dataset);
  if (!object) malformed("the HDF5 file has no \"", printable(dataset), "\"");
  if (H5Iget_type(object) != H5I_DATASET)
    malformed("\"", printable(dataset), "\" is not a dataset");
  return object;
}

bool Hdf5File::has_group(std::string_view path) const {
  const Hdf5Session session;
  const Hdf5Handle object = impl_->open(path);
  return object && H5Iget_type(object) == H5I_GROUP;
}

bool Hdf5File::has_dataset(std::string_view path) const {
  const Hdf5Session session;
  const Hdf5Handle object = impl_->open(path);
  return object && H5Iget_type(object) == H5I_DATASET;
}

std::vector<std::string> Hdf5File::members(std::string_view group) const {
  const Hdf5Session session;
  const Hdf5Handle object = impl_->open(group);
  std::vector<std::string> names;
  if (!object || H5Iget_type(object) != H5I_GROUP) return names;
  const auto collect = [](const char* name, void* list) -> herr_t {
    auto& names = *static_cast<std::vector<std::string>*>(list);
    if (names.size() == kMaxMembers || std::strlen(name) > kMaxNameBytes) return -1;
    names.emplace_back(name);
    return 0;
  };
  if (hdf5_for_each_member(object, collect, &names) < 0) {
    malformed("the members of \"", printable(group), "\" cannot be listed");
  }
  return names;
}

}  // namespace halfpixel::formats
