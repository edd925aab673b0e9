#include "app/sweep/row_store.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>

#include "app/report/atomic_file.hpp"
#include "app/sweep/line_file.hpp"
#include "sim/digest.hpp"

namespace spindle::app {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kDigestDigits = 16;

[[noreturn]] void fail(const fs::path& path, const char* what) {
  throw OutputError(fmt::format("{}: {} ({})", path.string(), what, std::strerror(errno)));
}

std::string digest_of(std::string_view row) {
  sim::Digest digest;
  digest.add(row);
  return digest.hex();
}

// The row on a line of the journal; nothing where the line is torn.
std::optional<std::string_view> row_of(std::string_view line) {
  if (line.size() <= kDigestDigits || line[kDigestDigits] != ' ') return std::nullopt;
  const std::string_view row = line.substr(kDigestDigits + 1);
  if (digest_of(row) != line.substr(0, kDigestDigits)) return std::nullopt;
  return row;
}

std::optional<std::uint64_t> id_of(const Json& row) {
  const auto found = row.find("run_id");
  if (found == row.end() || !found->is_string()) return std::nullopt;
  const auto& text = found->get_ref<const std::string&>();
  std::uint64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id, 16);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return id;
}

bool is_finished(const Json& row, std::string_view version) {
  if (!row.is_object()) return false;
  const auto of = row.find("version");
  const auto digest = row.find("digest");
  return of != row.end() && of->is_string() && of->get_ref<const std::string&>() == version &&
         digest != row.end() && digest->is_string() && row.contains("durability.estimator");
}

}  // namespace

RowStore::RowStore(const fs::path& folder, std::span<const std::uint64_t> ids)
    : folder_(folder), ids_(ids.begin(), ids.end()) {
  std::sort(ids_.begin(), ids_.end());
  ids_.erase(std::unique(ids_.begin(), ids_.end()), ids_.end());
  places_.resize(ids_.size());
  const fs::path path = folder_ / kJournalFile;
  journal_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
  if (journal_ < 0) fail(path, "cannot be opened");
  if (::flock(journal_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    ::close(journal_);
    throw UnwritableFolder(fmt::format(
        "{}: another sweep is at work in this folder — wait for it, or choose another --out",
        path.string()));
  }
  const off_t end = ::lseek(journal_, 0, SEEK_END);
  journal_end_ = end > 0 ? static_cast<std::uint64_t>(end) : 0;
  rows_ = ::open((folder_ / kRowsFile).c_str(), O_RDONLY | O_CLOEXEC);
}

RowStore::~RowStore() {
  if (rows_ >= 0) ::close(rows_);
  if (journal_ >= 0) ::close(journal_);
}

RowStore::Place* RowStore::place_of(std::uint64_t id) {
  const auto it = std::lower_bound(ids_.begin(), ids_.end(), id);
  if (it == ids_.end() || *it != id) return nullptr;
  return &places_[static_cast<std::size_t>(it - ids_.begin())];
}

bool RowStore::has(std::uint64_t id) const {
  const Place* place = const_cast<RowStore*>(this)->place_of(id);  // NOLINT: it modifies nothing
  return place != nullptr && place->bytes > 0;
}

void RowStore::keep(std::string_view text, std::string_view version, std::uint64_t offset,
                    bool in_journal) {
  const Json row = Json::parse(text, nullptr, false);
  if (!is_finished(row, version)) return;
  const auto id = id_of(row);
  Place* place = id ? place_of(*id) : nullptr;
  if (place == nullptr || place->bytes > 0) return;
  *place = {offset, static_cast<std::uint32_t>(text.size()), in_journal};
  ++found_;
}

std::uint64_t RowStore::load(std::string_view version) {
  load_rows(version);
  load_journal(version);
  return found_;
}

void RowStore::load_rows(std::string_view version) {
  if (rows_ < 0) return;
  for_each_line(rows_, [&](std::string_view line, std::uint64_t offset) {
    keep(line, version, offset, false);
  });
}

void RowStore::load_journal(std::string_view version) {
  std::uint64_t end = 0;  // of the last whole line
  const bool whole = for_each_line(journal_, [&](std::string_view line, std::uint64_t offset) {
    const auto row = row_of(line);
    if (!row) return;
    keep(*row, version, offset + kDigestDigits + 1, true);
    end = offset + line.size() + 1;
  });
  if (!whole) fail(folder_ / kJournalFile, "cannot be read to its end");
  if (end == journal_end_) return;
  if (::ftruncate(journal_, static_cast<off_t>(end)) != 0) {
    fail(folder_ / kJournalFile, "cannot be cut");
  }
  journal_end_ = end;
}

void RowStore::append(std::uint64_t id, const Json& row) {
  const std::string text = row.dump();
  const std::string line = digest_of(text) + " " + text + "\n";
  const std::lock_guard lock(mutex_);
  std::size_t written = 0;
  while (written < line.size()) {
    const ssize_t now = ::pwrite(journal_, line.data() + written, line.size() - written,
                                 static_cast<off_t>(journal_end_ + written));
    if (now < 0 && errno == EINTR) continue;
    if (now < 0) fail(folder_ / kJournalFile, "cannot write");
    written += static_cast<std::size_t>(now);
  }
  Place* place = place_of(id);
  if (place->bytes == 0) {
    *place = {journal_end_ + kDigestDigits + 1, static_cast<std::uint32_t>(text.size()), true};
    ++found_;
  }
  journal_end_ += line.size();
}

Json RowStore::read(std::uint64_t id) const {
  const Place place = *const_cast<RowStore*>(this)->place_of(id);  // NOLINT: it modifies nothing
  std::string text(place.bytes, '\0');
  const int file = place.in_journal ? journal_ : rows_;
  std::size_t got = 0;
  while (got < text.size()) {
    const ssize_t now =
        ::pread(file, text.data() + got, text.size() - got, static_cast<off_t>(place.offset + got));
    if (now < 0 && errno == EINTR) continue;
    if (now <= 0) fail(folder_ / (place.in_journal ? kJournalFile : kRowsFile), "cannot be read");
    got += static_cast<std::size_t>(now);
  }
  return Json::parse(text);
}

void RowStore::remove_journal() {
  const fs::path path = folder_ / kJournalFile;
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) fail(path, "cannot remove");
}

}  // namespace spindle::app
