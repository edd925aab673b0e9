#include "app/sweep/shard.hpp"

#include <fmt/format.h>

#include <charconv>
#include <string_view>

#include "app/text/wording.hpp"

namespace spindle::app {
namespace {

constexpr std::uint64_t kMostShards = 1'000'000;

std::optional<std::uint64_t> whole(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// What an environment says of where a process stands among others; `count` where it is stated.
struct Place {
  std::string source;
  std::uint64_t index = 0;
  std::optional<std::uint64_t> count;
};

// The number in a variable; nothing where it is absent, and a problem where it is none.
std::optional<std::uint64_t> number_in(const Environment& environment, const char* name,
                                       std::string& problem) {
  const char* text = environment(name);
  if (text == nullptr) return std::nullopt;
  const auto value = whole(text);
  if (!value) {
    problem = fmt::format("{}: {} in the environment is no whole number — state --shard i/n", name,
                          in_quotes(text));
  }
  return value;
}

std::optional<Place> slurm_place(const Environment& environment, std::string& problem) {
  const auto id = number_in(environment, "SLURM_ARRAY_TASK_ID", problem);
  if (!id) return std::nullopt;
  const std::uint64_t first = number_in(environment, "SLURM_ARRAY_TASK_MIN", problem).value_or(0);
  const std::uint64_t step = number_in(environment, "SLURM_ARRAY_TASK_STEP", problem).value_or(1);
  const auto count = number_in(environment, "SLURM_ARRAY_TASK_COUNT", problem);
  if (*id < first || step == 0 || (*id - first) % step != 0) {
    problem = "SLURM_ARRAY_TASK_ID is none of its array's numbers — state --shard i/n";
    return std::nullopt;
  }
  return Place{"SLURM_ARRAY_TASK_ID", (*id - first) / step, count};
}

std::optional<Place> place_in(const Environment& environment, std::string& problem) {
  if (auto place = slurm_place(environment, problem); place || !problem.empty()) return place;
  constexpr const char* kRanks[][2] = {{"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"},
                                       {"PMI_RANK", "PMI_SIZE"},
                                       {"JOB_COMPLETION_INDEX", nullptr}};
  for (const auto& [rank, size] : kRanks) {
    const auto index = number_in(environment, rank, problem);
    if (!problem.empty()) return std::nullopt;
    if (!index) continue;
    const auto count = size == nullptr ? std::nullopt : number_in(environment, size, problem);
    if (!problem.empty()) return std::nullopt;
    return Place{rank, *index, count};
  }
  return std::nullopt;
}

std::optional<Shard> checked(std::uint64_t index, std::uint64_t count, const std::string& source,
                             std::string& problem) {
  if (count >= 1 && count <= kMostShards && index < count) {
    return Shard{static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(count)};
  }
  problem = fmt::format(
      "{}: shard {} of {} is none (shards are numbered from 0, and there are 1 "
      "to {}) — state, for example, --shard 0/4",
      source, index, count, grouped(kMostShards));
  return std::nullopt;
}

std::optional<Shard> from_environment(const Environment& environment, std::string& problem) {
  const auto place = place_in(environment, problem);
  if (!problem.empty()) return std::nullopt;
  if (!place) return Shard{};
  if (place->count) return checked(place->index, *place->count, place->source, problem);
  problem = fmt::format(
      "{} is set, and nothing says of how many — state --shard auto/n, or "
      "--shard 0/1 for all runs",
      place->source);
  return std::nullopt;
}

}  // namespace

std::string Shard::folder() const {
  return fmt::format("shard-{}-of-{}", index, count);
}

std::optional<Shard> read_shard(const std::string& text, const Environment& environment,
                                std::string& problem) {
  if (text.empty()) return from_environment(environment, problem);
  const std::size_t slash = text.find('/');
  const std::string first = text.substr(0, slash);
  const auto count =
      slash == std::string::npos ? std::nullopt : whole(std::string_view(text).substr(slash + 1));
  if (count && first == "auto") {
    const auto place = place_in(environment, problem);
    if (place) return checked(place->index, *count, place->source, problem);
    if (problem.empty()) {
      problem = "--shard auto: nothing in the environment says which one — state --shard i/n";
    }
    return std::nullopt;
  }
  const auto index = whole(first);
  if (count && index) return checked(*index, *count, "--shard", problem);
  problem = fmt::format("--shard: {} is not of the form i/n — state, for example, --shard 0/4",
                        in_quotes(text));
  return std::nullopt;
}

}  // namespace spindle::app
