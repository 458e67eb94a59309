#include "bridge.h"

#include <algorithm>
#include <exception>
#include <string>
#include <thread>
#include <vector>

#include <halfpixel/error.hpp>
#include <halfpixel/version.hpp>

#include "limits.hpp"
#include "machine.hpp"
#include "sample.hpp"
#include "workloads.hpp"

namespace bench = halfpixel::bench;

struct hpb_handle {
  halfpixel::resample::Plan plan;
  halfpixel::Executor* executor;
  std::string description;

  void run(const void* in, void* out) const {
    plan.run({in, plan.input_dtype(), plan.input_shape()},
             {out, plan.output_dtype(), plan.output_shape()}, *executor);
  }
};

namespace {

thread_local std::string last_error;

// Nothing may escape into C.
template <class Result, class Work>
Result guarded(Result failed, Work&& work) noexcept {
  try {
    last_error.clear();
    return work();
  } catch (const std::exception& error) {
    last_error = error.what();
  } catch (...) {
    last_error = "unknown failure";
  }
  return failed;
}

template <class T>
T& checked(T* pointer, const char* name) {
  if (pointer != nullptr) return *pointer;
  throw halfpixel::Error(halfpixel::ErrorCode::invalid_argument,
                         std::string("[bench] ") + name + " must not be NULL");
}

std::vector<int> one_and_all() {
  const auto cores = static_cast<int>(std::thread::hardware_concurrency());
  return cores > 1 ? std::vector{1, cores} : std::vector{1};
}

}  // namespace

const char* hpb_error() {
  return last_error.c_str();
}

const char* hpb_list() {
  return guarded<const char*>(nullptr, [] {
    static const std::string text = [] {
      halfpixel::keras::Config::List rows;
      for (const bench::Workload& workload : bench::workloads()) {
        rows.emplace_back(bench::describe(workload, bench::plan_of(workload)));
      }
      return halfpixel::keras::Config::Value(std::move(rows)).json();
    }();
    return text.c_str();
  });
}

hpb_handle* hpb_open(const char* workload, int threads) {
  return guarded<hpb_handle*>(nullptr, [&] {
    const bench::Workload& found = bench::find_workload(&checked(workload, "workload"));
    if (threads < 1 || threads > 1024) {
      throw halfpixel::Error(
          halfpixel::ErrorCode::invalid_argument,
          "[bench] threads must be from 1 to 1024; got " + std::to_string(threads));
    }
    auto plan = bench::plan_of(found);
    std::string description = bench::describe(found, plan).json();
    return new hpb_handle{std::move(plan), &bench::executor_for(threads), std::move(description)};
  });
}

void hpb_close(hpb_handle* handle) {
  delete handle;
}

int64_t hpb_bytes_in(const hpb_handle* handle) {
  return guarded<int64_t>(-1, [&] { return bench::bytes_in(checked(handle, "handle").plan); });
}

int64_t hpb_bytes_out(const hpb_handle* handle) {
  return guarded<int64_t>(-1, [&] { return bench::bytes_out(checked(handle, "handle").plan); });
}

const char* hpb_describe(const hpb_handle* handle) {
  return guarded<const char*>(nullptr,
                              [&] { return checked(handle, "handle").description.c_str(); });
}

int hpb_fill(const hpb_handle* handle, void* in) {
  return guarded(1, [&] {
    const halfpixel::Tensor input = bench::make_input(checked(handle, "handle").plan);
    const auto* from = static_cast<const char*>(input.data());
    std::copy_n(from, input.size_bytes(), &checked(static_cast<char*>(in), "in"));
    return 0;
  });
}

int hpb_run(hpb_handle* handle, const void* in, void* out) {
  return guarded(1, [&] {
    checked(handle, "handle").run(in, out);
    return 0;
  });
}

int hpb_time(hpb_handle* handle, const void* in, void* out, int64_t repetitions, double* min,
             double* median, double* spread) {
  return guarded(1, [&] {
    const hpb_handle& known = checked(handle, "handle");
    const bench::Times times = bench::sample(repetitions, [&] { known.run(in, out); });
    if (min != nullptr) *min = times.min;
    if (median != nullptr) *median = times.median;
    if (spread != nullptr) *spread = times.spread;
    return 0;
  });
}

const char* hpb_limits() {
  return guarded<const char*>(nullptr, [] {
    static const std::string text = [] {
      halfpixel::keras::Config limits;
      for (const int threads : one_and_all()) {
        limits.set(std::to_string(threads), bench::to_config(bench::limits_of(threads)));
      }
      return limits.json();
    }();
    return text.c_str();
  });
}

const char* hpb_machine() {
  return guarded<const char*>(nullptr, [] {
    static const std::string text = [] {
      halfpixel::keras::Config object;
      object.set("machine", bench::machine_config(one_and_all()));
      object.set("commit", bench::commit());
      object.set("compiler", bench::compiler());
      object.set("version", halfpixel::version());
      return object.json();
    }();
    return text.c_str();
  });
}
