// Tables of box-drawing characters, laid out as rich (what Keras prints with) lays them out.
#pragma once

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace halfpixel::keras {

struct TextColumn {
  std::string header;
  double end = 1.0;    // where the column ends, as a share of the table's width
  bool right = false;  // aligned to the right
};

using TextRow = std::vector<std::string>;

// `width`: of the whole table, in characters.
void print_table(std::ostream& out, const std::vector<TextColumn>& columns,
                 const std::vector<TextRow>& rows, int width);

// How wide a table may be: the terminal's width (COLUMNS, or 80 when there is none).
int terminal_columns();

// Names come from strangers' files: control characters are escaped.
std::string plain_text(std::string_view text);

}  // namespace halfpixel::keras
