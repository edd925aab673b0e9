#pragma once
// Collects problems while a scenario is checked, and turns them into the reader's result.

#include <string>
#include <vector>

#include "app/scenario/json_document.hpp"
#include "app/scenario/reader.hpp"

namespace spindle::app {

class ProblemList {
 public:
  struct Entry {
    Origin origin;
    std::string path;
    std::string message;
    std::string subject;  // the path that the problem is about, where `path` only brought it about
  };
  // More than this many are cut off, with a last entry that says so: nobody reads on.
  static constexpr std::size_t kMost = 1000;

  void add(const Origin& origin, std::string path, std::string message, std::string subject = {});
  [[nodiscard]] bool empty() const { return entries_.empty(); }
  [[nodiscard]] bool full() const { return entries_.size() > kMost; }
  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }

  // Takes over what a variant's check found beyond the base scenario's own problems: paths get
  // `prefix` in front, and what did not come from the variant's values stands at `origin`.
  void add_variant(const ProblemList& variant, const std::string& prefix, const Origin& origin);

  // In file order, the command line's last.
  [[nodiscard]] std::vector<Problem> sorted(const std::string& file) const;

 private:
  std::vector<Entry> entries_;
};

// Where the value at a dotted path came from, or its nearest ancestor that is present.
Origin origin_of(const Value& root, std::string_view path);

}  // namespace spindle::app
