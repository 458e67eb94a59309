#include "peers.hpp"

namespace halfpixel::bench {

#define HPB_DECLARE(name)       \
  std::string name##_version(); \
  std::unique_ptr<Engine> make_##name(const Task& task)
HPB_DECLARE(onednn);
HPB_DECLARE(opencv);
HPB_DECLARE(xnnpack);
HPB_DECLARE(libyuv);
HPB_DECLARE(vips);
HPB_DECLARE(zimg);
HPB_DECLARE(swscale);
HPB_DECLARE(libtorch);
#undef HPB_DECLARE

namespace {

// The first row keeps the table from being empty; it never has anything.
constexpr Peer kPeers[] = {
    {"none", [] { return std::string(); }, [](const Task&) { return std::unique_ptr<Engine>(); }},
#ifdef HALFPIXEL_PEER_ONEDNN
    {"onednn", onednn_version, make_onednn},
#endif
#ifdef HALFPIXEL_PEER_XNNPACK
    {"xnnpack", xnnpack_version, make_xnnpack},
#endif
#ifdef HALFPIXEL_PEER_OPENCV
    {"opencv", opencv_version, make_opencv},
#endif
#ifdef HALFPIXEL_PEER_LIBTORCH
    {"libtorch", libtorch_version, make_libtorch},
#endif
#ifdef HALFPIXEL_PEER_VIPS
    {"vips", vips_version, make_vips},
#endif
#ifdef HALFPIXEL_PEER_ZIMG
    {"zimg", zimg_version, make_zimg},
#endif
#ifdef HALFPIXEL_PEER_SWSCALE
    {"swscale", swscale_version, make_swscale},
#endif
#ifdef HALFPIXEL_PEER_LIBYUV
    {"libyuv", libyuv_version, make_libyuv},
#endif
};

bool is_resize(const Workload& w) {
  return w.operation != Operation::gradient && w.operation != Operation::resize_v1;
}

}  // namespace

std::span<const Peer> peers() {
  return std::span(kPeers).subspan(1);
}

bool is_plain_resize(const Workload& w) {
  return is_resize(w) && !w.antialias;
}
bool is_antialiased_resize(const Workload& w) {
  return is_resize(w) && w.antialias;
}

Extents extents_of(const Shape& shape, DataFormat format) {
  if (format == DataFormat::channels_first) return {shape[0], shape[2], shape[3], shape[1]};
  return {shape[0], shape[1], shape[2], shape[3]};
}

}  // namespace halfpixel::bench
