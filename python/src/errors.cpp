#include "errors.hpp"

#include <new>
#include <string_view>
#include <typeinfo>

#include <halfpixel/error.hpp>

namespace halfpixel::python {
namespace {

namespace nb = nanobind;

const char* kind_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid_argument:
      return "value";
    case ErrorCode::unsupported:
      return "unsupported";
    case ErrorCode::malformed_file:
      return "malformed";
    case ErrorCode::io:
      return "io";
    case ErrorCode::out_of_memory:
      return "memory";
    case ErrorCode::internal:
      break;
  }
  return "internal";
}

void raise(const char* kind, std::string_view message) {
  PyObject* const text =
      PyUnicode_DecodeUTF8(message.data(), static_cast<Py_ssize_t>(message.size()), "replace");
  const nb::object error =
      nb::module_::import_("halfpixel._errors").attr("make")(kind, nb::steal(text));
  PyErr_SetObject(error.type().ptr(), error.ptr());
}

void translate(const std::exception_ptr& caught, void*) {
  try {
    std::rethrow_exception(caught);
  } catch (const Error& error) {
    raise(kind_of(error.code()), error.what());
  } catch (const type_fault& error) {
    raise("type", error.what());
  } catch (const value_fault& error) {
    raise("value", error.what());
  } catch (const std::bad_alloc&) {
    raise("memory", "[halfpixel] the result must fit in memory; it does not");
  } catch (const std::bad_cast&) {
    raise("type", "[halfpixel] arguments must be of the types that the function takes");
  }
}

}  // namespace

void bind_errors() {
  // Plans and models that live until the interpreter ends are no defect.
  nb::set_leak_warnings(false);
  nb::register_exception_translator(translate);
}

}  // namespace halfpixel::python
