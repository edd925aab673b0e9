#include "sim/digest.hpp"

#include <catch2/catch.hpp>
#include <limits>
#include <set>
#include <string>

namespace spindle::sim {
namespace {

template <class... Values>
std::uint64_t digest_of(const Values&... values) {
  Digest digest;
  (digest.add(values), ...);
  return digest.value();
}

TEST_CASE("digest: the empty digest is XXH3's published value for no input") {
  CHECK(Digest().hex() == "2d06800538d394c2");
}

TEST_CASE("digest: equal values, equal digests") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  CHECK(digest_of(0.0) == digest_of(-0.0));
  CHECK(digest_of(nan) == digest_of(-nan));
  CHECK(digest_of(std::int8_t{-1}) == digest_of(std::int64_t{-1}));
  CHECK(digest_of(std::uint64_t{7}) == digest_of(7));
}

TEST_CASE("digest: order, boundaries and single bits show") {
  const std::set<std::uint64_t> different = {digest_of(1, 2),
                                             digest_of(2, 1),
                                             digest_of(1),
                                             digest_of(1.0),
                                             digest_of(1, 2, 0),
                                             digest_of(std::string("ab"), std::string("c")),
                                             digest_of(std::string("a"), std::string("bc")),
                                             digest_of(std::string("abc")),
                                             digest_of(std::string("abcdefghi")),
                                             digest_of(std::string()),
                                             digest_of(std::numeric_limits<double>::infinity())};
  CHECK(different.size() == 11);
}

TEST_CASE("digest: looking at the value does not change what follows") {
  Digest watched;
  Digest plain;
  for (int i = 0; i < 1000; ++i) {
    watched.add(i);
    plain.add(i);
    if (i % 7 == 0) (void)watched.value();
  }
  const Digest copy = watched;
  CHECK(watched.value() == plain.value());
  CHECK(copy.hex() == plain.hex());
  CHECK(copy.hex().size() == 16);
}

}  // namespace
}  // namespace spindle::sim
