// JPEG by libjpeg, quality 95 with full colour resolution: libvips rewrites EXIF and spoils IPTC.
#include <csetjmp>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include <jpeglib.h>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "io/image_jpeg.hpp"
#include "io/image_sink.hpp"

namespace halfpixel::io {
namespace {

struct Encoder {
  jpeg_compress_struct codec{};
  jpeg_error_mgr errors{};
  jpeg_destination_mgr target{};
  std::jmp_buf escape{};
  AtomicFile* file = nullptr;
  std::int64_t position = 0;
  std::vector<JOCTET> buffer = std::vector<JOCTET>(std::size_t{1} << 16);
  std::string message;
  bool failed_to_write = false;

  Encoder() = default;
  ~Encoder() { jpeg_destroy_compress(&codec); }
  Encoder(const Encoder&) = delete;
  Encoder& operator=(const Encoder&) = delete;
};

Encoder& self(j_common_ptr codec) {
  return *static_cast<Encoder*>(codec->client_data);
}

[[noreturn]] void on_error(j_common_ptr codec) {
  char text[JMSG_LENGTH_MAX];
  codec->err->format_message(codec, text);
  self(codec).message = text;
  std::longjmp(self(codec).escape, 1);
}

void start_buffer(Encoder& encoder) {
  encoder.target.next_output_byte = encoder.buffer.data();
  encoder.target.free_in_buffer = encoder.buffer.size();
}

void write_out(Encoder& encoder, std::size_t count) {
  try {
    encoder.file->write_at(encoder.position, encoder.buffer.data(),
                           static_cast<std::int64_t>(count));
  } catch (const Error& error) {  // must not pass through C
    encoder.message = error.what();
    encoder.failed_to_write = true;
  }
  if (encoder.failed_to_write) std::longjmp(encoder.escape, 1);
  encoder.position += static_cast<std::int64_t>(count);
}

// Huffman tables of a picture's own cost its coefficients, two bytes a sample, until the last row
// is there. Larger pictures get the standard's tables and are a few percent longer.
constexpr std::int64_t kMostOptimized = std::int64_t{1} << 25;

class JpegSink final : public ImageSink {
 public:
  explicit JpegSink(const SinkContext& context) : context_(context) {}

  void begin_page(const PageLayout& layout, const ImageFields& metadata) override {
    encoder_ = std::make_unique<Encoder>();
    row_bytes_ = layout.row_bytes();
    prepare();
    const std::vector<JpegSegment> segments = jpeg_segments(metadata, context_.lost);
    guarded([&] { start(layout, metadata, segments); });
  }

  void write_rows(std::int64_t rows, const void* samples) override {
    // libjpeg's interface lacks a const.
    JSAMPROW line = const_cast<JSAMPROW>(static_cast<const JSAMPLE*>(samples));
    guarded([&] {
      for (std::int64_t y = 0; y < rows; ++y, line += row_bytes_)
        jpeg_write_scanlines(&encoder_->codec, &line, 1);
    });
  }

  void end_page() override {
    guarded([&] { jpeg_finish_compress(&encoder_->codec); });
    encoder_.reset();
  }

  void finish() override {}

 private:
  // No object with a destructor may be made in `call` between a call into libjpeg and its return.
  template <class Call>
  void guarded(const Call& call) {
    if (setjmp(encoder_->escape) == 0) {
      call();
      return;
    }
    if (encoder_->failed_to_write) throw Error(ErrorCode::io, encoder_->message);
    fail(ErrorCode::unsupported, context_.where, ": ", encoder_->message);
  }

  void prepare() {
    Encoder& encoder = *encoder_;
    encoder.file = &context_.file;
    encoder.codec.err = jpeg_std_error(&encoder.errors);
    encoder.codec.client_data = &encoder;
    encoder.errors.error_exit = on_error;
    encoder.errors.output_message = [](j_common_ptr) {};
    encoder.target.init_destination = [](j_compress_ptr c) {
      start_buffer(self(reinterpret_cast<j_common_ptr>(c)));
    };
    encoder.target.empty_output_buffer = [](j_compress_ptr c) -> boolean {
      Encoder& whole = self(reinterpret_cast<j_common_ptr>(c));
      write_out(whole, whole.buffer.size());
      start_buffer(whole);
      return TRUE;
    };
    encoder.target.term_destination = [](j_compress_ptr c) {
      Encoder& rest = self(reinterpret_cast<j_common_ptr>(c));
      write_out(rest, rest.buffer.size() - rest.target.free_in_buffer);
    };
  }

  void start(const PageLayout& layout, const ImageFields& metadata,
             const std::vector<JpegSegment>& segments) {
    const j_compress_ptr codec = &encoder_->codec;
    jpeg_create_compress(codec);
    codec->client_data = encoder_.get();
    codec->dest = &encoder_->target;
    codec->image_height = static_cast<JDIMENSION>(layout.height);
    codec->image_width = static_cast<JDIMENSION>(layout.width);
    codec->input_components = static_cast<int>(layout.channels);
    codec->in_color_space = codec->input_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(codec);
    jpeg_set_quality(codec, 95, TRUE);
    codec->optimize_coding = row_bytes_ * layout.height <= kMostOptimized ? TRUE : FALSE;
    for (int i = 0; i < codec->num_components; ++i)
      codec->comp_info[i].h_samp_factor = codec->comp_info[i].v_samp_factor = 1;
    if (metadata.has_resolution) {
      const double millimetres = metadata.in_inches ? 25.4 : 10.0;
      codec->density_unit = metadata.in_inches ? 1 : 2;
      codec->X_density = density(metadata.x_resolution * millimetres);
      codec->Y_density = density(metadata.y_resolution * millimetres);
    }
    jpeg_start_compress(codec, TRUE);
    for (const JpegSegment& segment : segments) {
      jpeg_write_marker(codec, segment.marker,
                        reinterpret_cast<const JOCTET*>(segment.bytes.data()),
                        static_cast<unsigned>(segment.bytes.size()));
    }
  }

  static UINT16 density(double per_unit) {
    return static_cast<UINT16>(per_unit < 1 ? 1 : per_unit > 65535 ? 65535 : per_unit + 0.5);
  }

  SinkContext context_;
  std::unique_ptr<Encoder> encoder_;
  std::int64_t row_bytes_ = 0;
};

}  // namespace

std::unique_ptr<ImageSink> make_jpeg_sink(const SinkContext& context) {
  return std::make_unique<JpegSink>(context);
}

}  // namespace halfpixel::io
