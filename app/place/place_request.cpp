#include "app/place/place_request.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "app/place/number_text.hpp"
#include "app/place/size_file.hpp"
#include "app/text/wording.hpp"
#include "models/placement/policy.hpp"

namespace spindle::app {
namespace {

using models::BulkPolicy;
using models::BulkSizes;

// Options that only some policies use. Whoever reads loads may read them late or wrong.
struct PolicyUse {
  const char* policy;
  BulkPolicy bulk;
  std::vector<std::string> options;
};

const std::vector<PolicyUse>& policy_uses() {
  static const std::vector<PolicyUse> kUses = {
      {"random", BulkPolicy::kRandom, {}},
      {"d_choices",
       BulkPolicy::kDChoices,
       {"--d", "--refresh", "--noise", "--buckets", "--compare"}},
      {"one_plus_beta",
       BulkPolicy::kOnePlusBeta,
       {"--beta", "--refresh", "--noise", "--buckets", "--compare"}},
      {"k_of_d",
       BulkPolicy::kKOfD,
       {"--candidates", "--refresh", "--noise", "--buckets", "--compare"}},
  };
  return kUses;
}
// Of policies that the registry alone knows; `random` and the like have rows of their own above.
struct RegistryUse {
  std::string_view policy;
  std::vector<std::string> options;
};

const std::vector<RegistryUse>& registry_uses() {
  static const std::vector<RegistryUse> kUses = {
      {"static", {"--tenants", "--tenant-exponent"}},
      {"shuffle_shard", {"--width", "--inner", "--d", "--tenants", "--tenant-exponent"}},
      {"copyset", {"--scatter-width", "--d"}},
      {"crush", {"--drives-per-host", "--change"}},
  };
  return kUses;
}

constexpr std::array kBulkOnly = {"--models", "--sizes",     "--sampling",
                                  "--cell",   "--turnovers", "--empty-share"};
constexpr std::array kByPolicy = {"--d",
                                  "--beta",
                                  "--candidates",
                                  "--refresh",
                                  "--noise",
                                  "--buckets",
                                  "--compare",
                                  "--width",
                                  "--inner",
                                  "--tenants",
                                  "--tenant-exponent",
                                  "--scatter-width",
                                  "--drives-per-host",
                                  "--change"};

class Resolver {
 public:
  explicit Resolver(const PlaceRequest& request) : request_(request) {}

  ResolvedPlace operator()() {
    resolve_policy();
    resolve_fleet();
    resolve_capacities();
    resolve_sizes();
    refuse_conflicts();
    if (is_readable_) {
      const std::vector<std::string> more = models::bulk_problems(out_.options);
      out_.problems.insert(out_.problems.end(), more.begin(), more.end());
    }
    resolve_change();
    return std::move(out_);
  }

 private:
  template <class... Args>
  void problem(fmt::format_string<Args...> format, Args&&... args) {
    out_.problems.push_back(fmt::format(format, std::forward<Args>(args)...));
  }
  [[nodiscard]] bool is_given(const char* option) const { return request_.given.contains(option); }

  void refuse_unused(const std::vector<std::string>& used, bool is_bulk) {
    std::vector<std::string> unused;
    for (const char* option : kByPolicy) {
      if (is_given(option) && std::find(used.begin(), used.end(), option) == used.end()) {
        unused.emplace_back(option);
      }
    }
    for (const char* option : kBulkOnly) {
      if (!is_bulk && is_given(option)) unused.emplace_back(option);
    }
    for (const std::string& option : unused) {
      problem("{}: {} does not use it — leave it out, or take another policy", option,
              request_.policy);
    }
  }

  void resolve_policy() {
    models::BulkOptions& o = out_.options;
    o.choices = request_.choices;
    o.beta = request_.beta;
    o.candidates = request_.candidates;
    std::vector<std::string> known;
    for (const PolicyUse& use : policy_uses()) {
      known.emplace_back(use.policy);
      if (use.policy != request_.policy) continue;
      o.policy = use.bulk;
      refuse_unused(use.options, true);
      if (use.bulk == BulkPolicy::kKOfD && !is_given("--candidates")) {
        problem(
            "--policy k_of_d needs --candidates (of how many drives the least loaded are taken) "
            "— state {} or more",
            request_.shards);
      }
      return;
    }
    for (const models::PolicyRow& row : models::policy_registry()) {
      if (std::find(known.begin(), known.end(), row.name) == known.end())
        known.emplace_back(row.name);
      if (request_.policy != row.name) continue;
      o.policy = BulkPolicy::kRegistry;
      o.registry.policy = row.name;
      o.registry.choices = request_.policy == "copyset" && !is_given("--d") ? 1 : request_.choices;
      o.registry.scatter_width = request_.scatter_width;
      o.registry.drives_per_host = request_.drives_per_host;
      o.registry.width = request_.width;
      o.registry.inner = request_.inner;
      o.tenants = request_.tenants;
      o.tenant_exponent = request_.tenant_exponent;
      std::vector<std::string> used;
      for (const RegistryUse& use : registry_uses()) {
        if (use.policy == row.name) used.insert(used.end(), use.options.begin(), use.options.end());
      }
      refuse_unused(used, false);
      return;
    }
    const std::string near = nearest(request_.policy, known);
    problem("--policy: unknown policy {} (there are {}){}", in_quotes(request_.policy),
            listed(known, 40), near.empty() ? "" : " — did you mean \"" + near + "\"?");
  }

