#pragma once
// Runs the built program as a user would, and looks at what it leaves.

#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <string>

#include "tests/support/files.hpp"

namespace spindle::test {

struct Outcome {
  int exit_code = -1;  // 128 + signal where killed
  std::string out;
  std::string err;
};

// Runs a shell command in `folder`; "spindle" in it is a variable: write "$SPINDLE run …".
inline Outcome shell(const fs::path& folder, const std::string& command) {
  const Scratch streams;
  const std::string line = "cd '" + folder.string() +
                           "' && SPINDLE='" SPINDLE_BINARY_DIR
                           "/spindle'; SOURCE='" SPINDLE_SOURCE_DIR "'; { " +
                           command + "\n} >'" + (streams.path() / "out").string() + "' 2>'" +
                           (streams.path() / "err").string() + "'";
  const int status = std::system(line.c_str());
  Outcome outcome;
  outcome.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  outcome.out = read_file(streams.path() / "out");
  outcome.err = read_file(streams.path() / "err");
  return outcome;
}

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// `spindle check small.json` with what follows.
inline Outcome check_small(const Scratch& scratch, const std::string& options) {
  return shell(scratch.path(), "\"$SPINDLE\" check small.json " + options);
}

// Whether figures can be drawn here; said where they cannot, so that the test counts as skipped.
inline bool can_draw(const Scratch& scratch) {
  const std::string needed = "/usr/bin/python3 -c 'import matplotlib, numpy'";
  if (shell(scratch.path(), needed).exit_code == 0) return true;
  WARN("skipped: no matplotlib");
  return false;
}

// A scenario that runs in a blink: 90 drives, 20 tenants, two days.
inline std::string small_scenario() {
  return R"({
  "schema_version": 1,
  "name": "small",
  "question": "Does it run?",
  "run": { "duration": "2 d", "epoch": "1 h" },
  "fleet": { "zones": 3, "racks_per_zone": 3, "drives": 90, "models": [{ "model": "talk" }] },
  "data": { "logical": "300 TB", "extent": "100 GB" },
  "redundancy": { "scheme": "erasure", "data": 5, "parity": 4 },
  "spread": { "max_per_zone": 3, "max_per_rack": 1 },
  "placement": { "policy": "random" },
  "tenants": [{
    "name": "batch", "count": 20, "size": { "distribution": "zipf", "exponent": 0.8 },
    "reads": "50 TB/d", "writes": "1 TB/d", "object": "1 MB",
    "load": { "model": "on_off", "on": "2 h", "off": "6 h" }
  }],
  "compare": { "variants": [
    { "name": "random", "set": {} },
    { "name": "two choices", "set": { "placement": { "policy": "d_choices", "d": 2 } } }
  ] }
}
)";
}

// The same with a sweep of its policies, `repeat` times, and without demand: a run takes
// milliseconds.
inline std::string quick_sweep(const std::string& policies, int repeat) {
  std::string scenario = small_scenario();
  const std::string demand = R"("reads": "50 TB/d", "writes": "1 TB/d", )";
  scenario.erase(scenario.find(demand), demand.size());
  scenario.replace(scenario.find("\"compare\""), std::string::npos,
                   R"("sweep": {"axes": [{"path": "placement.policy", "values": [)" + policies +
                       R"(]}], "repeat": )" + std::to_string(repeat) + "}}\n");
  return scenario;
}

}  // namespace spindle::test
