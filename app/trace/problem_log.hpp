#pragma once
// Collects the problems of one file: the first few in full, the rest as a count.

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "app/scenario/reader.hpp"

namespace spindle::app {

// A problem with a place in a file of lines; line 0 for the whole file.
inline Problem problem_at(std::string file, std::size_t line, std::string message) {
  Problem out;
  out.file = std::move(file);
  out.line = line;
  out.message = std::move(message);
  return out;
}

class ProblemLog {
 public:
  ProblemLog(std::string file, std::size_t most) : file_(std::move(file)), most_(most) {}

  // `line` from 1; 0 for the whole file. The message is built only where it is kept.
  template <class Message>
  void add(std::size_t line, Message&& message) {
    ++count_;
    if (problems_.size() < most_) problems_.push_back(problem_at(file_, line, message()));
  }
  [[nodiscard]] bool empty() const { return count_ == 0; }
  // In file order; the last says how many more there are, if any.
  [[nodiscard]] std::vector<Problem> take() {
    if (count_ > problems_.size()) {
      const std::string more = std::to_string(count_ - problems_.size());
      problems_.push_back(problem_at(file_, 0, "and " + more + " more problems"));
    }
    return std::move(problems_);
  }

 private:
  std::string file_;
  std::size_t most_;
  std::size_t count_ = 0;
  std::vector<Problem> problems_;
};

}  // namespace spindle::app
