#include "measure.hpp"

#include <functional>
#include <memory>
#include <utility>

#include <benchmark/benchmark.h>

#include <halfpixel/error.hpp>

#include "limits.hpp"

namespace halfpixel::bench {
namespace {

// Seconds of one call, a value for each repetition, in the order in which the engines were
// registered.
class Collector : public benchmark::BenchmarkReporter {
 public:
  explicit Collector(std::size_t engines) : values_(engines) {}
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs) {
      if (run.run_type != Run::RT_Iteration || run.iterations == 0) continue;
      values_[std::stoul(run.run_name.function_name)].push_back(
          run.real_accumulated_time / static_cast<double>(run.iterations));
    }
  }
  Times times(std::size_t engine) const {
    if (values_[engine].empty()) throw Error(ErrorCode::internal, "[bench] nothing was timed");
    return times_of(values_[engine]);
  }

 private:
  std::vector<std::vector<double>> values_;
};

void mix_repetitions() {
  static const bool once = [] {
    std::string words[] = {"halfpixel", "--benchmark_enable_random_interleaving=true"};
    char* arguments[] = {words[0].data(), words[1].data(), nullptr};
    int count = 2;
    benchmark::Initialize(&count, arguments);
    return true;
  }();
  (void)once;
}

std::vector<Times> time_all(const std::vector<std::function<void()>>& calls,
                            const MeasureOptions& options) {
  mix_repetitions();
  benchmark::ClearRegisteredBenchmarks();
  for (std::size_t i = 0; i < calls.size(); ++i) {
    benchmark::RegisterBenchmark(std::to_string(i).c_str(),
                                 [&call = calls[i]](benchmark::State& state) {
                                   for (auto _ : state) call();
                                 })
        ->UseRealTime()
        ->MinTime(options.min_seconds)
        ->Repetitions(options.repetitions);
  }
  Collector collector(calls.size());
  benchmark::RunSpecifiedBenchmarks(&collector, ".");
  benchmark::ClearRegisteredBenchmarks();
  std::vector<Times> times;
  for (std::size_t i = 0; i < calls.size(); ++i) times.push_back(collector.times(i));
  return times;
}

}  // namespace

Result measure(const Workload& workload, int threads, std::span<const Peer> peers,
               const MeasureOptions& options) {
  const resample::Plan plan = plan_of(workload);
  const Tensor input = make_input(plan);
  Tensor output(plan.output_shape(), plan.output_dtype());
  Executor& executor = executor_for(threads);
  plan.run(input, output, executor);

  Result result{&workload, threads, bytes_in(plan), bytes_out(plan), {}, {}};
  improve_limits(threads);
  Tensor other;
  if (threads > 1 || !peers.empty()) other = Tensor(plan.output_shape(), plan.output_dtype());
  if (threads > 1) {
    plan.run(input, other, serial_executor());
    if (!compare(output, other).equal) {
      throw Error(ErrorCode::internal, std::string("[bench] workload ") + workload.name +
                                           " must have the bits of one thread; got others on " +
                                           std::to_string(threads));
    }
  }

  // Views are checked and made once; what is timed is the call that users repeat.
  const ConstTensorView from = input;
  const TensorView to = output;
  std::vector<std::function<void()>> calls = {[&] { plan.run(from, to, executor); }};
  std::vector<std::unique_ptr<Engine>> engines;
  for (const Peer& peer : peers) {
    std::unique_ptr<Engine> engine = peer.make({workload, plan, input, threads});
    if (!engine) continue;
    engine->run();
    engine->read_result(other);
    result.peers.push_back({peer.name, peer.version(), engine->note(), compare(output, other), {}});
    calls.emplace_back([&engine = *engine] { engine.run(); });
    engines.push_back(std::move(engine));
  }

  const std::vector<Times> times = time_all(calls, options);
  result.ours = times[0];
  for (std::size_t i = 0; i < result.peers.size(); ++i) result.peers[i].times = times[i + 1];
  return result;
}

}  // namespace halfpixel::bench
