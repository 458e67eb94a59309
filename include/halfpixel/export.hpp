#pragma once

#if defined(_WIN32)
#define HALFPIXEL_EXPORT
#else
#define HALFPIXEL_EXPORT __attribute__((visibility("default")))
#endif
