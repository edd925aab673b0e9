#include "app/command/shared_run.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <new>
#include <optional>
#include <thread>
#include <utility>

#include "app/experiment/ledger_experiment.hpp"
#include "app/scenario/json_document.hpp"
#include "app/scenario/reader.hpp"
#include "app/sweep/rows.hpp"
#include "app/text/wording.hpp"
#include "app/world/memory.hpp"
#include "sim/digest.hpp"

namespace spindle::app {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Times another transport's exchanges.
class TimedTransport final : public sim::Transport {
 public:
  explicit TimedTransport(sim::Transport& inner) : inner_(inner) {}

  [[nodiscard]] unsigned index() const override { return inner_.index(); }
  [[nodiscard]] unsigned workers() const override { return inner_.workers(); }
  std::span<const sim::Parcel> exchange(sim::Bytes common,
                                        std::span<const sim::Bytes> own) override {
    const auto before = Clock::now();
    has_failed_ = true;
    const auto parcels = inner_.exchange(common, own);
    has_failed_ = false;
    cost_.waited_s += seconds_since(before);
    ++cost_.exchanges;
    return parcels;
  }
  void leave() noexcept override { inner_.leave(); }

  // An exchange threw: another rank has left, and says why.
  [[nodiscard]] bool has_failed() const { return has_failed_; }
  // Since this was made.
  [[nodiscard]] RankCost cost() const {
    RankCost cost = cost_;
    cost.wall_s = seconds_since(start_);
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    cost.peak_bytes = 1024.0 * static_cast<double>(usage.ru_maxrss);
    return cost;
  }

