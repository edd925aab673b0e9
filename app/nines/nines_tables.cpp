#include "app/nines/nines_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/text/wording.hpp"
#include "sim/time.hpp"

namespace spindle::app {
namespace {

// "30 d", "24 h", "1.5 min".
std::string time_text(double hours) {
  if (!std::isfinite(hours)) return "never";
  if (hours >= 48) return significant(hours / 24, 4) + " d";
  if (hours >= 1) return significant(hours, 4) + " h";
  const double minutes = hours * 60;
  return minutes >= 1 ? significant(minutes, 3) + " min" : significant(minutes * 60, 3) + " s";
}

bool is_never(const AnnualLoss& loss) {
  return loss.probability && *loss.probability == 0;
}

std::string loss_text(const AnnualLoss& loss) {
  if (is_never(loss)) return "never";
  return loss.probability ? significant(*loss.probability) : "< " + significant(loss.most, 2);
}

// A fleet loses so little that most figures are far below a byte.
std::string bytes_text(double bytes) {
  return bytes < 1 ? significant(bytes, 2) + " B" : human_bytes(bytes);
}

bool is_bounded(const NinesCase& of) {
  return of.of.rebuild.law == models::RepairLaw::kBandwidth;
}

bool is_never_rebuilt(const NinesCase& of) {
  return !std::isfinite(of.repair_hours);
}

std::string repair_text(const NinesCase& of) {
  if (is_never_rebuilt(of)) return "nothing is ever rebuilt";
  if (!is_bounded(of)) {
    return fmt::format("lost shards are back after {} on average", time_text(of.repair_hours));
  }
  const models::RebuildOptions& rebuild = of.of.rebuild;
  return fmt::format(
      "rebuilt from {} after the failure on, at {}/s a drive, {}",
      time_text(rebuild.detect_s / sim::kSecondsPerHour), human_bytes(rebuild.bytes_per_s),
      rebuild.order == models::RebuildOrder::kMostExposedFirst ? "most exposed first"
                                                               : "first come, first served");
}

std::string heading(const NinesCase& of) {
  const models::DurabilityFleet& fleet = of.of.fleet;
  return fmt::format("{} in {} of {}; {} % fail in a year; {}\n\n", counted(fleet.drives, "drive"),
                     counted(fleet.zones, "zone"), counted(fleet.racks_per_zone, "rack"),
                     significant(100 * of.of.failures_per_year, 4), repair_text(of));
}

std::string interval_text(const SimulatedFigures& of) {
  return fmt::format("{} to {}", significant(of.low), significant(of.high));
}

std::string durability_table(const NinesReport& report, Format format) {
  std::vector<Column> columns = {{"durability of an extent", false}, {"stored\nper byte"}};
  const bool shows_repair = is_bounded(report.cases.front());
  if (shows_repair) columns.push_back({"time to\nrepair"});
  for (const char* header : {"MTTDL\nyears", "loss a year\nby the chain", "nines"}) {
    columns.push_back({header});
  }
  if (report.is_simulated) {
    for (const char* header :
         {"loss a year\nsimulated", "95 % interval", "nines", "simulated\n/ chain"}) {
      columns.push_back({header});
    }
  }
  columns.push_back({"fleet loses\na year"});
  TextTable table(columns);
  for (std::size_t i = 0; i < report.cases.size(); ++i) {
    const NinesCase& of = report.cases[i];
    const NinesFigures& its = report.figures[i];
    std::vector<std::string> row = {of.of.scheme.name(), significant(of.of.scheme.overhead())};
    if (shows_repair) row.push_back(time_text(of.repair_hours));
    row.insert(row.end(), {significant(its.chain.mttdl_years), loss_text(its.chain.loss),
                           nines_text(its.chain.loss)});
    if (its.simulated) {
      const SimulatedFigures& s = *its.simulated;
      row.insert(row.end(), {loss_text(s.loss), interval_text(s), nines_text(s.loss),
                             significant(s.to_chain) + (s.agrees ? "" : " *")});
    } else if (report.is_simulated) {
      row.insert(row.end(), 4, "-");
    }
    row.push_back(is_never(its.chain.loss) ? "nothing" : bytes_text(its.lost_bytes_per_year));
    table.add_row(std::move(row));
  }
  return table.render(format);
}

std::string zone_table(const NinesReport& report, Format format) {
  const std::string days = time_text(report.cases.front().zone_rebuild_hours);
  TextTable table({{"the loss of a zone", false},
                   {"shards\nin it"},
                   {"more that\nmay fail"},
                   {"lost in " + days + "\nunrepaired"},
                   {"lost in " + days + "\nrepaired"},
                   {"unreadable"},
                   {"unreadable,\nzone down"},
                   {"costs most", false},
                   {"break-even, zone\nlosses a year"}});
  for (std::size_t i = 0; i < report.cases.size(); ++i) {
    const NinesFigures& its = report.figures[i];
    const ZoneFigures& zone = its.zone;
    const char* const cause = dominating_cause(its);
    table.add_row({report.cases[i].of.scheme.name(), std::to_string(zone.shards),
                   zone.spare >= 0 ? std::to_string(zone.spare) : "too few left",
                   significant(zone.lost_unrepaired), significant(zone.lost),
                   significant(its.unreadable), significant(its.unreadable_zone_down),
                   cause == nullptr ? "-" : cause, significant(zone.break_even_per_year)});
  }
  return table.render(format);
}

std::string window_table(const NinesReport& report, Format format) {
  TextTable table({{"fixed windows", false},
                   {"window"},
                   {"loss a year\nby windows"},
                   {"loss a year\nby the chain"},
                   {"chain\n/ windows"}});
  for (std::size_t i = 0; i < report.cases.size(); ++i) {
    const ChainFigures& chain = report.figures[i].chain;
    table.add_row({report.cases[i].of.scheme.name(), time_text(report.cases[i].repair_hours),
                   significant(chain.fixed_window, 4), significant(chain.loss.most, 4),
                   significant(chain.loss.most / chain.fixed_window)});
  }
  return "\n" + table.render(format) +
         "\nA calculator that cuts the year into windows of one repair time each and asks whether "
         "more "
         "than m\nof the n drives fail in one window misses the failures that straddle two: with m "
         "+ "
         "1 failures less\nthan a window apart it finds them in one window once in m + 1 times, so "
         "that its losses are m + 1\ntimes too few. The chain counts them all.\n";
}

std::string reencoding_table(const NinesReport& report, Format format) {
  const Reencoding& of = *report.reencoding;
  TextTable table({{"re-encoding from " + of.from.name(), false},
                   {"read"},
                   {"written"},
                   {"freed"},
                   {"takes"},
                   {"drives full\nafter %"}});
  for (const NinesCase& to : report.cases) {
    const ReencodingFigures all = reencoding_figures(of, to);
    table.add_row({to.of.scheme.name(), human_bytes(all.read_bytes), human_bytes(all.written_bytes),
                   human_bytes(all.freed_bytes), time_text(all.seconds / sim::kSecondsPerHour),
                   percent(all.fill_after) + (all.fill_after > 1 ? " (no room)" : "")});
  }
  return "\n" + table.render(format) +
         fmt::format(
             "\nAll {} that the fleet holds, with every drive giving {}/s to it; each "
             "extent has both forms until the new one is whole.\n",
             human_bytes(of.logical_bytes), human_bytes(of.bytes_per_s));
}

std::string simulation_notes(const NinesReport& report) {
  std::string out;
  std::vector<std::string> apart;
  std::vector<std::string> imprecise;
  for (std::size_t i = 0; i < report.cases.size(); ++i) {
    const auto& simulated = report.figures[i].simulated;
    if (!simulated) continue;
    if (!simulated->agrees) apart.push_back(report.cases[i].of.scheme.name());
    if (!simulated->estimate.is_precise) imprecise.push_back(report.cases[i].of.scheme.name());
  }
  if (!apart.empty()) {
    out += fmt::format("* simulation and chain differ: {}.", listed(apart));
    out += is_bounded(report.cases.front())
               ? " The chain gives every shard the mean time to repair by itself.\n  "
                 "Simulated, drives that fail together wait for each other, and an extent's next "
                 "loss is noticed\n  and rebuilt from anew; or, most exposed first, it need not "
                 "wait at all.\n"
               : "\n";
  }
  if (!imprecise.empty()) {
    out += fmt::format("the interval is wider than {} %: {}\n", percent(report.precision, 0),
                       listed(imprecise));
  }
  return out;
}

std::string notes(const NinesReport& report) {
  const NinesCase& any = report.cases.front();
  const ZoneFigures& zone = report.figures.front().zone;
  std::string out = simulation_notes(report);
  if (any.of.failures_per_year == 0) {
    out += "drives never fail: no extent is ever lost, but with a zone\n";
  } else if (is_never_rebuilt(any)) {
    out +=
        "nothing is rebuilt: a loss a year is that of the first year of an extent that starts "
        "whole, exactly\n";
  }
  if (any.of.fleet.zones == 1) return out + "there is one zone, and with it everything is lost\n";
  out += fmt::format(
      "a zone is lost {} times a year (--zone-loss), each of {}; its shards stay "
      "missing for {} (--zone-rebuild)\n",
      significant(any.zone_losses_per_year, 4), counted(any.of.fleet.zones, "zone"),
      time_text(any.zone_rebuild_hours));
  if (zone.fill_after > 1) {
    out += fmt::format(
        "the other zones have no room for what was in it: they would be {} % full; "
        "it waits for new drives\n",
        percent(zone.fill_after, 0));
  }
  return out;
}

}  // namespace

std::string nines_text(const AnnualLoss& loss) {
  if (is_never(loss)) return "never lost";
  if (loss.probability) return fmt::format("{:.1f}", loss.nines());
  return fmt::format("at least {:.1f}", std::floor(10 * loss.nines()) / 10);
}

std::string nines_tables(const NinesReport& report, Format format) {
  std::string out = heading(report.cases.front()) + durability_table(report, format) + "\n" +
                    zone_table(report, format);
  if (report.reencoding) out += reencoding_table(report, format);
  if (report.explains_window) out += window_table(report, format);
  return out + "\n" + notes(report);
}

}  // namespace spindle::app
