#include "app/trace/decompressor.hpp"

#include <fmt/format.h>
#include <zlib.h>
#include <zstd.h>

#include <new>
#include <string_view>

#include "app/text/wording.hpp"

namespace spindle::app {
namespace {

constexpr std::size_t kChunk = std::size_t{64} << 10;
constexpr std::string_view kGzip = "\x1f\x8b";
constexpr std::string_view kZstd = "\x28\xb5\x2f\xfd";

class Gzip : public Unpacker {
 public:
  Gzip() {
    constexpr int kGzipHeader = 16;
    if (inflateInit2(&stream_, kGzipHeader + MAX_WBITS) != Z_OK) throw std::bad_alloc();
  }
  ~Gzip() override { inflateEnd(&stream_); }
  Gzip(const Gzip&) = delete;
  Gzip& operator=(const Gzip&) = delete;

  Step step(const char* packed, std::size_t size, char* text, std::size_t room) override {
    // zlib's interface takes bytes of its own type, and does not write to its input.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed));
    stream_.avail_in = static_cast<uInt>(size);
    stream_.next_out = reinterpret_cast<Bytef*>(text);
    stream_.avail_out = static_cast<uInt>(room);
    const int status = inflate(&stream_, Z_NO_FLUSH);
    Step done{size - stream_.avail_in, room - stream_.avail_out, status == Z_STREAM_END, nullptr};
    if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR) {
      done.damage = stream_.msg != nullptr ? stream_.msg : "not as gzip writes it";
    }
    if (done.at_end) inflateReset(&stream_);
    return done;
  }

 private:
  z_stream stream_{};
};

class Zstd : public Unpacker {
 public:
  Zstd() : stream_(ZSTD_createDStream()) {
    constexpr int kLargestWindow = 27;  // 128 MiB: what `zstd --long` writes
    if (stream_ == nullptr) throw std::bad_alloc();
    ZSTD_DCtx_setParameter(stream_, ZSTD_d_windowLogMax, kLargestWindow);
  }
  ~Zstd() override { ZSTD_freeDStream(stream_); }
  Zstd(const Zstd&) = delete;
  Zstd& operator=(const Zstd&) = delete;

  Step step(const char* packed, std::size_t size, char* text, std::size_t room) override {
    ZSTD_inBuffer in{packed, size, 0};
    ZSTD_outBuffer out{text, room, 0};
    const std::size_t status = ZSTD_decompressStream(stream_, &out, &in);
    const char* damage = ZSTD_isError(status) != 0 ? ZSTD_getErrorName(status) : nullptr;
    return {in.pos, out.pos, status == 0, damage};
  }

 private:
  ZSTD_DStream* stream_;
};

}  // namespace

DecompressingBuffer::DecompressingBuffer(std::istream& file, const UnpackLimits& limits)
    : file_(file), limits_(limits), packed_(kChunk), text_(kChunk) {
  refill();
  const std::string_view head(packed_.data(), packed_end_);
  if (head.starts_with(kGzip)) {
    unpacker_ = std::make_unique<Gzip>();
    may_be_padded_ = true;
  }
  if (head.starts_with(kZstd)) unpacker_ = std::make_unique<Zstd>();
}

DecompressingBuffer::~DecompressingBuffer() = default;

void DecompressingBuffer::refill() {
  file_.read(packed_.data(), static_cast<std::streamsize>(packed_.size()));
  packed_at_ = 0;
  packed_end_ = static_cast<std::size_t>(file_.gcount());
  bytes_in_ += packed_end_;
  if (file_.bad()) problem_ = "reading failed — check the file";
}

bool DecompressingBuffer::is_within_limits() {
  if (bytes_out_ > limits_.bytes) {
    problem_ = fmt::format("unpacks to more than {} bytes — cut the trace", grouped(limits_.bytes));
  } else if (bytes_out_ > limits_.free_bytes && bytes_out_ / limits_.ratio > bytes_in_) {
    problem_ = fmt::format(
        "unpacks to more than {} times its size (traces reach 50) — is it a trace? If so, "
        "decompress it first",
        grouped(limits_.ratio));
  }
  return problem_.empty();
}

// Tapes and disks hand out whole blocks: zeros may follow a member of gzip, as gzip(1) has it.
// False where the file goes on after those at hand.
bool DecompressingBuffer::skip_padding() {
  if (!may_be_padded_ || !member_ended_ || packed_at_ == packed_end_) return true;
  while (packed_at_ < packed_end_ && packed_[packed_at_] == 0) ++packed_at_;
  return packed_at_ < packed_end_;
}

// Bytes of text in text_; 0 at the end, or where there is a problem.
std::size_t DecompressingBuffer::unpack() {
  for (;;) {
    if (packed_at_ == packed_end_) refill();
    const bool file_ended = packed_at_ == packed_end_;
    if (!problem_.empty() || (file_ended && member_ended_)) return 0;
    if (!skip_padding()) continue;
    const Unpacker::Step step = unpacker_->step(
        packed_.data() + packed_at_, packed_end_ - packed_at_, text_.data(), text_.size());
    packed_at_ += step.taken;
    bytes_out_ += step.given;
    member_ended_ = step.at_end;
    if (!is_within_limits()) return 0;
    if (step.damage != nullptr) {
      problem_ = fmt::format(
          "the compressed data after this line are damaged ({}) — fetch the file "
          "again",
          step.damage);
    }
    if (step.given > 0) return step.given;
    if (file_ended && !step.at_end) {
      problem_ = "the compressed data end after this line, before their end — fetch the file again";
      return 0;
    }
  }
}

DecompressingBuffer::int_type DecompressingBuffer::underflow() {
  if (!problem_.empty()) return traits_type::eof();
  if (unpacker_) {
    const std::size_t given = unpack();
    setg(text_.data(), text_.data(), text_.data() + given);
  } else {
    if (gptr() != nullptr) refill();  // the first chunk is there already
    setg(packed_.data(), packed_.data(), packed_.data() + packed_end_);
  }
  return gptr() == egptr() ? traits_type::eof() : traits_type::to_int_type(*gptr());
}

}  // namespace spindle::app
