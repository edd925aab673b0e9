// Ceph's crushtool at the work of bench/placement/crush.cpp: objects of nine shards, three a zone
// in distinct racks. Its start-up, which reads the map, is taken off by mapping two numbers of
// objects.

#include "bench/peers/crushtool.hpp"

#include <benchmark/benchmark.h>

#include <map>

namespace spindle::peers {
namespace {

// Compiling a map of 1e5 drives takes half a minute: once for all repetitions.
const Crushtool& compiled(const CrushShape& shape) {
  static std::map<std::uint32_t, Crushtool> tools;
  // A root's weight must stay below 65,536.
  return tools.try_emplace(shape.drives(), shape, std::vector<double>(shape.drives(), 0.5))
      .first->second;
}

void crush(benchmark::State& state, const CrushShape& shape) {
  if (!Crushtool::is_installed()) {
    state.SkipWithError("crushtool is not installed");
    return;
  }
  const Crushtool& tool = compiled(shape);
  constexpr std::uint32_t kFew = 2'000;
  constexpr std::uint32_t kMany = 22'000;
  for (auto _ : state) state.SetIterationTime(tool.seconds(kMany) - tool.seconds(kFew));
  state.SetItemsProcessed(state.iterations() * (kMany - kFew) * shape.zones * 3);
  state.SetLabel("crushtool");
}

const bool registered = [] {
  for (const CrushShape& shape : {CrushShape{3, 12, 15, 18}, CrushShape{3, 35, 20, 48}}) {
    benchmark::RegisterBenchmark(fmt::format("crush/{}", shape.drives()).c_str(), crush, shape)
        ->UseManualTime()
        ->Iterations(1);
  }
  return true;
}();

}  // namespace
}  // namespace spindle::peers
