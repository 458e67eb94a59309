#include <halfpixel/version.hpp>

#define HALFPIXEL_TEXT_(x) #x
#define HALFPIXEL_TEXT(x) HALFPIXEL_TEXT_(x)

namespace halfpixel {

const char* version() noexcept {
  return HALFPIXEL_TEXT(HALFPIXEL_VERSION_MAJOR) "." HALFPIXEL_TEXT(
      HALFPIXEL_VERSION_MINOR) "." HALFPIXEL_TEXT(HALFPIXEL_VERSION_PATCH);
}

}  // namespace halfpixel
