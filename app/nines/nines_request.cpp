#include "app/nines/nines_request.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "app/nines/scheme_text.hpp"
#include "app/nines/spread_text.hpp"
#include "app/scenario/units.hpp"
#include "app/text/wording.hpp"
#include "models/analytic/shared_repair.hpp"
#include "models/placement/spread_rule.hpp"
#include "sim/math.hpp"
#include "sim/time.hpp"

namespace spindle::app {
namespace {

constexpr double kMostDrives = 1e9;
constexpr std::uint32_t kMostDomains = 100'000;
constexpr double kMostRate = 1e12;  // bytes/s: no drive gives more
// Options that only bounded repair uses.
constexpr std::array kOfBandwidth = {"--detect", "--order", "--extent"};

class Resolver {
 public:
  explicit Resolver(const NinesRequest& request) : request_(request) {}

  ResolvedNines operator()() {
    read_fleet();
    read_failures();
    read_repair();
    read_zone_loss();
    out_.precision = quantity("--precision", request_.precision, "1", "10 %");
    require(out_.precision >= 0.001 && out_.precision < 1, "--precision", request_.precision,
            "half the interval over the estimate, from 0.1 % to 99 %", "10 %");
    refuse_conflicts();
    read_schemes();
    read_reencoding();
    return std::move(out_);
  }

 private:
  template <class... Args>
  void problem(fmt::format_string<Args...> format, Args&&... args) {
    out_.problems.push_back(fmt::format(format, std::forward<Args>(args)...));
  }
  [[nodiscard]] bool is_given(const char* option) const { return request_.given.contains(option); }
  [[nodiscard]] bool is_bounded() const {
    return !request_.repair_rate.empty() || is_given("--repair-rate");
  }

  // NaN where the text has a problem, which no requirement then repeats.
  double quantity(const char* option, const std::string& text, std::string_view unit,
                  std::string_view example) {
    const Parsed<double> parsed = parse_as(text, unit, example);
    if (parsed.value) return *parsed.value;
    problem("{}: {}", option, parsed.problem);
    return std::numeric_limits<double>::quiet_NaN();
  }
  // An option whose text could not be read has its problem.
  void require(bool is_met, const char* option, const std::string& text, const char* what,
               const char* example) {
    if (is_met || has_problem_of(option)) return;
    problem("{}: {} ({}) — write for example \"{}\"", option, in_quotes(text), what, example);
  }
  [[nodiscard]] bool has_problem_of(const char* option) const {
    const std::string start = fmt::format("{}: ", option);
    return std::any_of(out_.problems.begin(), out_.problems.end(),
                       [&](const std::string& text) { return text.starts_with(start); });
  }

  void read_fleet() {
    const auto is_domain = [](std::uint32_t n) { return n >= 1 && n <= kMostDomains; };
    if (!is_domain(request_.zones) || !is_domain(request_.racks)) {
      problem("--zones, --racks: {} zones of {} racks (1 to {} each) — state 3 and 34 for example",
              request_.zones, request_.racks, grouped(kMostDomains));
      return;
    }
    fleet_.zones = request_.zones;
    fleet_.racks_per_zone = request_.racks;
    const double racks = static_cast<double>(request_.zones) * request_.racks;
    if (!(request_.drives >= racks && request_.drives <= kMostDrives) ||
        request_.drives != std::floor(request_.drives)) {
      problem(
          "--drives: {} (a whole number from {}, one a rack, to {}) — state one, 1e5 for "
          "example",
          request_.drives, whole_text(racks), whole_text(kMostDrives));
      return;
    }
    fleet_.drives = static_cast<std::uint64_t>(request_.drives);
    has_fleet_ = true;
  }
  static std::string whole_text(double value) { return grouped(static_cast<std::uint64_t>(value)); }

  void read_failures() {
    if (request_.mttf.empty() && !is_given("--mttf")) {
      failures_per_year_ = quantity("--afr", request_.afr, "1/yr", "1.5 %/yr");
      return;
    }
    const double years = quantity("--mttf", request_.mttf, "yr", "1000000 h");
    require(years > 0, "--mttf", request_.mttf, "a mean time to failure is above 0", "1000000 h");
    failures_per_year_ = 1 / years;
  }

