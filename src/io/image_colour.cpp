#include "io/image_colour.hpp"

#include <algorithm>
#include <cstring>
#include <thread>
#include <vector>

#include "io/image_vips.hpp"

namespace halfpixel::io {
namespace {

template <class Sample>
void take(const Sample* src, Sample* dst, std::int64_t pixels, int from, int width, int stride) {
  for (std::int64_t i = 0; i < pixels; ++i)
    std::copy_n(src + i * stride + from, width, dst + i * width);
}

// TIFF's L*a*b* as floats: L* from 0 to 100, a* and b* signed.
template <class Sample, class Signed>
void lab_to_floats(const Sample* src, float* dst, std::int64_t pixels) {
  const float l = 100.0f / static_cast<float>(static_cast<Sample>(~Sample{0}));
  const float ab = sizeof(Sample) == 1 ? 1.0f : 1.0f / 256.0f;
  for (std::int64_t i = 0; i < pixels; ++i, src += 3, dst += 3) {
    dst[0] = static_cast<float>(src[0]) * l;
    dst[1] = static_cast<float>(static_cast<Signed>(src[1])) * ab;
    dst[2] = static_cast<float>(static_cast<Signed>(src[2])) * ab;
  }
}

}  // namespace

// Rows in one colour space that become sRGB. libvips asks for each row once, from top to bottom of
// an image that is as high as needed, and what it gets is what convert() was called with.
class ColourPipeline {
 public:
  // At once, and how often: a row here may be a whole picture, and libvips counts in int.
  static constexpr std::int64_t kMostPixels = 1 << 20;
  static constexpr int kMostRows = 1 << 20;

  explicit ColourPipeline(const ColourConverter& self)
      : where_(self.where),
        in_pixel_(self.space == InkSpace::cmyk ? 4 * size_of(self.dtype) : 3 * sizeof(float)),
        out_pixel_(3 * size_of(self.dtype)) {
    start_vips();
    const int depth = self.dtype == DType::uint16 ? 16 : 8;
    if (self.space == InkSpace::cmyk) {
      open_source(4, depth == 16 ? VIPS_FORMAT_USHORT : VIPS_FORMAT_UCHAR,
                  VIPS_INTERPRETATION_CMYK);
      if (!self.icc.empty()) {
        vips_image_set_blob_copy(source_.get(), VIPS_META_ICC_NAME, self.icc.data(),
                                 self.icc.size());
      }
      rgb_ = vips_step(where_, ErrorCode::malformed_file, [&](VipsImage** out) {
        return vips_icc_transform(source_.get(), out, "srgb", "embedded", TRUE, "input_profile",
                                  "cmyk", "depth", depth, nullptr);
      });
    } else {
      open_source(3, VIPS_FORMAT_FLOAT, VIPS_INTERPRETATION_LAB);
      rgb_ = vips_step(where_, ErrorCode::malformed_file, [&](VipsImage** out) {
        return vips_icc_export(source_.get(), out, "output_profile", "srgb", "depth", depth,
                               nullptr);
      });
    }
    if (VIPS_IMAGE_SIZEOF_PEL(rgb_.get()) != out_pixel_)
      fail(ErrorCode::malformed_file, where_, ": its colours do not become RGB");
  }

  bool used_up() const { return next_ == kMostRows; }

  void convert(const void* src, void* dst, std::int64_t pixels) {
    // A region belongs to the thread that made it.
    if (region_ == nullptr || owner_ != std::this_thread::get_id()) {
      region_.reset(vips_region_new(rgb_.get()));
      owner_ = std::this_thread::get_id();
    }
    row_ = static_cast<const std::byte*>(src);
    const VipsRect rect{0, next_, static_cast<int>(pixels), 1};
    next_ += 1;
    if (region_ == nullptr || vips_region_prepare(region_.get(), &rect) != 0)
      throw Error(ErrorCode::malformed_file, where_ + ": " + take_vips_error());
    std::memcpy(dst, VIPS_REGION_ADDR(region_.get(), 0, rect.top),
                static_cast<std::size_t>(pixels) * out_pixel_);
  }

 private:
  void open_source(int bands, VipsBandFormat format, VipsInterpretation space) {
    source_.reset(vips_image_new());
    vips_image_init_fields(source_.get(), static_cast<int>(kMostPixels), kMostRows, bands, format,
                           VIPS_CODING_NONE, space, 1, 1);
    if (vips_image_pipelinev(source_.get(), VIPS_DEMAND_STYLE_THINSTRIP, nullptr) != 0 ||
        vips_image_generate(source_.get(), nullptr, give, nullptr, this, nullptr) != 0) {
      throw Error(ErrorCode::internal, where_ + ": " + take_vips_error());
    }
  }

