// Results for people and for programs.
#pragma once

#include <span>
#include <string>
#include <vector>

#include <halfpixel/keras/layer.hpp>

#include "growth.hpp"
#include "measure.hpp"

namespace halfpixel::bench {

// "4.31 ms", "96.4 ns": three digits and the unit that suits.
std::string time_text(double seconds);

// An aligned table, line by line, so that rows can be shown as they are measured. With peers a
// workload has a line for each of them, with the ratio of its time to ours.
std::string table_head(bool with_peers);
std::string table_lines(const Result& result, bool with_peers);
std::string growth_lines(const GrowthCurve& curve);

// The whole file: {"machine", "commit", "compiler", "results": a record for each workload, number
// of threads and peer, "growth": a record for each point}.
std::string results_json(std::span<const Result> results, std::span<const GrowthCurve> growth,
                         std::span<const int> threads);

}  // namespace halfpixel::bench
