#include "app/scenario/checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <map>
#include <utility>

#include "app/scenario/cascade_fields.hpp"
#include "app/scenario/demand_checks.hpp"
#include "app/scenario/estimator_checks.hpp"
#include "app/scenario/failure_checks.hpp"
#include "app/scenario/ledger_checks.hpp"
#include "app/scenario/lifecycle_checks.hpp"
#include "app/scenario/load_checks.hpp"
#include "app/scenario/local_code_checks.hpp"
#include "app/scenario/mechanical_checks.hpp"
#include "app/scenario/placement_checks.hpp"
#include "app/scenario/redundancy.hpp"
#include "app/scenario/resolved_view.hpp"
#include "app/scenario/scrub_checks.hpp"
#include "app/scenario/size_checks.hpp"
#include "app/scenario/store_checks.hpp"
#include "app/scenario/timeline_checks.hpp"
#include "app/scenario/units.hpp"
#include "app/text/wording.hpp"
#include "models/placement/spread_rule.hpp"
#include "models/store/write_amplification.hpp"

namespace spindle::app {
namespace {

constexpr std::uint64_t kMaxTenants = 1'000'000;

std::uint64_t ceiling(std::uint64_t a, std::uint64_t b) {
  return a / b + (a % b != 0 ? 1 : 0);
}

// Two significant digits, rounded up: a size to suggest.
std::string rounded_up(double bytes) {
  double step = 1;
  while (bytes / step >= 100) step *= 10;
  double digits = static_cast<double>(static_cast<std::uint64_t>(bytes / step));
  if (digits * step < bytes) digits += 1;
  return human_bytes(digits * step);
}

std::string factor_text(double factor) {
  return factor < 100 ? fmt::format("{:.3g}", factor)
                      : grouped(static_cast<std::uint64_t>(std::min(factor, 1e18)));
}

class Checker {
 public:
  Checker(const Value& root, const Json& resolved, ProblemList& problems)
      : root_(root), view_(resolved), problems_(problems) {}

  void run() {
    read_redundancy();
    check_time();
    check_fleet();
    check_spread();
    build_fleet();
    check_placement_keys(root_, view_.json(), {shards_, scheme_name_, fleet_ ? &*fleet_ : nullptr},
                         problems_);
    check_extents();
    check_shard_size();
    check_tenants();
    check_capacity();
    check_names("tenants", "two classes of tenants");
    check_names("compare.variants", "two variants");
  }

 private:
  void add(std::initializer_list<std::string_view> paths, std::string message) {
    blame(root_, view_, paths, std::move(message), problems_);
  }

  void read_redundancy() {
    const auto scheme = view_.text("redundancy.scheme");
    if (!scheme) return;
    if (const auto problem = redundancy_problem(view_)) {
      add({problem->paths[0], problem->paths[1], problem->paths[2]}, problem->message);
      return;
    }
    if (*scheme == "replication") {
      const auto copies = view_.whole("redundancy.copies");
      if (!copies) return;
      shards_ = *copies;
      needed_ = 1;
      scheme_name_ = *copies == 1 ? "1 copy" : fmt::format("{} copies", *copies);
      return;
    }
    const auto data = view_.whole("redundancy.data");
    if (*scheme == "local") {
      read_local_code(data);
      return;
    }
    const auto parity = view_.whole("redundancy.parity");
    if (!data || !parity) return;
    shards_ = *data + *parity;
    needed_ = *data;
    scheme_name_ = fmt::format("{}+{}", *data, *parity);
  }

  void read_local_code(std::optional<std::uint64_t> data) {
    const auto groups = view_.whole("redundancy.local_groups");
    const auto global = view_.whole("redundancy.global_parity");
    if (!data || !groups || !global) return;
    shards_ = *data + *groups + *global;
    needed_ = *data;
    scheme_name_ = fmt::format("LRC {}+{}+{}", *data, *groups, *global);
  }