  void read_repair() {
    models::RebuildOptions& rebuild = rebuild_;
    capacity_ = quantity("--capacity", request_.capacity, "B", "20 TB");
    require(capacity_ > 0, "--capacity", request_.capacity, "what a drive holds is above 0",
            "20 TB");
    fill_ = quantity("--fill", request_.fill, "1", "80 %");
    require(fill_ > 0 && fill_ <= 1, "--fill", request_.fill,
            "a share of the drive's capacity above 0, at most 100 %", "80 %");
    rebuild.used_bytes = capacity_ * fill_;
    if (!is_bounded()) {
      const double seconds = quantity("--mttr", request_.mttr, "s", "24 h");
      require(seconds > 0, "--mttr", request_.mttr,
              "a mean time to repair is above 0; for none at all: --repair-rate \"0 MB/s\"",
              "24 h");
      rebuild.law = models::RepairLaw::kExponential;
      rebuild.mttr_s = seconds;
      return;
    }
    rebuild.law = models::RepairLaw::kBandwidth;
    rebuild.detect_s = quantity("--detect", request_.detect, "s", "15 min");
    rebuild.bytes_per_s = quantity("--repair-rate", request_.repair_rate, "B/s", "20 MB/s");
    extent_bytes_ = quantity("--extent", request_.extent, "B", "10 GB");
    require(extent_bytes_ > 0, "--extent", request_.extent, "an extent holds something", "10 GB");
    rebuild.order = request_.order == "fifo" ? models::RebuildOrder::kFirstComeFirstServed
                                             : models::RebuildOrder::kMostExposedFirst;
  }

  void read_zone_loss() {
    zone_losses_per_year_ = quantity("--zone-loss", request_.zone_loss, "1/yr", "0.01 /yr");
    zone_rebuild_hours_ = quantity("--zone-rebuild", request_.zone_rebuild, "h", "30 d");
    if (request_.down.empty() && !is_given("--down")) return;
    down_ = quantity("--down", request_.down, "1", "0.1 %");
    require(down_ >= 0 && down_ < 1, "--down", request_.down,
            "the share of drives that are down, from 0 to less than all", "0.1 %");
  }

  void refuse_conflicts() {
    if (is_given("--afr") && is_given("--mttf")) {
      problem("--afr and --mttf both say how often drives fail — state one of them");
    }
    if (is_bounded() && is_given("--mttr")) {
      problem("--mttr and --repair-rate both say how soon shards are back — state one of them");
    }
    for (const char* option : kOfBandwidth) {
      if (is_bounded() || !is_given(option)) continue;
      problem(
          "{}: shards that come back by themselves in a mean time do not use it — state "
          "--repair-rate in place of --mttr, or leave it out",
          option);
    }
  }

  void read_schemes() {
    const Parsed<SpreadText> spread = parse_spread(request_.spread);
    if (!spread.value) problem("--spread: {}", spread.problem);
    for (const std::string& text : request_.schemes) {
      const Parsed<models::Scheme> scheme = parse_scheme(text);
      if (!scheme.value) problem("--scheme: {}", scheme.problem);
      if (!scheme.value || !spread.value || !has_fleet_ || has_case_of(*scheme.value)) continue;
      models::DurabilityCase of{.scheme = *scheme.value,
                                .fleet = fleet_,
                                .failures_per_year = failures_per_year_,
                                .rebuild = rebuild_};
      apply_spread(*spread.value, of.scheme.shards(), of.fleet);
      if (!fits(of)) continue;
      // What follows is arithmetic on all numbers: one that is absent has its problem.
      if (out_.problems.empty()) add_case(std::move(of));
    }
  }

  // One that is named twice is computed once.
  [[nodiscard]] bool has_case_of(const models::Scheme& scheme) const {
    return std::any_of(out_.cases.begin(), out_.cases.end(), [&](const NinesCase& known) {
      return known.of.scheme.name() == scheme.name();
    });
  }

  void read_reencoding() {
    const bool is_wanted = !request_.reencode_from.empty() || is_given("--reencode-from");
    if (!is_wanted) {
      if (is_given("--reencode-rate")) {
        problem("--reencode-rate: nothing is re-encoded — state --reencode-from, or leave it out");
      }
      return;
    }
    const Parsed<models::Scheme> from = parse_scheme(request_.reencode_from);
    if (!from.value) problem("--reencode-from: {}", from.problem);
    const double rate = quantity("--reencode-rate", request_.reencode_rate, "B/s", "10 MB/s");
    require(rate > 0 && rate <= kMostRate, "--reencode-rate", request_.reencode_rate,
            "what each drive gives to it is above 0, at most 1 TB/s", "10 MB/s");
    if (!from.value || !out_.problems.empty()) return;
    const double physical = static_cast<double>(fleet_.drives) * capacity_ * fill_;
    out_.reencoding = Reencoding{*from.value, rate, physical / from.value->overhead()};
  }