  void resolve_change() {
    if (request_.change.empty() || request_.policy != "crush") return;
    out_.change = parse_change(request_.change, out_.problems);
    if (!out_.change || !out_.problems.empty()) return;
    out_.problems = change_problems(*out_.change, out_.options);
  }

  void resolve_fleet() {
    models::BulkOptions& o = out_.options;
    if (!(request_.drives >= 1 && request_.drives <= models::kMostBulkDrives) ||
        request_.drives != std::floor(request_.drives)) {
      problem("--drives: {} (a whole number from 1 to {}) — state one, 2e7 for example",
              request_.drives, grouped(models::kMostBulkDrives));
      is_readable_ = false;
    } else {
      o.drives = static_cast<std::uint32_t>(request_.drives);
    }
    o.shards = request_.shards;
    o.zones = request_.zones;
    o.racks_per_zone = request_.racks;
    o.spread = {request_.max_per_zone, request_.max_per_rack};
    o.per_drive = request_.per_drive;
    o.until_full = request_.until_full;
    if (!(request_.refresh >= 0 && request_.refresh <= 1e15) ||
        request_.refresh != std::floor(request_.refresh)) {
      problem(
          "--refresh: {} (a whole number of shards from 0 to 1e15) — state one, 1e6 for example",
          request_.refresh);
    } else {
      o.refresh = static_cast<std::uint64_t>(request_.refresh);
    }
    o.noise = request_.noise;
    o.bucket = request_.buckets;
    o.sampling = request_.sampling == "capacity" ? models::BulkSampling::kByCapacity
                                                 : models::BulkSampling::kUniform;
    o.compare =
        request_.compare == "units" ? models::BulkCompare::kUnits : models::BulkCompare::kFill;
    o.cell = request_.cell;
    o.turnovers = request_.turnovers;
    o.empty_share = request_.empty_share;
    o.seed = {request_.seed};
  }

  void resolve_capacities() {
    if (is_given("--capacity-units")) {
      out_.options.classes.push_back({request_.capacity_units, 1});
      return;
    }
    std::size_t begin = 0;
    while (begin < request_.models.size()) {
      const std::size_t end = std::min(request_.models.find(',', begin), request_.models.size());
      const std::string part = request_.models.substr(begin, end - begin);
      const std::size_t colon = part.find(':');
      const auto capacity = parse_number(part.substr(0, colon));
      const auto share =
          colon == std::string::npos ? std::nullopt : parse_number(part.substr(colon + 1));
      if (!capacity || !share) {
        problem(
            "--models: {} (each kind of drive is CAPACITY:SHARE, in units and of the drives) — "
            "write for example 80:0.3,160:0.7",
            in_quotes(part));
        is_readable_ = false;
        return;
      }
      out_.options.classes.push_back({*capacity, *share});
      begin = end + 1;
    }
  }

  void resolve_sizes() {
    BulkSizes& sizes = out_.options.sizes;
    const std::string& text = request_.sizes;
    if (text == "constant") return;
    if (text == "exponential") {
      sizes.law = BulkSizes::Law::kExponential;
    } else if (text.starts_with("lognormal:")) {
      sizes.law = BulkSizes::Law::kLognormal;
      const auto cv = parse_number(text.substr(text.find(':') + 1));
      if (!cv) {
        problem(
            "--sizes: {} (the number behind the colon is standard deviation / mean) — write for "
            "example lognormal:2",
            in_quotes(text));
      }
      sizes.cv = cv.value_or(1);
    } else {
      const std::size_t before = out_.problems.size();
      read_size_file(text, sizes, out_.problems);
      is_readable_ = is_readable_ && out_.problems.size() == before;
    }
  }

  void refuse_conflicts() {
    if (is_given("--capacity-units") && is_given("--models")) {
      problem("--capacity-units and --models both say what drives hold — state one of them");
    }
    if (request_.until_full && is_given("--per-drive")) {
      problem("--until-full and --per-drive both say how much is placed — state one of them");
    }
    if (is_given("--compare") && out_.options.classes.size() < 2) {
      problem(
          "--compare: drives of one capacity compare alike by units and by fill — state "
          "--models, or leave it out");
    }
  }

  const PlaceRequest& request_;
  ResolvedPlace out_;
  bool is_readable_ = true;  // what was read makes sense to the models' own checks
};

}  // namespace

ResolvedPlace resolve_place(const PlaceRequest& request) {
  return Resolver(request)();
}

}  // namespace spindle::app
