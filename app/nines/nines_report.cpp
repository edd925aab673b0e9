#include "app/nines/nines_report.hpp"

#include <fmt/format.h>

#include <cmath>

#include "app/nines/nines_tables.hpp"
#include "app/report/json_number.hpp"
#include "models/redundancy/reencoding.hpp"

namespace spindle::app {
namespace {

using Json = nlohmann::ordered_json;

Json optional_number(const std::optional<double>& value) {
  return value ? json_number(*value) : Json();
}

Json nines_of(const AnnualLoss& loss) {
  return loss.probability ? json_number(loss.nines()) : Json();
}

Json sure_nines_of(const AnnualLoss& loss) {
  return loss.probability ? Json() : json_number(loss.nines());
}

void add_simulated(const NinesFigures& of, NinesReport::Named& out) {
  const auto add = [&](const char* name, Json value) {
    out.emplace_back(std::string("simulated.") + name, std::move(value));
  };
  const auto number = [&](const char* name, auto get) {
    add(name, of.simulated ? json_number(get(*of.simulated)) : Json());
  };
  using Simulated = SimulatedFigures;
  add("annual_loss_probability",
      of.simulated ? optional_number(of.simulated->loss.probability) : Json());
  number("ci_low", [](const Simulated& s) { return s.low; });
  number("ci_high", [](const Simulated& s) { return s.high; });
  add("nines", of.simulated ? nines_of(of.simulated->loss) : Json());
  add("nines_at_least", of.simulated ? sure_nines_of(of.simulated->loss) : Json());
  add("estimator", of.simulated ? Json("conditional") : Json());
  number("effective_samples", [](const Simulated& s) { return s.estimate.effective_samples; });
  number("replications", [](const Simulated& s) { return s.estimate.replications; });
  number("events", [](const Simulated& s) { return static_cast<double>(s.estimate.events); });
  number("drive_years", [](const Simulated& s) { return s.estimate.drive_years; });
  add("is_precise", of.simulated ? Json(of.simulated->estimate.is_precise) : Json());
  number("to_analytic", [](const Simulated& s) { return s.to_chain; });
  add("agrees", of.simulated ? Json(of.simulated->agrees) : Json());
}

void add_zone(const NinesFigures& of, NinesReport::Named& out) {
  const ZoneFigures& zone = of.zone;
  out.emplace_back("unreadable_fraction", json_number(of.unreadable));
  out.emplace_back("zone_down_unreadable_fraction", json_number(of.unreadable_zone_down));
  out.emplace_back("zone_loss.shards", zone.shards);
  out.emplace_back("zone_loss.spare_shards", zone.spare);
  out.emplace_back("zone_loss.loss_probability_unrepaired", json_number(zone.lost_unrepaired));
  out.emplace_back("zone_loss.loss_probability", json_number(zone.lost));
  out.emplace_back("zone_loss.fill_after", json_number(zone.fill_after));
  out.emplace_back("causes.independent_losses_per_year", json_number(of.chain.losses_per_year));
  out.emplace_back("causes.zone_losses_per_year", json_number(zone.losses_per_year));
  out.emplace_back("causes.break_even_zone_losses_per_year", json_number(zone.break_even_per_year));
  const char* const cause = dominating_cause(of);
  out.emplace_back("causes.dominating", cause == nullptr ? Json() : Json(cause));
}

// Where "a.b" belongs: the object "a", then its "b".
void set_path(Json& json, const std::string& name, const Json& value) {
  Json* at = &json;
  std::size_t begin = 0;
  for (std::size_t dot = name.find('.'); dot != std::string::npos; dot = name.find('.', begin)) {
    at = &(*at)[name.substr(begin, dot - begin)];
    begin = dot + 1;
  }
  (*at)[name.substr(begin)] = value;
}

std::string cell_of(const Json& value) {
  if (value.is_null()) return "";
  return value.is_string() ? value.get<std::string>() : value.dump();
}

}  // namespace

ReencodingFigures reencoding_figures(const Reencoding& of, const NinesCase& to) {
  const models::ReencodingCost cost = models::reencoding_cost(of.from, to.of.scheme);
  ReencodingFigures out;
  out.read_bytes = cost.read * of.logical_bytes;
  out.written_bytes = cost.written * of.logical_bytes;
  out.freed_bytes = cost.freed * of.logical_bytes;
  out.seconds = (out.read_bytes + out.written_bytes) /
                (static_cast<double>(to.of.fleet.drives) * of.bytes_per_s);
  out.fill_after = to.fill * to.of.scheme.overhead() / of.from.overhead();
  return out;
}

NinesReport::Named NinesReport::named(std::size_t scheme) const {
  const NinesCase& of = cases[scheme];
  const NinesFigures& its = figures[scheme];
  const models::Scheme& code = of.of.scheme;
  Named out;
  out.emplace_back("scheme", code.name());
  out.emplace_back("shards", code.shards());
  out.emplace_back("overhead", json_number(code.overhead()));
  out.emplace_back("repair_reads", json_number(code.repair_reads()));
  out.emplace_back("repair_hours", json_number(of.repair_hours));
  out.emplace_back("repair_load", json_number(of.repair_load));
  out.emplace_back("shard_down", json_number(of.shard_down));
  out.emplace_back("max_per_zone", of.of.fleet.max_per_zone);
  out.emplace_back("max_per_rack", of.of.fleet.max_per_rack);
  out.emplace_back("analytic.annual_loss_probability", optional_number(its.chain.loss.probability));
  out.emplace_back("analytic.mttdl_years", json_number(its.chain.mttdl_years));
  out.emplace_back("analytic.nines", nines_of(its.chain.loss));
  out.emplace_back("analytic.nines_at_least", sure_nines_of(its.chain.loss));
  if (explains_window) {
    out.emplace_back("analytic.fixed_window_annual_loss_probability",
                     json_number(its.chain.fixed_window));
  }
  add_simulated(its, out);
  out.emplace_back("expected_lost_bytes_per_year", json_number(its.lost_bytes_per_year));
  out.emplace_back("logical_bytes", json_number(std::round(of.logical_bytes)));
  add_zone(its, out);
  if (reencoding) {
    const ReencodingFigures all = reencoding_figures(*reencoding, of);
    out.emplace_back("reencoding.from", reencoding->from.name());
    out.emplace_back("reencoding.read_bytes", json_number(all.read_bytes));
    out.emplace_back("reencoding.written_bytes", json_number(all.written_bytes));
    out.emplace_back("reencoding.freed_bytes", json_number(all.freed_bytes));
    out.emplace_back("reencoding.seconds", json_number(all.seconds));
    out.emplace_back("reencoding.fill_after", json_number(all.fill_after));
  }
  return out;
}

std::string NinesReport::render(Format format) const {
  if (format == Format::kJson) return render_json();
  return format == Format::kCsv ? render_csv() : nines_tables(*this, format);
}

std::string NinesReport::render_json() const {
  const NinesCase& any = cases.front();
  Json json;
  json["seed"] = seed;
  json["drives"] = any.of.fleet.drives;
  json["zones"] = any.of.fleet.zones;
  json["racks_per_zone"] = any.of.fleet.racks_per_zone;
  json["failures_per_year"] = json_number(any.of.failures_per_year);
  json["zone_losses_per_year"] = json_number(any.zone_losses_per_year);
  json["zone_rebuild_hours"] = json_number(any.zone_rebuild_hours);
  json["schemes"] = Json::array();
  for (std::size_t i = 0; i < cases.size(); ++i) {
    Json scheme;
    for (const auto& [name, value] : named(i)) set_path(scheme, name, value);
    json["schemes"].push_back(std::move(scheme));
  }
  return json.dump(2) + "\n";
}

std::string NinesReport::render_csv() const {
  std::vector<Column> columns;
  for (const auto& [name, value] : named(0)) columns.push_back({name});
  TextTable table(columns);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    std::vector<std::string> row;
    for (const auto& [name, value] : named(i)) row.push_back(cell_of(value));
    table.add_row(std::move(row));
  }
  return table.render(Format::kCsv);
}

}  // namespace spindle::app
