// Datasets of numbers -> Tensor.
#include <algorithm>
#include <bit>
#include <cstring>
#include <vector>

#include "core/checked.hpp"
#include "core/float16.hpp"
#include "formats/file_error.hpp"
#include "formats/hdf5_impl.hpp"

namespace halfpixel::formats {
namespace {

// A dataset that declares more than this must not be a hundred times larger than what is stored for
// it.
constexpr std::int64_t kBombFloor = std::int64_t{64} << 20;
constexpr std::int64_t kMaxExpansion = 100;
constexpr std::int64_t kMaxChunkBytes = std::int64_t{256} << 20;
constexpr std::int64_t kMaxChunks = 1 << 18;

enum class Storage { float16, bfloat16, boolean, number };

struct Dataset {
  Hdf5Handle id, type, space;
  Hdf5File::Info info;
  Storage storage = Storage::number;
  std::int64_t count = 0;
};

DType integer_dtype(std::size_t bytes, bool is_signed) {
  switch (bytes) {
    case 1:
      return is_signed ? DType::int8 : DType::uint8;
    case 2:
      return is_signed ? DType::int16 : DType::uint16;
    case 4:
      return is_signed ? DType::int32 : DType::uint32;
    default:
      return is_signed ? DType::int64 : DType::uint64;
  }
}

// Keras marks bfloat16 by an attribute; h5py has no type for it and writes two opaque bytes.
bool says_bfloat16(hid_t dataset) {
  if (H5Aexists(dataset, "dtype") <= 0) return false;
  const Hdf5Handle attribute(H5Aopen(dataset, "dtype", H5P_DEFAULT), H5Aclose);
  const Hdf5Handle type(attribute ? H5Aget_type(attribute) : -1, H5Tclose);
  const Hdf5Handle space(attribute ? H5Aget_space(attribute) : -1, H5Sclose);
  if (!type || !space || H5Tget_class(type) != H5T_STRING ||
      H5Sget_simple_extent_npoints(space) != 1)
    return false;
  if (H5Tis_variable_str(type) > 0) {
    const Hdf5Handle memory(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(memory, H5T_VARIABLE);
    H5Tset_cset(memory, H5Tget_cset(type));
    char* text = nullptr;
    if (H5Aread(attribute, memory, &text) < 0) return false;
    const bool is = text != nullptr && std::strcmp(text, "bfloat16") == 0;
    H5Dvlen_reclaim(memory, space, H5P_DEFAULT, &text);
    return is;
  }
  std::string text(std::min<std::size_t>(H5Tget_size(type), 64), '\0');
  if (H5Tget_size(type) != text.size() || H5Aread(attribute, type, text.data()) < 0) return false;
  return std::strcmp(text.c_str(), "bfloat16") == 0;
}

void find_type(Dataset& dataset, const std::string& name) {
  const std::size_t bytes = H5Tget_size(dataset.type);
  const H5T_class_t kind = H5Tget_class(dataset.type);
  const bool usual = bytes == 1 || bytes == 2 || bytes == 4 || bytes == 8;
  if (bytes == 2 && (kind == H5T_OPAQUE || kind == H5T_INTEGER) && says_bfloat16(dataset.id)) {
    dataset.storage = Storage::bfloat16;
    dataset.info.dtype = DType::float32;
  } else if (kind == H5T_FLOAT && (bytes == 4 || bytes == 8)) {
    dataset.info.dtype = DType::float32;
  } else if (kind == H5T_FLOAT && bytes == 2) {
    std::size_t sign = 0, exponent = 0, exponent_bits = 0, mantissa = 0, mantissa_bits = 0;
    H5Tget_fields(dataset.type, &sign, &exponent, &exponent_bits, &mantissa, &mantissa_bits);
    const bool half = exponent_bits == 5 && mantissa_bits == 10;
    if (!half && !(exponent_bits == 8 && mantissa_bits == 7))
      malformed(name, " holds floats of a strange form");
    dataset.storage = half ? Storage::float16 : Storage::bfloat16;
    dataset.info.dtype = DType::float32;
  } else if (kind == H5T_ENUM && bytes == 1) {  // the guard lets h5py's bool through alone
    dataset.storage = Storage::boolean;
    dataset.info.dtype = DType::boolean;
  } else if (kind == H5T_INTEGER && usual) {
    dataset.info.dtype = integer_dtype(bytes, H5Tget_sign(dataset.type) == H5T_SGN_2);
  } else {
    constexpr const char* kKinds[] = {"integers",    "floats",       "times",   "text",
                                      "bit fields",  "opaque bytes", "records", "references",
                                      "enumerators", "lists",        "arrays"};
    if (kind == H5T_OPAQUE && bytes == 2) {
      malformed(name,
                " must hold numbers; got opaque bytes of 2 bytes, as bfloat16 is in .h5, which "
                "Keras cannot read back either; save the model as .keras");
    }
    const bool known = kind >= 0 && kind <= H5T_ARRAY;
    malformed(name, " must hold numbers; got ", known ? kKinds[kind] : "a strange type", " of ",
              bytes, " bytes");
  }
}

void find_shape(Dataset& dataset, const std::string& name) {
  const H5S_class_t kind = H5Sget_simple_extent_type(dataset.space);
  const int rank = kind == H5S_SCALAR ? 0 : H5Sget_simple_extent_ndims(dataset.space);
  if (kind != H5S_SCALAR && kind != H5S_SIMPLE) malformed(name, " has no extent");
  if (rank < 0 || rank > kMaxRank)
    malformed(name, " has ", rank, " axes; at most ", kMaxRank, " are read");
  hsize_t dims[kMaxRank] = {};
  if (rank > 0) H5Sget_simple_extent_dims(dataset.space, dims, nullptr);
  dataset.count = 1;
  for (int i = 0; i < rank; ++i) {
    constexpr hsize_t kMost = hsize_t{1} << 48;
    if (dims[i] > kMost ||
        multiply_overflows(dataset.count, static_cast<std::int64_t>(dims[i]), &dataset.count)) {
      malformed(name, " says that an axis has ", dims[i], " elements");
    }
    dataset.info.shape.push_back(static_cast<std::int64_t>(dims[i]));
  }
}

void check_filters(hid_t properties, const std::string& name) {
  const int filters = H5Pget_nfilters(properties);
  for (int i = 0; i < filters; ++i) {
    unsigned flags = 0, config = 0;
    std::size_t values = 0;
    const H5Z_filter_t filter = H5Pget_filter2(properties, static_cast<unsigned>(i), &flags,
                                               &values, nullptr, 0, nullptr, &config);
    if (filter != H5Z_FILTER_DEFLATE && filter != H5Z_FILTER_SHUFFLE &&
        filter != H5Z_FILTER_FLETCHER32) {
      unsupported(name, " is compressed by HDF5 filter ", filter, "; deflate and shuffle are read");
    }
  }
  if (filters < 0 || filters > 4) malformed(name, " has ", filters, " filters");
}

void check_layout(const Dataset& dataset, const std::string& name, std::int64_t bytes) {
  const Hdf5Handle properties(H5Dget_create_plist(dataset.id), H5Pclose);
  if (!properties) malformed(name, " is damaged");
  const H5D_layout_t layout = H5Pget_layout(properties);
  if (layout == H5D_VIRTUAL)
    malformed(name, " is a virtual dataset; it takes its values from other files");
  if (layout != H5D_COMPACT && layout != H5D_CONTIGUOUS && layout != H5D_CHUNKED)
    malformed(name, " is damaged");
  if (H5Pget_external_count(properties) != 0)
    malformed(name, " keeps its values in external files");
  if (layout == H5D_CHUNKED) {
    check_filters(properties, name);
    hsize_t dims[kMaxRank] = {};
    const int rank = H5Pget_chunk(properties, kMaxRank, dims);
    std::int64_t chunk_bytes = static_cast<std::int64_t>(H5Tget_size(dataset.type));
    std::int64_t chunks = 1;
    for (int i = 0; i < rank && i < kMaxRank && i < dataset.info.shape.rank(); ++i) {
      const auto side = static_cast<std::int64_t>(std::min<hsize_t>(dims[i], hsize_t{1} << 40));
      if (side == 0 || multiply_overflows(chunk_bytes, side, &chunk_bytes))
        chunk_bytes = kMaxChunkBytes + 1;
      if (side == 0 ||
          multiply_overflows(chunks, (dataset.info.shape[i] + side - 1) / side, &chunks)) {
        chunks = kMaxChunks + 1;
      }
    }
    if (rank != dataset.info.shape.rank() || chunk_bytes > kMaxChunkBytes || chunks > kMaxChunks) {
      malformed(name, " is cut into ", chunks, " chunks of ", chunk_bytes, " bytes");
    }
  } else if (H5Pget_nfilters(properties) > 0) {
    check_filters(properties, name);
  }
  const hsize_t stored = H5Dget_storage_size(dataset.id);
  if (dataset.count > 0 && stored == 0)
    malformed(name, " declares ", bytes, " bytes and stores none");
  if (bytes > kBombFloor && static_cast<hsize_t>(bytes / kMaxExpansion) > stored) {
    malformed(name, " would expand from ", stored, " to ", bytes,
              " bytes; that is not a weight but a bomb");
  }
}

Dataset open_checked(Hdf5Handle object, std::string_view path, ByteLimit limit) {
  const std::string name = "dataset \"" + printable(path) + "\"";
  Dataset dataset;
  dataset.id = std::move(object);
  dataset.type = Hdf5Handle(H5Dget_type(dataset.id), H5Tclose);
  dataset.space = Hdf5Handle(H5Dget_space(dataset.id), H5Sclose);
  if (!dataset.type || !dataset.space) malformed(name, " is damaged");
  find_type(dataset, name);
  find_shape(dataset, name);
  std::int64_t bytes = 0;
  const auto width = std::max(H5Tget_size(dataset.type), size_of(dataset.info.dtype));
  if (multiply_overflows(dataset.count, static_cast<std::int64_t>(width), &bytes) ||
      bytes > limit.bytes) {
    malformed(name, " of shape ", dataset.info.shape.str(), " passes the memory limit of ",
              limit.bytes, " bytes");
  }
  check_layout(dataset, name, bytes);
  return dataset;
}

}  // namespace

Hdf5File::Info Hdf5File::info(std::string_view dataset) const {
  const Hdf5Session session;
  return open_checked(impl_->open_dataset(dataset), dataset, impl_->limit).info;
}

Tensor Hdf5File::read(std::string_view path) const {
  const Hdf5Session session;
  const Dataset dataset = open_checked(impl_->open_dataset(path), path, impl_->limit);
  Tensor tensor(dataset.info.shape, dataset.info.dtype);
  if (dataset.count == 0) return tensor;
  const auto read = [&](hid_t type, void* to) {
    if (H5Dread(dataset.id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, to) < 0) {
      malformed("dataset \"", printable(path),
                "\" cannot be read; the file is damaged or truncated");
    }
  };
  if (dataset.storage == Storage::number) {
    read(hdf5_memory_type(dataset.info.dtype), tensor.data());
    return tensor;
  }
  if (dataset.storage == Storage::boolean) {
    std::vector<std::uint8_t> bytes(static_cast<std::size_t>(dataset.count));
    read(dataset.type, bytes.data());
    std::transform(bytes.begin(), bytes.end(), tensor.data<bool>(),
                   [](std::uint8_t byte) { return byte != 0; });
    return tensor;
  }
  std::vector<std::uint16_t> bits(static_cast<std::size_t>(dataset.count));
  read(dataset.type, bits.data());
  const bool swap =
      H5Tget_class(dataset.type) != H5T_OPAQUE && H5Tget_order(dataset.type) == H5T_ORDER_BE;
  float* to = tensor.data<float>();
  for (std::uint16_t half : bits) {
    if (swap) half = static_cast<std::uint16_t>((half << 8) | (half >> 8));
    *to++ = dataset.storage == Storage::float16 ? float16_value(half)
                                                : std::bit_cast<float>(std::uint32_t{half} << 16);
  }
  return tensor;
}

}  // namespace halfpixel::formats