  void check_time() {
    const auto duration = view_.duration("run.duration");
    const auto epoch = view_.duration("run.epoch");
    if (!duration || !epoch) return;
    if (*epoch > *duration) {
      add({"run.epoch", "run.duration"},
          fmt::format("an epoch of {} is longer than the run of {} — a shorter epoch or a longer "
                      "run",
                      format_duration(*epoch), format_duration(*duration)));
      return;
    }
    const std::int64_t count = duration->ns() / epoch->ns();
    if (duration->ns() % epoch->ns() != 0) {
      add({"run.duration", "run.epoch"},
          fmt::format("{} is not a whole number of epochs of {} — write \"{}\" or another epoch",
                      format_duration(*duration), format_duration(*epoch),
                      format_duration(count * *epoch)));
    }
    if (static_cast<std::uint64_t>(count) > kMaxEpochs) {
      add({"run.epoch", "run.duration"},
          fmt::format("{} (at most {} are supported) — a longer epoch or a shorter run",
                      counted(static_cast<std::uint64_t>(count), "epoch"), grouped(kMaxEpochs)));
    }
  }

  void check_fleet() {
    const auto zones = view_.whole("fleet.zones");
    const auto racks_per_zone = view_.whole("fleet.racks_per_zone");
    if (!zones || !racks_per_zone) return;
    const std::uint64_t racks = *zones * *racks_per_zone;
    if (racks > kMaxRacks) {
      add({"fleet.racks_per_zone", "fleet.zones"},
          fmt::format("{} zones of {} are {} racks (at most {} are supported) — fewer racks",
                      *zones, counted(*racks_per_zone, "rack"), grouped(racks),
                      grouped(kMaxRacks)));
    }
    const std::size_t models = view_.size("fleet.models");
    if (models > racks) {
      add({"fleet.models", "fleet.racks_per_zone", "fleet.zones"},
          fmt::format("{} of drives in {} (a rack holds one model) — fewer models or more racks",
                      counted(models, "model"), counted(racks, "rack")));
    }
    const auto drives = view_.whole("fleet.drives");
    if (drives && *drives < racks) {
      add({"fleet.drives", "fleet.racks_per_zone", "fleet.zones"},
          fmt::format("{} in {} (every rack needs at least one) — more drives or fewer racks",
                      counted(*drives, "drive"), counted(racks, "rack")));
    } else if (drives && racks <= kMaxRacks) {
      racks_ = racks;
    }
  }

  // The fleet as it will be: whole racks of one model each. None where something that it takes is a
  // problem of its own.
  void build_fleet() {
    const auto zones = view_.whole("fleet.zones");
    const auto racks_per_zone = view_.whole("fleet.racks_per_zone");
    const auto drives = view_.whole("fleet.drives");
    if (!zones || !racks_per_zone || !drives || racks_ == 0) return;
    models::FleetOptions fleet{static_cast<std::uint32_t>(*zones),
                               static_cast<std::uint32_t>(*racks_per_zone),
                               static_cast<std::uint32_t>(*drives),
                               {}};
    for (std::size_t i = 0; i < view_.size("fleet.models"); ++i) {
      const ResolvedView row = view_.element("fleet.models", i);
      const auto share = row.number("share");
      const auto capacity = row.bytes("capacity");
      if (!share || !capacity) return;
      models::DriveModel model;
      model.name = row.text("model").value_or("");
      model.capacity = *capacity;
      fleet.models.push_back({model, *share});
    }
    try {
      fleet_.emplace(fleet);
    } catch (const std::invalid_argument&) {
      return;  // shapes that cannot be built are reported by the other checks
    }
  }

