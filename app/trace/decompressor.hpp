#pragma once
// Reads a file of text that may be compressed by gzip or zstd: found by its first bytes, unpacked
// as it is read, in bounded memory and to a bounded size. Untrusted: a small file that unpacks to a
// huge one is stopped.

#include <cstdint>
#include <istream>
#include <memory>
#include <streambuf>
#include <string>
#include <vector>

namespace spindle::app {

// How a packed file is read: bytes of a file into bytes of text.
class Unpacker {
 public:
  virtual ~Unpacker() = default;
  struct Step {
    std::size_t taken = 0;         // of the packed bytes
    std::size_t given = 0;         // of text
    bool at_end = false;           // of a member or frame; another may follow
    const char* damage = nullptr;  // what is wrong with the data that follow, where anything is
  };
  // Precondition: neither is empty, except `packed` once the file is at its end.
  virtual Step step(const char* packed, std::size_t size, char* text, std::size_t room) = 0;
};

struct UnpackLimits {
  std::uint64_t bytes = std::uint64_t{8} << 30;  // of text
  // Text may be this many times its packed size beyond the first `free_bytes`: traces reach 5
  // to 50.
  std::uint64_t ratio = 200;
  std::uint64_t free_bytes = std::uint64_t{16} << 20;
};

// A stream buffer over another stream. At damage or a limit the text ends, and problem() says why.
class DecompressingBuffer : public std::streambuf {
 public:
  // `file` must outlive the buffer, and be at its beginning.
  explicit DecompressingBuffer(std::istream& file, const UnpackLimits& limits = {});
  ~DecompressingBuffer() override;
  DecompressingBuffer(const DecompressingBuffer&) = delete;
  DecompressingBuffer& operator=(const DecompressingBuffer&) = delete;

  // Why the text ended before its end, and what to do; empty where it did not.
  [[nodiscard]] const std::string& problem() const { return problem_; }

 protected:
  int_type underflow() override;

 private:
  void refill();
  bool skip_padding();
  std::size_t unpack();
  bool is_within_limits();

  std::istream& file_;
  UnpackLimits limits_;
  std::unique_ptr<Unpacker> unpacker_;  // none: plain text
  std::vector<char> packed_;
  std::size_t packed_at_ = 0, packed_end_ = 0;
  std::vector<char> text_;
  bool member_ended_ = false;
  bool may_be_padded_ = false;
  std::uint64_t bytes_in_ = 0;
  std::uint64_t bytes_out_ = 0;
  std::string problem_;
};

}  // namespace spindle::app
