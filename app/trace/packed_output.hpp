#pragma once
// Text on its way to a file, packed by gzip or zstd as it comes. Equal texts give equal bytes, for
// one version of the libraries.

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace spindle::app {

enum class Packing { kPlain, kGzip, kZstd };
// By the name's end: .gz, .zst, or neither.
Packing packing_of(std::string_view file_name);

class PackedOutput {
 public:
  using Sink = std::function<void(std::string_view)>;
  // `sink` takes what is ready, in pieces of about 64 KiB. Throws std::bad_alloc, and what it
  // throws.
  PackedOutput(Packing packing, Sink sink);
  ~PackedOutput();
  PackedOutput(const PackedOutput&) = delete;
  PackedOutput& operator=(const PackedOutput&) = delete;

  void write(std::string_view text);
  // Call once, last.
  void finish();

  class Packer;

 private:
  void hand_on(bool is_last);

  Sink sink_;
  std::unique_ptr<Packer> packer_;  // none: plain
  std::string waiting_;
};

}  // namespace spindle::app
