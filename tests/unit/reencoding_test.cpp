// What re-encoding reads, writes and frees, by hand; and what must hold for any two schemes.
#include "models/redundancy/reencoding.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "app/nines/scheme_text.hpp"

using namespace spindle;

namespace {

models::Scheme scheme(const std::string& text) {
  return *app::parse_scheme(text).value;
}

}  // namespace

TEST_CASE("re-encoding: bytes for each logical byte, by hand") {
  struct Row {
    const char* from;
    const char* to;
    double read, written, freed;
  };
  const std::vector<Row> rows = {
      {"3 copies", "5+4", 1, 1.8, 3},             // cut otherwise: all anew
      {"5+4", "3 copies", 1, 3, 1.8},             // and back
      {"3 copies", "4 copies", 1, 1, 0},          // one copy more
      {"4 copies", "2 copies", 0, 0, 2},          // dropped
      {"10+4", "10+2", 0, 0, 0.2},                // parities dropped
      {"10+2", "10+4", 1, 0.2, 0},                // and computed again
      {"10+4", "5+4", 1, 1.8, 1.4},               // another cut
      {"12+4", "LRC 12+2+2", 1, 1. / 3, 1. / 3},  // parities of another kind
      {"5+4", "5+4", 0, 0, 0},
  };
  for (const Row& row : rows) {
    INFO(row.from << " to " << row.to);
    const models::ReencodingCost cost = models::reencoding_cost(scheme(row.from), scheme(row.to));
    CHECK(cost.read == Approx(row.read).margin(1e-12));
    CHECK(cost.written == Approx(row.written).margin(1e-12));
    CHECK(cost.freed == Approx(row.freed).margin(1e-12));
  }
}

TEST_CASE("re-encoding: what is stored after it is what the new scheme stores") {
  const std::vector<std::string> names = {"1x",   "2x",   "3x",         "5+4",        "5+2",
                                          "10+4", "17+3", "LRC 12+2+2", "LRC 12+3+2", "12+4"};
  for (const std::string& from : names) {
    for (const std::string& to : names) {
      INFO(from << " to " << to);
      const models::Scheme a = scheme(from);
      const models::Scheme b = scheme(to);
      const models::ReencodingCost cost = models::reencoding_cost(a, b);
      CHECK(a.overhead() + cost.written - cost.freed == Approx(b.overhead()));
      CHECK(cost.read >= 0);
      CHECK(cost.written >= 0);
      CHECK(cost.freed >= 0);
      CHECK((cost.written == 0 || cost.read > 0));
    }
  }
}
