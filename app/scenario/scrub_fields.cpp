#include "app/scenario/scrub_fields.hpp"

namespace spindle::app {
namespace {

constexpr double kSmallestUnit = 512;

Field yearly_rate(std::string name, std::string example, std::string doc) {
  return {.name = std::move(name),
          .kind = Kind::kFailureRate,
          .fallback = "\"0 /yr\"",
          .example = std::move(example),
          .range = {.max = 1e6, .max_text = "1,000,000 /yr"},
          .doc = std::move(doc)};
}

}  // namespace

const ObjectSpec& scrub_table() {
  static const ObjectSpec kTable{
      .fields = {
          {.name = "order",
           .kind = Kind::kWord,
           .fallback = "\"sequential\"",
           .example = "\"random\"",
           .words = {"sequential", "random"},
           .doc = "`sequential`, every unit once a period; `random`, units drawn at random with "
                  "replacement, as many in a period."},
          {.name = "period",
           .kind = Kind::kDuration,
           .example = "\"30 d\"",
           .range = {.max = kHorizonSeconds, .above_min = true, .max_text = "200 yr"},
           .doc = "Time to read as many bytes as a drive holds, used or not; either this or "
                  "`rate`."},
          {.name = "rate",
           .kind = Kind::kByteRate,
           .example = "\"8 MB/s\"",
           .range = {.max = 1e15, .above_min = true, .max_text = "1,000 TB/s"},
           .doc = "Bytes that are read of each drive."},
          {.name = "unit",
           .kind = Kind::kBytes,
           .fallback = "\"1 MB\"",
           .example = "\"1 MB\"",
           .range = {.min = kSmallestUnit, .min_text = "512 B"},
           .doc = "What one read takes, with a seek and half a turn each."},
          yearly_rate("latent_errors", "\"0.1 /yr\"",
                      "Sector errors that come to each drive, anywhere on it, and stay unknown "
                      "until the place is read."),
          {.name = "found_by",
           .kind = Kind::kWord,
           .fallback = "\"scrub\"",
           .example = "\"scrub_and_reads\"",
           .words = {"scrub", "scrub_and_reads"},
           .doc = "What finds errors: `scrub` alone, or `scrub_and_reads`, clients' reads too."},
          yearly_rate("stuck", "\"0.001 /yr\"",
                      "How often the scrub of each drive stops, unnoticed, until the drive is "
                      "replaced."),
      }};
  return kTable;
}

std::vector<Field> stuck_fields() {
  return {{.name = "drive",
           .kind = Kind::kInteger,
           .example = "0",
           .range = {.max = 2147483647},
           .doc = "The drive's number, from 0; either this or `share`."},
          {.name = "share",
           .kind = Kind::kRatio,
           .example = "0.001",
           .range = {.max = 1, .above_min = true},
           .doc = "Share of the drives, drawn at random, at least one; more than 0, at most 1."},
          {.name = "lasts",
           .kind = Kind::kDuration,
           .example = "\"30 d\"",
           .range = {.max = kHorizonSeconds, .above_min = true, .max_text = "200 yr"},
           .doc = "How long; absent: until the drive is replaced."}};
}

std::optional<models::ScrubOptions> build_scrub(const ResolvedView& view) {
  if (view.at("scrub") == nullptr) return std::nullopt;
  models::ScrubOptions out;
  if (view.text("scrub.order") == "random") out.order = models::ScrubOrder::kRandom;
  out.period = view.duration("scrub.period").value_or(out.period);
  out.bytes_per_s = view.byte_rate("scrub.rate").value_or(out.bytes_per_s);
  out.unit = view.bytes("scrub.unit").value();
  out.errors_per_year = view.failure_rate("scrub.latent_errors").value();
  out.stuck_per_year = view.failure_rate("scrub.stuck").value();
  out.reads_find = view.text("scrub.found_by") == "scrub_and_reads";
  return out;
}

models::StuckScrub build_stuck(const ResolvedView& event) {
  models::StuckScrub out;
  out.at = sim::Instant() + event.duration("at").value();
  if (const auto drive = event.whole("drive")) out.drive = static_cast<std::uint32_t>(*drive);
  out.share = event.number("share").value_or(out.share);
  out.lasts = event.duration("lasts");
  return out;
}

}  // namespace spindle::app