  bool fits(const models::DurabilityCase& of) {
    const models::DurabilityFleet& fleet = of.fleet;
    const auto in_rack = static_cast<std::uint32_t>(
        fleet.drives / (std::uint64_t{fleet.zones} * fleet.racks_per_zone));
    const auto why = models::why_infeasible(
        {.max_per_zone = fleet.max_per_zone, .max_per_rack = fleet.max_per_rack},
        of.scheme.shards(), fleet.zones, fleet.racks_per_zone, in_rack);
    if (why) {
      problem("--spread: {}: {} — loosen it, take more zones or racks, or a scheme of fewer shards",
              of.scheme.name(), *why);
    }
    return !why;
  }

  void add_case(models::DurabilityCase of) {
    NinesCase out{.of = std::move(of)};
    out.failures_per_hour = failures_per_year_ / sim::kHoursPerYear;
    if (!set_repair(out)) return;
    out.shard_down = request_.down.empty() ? share_down(out) : down_;
    if (std::isfinite(out.repair_hours) && fill_ / (1 - out.shard_down) > 1) {
      problem(
          "{}: spare space exhausted ({} % of drives are down at a time, and the others, {} % "
          "full, have no room for what was on them) — lower --fill, or repair faster",
          out.of.scheme.name(), fmt::format("{:.3g}", 100 * out.shard_down), shortest(100 * fill_));
      return;
    }
    out.in_zone = shares_in_zone(out.of.scheme.shards(), out.of.fleet);
    out.zone_losses_per_year = zone_losses_per_year_;
    out.zone_rebuild_hours = zone_rebuild_hours_;
    out.fill = fill_;
    out.logical_bytes =
        static_cast<double>(fleet_.drives) * capacity_ * fill_ / out.of.scheme.overhead();
    out_.cases.push_back(std::move(out));
  }

  // By failures and repair alone. Without repair shards only become fewer: the mean over the first
  // year.
  static double share_down(const NinesCase& of) {
    if (of.failures_per_hour == 0) return 0;
    const double yearly = of.of.failures_per_year;
    if (!std::isfinite(of.repair_hours)) return 1 + sim::expm1(-yearly) / yearly;
    return of.failures_per_hour / (of.failures_per_hour + of.repairs_per_hour());
  }

  // False where repair falls behind.
  bool set_repair(NinesCase& out) {
    models::RebuildOptions& rebuild = out.of.rebuild;
    if (!is_bounded()) {
      out.repair_hours = rebuild.mttr_s / sim::kSecondsPerHour;
      return true;
    }
    if (rebuild.bytes_per_s == 0) {
      out.repair_hours = sim::kInfinity;
      return true;
    }
    const models::Scheme& scheme = out.of.scheme;
    if (scheme.shard_bytes(extent_bytes_) > rebuild.used_bytes) {
      problem(
          "--extent: {}: a shard of an extent of {} is more than a drive holds — smaller extents",
          scheme.name(), request_.extent);
      return false;
    }
    rebuild.own_rebuild_s = scheme.shard_bytes(extent_bytes_) / rebuild.bytes_per_s;
    const models::SharedRepair shared{.drives = static_cast<double>(fleet_.drives),
                                      .failures_per_s = failures_per_year_ / sim::kSecondsPerYear,
                                      .bytes_per_s = rebuild.bytes_per_s,
                                      .bytes_per_drive = rebuild.used_bytes,
                                      .reads = scheme.repair_reads()};
    out.repair_load = models::shared_repair_load(shared);
    if (out.repair_load >= 1) {
      problem(
          "--repair-rate: {}: repair falls behind for ever (failures ask for {} times what it "
          "can move) — raise it, or lower --fill",
          scheme.name(),
          std::isfinite(out.repair_load) ? fmt::format("{:.3g}", out.repair_load) : "countless");
      return false;
    }
    out.repair_hours =
        (rebuild.detect_s + models::shared_repair_wait_s(shared) + rebuild.own_rebuild_s) /
        sim::kSecondsPerHour;
    return true;
  }

  const NinesRequest& request_;
  ResolvedNines out_;
  models::DurabilityFleet fleet_;
  models::RebuildOptions rebuild_;
  bool has_fleet_ = false;
  double failures_per_year_ = 0;
  double capacity_ = 0;
  double fill_ = 0;
  double extent_bytes_ = 0;
  double zone_losses_per_year_ = 0;
  double zone_rebuild_hours_ = 0;
  double down_ = 0;
};

}  // namespace

ResolvedNines resolve_nines(const NinesRequest& request) {
  return Resolver(request)();
}

}  // namespace spindle::app