  static int give(VipsRegion* out, void*, void* pipeline, void*, gboolean*) {
    const auto& self = *static_cast<const ColourPipeline*>(pipeline);
    const VipsRect& rect = out->valid;
    for (int y = 0; y < rect.height; ++y) {
      std::memcpy(VIPS_REGION_ADDR(out, rect.left, rect.top + y),
                  self.row_ + static_cast<std::size_t>(rect.left) * self.in_pixel_,
                  static_cast<std::size_t>(rect.width) * self.in_pixel_);
    }
    return 0;
  }

  std::string where_;
  std::size_t in_pixel_, out_pixel_;
  ImagePtr source_, rgb_;
  RegionPtr region_;
  std::thread::id owner_;
  const std::byte* row_ = nullptr;
  int next_ = 0;
};

namespace {

void convert_colours(ColourConverter& self, const void* src, void* dst, std::int64_t pixels) {
  if (self.pipeline == nullptr || self.pipeline->used_up())
    self.pipeline = std::make_shared<ColourPipeline>(self);
  if (self.space == InkSpace::cmyk) return self.pipeline->convert(src, dst, pixels);
  std::vector<float> lab(static_cast<std::size_t>(pixels) * 3);
  if (self.dtype == DType::uint16) {
    lab_to_floats<std::uint16_t, std::int16_t>(static_cast<const std::uint16_t*>(src), lab.data(),
                                               pixels);
  } else {
    lab_to_floats<std::uint8_t, std::int8_t>(static_cast<const std::uint8_t*>(src), lab.data(),
                                             pixels);
  }
  self.pipeline->convert(lab.data(), dst, pixels);
}

template <class Sample>
void convert_with_extra(ColourConverter& self, const Sample* src, Sample* dst,
                        std::int64_t pixels) {
  const int inks = self.colours_in();
  const int stride = inks + self.extra;
  std::vector<Sample> colours(static_cast<std::size_t>(pixels * inks));
  std::vector<Sample> rgb(static_cast<std::size_t>(pixels) * 3);
  take(src, colours.data(), pixels, 0, inks, stride);
  convert_colours(self, colours.data(), rgb.data(), pixels);
  for (std::int64_t i = 0; i < pixels; ++i) {
    Sample* pixel = dst + i * (3 + self.extra);
    std::copy_n(rgb.data() + i * 3, 3, pixel);
    std::copy_n(src + i * stride + inks, self.extra, pixel + 3);
  }
}

}  // namespace

void ColourConverter::convert(const void* src, void* dst, std::int64_t pixels) {
  constexpr std::int64_t kMost = ColourPipeline::kMostPixels;
  const auto size = static_cast<std::int64_t>(size_of(dtype));
  for (std::int64_t at = 0; at < pixels; at += kMost) {
    const std::int64_t count = std::min(kMost, pixels - at);
    const auto* from = static_cast<const std::byte*>(src) + at * (colours_in() + extra) * size;
    auto* to = static_cast<std::byte*>(dst) + at * (3 + extra) * size;
    if (dtype == DType::uint16) {
      convert_with_extra(*this, reinterpret_cast<const std::uint16_t*>(from),
                         reinterpret_cast<std::uint16_t*>(to), count);
    } else {
      convert_with_extra(*this, reinterpret_cast<const std::uint8_t*>(from),
                         reinterpret_cast<std::uint8_t*>(to), count);
    }
  }
}

std::string ColourConverter::told() const {
  if (space == InkSpace::lab) return where + ": its L*a*b* becomes sRGB";
  return where + ": its CMYK becomes sRGB" +
         (icc.empty() ? ", by libvips' own profile, for it has none" : "");
}

Bytes ColourConverter::result_profile() {
  start_vips();
  VipsBlob* profile = nullptr;
  if (vips_profile_load("srgb", &profile, nullptr) != 0 || profile == nullptr) {
    vips_error_clear();
    return {};
  }
  std::size_t size = 0;
  const auto* begin = static_cast<const std::byte*>(vips_blob_get(profile, &size));
  Bytes bytes(begin, begin + size);
  vips_area_unref(VIPS_AREA(profile));
  return bytes;
}

}  // namespace halfpixel::io
