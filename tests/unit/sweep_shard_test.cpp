// Which runs a shard has, and what says so.
#include <rapidcheck.h>

#include <catch2/catch.hpp>
#include <map>
#include <string>

#include "app/sweep/shard.hpp"

using namespace spindle::app;

namespace {

using Variables = std::map<std::string, std::string>;

std::string shard_text(const std::string& option, const Variables& variables) {
  std::string problem;
  const auto shard = read_shard(
      option,
      [&](const char* name) {
        const auto it = variables.find(name);
        return it == variables.end() ? nullptr : it->second.c_str();
      },
      problem);
  return shard ? std::to_string(shard->index) + "/" + std::to_string(shard->count) : problem;
}

}  // namespace

TEST_CASE("sweep shard: the shards of any number have every run once") {
  CHECK(rc::check("each run is in one shard, and their sizes add up", [] {
    const auto count = *rc::gen::inRange<std::uint32_t>(1, 50);
    const auto runs = *rc::gen::inRange<std::uint64_t>(0, 500);
    std::uint64_t sum = 0;
    for (std::uint32_t index = 0; index < count; ++index) {
      const Shard shard{index, count};
      std::uint64_t held = 0;
      for (std::uint64_t run = 0; run < runs; ++run) held += shard.holds(run) ? 1U : 0U;
      RC_ASSERT(held == shard.runs_of(runs));
      sum += held;
    }
    for (std::uint64_t run = 0; run < runs; ++run) {
      int holders = 0;
      for (std::uint32_t index = 0; index < count; ++index) {
        holders += Shard{index, count}.holds(run) ? 1 : 0;
      }
      RC_ASSERT(holders == 1);
    }
    RC_ASSERT(sum == runs);
  }));
}

TEST_CASE("sweep shard: stated, or taken from the environment") {
  const Variables none;
  const Variables slurm = {{"SLURM_ARRAY_TASK_ID", "7"},
                           {"SLURM_ARRAY_TASK_MIN", "1"},
                           {"SLURM_ARRAY_TASK_COUNT", "4"},
                           {"SLURM_ARRAY_TASK_STEP", "2"}};
  CHECK(shard_text("", none) == "0/1");
  CHECK(shard_text("2/7", none) == "2/7");
  CHECK(shard_text("2/7", slurm) == "2/7");
  CHECK(shard_text("", slurm) == "3/4");
  CHECK(shard_text("auto/9", slurm) == "3/9");
  CHECK(shard_text("", {{"OMPI_COMM_WORLD_RANK", "1"}, {"OMPI_COMM_WORLD_SIZE", "3"}}) == "1/3");
  CHECK(shard_text("", {{"PMI_RANK", "1"}, {"PMI_SIZE", "3"}}) == "1/3");
  CHECK(shard_text("auto/5", {{"JOB_COMPLETION_INDEX", "4"}}) == "4/5");
}

TEST_CASE("sweep shard: what is no shard is refused") {
  for (const char* option : {"7/7", "1/0", "-1/4", "1", "a/b", "/", "1/4/2", "0/1000001"}) {
    INFO(option);
    CHECK(shard_text(option, {}).find("--shard 0/4") != std::string::npos);
  }
  CHECK(shard_text("", {{"JOB_COMPLETION_INDEX", "4"}}).find("--shard auto/n") !=
        std::string::npos);
  CHECK(shard_text("auto/4", {}).find("nothing in the environment") != std::string::npos);
  CHECK(shard_text("", {{"PMI_RANK", "x"}, {"PMI_SIZE", "3"}}).find("no whole number") !=
        std::string::npos);
  CHECK(shard_text("", {{"PMI_RANK", "3"}, {"PMI_SIZE", "3"}}).find("shard 3 of 3 is none") !=
        std::string::npos);
  CHECK(shard_text("", {{"SLURM_ARRAY_TASK_ID", "0"}, {"SLURM_ARRAY_TASK_MIN", "1"}})
            .find("none of its array's numbers") != std::string::npos);
}
