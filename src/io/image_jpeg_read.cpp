// JPEG by libjpeg itself: libvips reports its first warning only, and with it either refuses whole
// files for stray bytes or lets files pass whose picture is damaged.
#include <algorithm>
#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#include <jpeglib.h>
// Behind jpeglib.h, which does not say so.
#include <jerror.h>

#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "io/image_colour.hpp"
#include "io/image_jpeg.hpp"
#include "io/image_source.hpp"
#include "io/image_xmp.hpp"

namespace halfpixel::io {
namespace {

constexpr int kApp0 = JPEG_APP0;

// Warnings after which every pixel is still as it was written.
bool is_harmless(const jpeg_error_mgr& errors) {
  switch (errors.msg_code) {
    case JWRN_EXTRANEOUS_DATA: {
      // Before a restart marker they are the rest of data that was not understood.
      const int marker = errors.msg_parm.i[1];
      return marker < JPEG_RST0 || marker > JPEG_RST0 + 7;
    }
    case JWRN_NOT_SEQUENTIAL:
    case JWRN_JFIF_MAJOR:
    case JWRN_ADOBE_XFORM:
    case JWRN_BOGUS_ICC:
      return true;
    default:
      return false;
  }
}

struct Decoder {
  jpeg_decompress_struct codec{};
  jpeg_error_mgr errors{};
  jpeg_source_mgr source{};
  std::jmp_buf escape{};
  const InputFile* file = nullptr;
  std::int64_t position = 0;
  std::vector<JOCTET> buffer = std::vector<JOCTET>(std::size_t{1} << 16);
  std::string message;  // of the error
  std::string warning;  // the first harmless one
  bool failed_to_read = false;
  jpeg_progress_mgr progress{};

