// The contact sheet as a page: the photo and a cross-section on the left, four panels on the right.
#pragma once

#include <string>
#include <vector>

#include <halfpixel/tensor.hpp>

#include "canvas.hpp"

namespace sheet {

struct Panel {
  std::string title;
  std::string note;
  halfpixel::Tensor picture;  // the enlarged detail, 8-bit RGB; all panels have one size
};

struct Page {
  std::string name;         // of the photo
  halfpixel::Tensor photo;  // 8-bit RGB
  Rect detail;              // what the panels show, in pixels of the photo
  std::int64_t rows;        // the factors of enlargement
  std::int64_t columns;
  std::vector<Panel> panels;
  std::int64_t zoom = 1;  // how often the panels repeat each pixel of the enlarged picture
};

Canvas draw(const Page& page);

}  // namespace sheet
