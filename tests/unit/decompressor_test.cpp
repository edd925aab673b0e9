// Compressed text: unpacked as it was, bounded, and its damage named.
#include "app/trace/decompressor.hpp"

#include <zlib.h>
#include <zstd.h>

#include <catch2/catch.hpp>
#include <sstream>

#include "app/drive/block_trace.hpp"
#include "tests/support/files.hpp"

using namespace spindle::app;

namespace {

std::string gzip(const std::string& text) {
  z_stream stream{};
  REQUIRE(deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
  std::string packed(deflateBound(&stream, text.size()), '\0');
  std::string from = text;
  stream.next_in = reinterpret_cast<Bytef*>(from.data());
  stream.avail_in = static_cast<uInt>(from.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  REQUIRE(deflate(&stream, Z_FINISH) == Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

std::string zstd(const std::string& text) {
  std::string packed(ZSTD_compressBound(text.size()), '\0');
  packed.resize(ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), 3));
  return packed;
}

using Pack = std::string (*)(const std::string&);
constexpr Pack kPacks[] = {gzip, zstd};

struct Unpacked {
  std::string text;
  std::string problem;
};

Unpacked unpack(const std::string& packed, const UnpackLimits& limits = {}) {
  std::istringstream file(packed);
  DecompressingBuffer buffer(file, limits);
  std::istream input(&buffer);
  Unpacked out;
  out.text.assign(std::istreambuf_iterator<char>(input), {});
  out.problem = buffer.problem();
  return out;
}

std::string rows(std::size_t n) {
  std::string text = "lba,n\n";
  for (std::size_t i = 0; i < n; ++i) text += std::to_string(i * 7919 % 1'000'003) + ",8\n";
  return text;
}

}  // namespace

TEST_CASE("decompressor: plain, gzip and zstd give the same text") {
  for (const std::string& text : {std::string("a"), rows(10), rows(100'000)}) {
    CHECK(unpack(text).text == text);
    for (const Pack pack : kPacks) {
      const Unpacked one = unpack(pack(text));
      CHECK(one.text == text);
      CHECK(one.problem.empty());
      // Members and frames follow each other, as `cat a.gz b.gz` leaves them.
      const Unpacked two = unpack(pack(text) + pack("end\n"));
      CHECK(two.text == text + "end\n");
      CHECK(two.problem.empty());
    }
  }
  CHECK(unpack("").text.empty());
}

TEST_CASE("decompressor: cut and damaged data are named, wherever they are") {
  const std::string text = rows(20'000);
  for (const Pack pack : kPacks) {
    const std::string whole = pack(text);
    for (std::size_t cut = 4; cut < whole.size(); cut += whole.size() / 37 + 1) {
      const Unpacked part = unpack(whole.substr(0, cut));
      CHECK(!part.problem.empty());
      CHECK(text.starts_with(part.text));
    }
  }
  // The check sum of gzip stands in its last 8 bytes.
  std::string damaged = gzip(text);
  damaged[damaged.size() - 6] ^= 1;
  CHECK(unpack(damaged).problem.find("incorrect data check") != std::string::npos);
  CHECK(unpack(gzip(text) + "rubbish").problem.find("damaged") != std::string::npos);
  CHECK(unpack(zstd(text) + "rubbish").problem.find("damaged") != std::string::npos);
}

TEST_CASE("decompressor: zeros after the last member of gzip are padding, and nothing else is") {
  const std::string text = rows(100);
  for (const std::size_t zeros : {std::size_t{1}, std::size_t{511}, std::size_t{200'000}}) {
    const std::string padding(zeros, '\0');
    const Unpacked padded = unpack(gzip(text) + padding);
    CHECK(padded.text == text);
    CHECK(padded.problem.empty());
    CHECK(unpack(gzip(text) + padding + "rubbish").problem.find("damaged") != std::string::npos);
    CHECK(unpack(zstd(text) + padding).problem.find("damaged") != std::string::npos);
  }
  CHECK(!unpack(gzip(text).substr(0, 50) + std::string(600, '\0')).problem.empty());
}

TEST_CASE("decompressor: what unpacks to too much is stopped at the limit") {
  const std::string bomb(std::size_t{32} << 20, '\n');
  for (const Pack pack : kPacks) {
    const Unpacked stopped = unpack(pack(bomb));
    CHECK(stopped.problem.find("200 times its size") != std::string::npos);
    CHECK(stopped.text.size() <= (std::size_t{16} << 20) + 65'536);
    const Unpacked bounded = unpack(pack(rows(50'000)), {.bytes = 100'000});
    CHECK(bounded.problem.find("more than 100,000 bytes") != std::string::npos);
    CHECK(bounded.text.size() <= 100'000);
  }
}

TEST_CASE("block trace: a compressed one is read, and its damage has a line") {
  const spindle::test::Scratch scratch;
  const auto file = scratch.path() / "trace";
  BlockTraceOptions options;
  REQUIRE(parse_columns("block=lba,count=n", options).empty());
  options.drive_sectors = options.arm_sectors = 2'000'000;
  for (const Pack pack : kPacks) {
    const std::string packed = pack(rows(20'000));
    spindle::test::write_file(file, packed);
    const BlockTrace whole = read_block_trace(file, options);
    CHECK(whole.problems.empty());
    CHECK(whole.requests.size() == 20'000);
    spindle::test::write_file(file, packed.substr(0, packed.size() - 5));
    const BlockTrace cut = read_block_trace(file, options);
    // The line in which the text breaks off is no problem of its own.
    REQUIRE(cut.problems.size() == 1);
    CHECK(cut.problems.back().line > 1);
    CHECK(to_string(cut.problems.back()).find(":0:") == std::string::npos);
    CHECK(cut.problems.back().message.find("before their end") != std::string::npos);
  }
  // A line without end is stopped at 64 KiB of text.
  spindle::test::write_file(file, gzip("lba,n\n" + std::string(1 << 20, '7')));
  const BlockTrace endless = read_block_trace(file, options);
  REQUIRE(endless.problems.size() == 1);
  CHECK(endless.problems[0].line == 2);
  CHECK(endless.problems[0].message.find("65,536 bytes") != std::string::npos);
}

TEST_CASE("block trace: a request that needs both arms is refused") {
  const spindle::test::Scratch scratch;
  const auto file = scratch.path() / "t.csv";
  BlockTraceOptions options;
  REQUIRE(parse_columns("block=lba,count=n", options).empty());
  options.drive_sectors = 2000;
  options.arm_sectors = 1000;
  spindle::test::write_file(file, "lba,n\n992,8\n1000,8\n996,8\n");
  const BlockTrace trace = read_block_trace(file, options);
  REQUIRE(trace.problems.size() == 1);
  CHECK(trace.problems[0].line == 4);
  CHECK(trace.problems[0].message.find("need both arms") != std::string::npos);
}
