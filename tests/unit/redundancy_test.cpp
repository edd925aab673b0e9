// What a redundancy scheme says about itself.
#include <catch2/catch.hpp>
#include <limits>

#include "models/redundancy/scheme.hpp"

using namespace spindle::models;

TEST_CASE("scheme: copies") {
  const Scheme scheme({.kind = SchemeKind::kReplication, .copies = 3});
  CHECK(scheme.shards() == 3);
  CHECK(scheme.needed() == 1);
  CHECK(scheme.tolerated() == 2);
  CHECK(scheme.overhead() == 3.0);
  CHECK(scheme.name() == "3 copies");
  CHECK(scheme.shard_bytes(1e6) == 1e6);
  CHECK(scheme.read_fan_out() == 1);
  CHECK(scheme.write_fan_out() == 3);
  CHECK(scheme.repair_reads() == 1);
  CHECK(Scheme({.kind = SchemeKind::kReplication, .copies = 1}).name() == "1 copy");
}

TEST_CASE("scheme: erasure code") {
  const Scheme scheme({.kind = SchemeKind::kErasure, .data = 5, .parity = 4});
  CHECK(scheme.shards() == 9);
  CHECK(scheme.needed() == 5);
  CHECK(scheme.tolerated() == 4);
  CHECK(scheme.overhead() == Approx(1.8));
  CHECK(scheme.name() == "5+4");
  CHECK(scheme.shard_bytes(1e6) == Approx(0.2e6));
  CHECK(scheme.read_fan_out() == 5);
  CHECK(scheme.write_fan_out() == 9);
  CHECK(scheme.repair_reads() == 5);
  const Scheme striped({.kind = SchemeKind::kErasure, .data = 4, .parity = 0});
  CHECK(striped.tolerated() == 0);
  CHECK(striped.overhead() == 1.0);
}

TEST_CASE("scheme: local code") {
  const Scheme scheme(
      {.kind = SchemeKind::kLocal, .data = 12, .local_groups = 2, .global_parity = 2});
  CHECK(scheme.shards() == 16);
  CHECK(scheme.needed() == 12);
  CHECK(scheme.tolerated() == 3);
  CHECK(scheme.most_survived() == 4);
  CHECK(scheme.overhead() == Approx(4.0 / 3));
  CHECK(scheme.name() == "LRC 12+2+2");
  CHECK(scheme.read_fan_out() == 12);
  CHECK(scheme.write_fan_out() == 16);
  CHECK(scheme.data_repair_reads() == 6);
  CHECK(scheme.repair_reads() == Approx((14 * 6 + 2 * 12) / 16.0));
}

TEST_CASE("scheme: which loss is fatal, of copies and erasure codes") {
  const Scheme code({.kind = SchemeKind::kErasure, .data = 5, .parity = 4});
  CHECK(code.most_survived() == 4);
  for (std::uint32_t i = 1; i <= 9; ++i) CHECK(code.lost_at(i) == (i <= 4 ? 0.0 : 1.0));
  const Scheme copies({.kind = SchemeKind::kReplication, .copies = 2});
  CHECK(copies.lost_at(1) == 0.0);
  CHECK(copies.lost_at(2) == 1.0);
  CHECK(code.repair_reads() == 5.0);
  CHECK(copies.repair_reads() == 1.0);
}

TEST_CASE("scheme: impossible shapes are refused") {
  const auto make_copies = [](std::uint32_t n) {
    return Scheme({.kind = SchemeKind::kReplication, .copies = n});
  };
  const auto make_code = [](std::uint32_t data, std::uint32_t parity) {
    return Scheme({.kind = SchemeKind::kErasure, .data = data, .parity = parity});
  };
  CHECK_THROWS_AS(make_copies(0), std::invalid_argument);
  CHECK_THROWS_AS(make_copies(65), std::invalid_argument);
  CHECK_NOTHROW(make_copies(64));
  CHECK_THROWS_AS(make_code(0, 4), std::invalid_argument);
  CHECK_THROWS_AS(make_code(60, 5), std::invalid_argument);
  CHECK_NOTHROW(make_code(60, 4));
  const std::uint32_t most = std::numeric_limits<std::uint32_t>::max();
  CHECK_THROWS_AS(make_code(most, 2), std::invalid_argument);
  CHECK_THROWS_AS(make_code(2, most), std::invalid_argument);

  const auto make_local = [](std::uint32_t data, std::uint32_t groups, std::uint32_t global) {
    return Scheme({.kind = SchemeKind::kLocal,
                   .data = data,
                   .local_groups = groups,
                   .global_parity = global});
  };
  CHECK_THROWS_WITH(make_local(12, 5, 2), Catch::Contains("equal size"));
  CHECK_THROWS_AS(make_local(12, 0, 2), std::invalid_argument);
  CHECK_THROWS_AS(make_local(0, 2, 2), std::invalid_argument);
  CHECK_THROWS_AS(make_local(60, 4, 1), std::invalid_argument);
  CHECK_THROWS_AS(make_local(most - 1, 2, 2), std::invalid_argument);
  CHECK_NOTHROW(make_local(56, 4, 4));
  CHECK_NOTHROW(make_local(4, 2, 0));
}