  Decoder() = default;
  ~Decoder() { jpeg_destroy_decompress(&codec); }
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;
};

Decoder& self(j_common_ptr codec) {
  return *static_cast<Decoder*>(codec->client_data);
}
Decoder& self(j_decompress_ptr codec) {
  return *static_cast<Decoder*>(codec->client_data);
}

[[noreturn]] void give_up(Decoder& decoder) {
  std::longjmp(decoder.escape, 1);
}

[[noreturn]] void on_error(j_common_ptr codec) {
  char text[JMSG_LENGTH_MAX];
  codec->err->format_message(codec, text);
  self(codec).message = text;
  give_up(self(codec));
}

void on_message(j_common_ptr codec, int level) {
  if (level >= 0) return;  // a trace
  char text[JMSG_LENGTH_MAX];
  codec->err->format_message(codec, text);
  Decoder& decoder = self(codec);
  if (!is_harmless(*codec->err)) {
    decoder.message = text;
    give_up(decoder);
  }
  if (decoder.warning.empty()) decoder.warning = text;
}

boolean fill(j_decompress_ptr codec) {
  Decoder& decoder = self(codec);
  const std::int64_t left = decoder.file->size() - decoder.position;
  const auto count = std::min<std::int64_t>(left, static_cast<std::int64_t>(decoder.buffer.size()));
  if (count <= 0) {
    decoder.message = "the file ends before the picture does";
    give_up(decoder);
  }
  try {
    decoder.file->read_at(decoder.position, decoder.buffer.data(), count);
  } catch (const Error& error) {
    decoder.message = error.what();
    decoder.failed_to_read = true;
  }
  if (decoder.failed_to_read) give_up(decoder);
  decoder.position += count;
  decoder.source.next_input_byte = decoder.buffer.data();
  decoder.source.bytes_in_buffer = static_cast<std::size_t>(count);
  return TRUE;
}

void skip(j_decompress_ptr codec, long count) {
  Decoder& decoder = self(codec);
  if (count <= 0) return;
  const auto there = static_cast<long>(decoder.source.bytes_in_buffer);
  if (count <= there) {
    decoder.source.next_input_byte += count;
    decoder.source.bytes_in_buffer -= static_cast<std::size_t>(count);
    return;
  }
  decoder.position = std::min(decoder.file->size(), decoder.position + (count - there));
  decoder.source.bytes_in_buffer = 0;
}

// Every scan of a progressive file costs the time of a whole picture, whatever is in it.
void on_progress(j_common_ptr codec) {
  constexpr int kMostScans = 500;
  if (codec->is_decompressor == FALSE) return;
  if (reinterpret_cast<j_decompress_ptr>(codec)->input_scan_number <= kMostScans) return;
  self(codec).message = "it has more than 500 scans";
  give_up(self(codec));
}

Bytes joined(const JOCTET* data, std::size_t size) {
  const auto* begin = reinterpret_cast<const std::byte*>(data);
  return {begin, begin + size};
}

class JpegRows final : public PageSource {
 public:
  JpegRows(const InputFile& file, std::string where, ImageFields& metadata)
      : where_(std::move(where)) {
    decoder_.file = &file;
    j_decompress_ptr codec = &decoder_.codec;
    codec->err = jpeg_std_error(&decoder_.errors);
    codec->client_data = &decoder_;
    decoder_.errors.error_exit = on_error;
    decoder_.errors.emit_message = on_message;
    decoder_.errors.output_message = [](j_common_ptr) {};
    // Below no object with a destructor is made between a call into libjpeg and its return.
    guarded([codec, this] {
      jpeg_create_decompress(codec);
      codec->client_data = &decoder_;
      decoder_.source.init_source = [](j_decompress_ptr) {};
      decoder_.source.fill_input_buffer = fill;
      decoder_.source.skip_input_data = skip;
      decoder_.source.resync_to_restart = jpeg_resync_to_restart;
      decoder_.source.term_source = [](j_decompress_ptr) {};
      codec->src = &decoder_.source;
      decoder_.progress.progress_monitor = on_progress;
      codec->progress = &decoder_.progress;
      // Of the others no more than their names.
      for (int i = 0; i < 16; ++i) jpeg_save_markers(codec, kApp0 + i, 32);
      for (const int marker : {kApp0 + 1, kApp0 + 2, kApp0 + 13, int{JPEG_COM}})
        jpeg_save_markers(codec, marker, 0xffff);
      jpeg_read_header(codec, TRUE);
    });
    take_metadata(metadata);
    choose_colours(metadata);
    width = codec->image_width;
    height = codec->image_height;
    // Coefficients of files with several scans are held until the last of them is there.
    check_extents(width, jpeg_has_multiple_scans(&decoder_.codec) ? height : 1, channels, where_);
    if (codec->data_precision != 8) {
      fail(ErrorCode::unsupported, where_, ": JPEG samples must have 8 bits; got ",
           codec->data_precision);
    }
    warnings_ = &metadata.warnings;
  }

  void read_rows(std::int64_t rows, void* to) override {
    j_decompress_ptr codec = &decoder_.codec;
    const auto out_row = static_cast<std::size_t>(width * channels);
    auto* dst = static_cast<JSAMPLE*>(to);
    if (!started_) guarded([codec] { jpeg_start_decompress(codec); });
    started_ = true;
    if (inks_.empty()) {
      guarded([codec, dst, rows, out_row] { read_lines(codec, dst, rows, out_row); });
    } else {
      for (std::int64_t row = 0; row < rows; ++row, dst += out_row) {
        guarded([codec, this] { read_lines(codec, inks_.data(), 1, 0); });
        convert(dst);
      }
    }
    read_ += rows;
    if (read_ == height) finish();
  }

 private:
  template <class Call>
  void guarded(const Call& call) {
    if (setjmp(decoder_.escape) == 0) {
      call();
      return;
    }
    if (decoder_.failed_to_read) throw Error(ErrorCode::io, decoder_.message);
    fail(ErrorCode::malformed_file, where_, ": ", decoder_.message);
  }

  static void read_lines(j_decompress_ptr codec, JSAMPLE* dst, std::int64_t rows,
                         std::size_t out_row) {
    constexpr std::int64_t kAtOnce = 16;
    JSAMPROW lines[kAtOnce];
    while (rows > 0) {
      const std::int64_t wanted = rows < kAtOnce ? rows : kAtOnce;
      for (std::int64_t i = 0; i < wanted; ++i)
        lines[i] = dst + static_cast<std::size_t>(i) * out_row;
      const JDIMENSION got = jpeg_read_scanlines(codec, lines, static_cast<JDIMENSION>(wanted));
      dst += got * out_row;
      rows -= got;
    }
  }

