// Pixels that Pillow 11.2 and newer hand out where they lie, by Arrow's C data interface.
#include <cstring>

#include "bindings.hpp"

namespace halfpixel::python {
namespace {

// https://arrow.apache.org/docs/format/CDataInterface.html
struct ArrowSchema {
  const char* format;
  const char* name;
  const char* metadata;
  std::int64_t flags;
  std::int64_t n_children;
  ArrowSchema** children;
  ArrowSchema* dictionary;
  void (*release)(ArrowSchema*);
  void* private_data;
};
struct ArrowArray {
  std::int64_t length;
  std::int64_t null_count;
  std::int64_t offset;
  std::int64_t n_buffers;
  std::int64_t n_children;
  const void** buffers;
  ArrowArray** children;
  ArrowArray* dictionary;
  void (*release)(ArrowArray*);
  void* private_data;
};

// The memory of an exported array, for as long as somebody holds it.
struct ArrowPixels {
  nb::object array;  // the capsule
  const void* data;
  Py_ssize_t bytes;
};

int get_buffer(PyObject* self, Py_buffer* buffer, int flags) {
  const ArrowPixels& pixels = *nb::inst_ptr<ArrowPixels>(nb::handle(self));
  return PyBuffer_FillInfo(buffer, self, const_cast<void*>(pixels.data), pixels.bytes, 1, flags);
}

PyType_Slot slots[] = {{Py_bf_getbuffer, reinterpret_cast<void*>(get_buffer)}, {0, nullptr}};

template <class T>
const T* in_capsule(nb::handle capsule, const char* name) {
  if (PyCapsule_IsValid(capsule.ptr(), name) == 0) return nullptr;
  const auto* const found = static_cast<const T*>(PyCapsule_GetPointer(capsule.ptr(), name));
  return found != nullptr && found->release != nullptr ? found : nullptr;
}

// Bytes of `pixels` pixels of one or four uint8 each; None for anything else, lines with gaps too.
nb::object arrow_pixels(nb::handle schema, nb::handle array, nb::handle pixels) {
  const auto* const type = in_capsule<ArrowSchema>(schema, "arrow_schema");
  const auto* const whole = in_capsule<ArrowArray>(array, "arrow_array");
  const std::int64_t count = to_integer(pixels, "Image.resize", "pixels");
  if (type == nullptr || whole == nullptr || whole->offset != 0 || whole->length != count)
    return nb::none();
  const ArrowArray* values = whole;
  std::int64_t channels = 1;
  if (std::strcmp(type->format, "+w:4") == 0) {
    channels = 4;
    if (type->n_children != 1 || std::strcmp(type->children[0]->format, "C") != 0 ||
        whole->n_children != 1)
      return nb::none();
    values = whole->children[0];
  } else if (std::strcmp(type->format, "C") != 0) {
    return nb::none();
  }
  if (values->offset != 0 || values->length != count * channels || values->n_buffers != 2 ||
      values->buffers[1] == nullptr)
    return nb::none();
  return nb::cast(ArrowPixels{nb::borrow(array), values->buffers[1], values->length});
}

}  // namespace

void bind_arrow(nb::module_& m) {
  nb::class_<ArrowPixels>(m, "ArrowPixels", nb::type_slots(slots));
  def(m, "arrow_pixels", arrow_pixels);
}

}  // namespace halfpixel::python