 private:
  sim::Transport& inner_;
  Clock::time_point start_ = Clock::now();
  bool has_failed_ = false;
  RankCost cost_;
};

std::string digest_of(const Scenario& scenario) {
  sim::Digest digest;
  digest.add(std::string_view(scenario.resolved_json));
  return digest.hex();
}

std::string opening_of(const SharedRunRequest& request, const Scenario& scenario) {
  Json json;
  json["file"] = request.file;
  json["sets"] = request.sets;
  json["threads"] = request.threads;
  json["version"] = sweep_version();
  json["scenario"] = digest_of(scenario);
  return json.dump();
}

// This rank reads the scenario itself: its file may be another than rank 0's.
Scenario scenario_of(const Json& opening) {
  if (opening.at("version") != sweep_version()) {
    throw std::runtime_error(
        "is of another version than rank 0 — start one program on all machines");
  }
  const auto file = opening.at("file").get<std::string>();
  ReadResult read = read_scenario(file, opening.at("sets").get<std::vector<std::string>>(),
                                  VariantCheck::kBaseAlone);
  if (!read.problems.empty()) throw std::runtime_error(to_string(read.problems.front()));
  if (digest_of(*read.scenario) != opening.at("scenario")) {
    throw std::runtime_error(fmt::format(
        "{}: is another scenario here than on rank 0 — let all machines see the same files", file));
  }
  return std::move(*read.scenario);
}

// The same calls on all ranks.
SharedRun take_part(const Ranks& ranks, TimedTransport& transport, const Scenario& scenario,
                    unsigned threads, const std::function<bool(double)>& progress) {
  require_rank_memory(scenario, ranks.crew.size(), ranks.crew.neighbours());
  SharedRun run{run_ledger_experiment(scenario, threads, progress, &transport), {}};
  const RankCost mine = transport.cost();
  const std::vector<sim::Bytes> nothing(transport.workers());
  for (const sim::Parcel& of : transport.exchange(std::as_bytes(std::span(&mine, 1)), nothing)) {
    std::memcpy(&run.costs.emplace_back(), of.common.data(), sizeof(RankCost));
  }
  transport.exchange({}, nothing);  // all have read `mine`
  return run;
}

// What the first rank to complain says; some have left the exchanges, and tell why before they do.
std::optional<std::string> complaint(Crew& crew) {
  constexpr auto kPatience = std::chrono::seconds(10);
  for (const auto start = Clock::now(); Clock::now() - start < kPatience;) {
    const std::optional<CrewMessage> message = crew.poll();
    if (message && message->tag == CrewTag::kFailed) {
      return fmt::format("rank {}: {}", message->from, message->text);
    }
    if (!message) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return std::nullopt;
}

double waited_share(const SharedRun& run) {
  double waited = 0;
  double wall = 0;
  for (const RankCost& of : run.costs) {
    waited += of.waited_s;
    wall += of.wall_s;
  }
  return wall > 0 ? waited / wall : 0;
}

}  // namespace

std::string unshared_reason(const Scenario& scenario) {
  if (scenario.run.form == FleetForm::kLedger && scenario.run.wants_drive_arrays) {
    return fmt::format(
        "{}: run.drive_arrays is \"npy\" (ranks have their own drives alone) — leave it out, or "
        "use "
        "`spindle run` in one process",
        scenario.name);
  }
  if (scenario.run.form == FleetForm::kLedger) return {};
  return fmt::format(
      "{}: run.form is \"explicit\", and ranks share fleets of ledgers alone: racks of a map have "
      "extents in common — add --set run.form=ledger (docs/theory/ledger.md says what that leaves "
      "out), or use `spindle run` in one process",
      scenario.name);
}

SharedRun share_run(const Ranks& ranks, const SharedRunRequest& request, const Scenario& scenario,
                    const std::function<bool(double)>& progress) {
  const std::string opening = opening_of(request, scenario);
  for (unsigned rank = 1; rank < ranks.crew.size(); ++rank) {
    ranks.crew.send(rank, CrewTag::kJoin, 0, opening);
  }
  TimedTransport transport(ranks.transport);
  try {
    return take_part(ranks, transport, scenario, request.threads, progress);
  } catch (...) {
    transport.leave();
    if (!transport.has_failed()) throw;
    const std::optional<std::string> why = complaint(ranks.crew);
    if (!why) throw;
    throw std::runtime_error(*why);
  }
}

void join_run(const Ranks& ranks, const std::string& opening) {
  TimedTransport transport(ranks.transport);
  const auto fail = [&](const char* why) {
    if (!transport.has_failed()) ranks.crew.send(0, CrewTag::kFailed, 0, why);
    transport.leave();
  };
  try {
    const Json request = Json::parse(opening);
    take_part(ranks, transport, scenario_of(request), request.at("threads").get<unsigned>(), {});
  } catch (const std::bad_alloc&) {
    fail(kOutOfMemory);
  } catch (const std::exception& error) {
    fail(error.what());
  }
}

std::string cost_text(const SharedRun& run, unsigned threads) {
  double work = 0;
  double most_work = 0;
  double bytes = 0;
  double most_bytes = 0;
  for (const RankCost& of : run.costs) {
    const double worked = of.wall_s - of.waited_s;
    work += worked;
    most_work = std::max(most_work, worked);
    bytes += of.peak_bytes;
    most_bytes = std::max(most_bytes, of.peak_bytes);
  }
  const RankCost& lead = run.costs.front();
  const auto ranks = static_cast<double>(run.costs.size());
  const auto windows = static_cast<double>(std::max<std::uint64_t>(1, run.result.windows));
  return fmt::format(
      "{} of {}: {} of {:.1f} epochs on average, {:.0f} exchanges ({:.1f} a second), {:.1f} % of "
      "the time in them; the rank with most work had {:.2f} times the mean; memory {} a rank at "
      "most, {} in all",
      counted(run.costs.size(), "rank"), counted(threads, "thread"),
      counted(run.result.windows, "window"),
      static_cast<double>(run.result.series.heat_sum.size()) / windows, lead.exchanges,
      lead.wall_s > 0 ? lead.exchanges / lead.wall_s : 0.0, 100 * waited_share(run),
      work > 0 ? most_work * ranks / work : 1.0, human_bytes(most_bytes), human_bytes(bytes));
}

std::string cost_warning(const SharedRun& run) {
  constexpr double kMostWaiting = 0.5;
  if (waited_share(run) <= kMostWaiting) return {};
  return fmt::format(
      "warning: ranks waited for each other {:.0f} % of the time: the fleet is small for so many, "
      "or "
      "they share too few cores — take fewer ranks, or fewer threads each",
      100 * waited_share(run));
}

}  // namespace spindle::app