  void check_spread() {
    const auto max_per_zone = view_.whole("spread.max_per_zone");
    const auto max_per_rack = view_.whole("spread.max_per_rack");
    if (shards_ == 0 || racks_ == 0 || !max_per_zone || !max_per_rack) return;
    const models::SpreadRule rule{static_cast<std::uint32_t>(*max_per_zone),
                                  static_cast<std::uint32_t>(*max_per_rack)};
    const std::uint64_t drives = *view_.whole("fleet.drives");
    const auto why =
        models::why_infeasible(rule, static_cast<std::uint32_t>(shards_),
                               static_cast<std::uint32_t>(*view_.whole("fleet.zones")),
                               static_cast<std::uint32_t>(*view_.whole("fleet.racks_per_zone")),
                               static_cast<std::uint32_t>(drives / racks_));
    if (!why) return;
    add({"redundancy", "redundancy.scheme", "redundancy.copies", "redundancy.data",
         "redundancy.parity", "spread.max_per_zone", "spread.max_per_rack", "fleet.zones",
         "fleet.racks_per_zone", "fleet.drives"},
        fmt::format("{} cannot be placed ({}) — fewer shards, more racks or zones, or a looser "
                    "`spread`",
                    scheme_name_, *why));
  }

  void check_extents() {
    if (is_of_ledgers(view_)) return;  // no extent is placed: ledger_checks.hpp
    const auto logical = view_.many_bytes("data.logical");
    const auto extent = view_.bytes("data.extent");
    if (!logical || !extent) return;
    // As models::TenantPopulation counts them: whole extents, to nearest.
    const double extents = *logical / extent->to_double() + 0.5;
    extents_known_ = true;
    extents_ = static_cast<std::uint64_t>(std::min(extents, 1e19));
    const std::uint64_t shards = std::max<std::uint64_t>(shards_, 1);
    if (extents_ <= kMaxPlacedShards / shards) return;
    const double least =
        *logical * static_cast<double>(shards) / static_cast<double>(kMaxPlacedShards);
    add({"data.extent", "data.logical", "redundancy"},
        fmt::format("{} of {} are too many to map one by one (at most {} in all) — a larger "
                    "extent, \"{}\" or more, or set run.form to \"ledger\"",
                    counted(extents_, "extent"), counted(shards, "shard"),
                    counted(kMaxPlacedShards, "shard"), rounded_up(least)));
    extents_known_ = false;
  }

  void check_shard_size() {
    const auto extent = view_.bytes("data.extent");
    if (!extent || needed_ == 0) return;
    const models::Bytes shard{ceiling(extent->value, needed_)};
    for (std::size_t i = 0; i < view_.size("fleet.models"); ++i) {
      const ResolvedView model = view_.element("fleet.models", i);
      const auto capacity = model.bytes("capacity");
      if (!capacity || shard <= *capacity) continue;
      add({"data.extent", fmt::format("fleet.models.{}.capacity", i), "redundancy.data"},
          fmt::format("a shard of {} does not fit on a drive of {} ({}) — a smaller extent",
                      human_bytes(shard.to_double()), human_bytes(capacity->to_double()),
                      model.text("model").value_or("unknown model")));
    }
  }

  void check_tenants() {
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < view_.size("tenants"); ++i) {
      total += view_.element("tenants", i).whole("count").value_or(0);
    }
    if (total > kMaxTenants) {
      add({"tenants"}, fmt::format("{} in all classes (at most {} are supported) — let one tenant "
                                   "stand for several",
                                   counted(total, "tenant"), grouped(kMaxTenants)));
      return;
    }
    if (!extents_known_) return;
    if (total > extents_) {
      add({"data.extent", "data.logical", "tenants"},
          fmt::format("{} share {} (each needs at least one) — a smaller extent, more data or "
                      "fewer tenants",
                      counted(total, "tenant"), counted(extents_, "extent")));
      return;
    }
  }

