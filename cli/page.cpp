#include "page.hpp"

#include <algorithm>
#include <cstdint>
#include <fstream>
#include <sstream>

#include <unistd.h>

#include <fmt/format.h>

#include <halfpixel/error.hpp>
#include <halfpixel/files.hpp>

#include "in_out.hpp"
#include "page_text.hpp"
#include "usage.hpp"

namespace halfpixel::cli {
namespace {

// Pages of more are slow to open; a part around the largest difference is shown then.
constexpr std::int64_t kMostSide = 1024;

std::string base64(std::string_view bytes) {
  static constexpr char kDigits[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t three = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      three = three << 8 |
              (i + k < bytes.size() ? static_cast<std::uint8_t>(bytes[i + k]) : std::uint8_t{0});
    }
    for (std::size_t k = 0; k < 4; ++k) {
      text += i + k > bytes.size() ? '=' : kDigits[three >> (18 - 6 * k) & 63];
    }
  }
  return text;
}

// A picture of its own, gone when the object is.
class TemporaryPicture {
 public:
  TemporaryPicture()
      : path_((std::filesystem::temp_directory_path() /
               fmt::format("halfpixel-report-{}.png", ::getpid()))
                  .native()) {}
  ~TemporaryPicture() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  std::string png(const Tensor& pixels) const {
    Shape shape{1};
    for (const std::int64_t extent : pixels.shape()) shape.push_back(extent);
    write_picture(path_, pixels.reshape(shape));
    std::ifstream file(path_, std::ios::binary);
    std::ostringstream bytes;
    bytes << file.rdbuf();
    return std::move(bytes).str();
  }

 private:
  std::string path_;
};

// Where two pictures of one shape differ most: {row, column}.
std::pair<std::int64_t, std::int64_t> largest_at(const Tensor& a, const Tensor& b) {
  const auto x = a.span<std::uint8_t>(), y = b.span<std::uint8_t>();
  std::size_t best = 0;
  int most = -1;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const int apart = std::abs(int{x[i]} - int{y[i]});
    if (apart > most) most = apart, best = i;
  }
  const auto pixel = static_cast<std::int64_t>(best) / a.shape()[2];
  return {pixel / a.shape()[1], pixel % a.shape()[1]};
}

Tensor cropped(const Tensor& pixels, std::int64_t top, std::int64_t left, std::int64_t height,
               std::int64_t width) {
  const Shape& shape = pixels.shape();
  const std::int64_t strides[] = {shape[1] * shape[2], shape[2], 1};
  const auto* first =
      static_cast<const std::uint8_t*>(pixels.data()) + top * strides[0] + left * strides[1];
  return Tensor(ConstTensorView(first, {height, width, shape[2]}, strides));
}

std::string json_text(std::string_view text) {
  std::string json = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\')
      json += std::string("\\") + c;
    else if (static_cast<unsigned char>(c) < 0x20 || c == '<')
      json += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
    else
      json += c;
  }
  return json + "\"";
}

}  // namespace

void check_page(const std::string& path) {
  const std::string ending = lower(std::filesystem::path(path).extension().native());
  if (ending == ".html" || ending == ".htm") return;
  throw UsageError(fmt::format("the page must end in .html; got '{}'", path));
}

std::string html_text(std::string_view text) {
  std::string html;
  for (const char c : text) {
    if (c == '&')
      html += "&amp;";
    else if (c == '<')
      html += "&lt;";
    else if (c == '>')
      html += "&gt;";
    else if (c == '"')
      html += "&quot;";
    else
      html += c;
  }
  return html;
}

std::optional<Tensor> as_one_picture(const Tensor& array) {
  const Shape& shape = array.shape();
  const int rank = shape.rank();
  if (rank < 2 || rank > 4 || (rank == 4 && shape[0] != 1)) return std::nullopt;
  const int rows = rank == 4 ? 1 : 0;
  const std::int64_t channels = rank == 2 ? 1 : shape[rank - 1];
  if (channels < 1 || channels > 4 || array.size() == 0) return std::nullopt;
  return array.reshape({1, shape[rows], shape[rows + 1], channels});
}

Tensor report_pixels(const Tensor& images) {
  const Shape& shape = images.shape();
  Tensor one =
      Tensor(ConstTensorView(images.data(), images.dtype(), {shape[1], shape[2], shape[3]}));
  if (one.dtype() == DType::uint16) {
    Tensor high(one.shape(), DType::uint8);
    auto to = high.span<std::uint8_t>();
    const auto from = one.span<std::uint16_t>();
    for (std::size_t i = 0; i < to.size(); ++i) to[i] = static_cast<std::uint8_t>(from[i] >> 8);
    one = high;
  } else if (one.dtype() != DType::uint8) {
    one = is_floating(one.dtype()) ? to_samples(one, DType::uint8) : one.astype(DType::uint8);
  }
  return one;
}

void write_report(const std::string& path, const Report& report) {
  const TemporaryPicture temporary;
  const Shape& shape = report.pictures.front().pixels.shape();
  std::int64_t top = 0, left = 0, height = shape[0], width = shape[1];
  std::string part;
  if (height > kMostSide || width > kMostSide) {
    const auto [y, x] = report.pictures.size() < 2
                            ? std::pair<std::int64_t, std::int64_t>{height / 2, width / 2}
                            : largest_at(report.pictures[0].pixels, report.pictures[1].pixels);
    height = std::min(height, kMostSide);
    width = std::min(width, kMostSide);
    top = std::clamp<std::int64_t>(y - height / 2, 0, shape[0] - height);
    left = std::clamp<std::int64_t>(x - width / 2, 0, shape[1] - width);
    part = fmt::format("Shown: rows {} to {} and columns {} to {} of {} x {} pixels.", top,
                       top + height, left, left + width, shape[0], shape[1]);
  }
  std::string pictures;
  for (const ReportPicture& picture : report.pictures) {
    const std::string png = temporary.png(cropped(picture.pixels, top, left, height, width));
    pictures += fmt::format(
        "{}{{\"name\":{},\"command\":{},\"note\":{},\"src\":\"data:image/png;base64,{}\"}}",
        pictures.empty() ? "" : ",\n", json_text(picture.name), json_text(picture.command),
        json_text(picture.note), base64(png));
  }
  std::string page = kReportPage;
  const auto put = [&](std::string_view mark, const std::string& text) {
    const std::size_t at = page.find(mark);
    page.replace(at, mark.size(), text);
  };
  put("@TITLE@", html_text(report.title));
  put("@HEADING@", html_text(report.title));
  put("@SUMMARY@", html_text(report.summary + (part.empty() ? "" : " " + part)));
  put("@TABLE@", report.table);
  put("@PICTURES@", pictures);
  io::PendingFile pending(path);
  std::ofstream file(pending.path(), std::ios::binary);
  file << page;
  file.close();
  if (!file) throw Error(ErrorCode::io, "[halfpixel] " + path + " cannot be written");
  pending.commit();
}

}  // namespace halfpixel::cli
