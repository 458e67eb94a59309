// Which table new plans use: the best one, HALFPIXEL_TARGET's, or set_target's.
#include <atomic>
#include <cstdlib>
#include <utility>

#include <halfpixel/cpu.hpp>
#include <halfpixel/error.hpp>

#include "core/checked.hpp"
#include "core/text.hpp"
#include "kernels/kernels.hpp"

namespace halfpixel {
namespace kernels {
namespace {

std::vector<KernelTable> make_tables() {
  std::vector<KernelTable> tables;
  for (const Target& target : supported_targets()) {
    KernelTable table{};
    table.target = target.name;
    fill_copy(table, target.bit);
    fill_lerp(table, target.bit);
    fill_taps(table, target.bit);
    fill_rows(table, target.bit);
    fill_rows_group(table, target.bit);
    fill_pack(table, target.bit);
    fill_windows(table, target.bit);
    fill_convert(table, target.bit);
    fill_gradient(table, target.bit);
    fill_block_sum(table, target.bit);
    fill_products(table, target.bit);
    fill_peak(table, target.bit);
    fill_sums(table, target.bit);
    fill_extremes(table, target.bit);
    fill_winograd(table, target.bit);
    fill_ordered(table, target.bit);
    fill_ordered_windows(table, target.bit);
    fill_corners(table, target.bit);
    fill_fixed_columns(table, target.bit);
    fill_fixed_rows(table, target.bit);
    fill_quad_bytes(table, target.bit);
    fill_cells(table, target.bit);
    fill_bytes(table, target.bit);
    tables.push_back(std::move(table));
  }
  return tables;
}

const KernelTable* find(std::string_view name) {
  const std::string wanted = to_lower(name);
  for (const KernelTable& table : tables()) {
    if (table.target == wanted) return &table;
  }
  return nullptr;
}

std::string names() {
  std::string list;
  for (const KernelTable& table : tables()) list += (list.empty() ? "" : ", ") + table.target;
  return list;
}

[[noreturn]] void unknown(std::string_view who, std::string_view name) {
  fail(ErrorCode::invalid_argument, "[", who, "] target must be one of ", names(), "; got '", name,
       "'");
}

std::atomic<const KernelTable*>& current() {
  static std::atomic<const KernelTable*> table = [] {
    const char* const name = std::getenv("HALFPIXEL_TARGET");
    if (name == nullptr || *name == '\0') return &tables().front();
    const KernelTable* const found = find(name);
    if (found == nullptr) unknown("HALFPIXEL_TARGET", name);
    return found;
  }();
  return table;
}

}  // namespace

const std::vector<KernelTable>& tables() {
  static const std::vector<KernelTable>* const all = new std::vector<KernelTable>(make_tables());
  return *all;
}

const KernelTable& current_table() {
  return *current().load(std::memory_order_acquire);
}

}  // namespace kernels

namespace cpu {

std::vector<std::string> available_targets() {
  std::vector<std::string> list;
  for (const auto& table : kernels::tables()) list.push_back(table.target);
  return list;
}

std::string target() {
  return kernels::current_table().target;
}

void set_target(std::string_view name) {
  const kernels::KernelTable* const table = kernels::find(name);
  if (table == nullptr) kernels::unknown("set_target", name);
  kernels::current().store(table, std::memory_order_release);
}

}  // namespace cpu
}  // namespace halfpixel
