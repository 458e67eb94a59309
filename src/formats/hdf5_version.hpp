// What HDF5 1.10 and later versions spell differently; no other file asks for the version.
#pragma once

#include <hdf5.h>

#include <cstdint>
#include <optional>

namespace halfpixel::formats {

// 2.0 counts the bytes of chunks in 64 bits.
inline constexpr unsigned kHdf5NewestLayout = H5_VERSION_GE(2, 0, 0) ? 5 : 4;

// One link of a group.
struct Hdf5Link {
  H5L_type_t type = H5L_TYPE_ERROR;
  std::uint64_t address = 0;  // of the object's header, for hard links
};

// Nothing when libhdf5 cannot read it.
inline std::optional<Hdf5Link> hdf5_link(hid_t group, const char* name) {
#if H5_VERSION_GE(1, 12, 0)
  // 1.12 hides the address in a token, because storage need not be a file; ours always is one.
  H5L_info2_t link;
  haddr_t address = 0;
  if (H5Lget_info2(group, name, &link, H5P_DEFAULT) < 0) return std::nullopt;
  if (link.type == H5L_TYPE_HARD && H5VLnative_token_to_addr(group, link.u.token, &address) < 0) {
    return std::nullopt;
  }
  return Hdf5Link{link.type, address};
#else
  H5L_info_t link;
  if (H5Lget_info(group, name, &link, H5P_DEFAULT) < 0) return std::nullopt;
  return Hdf5Link{link.type, link.type == H5L_TYPE_HARD ? link.u.address : 0};
#endif
}

// Calls `visit` with each member's name and `data` in the order of names, until it is negative.
using Hdf5Visit = herr_t (*)(const char* name, void* data);
inline herr_t hdf5_for_each_member(hid_t group, Hdf5Visit visit, void* data) {
  struct Call {
    Hdf5Visit visit;
    void* data;
  } call{visit, data};
#if H5_VERSION_GE(1, 12, 0)
  const H5L_iterate2_t each = [](hid_t, const char* name, const H5L_info2_t*, void* to) -> herr_t {
    return static_cast<Call*>(to)->visit(name, static_cast<Call*>(to)->data);
  };
  return H5Literate2(group, H5_INDEX_NAME, H5_ITER_INC, nullptr, each, &call);
#else
  const H5L_iterate_t each = [](hid_t, const char* name, const H5L_info_t*, void* to) -> herr_t {
    return static_cast<Call*>(to)->visit(name, static_cast<Call*>(to)->data);
  };
  return H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, nullptr, each, &call);
#endif
}

// Reading needs no lock, and some file systems have none.
inline void hdf5_without_locks([[maybe_unused]] hid_t access) {
#if H5_VERSION_GE(1, 10, 7)
  H5Pset_file_locking(access, false, true);
#endif
}

}  // namespace halfpixel::formats
