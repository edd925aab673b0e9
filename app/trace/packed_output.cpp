#include "app/trace/packed_output.hpp"

#include <zlib.h>
#include <zstd.h>

#include <new>
#include <stdexcept>
#include <utility>
#include <vector>

namespace spindle::app {
namespace {

constexpr std::size_t kWrittenAtOnce = std::size_t{64} << 10U;

}  // namespace

// Packs a chunk and hands what comes out to the sink; with `is_last` the end mark too.
class PackedOutput::Packer {
 public:
  virtual ~Packer() = default;
  virtual void pack(std::string_view text, bool is_last, const Sink& sink) = 0;
};

namespace {

class GzipPacker : public PackedOutput::Packer {
 public:
  GzipPacker() : packed_(kWrittenAtOnce) {
    constexpr int kGzipHeader = 16;
    constexpr int kMemoryLevel = 8;
    if (deflateInit2(&stream_, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipHeader + MAX_WBITS,
                     kMemoryLevel, Z_DEFAULT_STRATEGY) != Z_OK) {
      throw std::bad_alloc();
    }
  }
  ~GzipPacker() override { deflateEnd(&stream_); }
  GzipPacker(const GzipPacker&) = delete;
  GzipPacker& operator=(const GzipPacker&) = delete;

  void pack(std::string_view text, bool is_last, const PackedOutput::Sink& sink) override {
    // zlib's interface takes bytes of its own type, and does not write to its input.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream_.avail_in = static_cast<uInt>(text.size());
    do {
      stream_.next_out = reinterpret_cast<Bytef*>(packed_.data());
      stream_.avail_out = static_cast<uInt>(packed_.size());
      deflate(&stream_, is_last ? Z_FINISH : Z_NO_FLUSH);
      sink({packed_.data(), packed_.size() - stream_.avail_out});
    } while (stream_.avail_out == 0);
  }

 private:
  z_stream stream_{};
  std::vector<char> packed_;
};

class ZstdPacker : public PackedOutput::Packer {
 public:
  ZstdPacker() : stream_(ZSTD_createCStream()), packed_(kWrittenAtOnce) {
    if (stream_ == nullptr) throw std::bad_alloc();
  }
  ~ZstdPacker() override { ZSTD_freeCStream(stream_); }
  ZstdPacker(const ZstdPacker&) = delete;
  ZstdPacker& operator=(const ZstdPacker&) = delete;

  void pack(std::string_view text, bool is_last, const PackedOutput::Sink& sink) override {
    ZSTD_inBuffer in{text.data(), text.size(), 0};
    std::size_t left = 0;
    do {
      ZSTD_outBuffer out{packed_.data(), packed_.size(), 0};
      left = ZSTD_compressStream2(stream_, &out, &in, is_last ? ZSTD_e_end : ZSTD_e_continue);
      if (ZSTD_isError(left) != 0) throw std::runtime_error(ZSTD_getErrorName(left));
      sink({packed_.data(), out.pos});
    } while (is_last ? left > 0 : in.pos < in.size);
  }

 private:
  ZSTD_CStream* stream_;
  std::vector<char> packed_;
};

}  // namespace

Packing packing_of(std::string_view file_name) {
  if (file_name.ends_with(".gz")) return Packing::kGzip;
  return file_name.ends_with(".zst") ? Packing::kZstd : Packing::kPlain;
}

PackedOutput::PackedOutput(Packing packing, Sink sink) : sink_(std::move(sink)) {
  if (packing == Packing::kGzip) packer_ = std::make_unique<GzipPacker>();
  if (packing == Packing::kZstd) packer_ = std::make_unique<ZstdPacker>();
}

PackedOutput::~PackedOutput() = default;

void PackedOutput::hand_on(bool is_last) {
  if (packer_) {
    packer_->pack(waiting_, is_last, sink_);
  } else {
    sink_(waiting_);
  }
  waiting_.clear();
}

void PackedOutput::write(std::string_view text) {
  waiting_ += text;
  if (waiting_.size() >= kWrittenAtOnce) hand_on(false);
}

void PackedOutput::finish() {
  hand_on(true);
}

}  // namespace spindle::app
