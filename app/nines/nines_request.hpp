#pragma once
// What `spindle nines` is asked for, and what the models are told of it.

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/nines/nines_case.hpp"

namespace spindle::app {

// As the command line gives it; texts are checked by resolve_nines.
struct NinesRequest {
  std::vector<std::string> schemes = {"3 copies", "4 copies", "5+4", "10+4", "17+3", "LRC 12+2+2"};
  std::string spread = "even";
  double drives = 1e5;
  std::uint32_t zones = 3;
  std::uint32_t racks = 34;
  std::string afr = "1.5 %/yr";
  std::string mttf;
  std::string mttr = "24 h";
  std::string detect = "15 min";
  std::string repair_rate;
  std::string order = "most_exposed_first";
  std::string capacity = "20 TB";
  std::string fill = "80 %";
  std::string extent = "10 GB";
  std::string down;
  std::string zone_loss = "0.01 /yr";
  std::string zone_rebuild = "30 d";
  std::string precision = "10 %";
  std::string reencode_from;  // empty: nothing is re-encoded
  std::string reencode_rate = "10 MB/s";
  std::set<std::string> given;  // names of the options that the user wrote, as "--mttr"
};

struct ResolvedNines {
  std::vector<NinesCase> cases;
  std::optional<Reencoding> reencoding = {};
  double precision = 0;
  std::vector<std::string> problems;  // each "problem (why) — mend"; then nothing is computed
};

ResolvedNines resolve_nines(const NinesRequest& request);

}  // namespace spindle::app
