# Counts the lines that CXX sees of each public header after preprocessing, markers included, and
# compares with what was agreed on. Most of them are the standard library's: <memory> is 52,000
# alone, <filesystem> 59,000, <functional> 39,000, <string> 28,000. Own headers stand in for what
# public ones needed of the first three: shared.hpp, path.hpp, callback.hpp.
set(limits
  halfpixel/halfpixel.hpp 60000
  halfpixel/error.hpp 30000
  halfpixel/executor.hpp 8000
  halfpixel/tensor.hpp 34000
  halfpixel/resample.hpp 34000
  halfpixel/tf_image.hpp 34000
  halfpixel/npy.hpp 34000
  halfpixel/npz.hpp 38000
  halfpixel/onnx.hpp 38000
  halfpixel/jax.hpp 34000
  halfpixel/image.hpp 38000
  halfpixel/keras/up_sampling.hpp 42000
  halfpixel/keras/layers.hpp 44000
  halfpixel/keras/model.hpp 50000
  halfpixel/tf_function.hpp 48000)

if(NOT COMPILER MATCHES "^GNU 12\\.")
  message("skipped: the limits are for g++ 12; this is ${COMPILER}")
  return()
endif()
set(heavy "")
while(limits)
  list(POP_FRONT limits header limit)
  execute_process(COMMAND ${CXX} -std=c++20 -E -I${INCLUDE} -x c++ -include ${header} /dev/null
    OUTPUT_VARIABLE text COMMAND_ERROR_IS_FATAL ANY)
  string(REGEX MATCHALL "\n" lines "${text}")
  list(LENGTH lines count)
  message("${count} of ${limit} lines: ${header}")
  if(count GREATER limit)
    list(APPEND heavy ${header})
  endif()
endwhile()
if(heavy)
  message(FATAL_ERROR "heavier than agreed: ${heavy}")
endif()
