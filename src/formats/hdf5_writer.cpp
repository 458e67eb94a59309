#include "formats/hdf5_writer.hpp"
#include "core/checked.hpp"

#include "formats/file_error.hpp"
#include "formats/hdf5_handle.hpp"

namespace halfpixel::formats {
namespace {

[[noreturn]] void failed(const std::string& what) {
  fail(ErrorCode::out_of_memory, "[save] HDF5 could not write ", printable(what));
}

hid_t stored_type(DType dtype) {
  switch (dtype) {
    case DType::float32:
      return H5T_IEEE_F32LE;
    case DType::float64:
      return H5T_IEEE_F64LE;
    case DType::int8:
      return H5T_STD_I8LE;
    case DType::int16:
      return H5T_STD_I16LE;
    case DType::int32:
      return H5T_STD_I32LE;
    case DType::int64:
      return H5T_STD_I64LE;
    case DType::uint8:
      return H5T_STD_U8LE;
    case DType::uint16:
      return H5T_STD_U16LE;
    case DType::uint32:
      return H5T_STD_U32LE;
    case DType::uint64:
      return H5T_STD_U64LE;
    default:
      fail(ErrorCode::unsupported, "[save] a weight of dtype ", name_of(dtype));
  }
}

// As h5py writes numpy's bool.
Hdf5Handle bool_type() {
  Hdf5Handle type(H5Tenum_create(H5T_STD_I8LE), H5Tclose);
  for (const std::int8_t value : {0, 1})
    H5Tenum_insert(type, value == 0 ? "FALSE" : "TRUE", &value);
  return type;
}

}  // namespace

struct Hdf5Writer::Impl {
  Hdf5Handle file;
  Hdf5Handle make_parents;
};

Hdf5Writer::Hdf5Writer() : impl_(std::make_unique<Impl>()) {
  const Hdf5Session session;
  const Hdf5Handle access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  H5Pset_fapl_core(access, std::size_t{1} << 20, false);  // memory only
  H5Pset_fclose_degree(access, H5F_CLOSE_STRONG);
  impl_->file = Hdf5Handle(
      H5Fcreate(hdf5_memory_name().c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access), H5Fclose);
  impl_->make_parents = Hdf5Handle(H5Pcreate(H5P_LINK_CREATE), H5Pclose);
  if (!impl_->file || H5Pset_create_intermediate_group(impl_->make_parents, 1) < 0)
    failed("the file");
}

Hdf5Writer::~Hdf5Writer() {
  const Hdf5Session session;
  impl_.reset();
}

void Hdf5Writer::make_group(const std::string& path) {
  const Hdf5Session session;
  for (std::size_t end = 0; end != path.npos;) {
    end = path.find('/', end + 1);
    const std::string part = path.substr(0, end);
    if (H5Lexists(impl_->file, part.c_str(), H5P_DEFAULT) > 0) continue;
    const Hdf5Handle group(
        H5Gcreate2(impl_->file, part.c_str(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT), H5Gclose);
    if (!group) failed(part);
  }
}

void Hdf5Writer::write(const std::string& path, const ConstTensorView& tensor) {
  const Hdf5Session session;
  const Shape& shape = tensor.shape();
  hsize_t dims[kMaxRank] = {};
  for (int i = 0; i < shape.rank(); ++i) dims[i] = static_cast<hsize_t>(shape[i]);
  const Hdf5Handle space(
      shape.rank() == 0 ? H5Screate(H5S_SCALAR) : H5Screate_simple(shape.rank(), dims, nullptr),
      H5Sclose);
  const Hdf5Handle truth = bool_type();
  const bool is_bool = tensor.dtype() == DType::boolean;
  const hid_t stored = is_bool ? hid_t{truth} : stored_type(tensor.dtype());
  const hid_t memory = is_bool ? hid_t{truth} : hdf5_memory_type(tensor.dtype());
  const Hdf5Handle dataset(H5Dcreate2(impl_->file, path.c_str(), stored, space, impl_->make_parents,
                                      H5P_DEFAULT, H5P_DEFAULT),
                           H5Dclose);
  if (!dataset) failed(path);
  if (tensor.size() > 0 &&
      H5Dwrite(dataset, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, tensor.data()) < 0) {
    failed(path);
  }
}

void Hdf5Writer::write_text(const std::string& group, const std::string& attribute,
                            const std::string& text) {
  const Hdf5Session session;
  const Hdf5Handle object(H5Oopen(impl_->file, group.c_str(), H5P_DEFAULT), H5Oclose);
  const Hdf5Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type, H5T_VARIABLE);
  H5Tset_cset(type, H5T_CSET_UTF8);
  const Hdf5Handle space(H5Screate(H5S_SCALAR), H5Sclose);
  const Hdf5Handle id(H5Acreate2(object, attribute.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT),
                      H5Aclose);
  const char* bytes = text.c_str();
  if (!object || !id || H5Awrite(id, type, &bytes) < 0) failed(group + "." + attribute);
}

Bytes Hdf5Writer::finish() {
  const Hdf5Session session;
  if (H5Fflush(impl_->file, H5F_SCOPE_GLOBAL) < 0) failed("the file");
  const ssize_t size = H5Fget_file_image(impl_->file, nullptr, 0);
  if (size < 0) failed("the file");
  Bytes bytes(static_cast<std::size_t>(size));
  if (H5Fget_file_image(impl_->file, bytes.data(), bytes.size()) != size) failed("the file");
  return bytes;
}

}  // namespace halfpixel::formats
