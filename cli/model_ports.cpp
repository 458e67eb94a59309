#include "model_ports.hpp"

#include <cstddef>
#include <filesystem>
#include <set>
#include <system_error>

#include <fmt/format.h>

#include <halfpixel/error.hpp>

namespace halfpixel::cli {
namespace {

std::string listed(const std::vector<Port>& ports) {
  std::string text;
  for (const Port& port : ports) text += (text.empty() ? "'" : ", '") + port.names[0] + "'";
  return text;
}

// Keys go before names: a key may be the name of another port's layer.
Port* find_port(std::vector<Port>& ports, const std::string& name) {
  for (const bool keys : {true, false}) {
    for (Port& port : ports) {
      const std::string& candidate = keys ? port.names.front() : port.names.back();
      if (candidate == name) return &port;
    }
  }
  return nullptr;
}

}  // namespace

std::vector<Port> make_ports(const std::vector<std::string>& keys,
                             const std::vector<std::string>& names) {
  std::vector<Port> ports;
  for (std::size_t i = 0; i < names.size(); ++i) {
    Port port{{names[i]}};
    if (!keys.empty() && keys[i] != names[i]) port.names.insert(port.names.begin(), keys[i]);
    ports.push_back(std::move(port));
  }
  return ports;
}

// Names may hold '=' as files may: the first division that names a port counts.
void assign(std::vector<Port>& ports, const std::vector<std::string>& list, const char* what,
            const std::string& model) {
  for (const std::string& text : list) {
    Port* port = nullptr;
    std::size_t at = text.find('=');
    const std::string first = text.substr(0, at);
    for (; at != std::string::npos && port == nullptr; at = text.find('=', at + 1)) {
      port = find_port(ports, text.substr(0, at));
      if (port == nullptr) continue;
      if (!port->file.empty()) {
        throw Error(ErrorCode::invalid_argument,
                    fmt::format("[run] {} '{}' is given twice", what, port->names[0]));
      }
      port->file = text.substr(at + 1);
    }
    if (port == nullptr) {
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("[run] {} has no {} '{}'; the {}s are {}", model, what, first, what,
                              listed(ports)));
    }
  }
}

void assign_only(std::vector<Port>& ports, const std::string& file, const char* what,
                 const std::string& model) {
  if (ports.size() != 1) {
    throw Error(ErrorCode::invalid_argument,
                fmt::format("[run] {} has {} {}s, name them with --{} NAME=FILE; the {}s are {}",
                            model, ports.size(), what, what, what, listed(ports)));
  }
  ports[0].file = file;
}

void require_all(const std::vector<Port>& inputs, const std::string& model) {
  for (const Port& port : inputs) {
    if (!port.file.empty()) continue;
    throw Error(ErrorCode::invalid_argument,
                fmt::format("[run] input '{}' of {} is missing; the inputs are {}", port.names[0],
                            model, listed(inputs)));
  }
}

void require_different(const std::vector<Port>& outputs) {
  std::set<std::filesystem::path> files;
  for (const Port& port : outputs) {
    if (port.file.empty()) continue;
    std::error_code ignored;
    std::filesystem::path where =
        std::filesystem::weakly_canonical(std::filesystem::absolute(port.file), ignored);
    if (ignored) where = port.file;
    if (!files.insert(where).second) {
      throw Error(ErrorCode::invalid_argument,
                  fmt::format("[run] two outputs go to {}", port.file));
    }
  }
}

}  // namespace halfpixel::cli
