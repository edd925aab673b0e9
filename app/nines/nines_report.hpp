#pragma once
// What `spindle nines` prints.

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "app/nines/nines_figures.hpp"
#include "app/report/text_table.hpp"

namespace spindle::app {

// Of all data, from the scheme that it is under.
struct ReencodingFigures {
  double read_bytes = 0;
  double written_bytes = 0;
  double freed_bytes = 0;
  double seconds = 0;     // with all drives at it
  double fill_after = 0;  // of the drives
};
ReencodingFigures reencoding_figures(const Reencoding& of, const NinesCase& to);

struct NinesReport {
  std::vector<NinesCase> cases;
  std::vector<NinesFigures> figures = {};  // one a case
  std::optional<Reencoding> reencoding = {};
  std::uint64_t seed = 0;
  double precision = 0;
  bool is_simulated = false;  // asked for
  bool explains_window = false;

  [[nodiscard]] std::string render(Format format) const;

  // Figures of one scheme by the names that JSON and CSV have for them, dots between levels. What
  // is undefined is null.
  using Named = std::vector<std::pair<std::string, nlohmann::ordered_json>>;
  [[nodiscard]] Named named(std::size_t scheme) const;

 private:
  [[nodiscard]] std::string render_json() const;
  [[nodiscard]] std::string render_csv() const;
};

}  // namespace spindle::app
