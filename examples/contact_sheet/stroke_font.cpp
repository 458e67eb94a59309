// A glyph is written as strokes between '|'. A stroke is a list of points "xy" (base 36); before a
// point nothing means a straight line to it, h a quarter ellipse that leaves horizontally, v one
// that leaves vertically. So "44 h88 v4c h08 v44" is the ring of an o.
#include "stroke_font.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <sstream>
#include <string>

namespace sheet {
namespace {

struct Entry {
  char letter;
  const char* path;
};

constexpr Entry kGlyphs[] = {
    {'a', "44 h88 v4c h08 v44|84 8c"},
    {'b', "00 0c|44 h88 v4c h08 v44"},
    {'c', "76 v44 h08 v4c h7a"},
    {'d', "80 8c|44 h88 v4c h08 v44"},
    {'e', "08 88 v44 h08 v4c h7a"},
    {'f', "50 h23 2c|04 54"},
    {'g', "44 h88 v4c h08 v44|84 8c v4g h0e"},
    {'h', "00 0c|08 v44 h77 7c"},
    {'i', "04 0c|00"},
    {'j', "24 2e v0g|20"},
    {'k', "00 0c|64 09|27 6c"},
    {'l', "00 0c"},
    {'m', "04 0c|08 v34 h67 6c|68 v94 hc7 cc"},
    {'n', "04 0c|08 v44 h77 7c"},
    {'o', "44 h88 v4c h08 v44"},
    {'p', "04 0g|44 h88 v4c h08 v44"},
    {'q', "84 8g|44 h88 v4c h08 v44"},
    {'r', "04 0c|08 v44 54"},
    {'s', "66 v34 h06 v38 h6a v3c h0a"},
    {'t', "20 29 v5c|04 54"},
    {'u', "04 09 v3c h78|74 7c"},
    {'v', "04 4c 84"},
    {'w', "04 3c 65 9c c4"},
    {'x', "04 7c|74 0c"},
    {'y', "04 4c|84 2g"},
    {'z', "04 74 0c 7c"},
    {'A', "0c 50 ac|28 88"},
    {'B', "00 0c 4c h79 v46 06|00 30 h63 v36"},
    {'C', "93 v50 h06 v5c h99"},
    {'D', "00 0c 3c h96 v30 00"},
    {'E', "70 00 0c 7c|06 66"},
    {'F', "70 00 0c|06 66"},
    {'G', "93 v50 h06 v5c ha7 67"},
    {'H', "00 0c|80 8c|06 86"},
    {'I', "00 0c"},
    {'J', "60 69 v3c h09"},
    {'K', "00 0c|80 07|35 8c"},
    {'L', "00 0c 7c"},
    {'M', "0c 00 5a a0 ac"},
    {'N', "0c 00 8c 80"},
    {'O', "60 hc6 v6c h06 v60"},
    {'P', "0c 00 40 h73 v46 06"},
    {'Q', "60 hc6 v6c h06 v60|79 cd"},
    {'R', "0c 00 40 h73 v46 06|46 8c"},
    {'S', "83 v40 h03 v46 h89 v4c h09"},
    {'T', "00 80|40 4c"},
    {'U', "00 08 v4c h88 80"},
    {'V', "00 5c a0"},
    {'W', "00 4c 82 cc g0"},
    {'X', "00 8c|80 0c"},
    {'Y', "00 46 80|46 4c"},
    {'Z', "00 80 0c 8c"},
    {'0', "40 h84 88 v4c h08 04 v40"},
    {'1', "03 40 4c"},
    {'2', "03 v40 h83 75 0c 8c"},
    {'3', "02 v40 h73 v46 36|46 h89 v4c h0a"},
    {'4', "6c 60 09 89"},
    {'5', "70 10 15 45 h88 v4c h0a"},
    {'6', "60 h08|44 h88 v4c h08 v44"},
    {'7', "00 80 3c"},
    {'8', "40 h73 v46 h13 v40|46 h89 v4c h09 v46"},
    {'9', "40 h84 v48 h04 v40|84 v2c"},
    {'.', "0c"},
    {',', "1c 0e"},
    {':', "05|0c"},
    {'\'', "00 03"},
    {'-', "08 58"},
    {'_', "0c 8c"},
    {'/', "0d 60"},
    {'(', "30 h06 v3c"},
    {')', "00 h36 v0c"},
    {'+', "08 88|44 4c"},
    {'*', "05 7c|75 0c"},
    {'>', "08 b8|84 b8 8c"},
};
constexpr const char* kBox = "04 84 8c 0c 04";

float digit(char c) {
  return static_cast<float>(c <= '9' ? c - '0' : c - 'a' + 10);
}

// Sixteen short lines look like a curve at every size that captions have.
void add_quarter(Stroke& stroke, Point to, bool leaves_horizontally) {
  const Point from = stroke.back();
  for (int i = 1; i <= 16; ++i) {
    const float angle = static_cast<float>(i) * 1.57079633f / 16;
    const float out = std::sin(angle), turn = 1 - std::cos(angle);
    stroke.push_back({from.x + (to.x - from.x) * (leaves_horizontally ? out : turn),
                      from.y + (to.y - from.y) * (leaves_horizontally ? turn : out)});
  }
}

Stroke stroke_of(const std::string& path) {
  Stroke stroke;
  std::istringstream words(path);
  for (std::string word; words >> word;) {
    const Point to{digit(word[word.size() - 2]), digit(word.back())};
    if (word.size() == 2) {
      stroke.push_back(to);
    } else {
      add_quarter(stroke, to, word[0] == 'h');
    }
  }
  return stroke;
}

}  // namespace

Glyph glyph_of(char letter) {
  if (letter == ' ') return {{}, 3};
  const auto* entry = std::find_if(std::begin(kGlyphs), std::end(kGlyphs),
                                   [letter](const Entry& e) { return e.letter == letter; });
  std::istringstream paths(entry == std::end(kGlyphs) ? kBox : entry->path);
  Glyph glyph;
  for (std::string path; std::getline(paths, path, '|');) {
    glyph.strokes.push_back(stroke_of(path));
    for (const Point& p : glyph.strokes.back()) glyph.width = std::max(glyph.width, p.x);
  }
  return glyph;
}

}  // namespace sheet
