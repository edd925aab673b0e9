#include "app/scenario/problems.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <tuple>

namespace spindle::app {

void ProblemList::add(const Origin& origin, std::string path, std::string message,
                      std::string subject) {
  if (subject.empty()) subject = path;
  if (entries_.size() > kMost) return;
  if (entries_.size() == kMost) {
    entries_.push_back({origin, "", "further problems are not listed — mend these first", ""});
    return;
  }
  entries_.push_back({origin, std::move(path), std::move(message), std::move(subject)});
}

void ProblemList::add_variant(const ProblemList& variant, const std::string& prefix,
                              const Origin& origin) {
  std::set<std::pair<std::string, std::string>> known;
  for (const Entry& entry : entries_) known.emplace(entry.subject, entry.message);
  for (const Entry& entry : variant.entries_) {
    if (known.contains({entry.subject, entry.message})) continue;
    const bool own = entry.origin.source != Origin::Source::kFile;
    add(own ? entry.origin : origin, prefix + entry.path, entry.message);
  }
}

std::vector<Problem> ProblemList::sorted(const std::string& file) const {
  std::vector<const Entry*> order;
  for (const Entry& entry : entries_) order.push_back(&entry);
  const auto from_command_line = [](const Entry& entry) {
    return entry.origin.source == Origin::Source::kCommandLine;
  };
  std::stable_sort(order.begin(), order.end(), [&](const Entry* a, const Entry* b) {
    return std::tuple(from_command_line(*a), a->origin.position) <
           std::tuple(from_command_line(*b), b->origin.position);
  });
  std::vector<Problem> problems;
  for (const Entry* entry : order) {
    const bool set = from_command_line(*entry);
    problems.push_back({set ? "--set" : file, set ? 0 : entry->origin.position.line,
                        set ? 0 : entry->origin.position.column, entry->path, entry->message});
  }
  return problems;
}

Origin origin_of(const Value& root, std::string_view path) {
  const Value* value = &root;
  while (!path.empty()) {
    const std::size_t dot = path.find('.');
    const std::string_view part = path.substr(0, dot);
    path = dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1);
    const Value* next = nullptr;
    if (value->type == Value::Type::kArray) {
      std::size_t index = value->items.size();
      std::from_chars(part.data(), part.data() + part.size(), index);
      if (index < value->items.size()) next = &value->items[index];
    } else {
      next = value->find(part);
    }
    if (next == nullptr) break;
    value = next;
  }
  return value->origin;
}

std::string to_string(const Problem& problem) {
  std::string out = problem.file;
  if (problem.line > 0) out += fmt::format(":{}", problem.line);
  if (problem.line > 0 && problem.column > 0) out += fmt::format(":{}", problem.column);
  if (!out.empty()) out += ": ";
  if (!problem.path.empty()) out += problem.path + ": ";
  return out + problem.message;
}

}  // namespace spindle::app
