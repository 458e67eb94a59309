// The inputs and outputs of a model, as people name them, and the files that are theirs.
#pragma once

#include <string>
#include <vector>

namespace halfpixel::cli {

// Names by which people may address a port; the first is the one that is listed.
struct Port {
  std::vector<std::string> names;
  std::string file = {};  // empty: not asked for
};

// keys: what the model's own dictionary calls them; empty: there is none.
std::vector<Port> make_ports(const std::vector<std::string>& keys,
                             const std::vector<std::string>& names);

// list: NAME=FILE. what: "input" or "output", for messages, of which `model` is the file. Throws
// Error for a name that is unknown or given twice.
void assign(std::vector<Port>& ports, const std::vector<std::string>& list, const char* what,
            const std::string& model);
// Throws Error when there are several.
void assign_only(std::vector<Port>& ports, const std::string& file, const char* what,
                 const std::string& model);

// Throw Error: an input without a file, one file for two outputs.
void require_all(const std::vector<Port>& inputs, const std::string& model);
void require_different(const std::vector<Port>& outputs);

}  // namespace halfpixel::cli