  void check_capacity() {
    const auto drives = view_.whole("fleet.drives");
    const auto extent = view_.bytes("data.extent");
    if (!drives || !extent || !extents_known_ || shards_ == 0) return;
    if (!fleet_) return;
    const double fleet = fleet_->total_capacity();
    const double shard = static_cast<double>(ceiling(extent->value, needed_));
    const double needed = static_cast<double>(extents_) * static_cast<double>(shards_) * shard;
    if (needed <= fleet) {
      check_fullness(fleet);
      return;
    }
    add({"data.logical", "redundancy", "redundancy.scheme", "redundancy.copies", "redundancy.data",
         "redundancy.parity", "fleet.drives", "data.extent", "fleet.models"},
        fmt::format("{} in {} takes {} of drives, and the fleet has {}: {} too much ({} times "
                    "what fits) — less data, less redundancy, or {} drives",
                    human_bytes(view_.bytes("data.logical")->to_double()), scheme_name_,
                    human_bytes(needed), human_bytes(fleet), human_bytes(needed - fleet),
                    factor_text(needed / fleet),
                    grouped(static_cast<std::uint64_t>(
                        std::ceil(needed / fleet * static_cast<double>(*drives))))));
  }

  // Of drives' logs, where it is left to the data.
  void check_fullness(double capacity) {
    if (view_.at("store") == nullptr || view_.at("store.fullness") != nullptr) return;
    const double overhead = static_cast<double>(shards_) / static_cast<double>(needed_);
    const double planned = view_.bytes("data.logical")->to_double() * overhead / capacity;
    if (planned <= models::kMostFullness) return;
    add({"store", "data.logical", "fleet.drives"},
        fmt::format("the data fills {:.3g} % of the drives (a log that is more than {:.3g} % full "
                    "is hardly ever done cleaning) — less data, more drives, or a fullness of the "
                    "log: \"fullness\": 0.9",
                    100 * planned, 100 * models::kMostFullness));
  }

  void check_names(const std::string& array, std::string_view what) {
    std::map<std::string, std::size_t> first;
    for (std::size_t i = 0; i < view_.size(array); ++i) {
      const auto name = view_.element(array, i).text("name");
      if (!name) continue;
      const auto [it, is_new] = first.emplace(*name, i);
      if (is_new) continue;
      add({fmt::format("{}.{}.name", array, i)},
          fmt::format("{} are called {} (the other is {}.{}) — rename one", what, in_quotes(*name),
                      array, it->second));
    }
  }

  const Value& root_;
  ResolvedView view_;
  ProblemList& problems_;
  // 0 where they are not known, or have a problem of their own.
  std::uint64_t shards_ = 0;
  std::uint64_t needed_ = 0;
  std::uint64_t racks_ = 0;
  std::uint64_t extents_ = 0;
  bool extents_known_ = false;
  std::string scheme_name_;
  std::optional<models::Topology> fleet_;
};

}  // namespace

std::string grouped_number(double n) {
  return n < 1e15 ? grouped(static_cast<std::uint64_t>(n)) : fmt::format("{:.3g}", n);
}

void blame(const Value& root, const ResolvedView& view,
           std::initializer_list<std::string_view> paths, std::string message,
           ProblemList& problems) {
  std::string_view blamed = *paths.begin();
  for (const std::string_view path : paths) {
    if (view.at(path) != nullptr && origin_of(root, path).source != Origin::Source::kFile) {
      blamed = path;
      break;
    }
  }
  problems.add(origin_of(root, blamed), std::string(blamed), std::move(message),
               std::string(*paths.begin()));
}

void check_combinations(const Value& root, const Json& resolved, ProblemList& problems) {
  Checker(root, resolved, problems).run();
  check_cascades(root, resolved, problems);
  check_sizes(root, resolved, problems);
  check_loads(root, resolved, problems);
  check_timeline(root, resolved, problems);
  check_failure(root, resolved, problems);
  check_estimator(root, resolved, problems);
  check_local_code(root, resolved, problems);
  check_demand_events(root, resolved, problems);
  check_scrub(root, resolved, problems);
  check_store(root, resolved, problems);
  check_mechanical(root, resolved, problems);
  check_ledger(root, resolved, problems);
  check_lifecycles(root, resolved, problems);
}

}  // namespace spindle::app
