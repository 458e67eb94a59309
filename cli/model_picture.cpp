#include "model_picture.hpp"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "model_layout.hpp"
#include "one_line.hpp"

namespace halfpixel::cli {
namespace {

std::string replaced(std::string_view text,
                     std::initializer_list<std::pair<char, std::string_view>> table) {
  std::string result;
  for (const char c : one_line(text)) {
    std::string_view piece(&c, 1);
    for (const auto& [from, to] : table) {
      if (c == from) piece = to;
    }
    result += piece;
  }
  return result;
}

std::string xml_text(std::string_view text) {
  return replaced(text, {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}});
}
std::string dot_text(std::string_view text) {
  return replaced(text, {{'"', "\\\""}, {'\\', "\\\\"}});
}

std::string shapes_of(const keras::LayerInfo& info) {
  std::string text;
  for (const Shape& shape : info.output_shapes) text += (text.empty() ? "" : ", ") + shape.str();
  return text;
}

std::string parameters_of(const keras::LayerInfo& info) {
  return info.parameters == 0 ? "" : fmt::format("{} parameters", info.parameters);
}

// What a layer is for: inputs, layers that enlarge, those with weights, the rest.
std::string_view colour_of(const keras::LayerInfo& info) {
  if (info.class_name == "InputLayer") return "#dbe9f6";
  if (info.class_name.starts_with("UpSampling") || info.class_name == "Resizing" ||
      info.class_name == "Resize" || info.class_name == "DepthToSpace" ||
      info.class_name.ends_with("Transpose")) {
    return "#fde3c0";
  }
  return info.parameters > 0 ? "#dff0d8" : "#f2f2f4";
}

constexpr double kLine = 17;

}  // namespace

std::string model_dot(const keras::Model& model) {
  const std::vector<keras::LayerInfo> infos = model.layer_infos();
  std::string text = fmt::format(
      "digraph \"{}\" {{\n  node [shape=box, style=\"rounded,filled\", fontname=\"sans-serif\"];\n",
      dot_text(model.name()));
  for (std::size_t i = 0; i < infos.size(); ++i) {
    const keras::LayerInfo& info = infos[i];
    std::string label = dot_text(info.name) + "\\n" + dot_text(info.class_name);
    if (!info.output_shapes.empty()) label += "\\n" + dot_text(shapes_of(info));
    if (info.parameters > 0) label += "\\n" + parameters_of(info);
    text += fmt::format("  n{} [label=\"{}\", fillcolor=\"{}\"];\n", i, label, colour_of(info));
  }
  for (const LayerEdge& edge : layer_edges(infos))
    text += fmt::format("  n{} -> n{};\n", edge.from, edge.to);
  return text + "}\n";
}

std::string model_svg(const keras::Model& model) {
  const std::vector<keras::LayerInfo> infos = model.layer_infos();
  std::vector<std::vector<std::string>> labels;
  std::vector<BoxSize> sizes;
  for (const keras::LayerInfo& info : infos) {
    std::vector<std::string> lines = {one_line(info.name, 60), one_line(info.class_name, 60)};
    if (!info.output_shapes.empty()) lines.push_back(one_line(shapes_of(info), 60));
    if (info.parameters > 0) lines.push_back(parameters_of(info));
    std::size_t longest = 0;
    for (const std::string& line : lines) longest = std::max(longest, line.size());
    sizes.push_back(
        {static_cast<double>(longest) * 7.4 + 24, static_cast<double>(lines.size()) * kLine + 12});
    labels.push_back(std::move(lines));
  }
  const Layout layout = lay_out(layer_edges(infos), sizes);

  std::string text = fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" width=\"{0:.0f}\" "
      "height=\"{1:.0f}\" "
      "font-family=\"DejaVu Sans, sans-serif\" font-size=\"12\" "
      "text-anchor=\"middle\">\n<title>{2}</title>\n"
      "<defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"8\" "
      "markerHeight=\"8\" "
      "orient=\"auto\"><path d=\"M0 0L8 4L0 8z\" fill=\"#667\"/></marker></defs>\n"
      "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n<g fill=\"none\" stroke=\"#667\" "
      "stroke-width=\"1.3\">\n",
      layout.width, layout.height, xml_text(model.name()));
  for (const std::vector<LayoutPoint>& path : layout.paths) {
    text += fmt::format("<path marker-end=\"url(#tip)\" d=\"M{:.1f} {:.1f}", path[0].x, path[0].y);
    for (std::size_t i = 1; i < path.size(); ++i) {  // leaves and arrives upright
      const double middle = (path[i - 1].y + path[i].y) / 2;
      text += fmt::format("C{:.1f} {:.1f} {:.1f} {:.1f} {:.1f} {:.1f}", path[i - 1].x, middle,
                          path[i].x, middle, path[i].x, path[i].y);
    }
    text += "\"/>\n";
  }
  text += "</g>\n";
  for (std::size_t i = 0; i < infos.size(); ++i) {
    const LayoutPoint& centre = layout.centres[i];
    const double left = centre.x - sizes[i].width / 2, top = centre.y - sizes[i].height / 2;
    text += fmt::format(
        "<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" rx=\"7\" fill=\"{}\" "
        "stroke=\"#99a\"/>\n",
        left, top, sizes[i].width, sizes[i].height, colour_of(infos[i]));
    for (std::size_t line = 0; line < labels[i].size(); ++line) {
      text += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\"{}>{}</text>\n", centre.x,
                          top + 18 + static_cast<double>(line) * kLine,
                          line == 0 ? " font-weight=\"bold\"" : " fill=\"#445\"",
                          xml_text(labels[i][line]));
    }
  }
  return text + "</svg>\n";
}

}  // namespace halfpixel::cli
