#include "model/text_table.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace halfpixel::keras {
namespace {

struct Glyph {
  std::string_view bytes;
  int width;
};

// East Asian wide characters and pictures take two places.
bool is_wide(char32_t c) {
  return (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) ||
         (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0xF900 && c <= 0xFAFF) ||
         (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
         (c >= 0xFFE0 && c <= 0xFFE6) || (c >= 0x1F300 && c <= 0x1FAFF) ||
         (c >= 0x20000 && c <= 0x3FFFD);
}

std::vector<Glyph> glyphs(std::string_view text) {
  std::vector<Glyph> result;
  while (!text.empty()) {
    const auto first = static_cast<unsigned char>(text[0]);
    const std::size_t wanted = first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    const std::size_t length = std::min(wanted, text.size());
    char32_t point = length == 1 ? first : first & (0x7FU >> length);
    for (std::size_t i = 1; i < length; ++i)
      point = point << 6 | (static_cast<unsigned char>(text[i]) & 0x3FU);
    result.push_back({text.substr(0, length), is_wide(point) ? 2 : 1});
    text.remove_prefix(length);
  }
  return result;
}

int width_of(std::string_view text) {
  int width = 0;
  for (const Glyph& glyph : glyphs(text)) width += glyph.width;
  return width;
}

std::string_view without_trailing_spaces(std::string_view text) {
  const auto last = text.find_last_not_of(' ');
  return last == text.npos ? std::string_view() : text.substr(0, last + 1);
}

// What does not fit ends in "…".
std::string cut(std::string_view text, int width) {
  if (width_of(text) <= width) return std::string(text);
  std::string result;
  int used = 0;
  for (const Glyph& glyph : glyphs(text)) {
    if (used + glyph.width > width - 1) break;
    used += glyph.width;
    result += glyph.bytes;
  }
  return result + std::string(static_cast<std::size_t>(std::max(width - 1 - used, 0)), ' ') + "…";
}

// Words as many as fit into a line; a word that is too long has a line of its own and is cut.
std::vector<std::string> wrapped(std::string_view text, int width) {
  std::vector<std::string> lines;
  std::size_t line = 0, word = 0;
  int used = 0;
  while (word < text.size()) {
    const std::size_t end = text.find(' ', text.find_first_not_of(' ', word));
    const std::size_t next =
        end == text.npos ? text.size() : std::min(text.find_first_not_of(' ', end), text.size());
    const std::string_view with_spaces = text.substr(word, next - word);
    if (width - used >= width_of(without_trailing_spaces(with_spaces))) {
      used += width_of(with_spaces);
    } else {
      if (word > line) lines.emplace_back(text.substr(line, word - line));
      line = word;
      used = width_of(with_spaces);
    }
    word = next;
  }
  lines.emplace_back(text.substr(line));
  for (std::string& l : lines) l = cut(without_trailing_spaces(l), width);
  return lines;
}

// Columns lose in equal parts what borders and padding need.
std::vector<int> column_widths(const std::vector<TextColumn>& columns, int width) {
  std::vector<int> widths;
  int before = 0, sum = 0;
  for (const TextColumn& column : columns) {
    const int end = static_cast<int>(column.end * width);
    widths.push_back(end - before + 2);
    sum += widths.back();
    before = end;
  }
  const int count = static_cast<int>(columns.size());
  int excess = sum - (width - count - 1);
  for (int i = 0; i < count && excess > 0; ++i) {
    const int share = static_cast<int>(std::nearbyint(static_cast<double>(excess) / (count - i)));
    widths[static_cast<std::size_t>(i)] = std::max(widths[static_cast<std::size_t>(i)] - share, 4);
    excess -= share;
  }
  return widths;
}

void print_rule(std::ostream& out, const std::vector<int>& widths, std::string_view left,
                std::string_view line, std::string_view cross, std::string_view right) {
  for (std::size_t i = 0; i < widths.size(); ++i) {
    out << (i == 0 ? left : cross);
    for (int k = 0; k < widths[i]; ++k) out << line;
  }
  out << right << '\n';
}

void print_row(std::ostream& out, const std::vector<TextColumn>& columns,
               const std::vector<int>& widths, const TextRow& row, std::string_view border) {
  std::vector<std::vector<std::string>> cells;
  std::size_t height = 1;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    cells.push_back(wrapped(row[i], widths[i] - 2));
    height = std::max(height, cells.back().size());
  }
  for (std::size_t y = 0; y < height; ++y) {
    out << border;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const std::string text = y < cells[i].size() ? cells[i][y] : std::string();
      const std::string space(static_cast<std::size_t>(std::max(widths[i] - 2 - width_of(text), 0)),
                              ' ');
      out << ' ' << (columns[i].right ? space + text : text + space) << ' ' << border;
    }
    out << '\n';
  }
}

}  // namespace

void print_table(std::ostream& out, const std::vector<TextColumn>& columns,
                 const std::vector<TextRow>& rows, int width) {
  const std::vector<int> widths = column_widths(columns, width);
  TextRow headers;
  for (const TextColumn& column : columns) headers.push_back(column.header);
  print_rule(out, widths, "┏", "━", "┳", "┓");
  print_row(out, columns, widths, headers, "┃");
  print_rule(out, widths, "┡", "━", "╇", "┩");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i > 0) print_rule(out, widths, "├", "─", "┼", "┤");
    print_row(out, columns, widths, rows[i], "│");
  }
  print_rule(out, widths, "└", "─", "┴", "┘");
}

int terminal_columns() {
  if (const char* text = std::getenv("COLUMNS")) {
    if (const int columns = std::atoi(text); columns > 0) return columns;
  }
  winsize size{};
  return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

std::string plain_text(std::string_view text) {
  std::string result;
  const auto escape = [&](char c) {
    char code[8];
    std::snprintf(code, sizeof code, "\\x%02x",
                  static_cast<unsigned>(static_cast<unsigned char>(c)));
    result += code;
  };
  for (const Glyph& glyph : glyphs(text)) {
    const auto first = static_cast<unsigned char>(glyph.bytes[0]);
    const bool c1 = glyph.bytes.size() == 2 && first == 0xC2 &&
                    static_cast<unsigned char>(glyph.bytes[1]) < 0xA0;
    if (first < 0x20 || first == 0x7F || c1) {
      for (const char c : glyph.bytes) escape(c);
    } else {
      result += glyph.bytes;
    }
  }
  return result;
}

}  // namespace halfpixel::keras
