# Writes OUT, a source file that knows the commit of SOURCE; touches it only when that has changed.
execute_process(COMMAND git -C ${SOURCE} describe --always --dirty --abbrev=12 --exclude=*
  OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
file(CONFIGURE OUTPUT ${OUT} CONTENT [[
#include "machine.hpp"
namespace halfpixel::bench {
std::string commit() { return "@commit@"; }
}  // namespace halfpixel::bench
]] @ONLY)
