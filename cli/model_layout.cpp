// Sugiyama's way: ranks, bends where an edge passes ranks, order by the mean place of neighbours.
#include "model_layout.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <unordered_map>

namespace halfpixel::cli {
namespace {

constexpr double kMargin = 24, kBetween = 22, kRankGap = 34, kBendWidth = 10;
constexpr std::size_t kMostBends = 20'000;  // beyond that long edges are straight

// A box, or the place where an edge passes a rank.
struct Node {
  std::size_t rank = 0;
  double width = 0, height = 0;
  double x = 0;
  std::vector<std::size_t> above, below;
};

class Drawing {
 public:
  Drawing(const std::vector<LayerEdge>& edges, const std::vector<BoxSize>& boxes)
      : boxes_(boxes.size()) {
    for (const BoxSize& box : boxes) nodes_.push_back({0, box.width, box.height, 0, {}, {}});
    // Layers come in an order in which they can run; what runs back (a layer called twice) does not
    // count.
    std::vector<LayerEdge> sorted = edges;
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const LayerEdge& a, const LayerEdge& b) { return a.to < b.to; });
    for (const LayerEdge& edge : sorted) {
      if (edge.from < edge.to)
        nodes_[edge.to].rank = std::max(nodes_[edge.to].rank, nodes_[edge.from].rank + 1);
    }
    std::size_t bends = 0;
    for (const LayerEdge& edge : edges) {
      if (edge.from < edge.to) bends += nodes_[edge.to].rank - nodes_[edge.from].rank - 1;
    }
    for (const LayerEdge& edge : edges) chains_.push_back(connect(edge, bends <= kMostBends));
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
      if (nodes_[i].rank >= ranks_.size()) ranks_.resize(nodes_[i].rank + 1);
      ranks_[nodes_[i].rank].push_back(i);
    }
  }

  Layout draw() {
    for (int sweep = 0; sweep < 8; ++sweep) order(sweep % 2 == 0);
    for (auto& rank : ranks_) spread(rank);
    for (int sweep = 0; sweep < 12; ++sweep) align(sweep % 2 == 0);
    return result();
  }

 private:
  std::vector<std::size_t> connect(const LayerEdge& edge, bool with_bends) {
    std::vector<std::size_t> chain = {edge.from};
    if (edge.from < edge.to) {
      for (std::size_t rank = nodes_[edge.from].rank + 1; with_bends && rank < nodes_[edge.to].rank;
           ++rank) {
        nodes_.push_back({rank, kBendWidth, 0, 0, {}, {}});
        link(chain.back(), nodes_.size() - 1);
        chain.push_back(nodes_.size() - 1);
      }
      link(chain.back(), edge.to);
    }
    chain.push_back(edge.to);
    return chain;
  }
  void link(std::size_t from, std::size_t to) {
    nodes_[from].below.push_back(to);
    nodes_[to].above.push_back(from);
  }

  void order(bool downwards) {
    std::vector<double> place(nodes_.size());
    for (const auto& rank : ranks_) {
      for (std::size_t i = 0; i < rank.size(); ++i) place[rank[i]] = static_cast<double>(i);
    }
    for (std::size_t step = 0; step < ranks_.size(); ++step) {
      auto& rank = ranks_[downwards ? step : ranks_.size() - 1 - step];
      std::unordered_map<std::size_t, double> wish;
      for (const std::size_t node : rank) {
        const auto& neighbours = downwards ? nodes_[node].above : nodes_[node].below;
        double sum = 0;
        for (const std::size_t n : neighbours) sum += place[n];
        wish[node] =
            neighbours.empty() ? place[node] : sum / static_cast<double>(neighbours.size());
      }
      std::stable_sort(rank.begin(), rank.end(),
                       [&](std::size_t a, std::size_t b) { return wish[a] < wish[b]; });
      for (std::size_t i = 0; i < rank.size(); ++i) place[rank[i]] = static_cast<double>(i);
    }
  }

  double distance(std::size_t left, std::size_t right) const {
    return (nodes_[left].width + nodes_[right].width) / 2 + kBetween;
  }

  void spread(const std::vector<std::size_t>& rank) {
    for (std::size_t i = 1; i < rank.size(); ++i)
      nodes_[rank[i]].x = nodes_[rank[i - 1]].x + distance(rank[i - 1], rank[i]);
    const double middle = nodes_[rank.back()].x / 2;
    for (const std::size_t node : rank) nodes_[node].x -= middle;
  }

  // Each node towards the mean of its neighbours, as far as those beside it allow: the mean of
  // packing from the left and packing from the right.
  void align(bool downwards) {
    for (std::size_t step = 0; step < ranks_.size(); ++step) {
      const auto& rank = ranks_[downwards ? step : ranks_.size() - 1 - step];
      std::vector<double> wish, left, right(rank.size());
      for (const std::size_t node : rank) {
        const auto& neighbours = downwards ? nodes_[node].above : nodes_[node].below;
        double sum = 0;
        for (const std::size_t n : neighbours) sum += nodes_[n].x;
        wish.push_back(neighbours.empty() ? nodes_[node].x
                                          : sum / static_cast<double>(neighbours.size()));
      }
      for (std::size_t i = 0; i < rank.size(); ++i) {
        left.push_back(i == 0 ? wish[i]
                              : std::max(wish[i], left[i - 1] + distance(rank[i - 1], rank[i])));
      }
      for (std::size_t i = rank.size(); i-- > 0;) {
        right[i] = i + 1 == rank.size()
                       ? wish[i]
                       : std::min(wish[i], right[i + 1] - distance(rank[i], rank[i + 1]));
      }
      for (std::size_t i = 0; i < rank.size(); ++i) nodes_[rank[i]].x = (left[i] + right[i]) / 2;
    }
  }

  Layout result() const {
    Layout layout;
    double least = 0, most = 0;
    for (const Node& node : nodes_) {
      least = std::min(least, node.x - node.width / 2);
      most = std::max(most, node.x + node.width / 2);
    }
    std::vector<double> top, bottom;
    double y = kMargin;
    for (const auto& rank : ranks_) {
      double height = 0;
      for (const std::size_t node : rank) height = std::max(height, nodes_[node].height);
      top.push_back(y);
      bottom.push_back(y + height);
      y += height + kRankGap;
    }
    const auto centre = [&](std::size_t node) {
      const std::size_t rank = nodes_[node].rank;
      return LayoutPoint{nodes_[node].x - least + kMargin, (top[rank] + bottom[rank]) / 2};
    };
    for (std::size_t i = 0; i < boxes_; ++i) layout.centres.push_back(centre(i));
    for (const auto& chain : chains_) {
      std::vector<LayoutPoint> path;
      for (std::size_t i = 0; i < chain.size(); ++i) {
        LayoutPoint point = centre(chain[i]);
        const std::size_t rank = nodes_[chain[i]].rank;
        const double half = nodes_[chain[i]].height / 2;
        if (i > 0 && i + 1 < chain.size()) {  // straight past the boxes of the rank
          path.push_back({point.x, top[rank]});
          path.push_back({point.x, bottom[rank]});
          continue;
        }
        point.y += i == 0 ? half : -half;
        path.push_back(point);
      }
      layout.paths.push_back(std::move(path));
    }
    layout.width = most - least + 2 * kMargin;
    layout.height = y - kRankGap + kMargin;
    return layout;
  }

  std::size_t boxes_;
  std::vector<Node> nodes_;
  std::vector<std::vector<std::size_t>> ranks_;
  std::vector<std::vector<std::size_t>> chains_;  // nodes along each edge
};

}  // namespace

std::vector<LayerEdge> layer_edges(const std::vector<keras::LayerInfo>& layers) {
  std::unordered_map<std::string, std::size_t> index;
  for (std::size_t i = 0; i < layers.size(); ++i) index.emplace(layers[i].name, i);
  std::vector<LayerEdge> edges;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    std::set<std::size_t> seen;
    for (const keras::LayerConnection& connection : layers[i].connected_to) {
      const auto from =
          index.find(connection.layer);  // a Sequential's input is not among its layers
      if (from != index.end() && seen.insert(from->second).second)
        edges.push_back({from->second, i});
    }
  }
  return edges;
}

Layout lay_out(const std::vector<LayerEdge>& edges, const std::vector<BoxSize>& boxes) {
  return boxes.empty() ? Layout{2 * kMargin, 2 * kMargin, {}, {}} : Drawing(edges, boxes).draw();
}

}  // namespace halfpixel::cli
