#include "report.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include <fmt/format.h>

#include "limits.hpp"
#include "machine.hpp"

namespace halfpixel::bench {
namespace {

using keras::Config;

// Work this small is the cost of a call; memory says nothing about it.
constexpr std::int64_t kTinyBytes = 16 * 1024;

double rate(std::int64_t bytes, double seconds) {
  return static_cast<double>(bytes) * 1e-9 / seconds;
}

// As it is known now: it is measured again with each workload.
double limit_of(const Result& result) {
  return limit_seconds(limits_of(result.threads), result.bytes_in, result.bytes_out);
}

std::string spread_text(const Times& times) {
  return fmt::format("±{:.0f} %", 100 * times.spread / times.median);
}

std::string difference_text(const Difference& difference) {
  if (difference.equal) return "equal";
  // Around zero a small distance is many units in the last place.
  constexpr std::int64_t kTelling = 10000;
  if (difference.max_ulp == 0 || difference.max_ulp > kTelling) {
    return fmt::format("{:.2g}", difference.max_abs);
  }
  return fmt::format("{:.2g}, {} ulp", difference.max_abs, difference.max_ulp);
}

Config record_of(const Result& result) {
  Config record;
  record.set("workload", result.workload->name);
  record.set("what", result.workload->what);
  record.set("threads", result.threads);
  record.set("bytes_in", result.bytes_in);
  record.set("bytes_out", result.bytes_out);
  record.set("limit_ms", limit_of(result) * 1e3);
  record.set("ours_ms", result.ours.median * 1e3);
  record.set("ours_min_ms", result.ours.min * 1e3);
  record.set("ours_spread", result.ours.spread * 1e3);
  return record;
}

Config record_of(const Result& result, const PeerResult& peer) {
  Config record = record_of(result);
  record.set("peer", peer.name);
  record.set("peer_version", peer.version);
  record.set("peer_ms", peer.times.median * 1e3);
  record.set("peer_min_ms", peer.times.min * 1e3);
  record.set("peer_spread", peer.times.spread * 1e3);
  record.set("equal", peer.difference.equal);
  // JSON has no NaN and no infinity.
  const double apart = peer.difference.max_abs;
  record.set("max_abs_difference", std::isfinite(apart) ? Config::Value(apart) : Config::Value());
  record.set("max_ulp_difference", peer.difference.max_ulp);
  record.set("note", peer.note);
  return record;
}

Config record_alone(const Result& result) {
  Config record = record_of(result);
  for (const char* key : {"peer", "peer_version", "peer_ms", "peer_spread", "equal",
                          "max_abs_difference", "max_ulp_difference"}) {
    record.set(key, nullptr);
  }
  record.set("note", "");
  return record;
}

}  // namespace

std::string time_text(double seconds) {
  constexpr const char* kUnits[] = {"s ", "ms", "µs", "ns"};
  int unit = 0;
  double value = seconds;
  for (; unit < 3 && value < 0.9995; ++unit) value *= 1000;
  const int digits = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  return fmt::format("{:.{}f} {}", value, digits, kUnits[unit]);
}

std::string table_head(bool with_peers) {
  return fmt::format(
      "{:<5}{:<29}{:>7}{:>11}{:>8}{:>9}{:>7}{}\n", "", "workload", "threads", "median", "", "GB/s",
      "limit", with_peers ? "   peer               median          times ours  difference" : "");
}

std::string table_lines(const Result& result, bool with_peers) {
  const bool tiny = result.bytes_in + result.bytes_out < kTinyBytes;
  const double seconds = result.ours.median;
  std::string lines = fmt::format(
      "{:<5}{:<29}{:>7}{:>11}{:>8}{:>9}{:>7}", result.workload->name, result.workload->what,
      result.threads, time_text(seconds), spread_text(result.ours),
      tiny ? "-" : fmt::format("{:.1f}", rate(result.bytes_in + result.bytes_out, seconds)),
      tiny ? "-" : fmt::format("{:.0f} %", 100 * limit_of(result) / seconds));
  if (with_peers && result.peers.empty()) lines += "   -";
  const std::string indent(76, ' ');
  for (const PeerResult& peer : result.peers) {
    if (&peer != &result.peers.front()) lines += "\n" + indent;
    lines +=
        fmt::format("   {:<14}{:>11}{:>8}{:>12.2f}  {}{}", peer.name, time_text(peer.times.median),
                    spread_text(peer.times), peer.times.median / seconds,
                    difference_text(peer.difference), peer.note.empty() ? "" : "; " + peer.note);
  }
  return lines + "\n";
}

std::string growth_lines(const GrowthCurve& curve) {
  const auto cost = [](const GrowthPoint& point) {
    return point.seconds / static_cast<double>(point.elements);
  };
  double most = 0;
  for (const GrowthPoint& point : curve.points) most = std::max(most, cost(point));
  std::string lines = fmt::format("{}, {}\n", curve.name, curve.workload);
  for (const GrowthPoint& point : curve.points) {
    const double each = cost(point);
    lines += fmt::format("{:>8} {:>11} {:>8.3f} ns each {:>7.1f} GB/s  {}\n", point.x,
                         time_text(point.seconds), each * 1e9, rate(point.bytes, point.seconds),
                         std::string(static_cast<std::size_t>(std::lround(40 * each / most)), '#'));
  }
  return lines;
}

std::string results_json(std::span<const Result> results, std::span<const GrowthCurve> growth,
                         std::span<const int> threads) {
  Config::List records;
  for (const Result& result : results) {
    if (result.peers.empty()) records.emplace_back(record_alone(result));
    for (const PeerResult& peer : result.peers) records.emplace_back(record_of(result, peer));
  }
  Config::List points;
  for (const GrowthCurve& curve : growth) {
    for (const GrowthPoint& point : curve.points) {
      Config record;
      record.set("curve", curve.name);
      record.set("workload", curve.workload);
      record.set("x", point.x);
      record.set("ms", point.seconds * 1e3);
      record.set("gbs", rate(point.bytes, point.seconds));
      record.set("ns_per_element", point.seconds * 1e9 / static_cast<double>(point.elements));
      points.emplace_back(std::move(record));
    }
  }
  Config file;
  file.set("machine", machine_config(threads));
  file.set("commit", commit());
  file.set("compiler", compiler());
  file.set("results", std::move(records));
  file.set("growth", std::move(points));
  return file.json() + "\n";
}

}  // namespace halfpixel::bench
