// A small typeface of lines and quarter ellipses, drawn for this program so that it needs no font
// files.
#pragma once

#include <vector>

#include "canvas.hpp"

namespace sheet {

using Stroke = std::vector<Point>;  // a polyline; one point is a dot

struct Glyph {
  std::vector<Stroke>
      strokes;  // in units of a twelfth of the capitals' height, y downwards from their top
  float width = 0;
};

inline constexpr float kCapHeight = 12;  // the baseline is here, too
inline constexpr float kLetterGap = 3.2f;

// Letters, digits and the signs that captions need; '*' is a multiplication sign, '>' an arrow.
// Anything else is a box.
Glyph glyph_of(char letter);

}  // namespace sheet
