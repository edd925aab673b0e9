#include "app/scenario/size_fields.hpp"

#include <utility>

#include "app/scenario/field_objects.hpp"

namespace spindle::app {
namespace {

Field sigma_field() {
  return {.name = "sigma",
          .kind = Kind::kNumber,
          .required = true,
          .example = "1.5",
          .range = {.max = 10},
          .doc = "Standard deviation of the size's logarithm; 0: all of one size."};
}

Field bytes_field(std::string name, std::string doc) {
  return {.name = std::move(name),
          .kind = Kind::kBytes,
          .required = true,
          .example = "\"64 kB\"",
          .range = {.above_min = true},
          .doc = std::move(doc)};
}

const ObjectSpec& size_part_table() {
  static const ObjectSpec kTable{
      .fields = {{.name = "share",
                  .kind = Kind::kRatio,
                  .required = true,
                  .example = "0.9",
                  .range = {.max = kLargestShare, .above_min = true},
                  .doc = "Share of the requests, relative to the other parts."},
                 bytes_field("mean", "Mean size of the part's requests."),
                 sigma_field()}};
  return kTable;
}

const ObjectSpec& quantile_table() {
  static const ObjectSpec kTable{.fields = {{.name = "share",
                                             .kind = Kind::kRatio,
                                             .required = true,
                                             .example = "0.5",
                                             .range = {.max = 1},
                                             .doc = "That share of the requests are no larger."},
                                            bytes_field("size", "Their largest size.")}};
  return kTable;
}

Field list_field(std::string name, const ObjectSpec& of, std::string doc) {
  constexpr double kMostRows = 1000;
  return {.name = std::move(name),
          .kind = Kind::kArray,
          .required = true,
          .range = {.min = 1, .max = kMostRows},
          .object = &of,
          .doc = std::move(doc)};
}

}  // namespace

const ObjectSpec& size_law_table() {
  static const ObjectSpec kTable = make_union(
      "distribution", "equal", "How sizes of requests vary about their mean.",
      {{"equal", "All requests have the mean size."},
       {"lognormal", "Sizes are the exp of a normal draw, about the mean.", {sigma_field()}},
       {"mixture",
        "Requests are of several kinds, each lognormal; together they have the mean.",
        {list_field("parts", size_part_table(), "The kinds.")}},
       {"empirical",
        "Sizes follow measured quantiles; between two of them the logarithm of the size grows in "
        "a straight line.",
        {list_field("quantiles", quantile_table(),
                    "Shares and sizes, neither falling; equal sizes hold their share.")}}});
  return kTable;
}

const ObjectSpec& popularity_table() {
  static const ObjectSpec kPoint{
      .fields = {{.name = "objects",
                  .kind = Kind::kRatio,
                  .required = true,
                  .example = "0.01",
                  .range = {.max = 1, .above_min = true},
                  .doc = "Share of the objects, the most popular first."},
                 {.name = "requests",
                  .kind = Kind::kRatio,
                  .required = true,
                  .example = "0.26",
                  .range = {.max = 1},
                  .doc = "Share of the requests that go to them."}}};
  static const ObjectSpec kTable = [] {
    const Field objects{.name = "objects",
                        .kind = Kind::kInteger,
                        .example = "1000000",
                        .range = {.min = 1, .max = 1e12},
                        .doc = "Objects of one tenant; absent: its data over `object`."};
    return make_union(
        "law", "uniform", "How requests are spread over a tenant's objects.",
        {{"uniform", "Every object is asked for as often."},
         {"zipf",
          "The k-th most popular object is asked for as k^-exponent.",
          {{.name = "exponent",
            .kind = Kind::kNumber,
            .required = true,
            .example = "0.9",
            .range = {.max = 10},
            .doc = "Steepness; 0: every object as often."},
           objects}},
         {"empirical",
          "Measured shares of requests go to shares of objects; between two points objects are "
          "alike.",
          {list_field("points", kPoint, "From the most popular objects on; the rest get the rest."),
           objects}}});
  }();
  return kTable;
}

models::PopularityOptions build_popularity(const ResolvedView& view) {
  models::PopularityOptions out;
  const std::string word = view.text("law").value();
  if (word == "uniform") return out;
  out.kind = word == "zipf" ? models::PopularityKind::kZipf : models::PopularityKind::kEmpirical;
  out.exponent = view.number("exponent").value_or(1);
  out.objects = view.whole("objects").value_or(0);
  for (std::size_t i = 0; i < view.size("points"); ++i) {
    const ResolvedView point = view.element("points", i);
    out.points.push_back({point.number("objects").value(), point.number("requests").value()});
  }
  return out;
}

models::SizeLaw build_size_law(const ResolvedView& view) {
  const std::string word = view.text("distribution").value();
  if (word == "lognormal") return models::SizeLaw::mixture({{1, 1, view.number("sigma").value()}});
  if (word == "mixture") {
    std::vector<models::SizeLaw::Lognormal> parts;
    for (std::size_t i = 0; i < view.size("parts"); ++i) {
      const ResolvedView part = view.element("parts", i);
      parts.push_back({part.number("share").value(), part.bytes("mean").value().to_double(),
                       part.number("sigma").value()});
    }
    return models::SizeLaw::mixture(std::move(parts));
  }
  if (word == "empirical") {
    std::vector<models::SizeLaw::Quantile> quantiles;
    for (std::size_t i = 0; i < view.size("quantiles"); ++i) {
      const ResolvedView row = view.element("quantiles", i);
      quantiles.push_back({row.number("share").value(), row.bytes("size").value().to_double()});
    }
    return models::SizeLaw::empirical(std::move(quantiles));
  }
  return {};
}

}  // namespace spindle::app