  void choose_colours(ImageFields& metadata) {
    j_decompress_ptr codec = &decoder_.codec;
    channels = codec->num_components == 1 ? 1 : 3;
    if (codec->num_components == 1) {
      codec->out_color_space = JCS_GRAYSCALE;
    } else if (codec->num_components == 3) {
      codec->out_color_space = JCS_RGB;
    } else if (codec->num_components == 4) {
      codec->out_color_space = JCS_CMYK;
      // Adobe's programs store inks the other way round, and others followed.
      inverted_ = codec->saw_Adobe_marker != 0;
      inks_.resize(static_cast<std::size_t>(codec->image_width) * 4);
      converter_ = {InkSpace::cmyk, DType::uint8, 0, metadata.icc, where_};
      metadata.warn(converter_.told());
      metadata.icc = ColourConverter::result_profile();
    } else {
      fail(ErrorCode::unsupported, where_, ": pictures have 1, 3 or 4 components; got ",
           codec->num_components);
    }
    codec->dct_method = JDCT_ISLOW;
    metadata.colours = static_cast<int>(channels);
    metadata.extra.clear();
  }

  void convert(JSAMPLE* dst) {
    if (inverted_) {
      for (JSAMPLE& ink : inks_) ink = static_cast<JSAMPLE>(255 - ink);
    }
    converter_.convert(inks_.data(), dst, width);
  }

  void take_metadata(ImageFields& metadata) {
    const j_decompress_ptr codec = &decoder_.codec;
    if (codec->saw_JFIF_marker != 0 && codec->density_unit == 0 &&
        codec->X_density != codec->Y_density) {
      metadata.warn(where_ + ": that its pixels are not square is left out");
    }
    if (codec->saw_JFIF_marker != 0 && codec->density_unit != 0 && codec->X_density > 0 &&
        codec->Y_density > 0) {
      metadata.in_inches = codec->density_unit == 1;
      const double millimetres = metadata.in_inches ? 25.4 : 10.0;
      metadata.x_resolution = codec->X_density / millimetres;
      metadata.y_resolution = codec->Y_density / millimetres;
      metadata.has_resolution = true;
    }
    take_profile(metadata);
    JpegExtras extras;
    for (jpeg_saved_marker_ptr marker = codec->marker_list; marker != nullptr;
         marker = marker->next) {
      const Bytes bytes = joined(marker->data, marker->data_length);
      extras.take(marker->marker, bytes, metadata);
    }
    extras.finish(where_, metadata);
  }

  void take_profile(ImageFields& metadata) {
    JOCTET* profile = nullptr;
    unsigned size = 0;
    boolean found = FALSE;
    guarded([&] { found = jpeg_read_icc_profile(&decoder_.codec, &profile, &size); });
    if (!found) return;
    metadata.icc = joined(profile, size);
    std::free(profile);
  }

  void finish() {
    j_decompress_ptr codec = &decoder_.codec;
    // What comes behind the last pixel costs none.
    if (setjmp(decoder_.escape) == 0) jpeg_finish_decompress(codec);
    if (!decoder_.warning.empty() && !warned_) {
      warned_ = true;
      warnings_->push_back(where_ + ": read whole in spite of its faults: " + decoder_.warning);
    }
  }

  std::string where_;
  Decoder decoder_;
  bool started_ = false;
  bool inverted_ = false;
  bool warned_ = false;
  std::int64_t read_ = 0;
  std::vector<JSAMPLE> inks_;
  ColourConverter converter_;
  std::vector<std::string>* warnings_ = nullptr;
};

class JpegFile final : public ImageFile {
 public:
  JpegFile(const InputFile& file, std::string where) : file_(file), where_(std::move(where)) {}
  int pages() const override { return 1; }
  std::unique_ptr<PageSource> open_page(int, ImageFields& metadata) override {
    return std::make_unique<JpegRows>(file_, where_, metadata);
  }

 private:
  const InputFile& file_;
  std::string where_;
};

}  // namespace

std::unique_ptr<ImageFile> open_jpeg(const InputFile& file, const std::string& where) {
  return std::make_unique<JpegFile>(file, where);
}

}  // namespace halfpixel::io
