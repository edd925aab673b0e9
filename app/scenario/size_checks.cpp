#include "app/scenario/size_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <stdexcept>
#include <string>

#include "app/scenario/checks.hpp"
#include "app/scenario/resolved_view.hpp"
#include "app/scenario/size_fields.hpp"
#include "app/text/wording.hpp"

namespace spindle::app {
namespace {

class SizeChecker {
 public:
  SizeChecker(const Value& root, const Json& resolved, ProblemList& problems)
      : root_(root), view_(resolved), tenant_(resolved), problems_(problems) {}

  void run() {
    for (std::size_t i = 0; i < view_.size("tenants"); ++i) {
      tenant_ = view_.element("tenants", i);
      path_ = fmt::format("tenants.{}.", i);
      check_size("object", "objects");
      check_size("range", "ranges");
      check_range();
      check_popularity();
    }
  }

 private:
  void add(std::initializer_list<std::string_view> paths, std::string message) {
    blame(root_, view_, paths, std::move(message), problems_);
  }

  // A mean and the law about it, by the name of the mean's field.
  void check_size(const std::string& field, std::string_view what) {
    const std::string law_field = field + "_sizes";
    const auto mean = tenant_.bytes(field);
    if (tenant_.at(law_field) == nullptr) {
      if (mean) check_extent(field, what, mean->to_double(), "");
      return;
    }
    if (!mean) {
      // A missing object is told already; a range is optional.
      if (what == "ranges") {
        add({path_ + law_field}, "sizes without their mean — add \"range\": \"64 KB\"");
      }
      return;
    }
    const auto law = law_of(law_field);
    if (!law || !check_mean(field, law_field, mean->to_double(), *law)) return;
    double largest = 0;
    for (const auto& stratum : law->strata()) largest = std::max(largest, stratum.size);
    check_extent(field, what, mean->to_double() * largest, "the largest ");
  }

  // Nothing where the law is not complete, or makes no sense.
  std::optional<models::SizeLaw> law_of(const std::string& field) {
    const auto view = tenant_.below(field);
    const auto word = view ? view->text("distribution") : std::nullopt;
    if (!word) return std::nullopt;
    const bool is_good = *word == "empirical" ? check_quantiles(path_ + field, *view)
                         : *word == "mixture"
                             ? is_complete(*view, "parts", {"share", "mean", "sigma"})
                         : *word == "lognormal" ? view->at("sigma") != nullptr
                                                : true;
    if (!is_good) return std::nullopt;
    return build_size_law(*view);
  }

  static bool is_complete(const ResolvedView& law, std::string_view list,
                          std::initializer_list<std::string_view> keys) {
    for (std::size_t i = 0; i < law.size(list); ++i) {
      for (const std::string_view key : keys) {
        if (law.element(list, i).at(key) == nullptr) return false;
      }
    }
    return law.size(list) > 0;
  }

  bool check_quantiles(const std::string& path, const ResolvedView& law) {
    if (!is_complete(law, "quantiles", {"share", "size"})) return false;
    for (std::size_t i = 1; i < law.size("quantiles"); ++i) {
      const ResolvedView last = law.element("quantiles", i - 1);
      const ResolvedView row = law.element("quantiles", i);
      const std::string here = fmt::format("{}.quantiles.{}", path, i);
      if (row.number("share").value() < last.number("share").value()) {
        add({here + ".share"},
            fmt::format("{} after {} (shares must not fall) — list the "
                        "quantiles from the smallest share on",
                        row.number("share").value(), last.number("share").value()));
        return false;
      }
      if (row.bytes("size").value() < last.bytes("size").value()) {
        add({here + ".size"},
            fmt::format("{} after {} (a larger share cannot have a smaller largest size) — swap "
                        "them, or mend the size",
                        human_bytes(row.bytes("size")->to_double()),
                        human_bytes(last.bytes("size")->to_double())));
        return false;
      }
    }
    return true;
  }

  // Laws in bytes carry their own mean: the one beside them must be it.
  bool check_mean(const std::string& field, const std::string& law_field, double mean,
                  const models::SizeLaw& law) {
    constexpr double kTolerance = 0.05;
    const auto word = tenant_.text(law_field + ".distribution");
    if (word != "empirical" && word != "mixture") return true;
    if (std::abs(mean / law.mean_bytes() - 1) <= kTolerance) return true;
    add({path_ + field, path_ + law_field},
        fmt::format("the mean is {}, and {} has a mean of {} — write \"{:.0f} B\"",
                    human_bytes(mean), law_field, human_bytes(law.mean_bytes()), law.mean_bytes()));
    return false;
  }

  void check_extent(const std::string& field, std::string_view what, double bytes,
                    std::string_view which) {
    const auto extent = view_.bytes("data.extent");
    if (!extent || bytes <= extent->to_double()) return;
    add({path_ + field, "data.extent"},
        fmt::format("{}{} of {} in extents of {} (an object lies within one extent) — smaller "
                    "objects or larger extents",
                    which, what, human_bytes(bytes), human_bytes(extent->to_double())));
  }

  void check_range() {
    const auto object = tenant_.bytes("object");
    const auto range = tenant_.bytes("range");
    if (!object || !range || *range <= *object) return;
    add({path_ + "range", path_ + "object"},
        fmt::format("reads of {} from objects of {} (a range lies within its object) — a smaller "
                    "range, or leave it out to read whole objects",
                    human_bytes(range->to_double()), human_bytes(object->to_double())));
  }

  void check_popularity() {
    const std::string here = path_ + "popularity";
    const auto law = tenant_.below("popularity");
    const auto word = law ? law->text("law") : std::nullopt;
    if (!word || *word == "uniform") return;
    if (tenant_.text("writes_are") == "new_data") {
      add({here, path_ + "writes_are"},
          "popularity of objects that new data replaces (its objects would be others every time) — "
          "take writes as \"updates\", or leave `popularity` out");
    }
    const auto cooling = tenant_.text("cooling.model");
    if (cooling && *cooling != "none") {
      add({here, path_ + "cooling"},
          "popularity of objects that cool (age says which are hot) — leave one of them out");
    }
    if (*word != "empirical" || !is_complete(*law, "points", {"objects", "requests"})) return;
    try {
      models::check_popularity(build_popularity(*law));
    } catch (const std::invalid_argument& bad) {
      add({here + ".points"}, bad.what());
    }
  }

  const Value& root_;
  ResolvedView view_;
  ResolvedView tenant_;  // that is being checked, and the path of its fields
  std::string path_;
  ProblemList& problems_;
};

}  // namespace

void check_sizes(const Value& root, const Json& resolved, ProblemList& problems) {
  SizeChecker(root, resolved, problems).run();
}

}  // namespace spindle::app
