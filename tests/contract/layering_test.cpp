// The layer rule std <- sim <- models <- app, read from the #include lines.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace {

namespace fs = std::filesystem;

struct Include {
  std::string target;
  bool quoted = false;
};

void skip_blanks(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
}

// The file named by an #include line; an empty target for any other line.
Include include_on(std::string_view line) {
  skip_blanks(line);
  if (!line.starts_with('#')) return {};
  line.remove_prefix(1);
  skip_blanks(line);
  if (!line.starts_with("include")) return {};
  line.remove_prefix(std::string_view("include").size());
  skip_blanks(line);
  if (!line.starts_with('<') && !line.starts_with('"')) return {};
  const bool quoted = line.starts_with('"');
  line.remove_prefix(1);
  return {std::string(line.substr(0, line.find(quoted ? '"' : '>'))), quoted};
}

std::vector<Include> includes_of(const std::string& text) {
  std::vector<Include> found;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const Include include = include_on(line);
    if (!include.target.empty()) found.push_back(include);
  }
  return found;
}

bool starts_with_any(std::string_view text, const std::vector<std::string_view>& prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](std::string_view prefix) { return text.starts_with(prefix); });
}

// Headers of the standard library have neither folder nor extension.
bool is_standard(std::string_view header) {
  return header.find_first_of("/.") == std::string_view::npos;
}

// What a file of the repository may include, by its folder.
bool is_allowed(std::string_view file, const Include& include) {
  const std::string_view header = include.target;
  if (header.ends_with(".cpp") || header.find("..") != std::string_view::npos) return false;
  if (file.starts_with("sim/")) {
    if (include.quoted) return header.starts_with("sim/");
    if (file == "sim/cells/pipe_transport.cpp" &&
        starts_with_any(header, {"fcntl.h", "poll.h", "signal.h", "unistd.h"})) {
      return true;
    }
    return is_standard(header) ||
           starts_with_any(header, {"Random123/", "xxhash.h", "hwy/", "sys/mman.h"});  // huge pages
  }
  if (file.starts_with("models/")) {
    if (include.quoted) return starts_with_any(header, {"sim/", "models/"});
    if (header.starts_with("Eigen/")) return file.starts_with("models/analytic/");
    if (header.starts_with("boost/graph/")) return file.starts_with("models/repair/");
    if (header.starts_with("hwy/")) {
      return starts_with_any(
          file, {"models/flow/", "models/ledger/", "models/placement/", "models/tenant/"});
    }
    return is_standard(header) || header.starts_with("fmt/");
  }
  if (include.quoted) return starts_with_any(header, {"sim/", "models/", "app/"});
  if (header == "boost/random/sobol.hpp") return file.starts_with("app/sweep/");
  if (header == "mpi.h") return file.starts_with("app/mpi/");
  if (header == "sqlite3.h") return file == "app/sweep/sqlite_table.cpp";
  return !starts_with_any(header, {"Eigen/", "Random123/", "boost/"});
}

std::vector<std::string> violations(std::string_view file, const std::string& text) {
  std::vector<std::string> found;
  for (const Include& include : includes_of(text)) {
    if (!is_allowed(file, include)) found.push_back(std::string(file) + " -> " + include.target);
  }
  return found;
}

std::string read_text(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<fs::path> sources_under(const fs::path& root, const char* layer) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(root / layer)) {
    const std::string extension = entry.path().extension().string();
    if (extension == ".hpp" || extension == ".cpp" || extension == ".h") {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

TEST_CASE("layering: includes never turn back") {
  const fs::path root = SPINDLE_SOURCE_DIR;
  for (const char* layer : {"sim", "models", "app"}) {
    const std::vector<fs::path> files = sources_under(root, layer);
    CHECK(!files.empty());
    for (const fs::path& path : files) {
      const std::string file = fs::relative(path, root).generic_string();
      const std::string text = read_text(path);
      for (const std::string& violation : violations(file, text)) FAIL_CHECK(violation);
      for (const Include& include : includes_of(text)) {
        // app/version.hpp is written by CMake.
        if (include.quoted && !fs::exists(root / (include.target + ".in")) &&
            !fs::exists(root / include.target)) {
          FAIL_CHECK(file << " includes " << include.target << ", not a path from the top folder");
        }
      }
    }
  }
}

TEST_CASE("layering: the scan sees what it forbids") {
  CHECK(violations("sim/a.hpp", "#include <vector>\n#include <Random123/philox.h>\n").empty());
  CHECK(violations("sim/a.hpp", "#include \"models/units.hpp\"\n").size() == 1);
  CHECK(violations("sim/a.cpp", "#include <fmt/format.h>\n").size() == 1);
  CHECK(violations("sim/a.cpp", "#  include <nlohmann/json.hpp>\n").size() == 1);
  CHECK(violations("models/a.cpp", "#include \"app/scenario/reader.hpp\"\n").size() == 1);
  CHECK(violations("models/a.cpp", "  #include <nlohmann/json.hpp>\n").size() == 1);
  CHECK(violations("models/fleet/a.cpp", "#include <Eigen/Core>\n").size() == 1);
  CHECK(violations("models/analytic/a.cpp", "#include <Eigen/Core>\n").empty());
  CHECK(violations("models/flow/a.cpp", "#include <boost/graph/graph_traits.hpp>\n").size() == 1);
  CHECK(violations("models/repair/a.cpp", "#include <boost/graph/graph_traits.hpp>\n").empty());
  CHECK(violations("models/a.cpp", "#include <CLI/CLI.hpp>\n").size() == 1);
  CHECK(violations("models/a.cpp", "#include \"models/fleet/fleet.cpp\"\n").size() == 1);
  CHECK(violations("models/a.cpp", "#include \"../app/run.hpp\"\n").size() == 1);
  CHECK(violations("app/a.cpp", "#include <Eigen/Dense>\n").size() == 1);
  CHECK(violations("app/a.cpp", "#include <boost/random/sobol.hpp>\n").size() == 1);
  CHECK(violations("app/sweep/a.cpp", "#include <mpi.h>\n").size() == 1);
  CHECK(violations("app/mpi/a.cpp", "#include <mpi.h>\n").empty());
  CHECK(violations("app/sweep/a.cpp", "#include <sqlite3.h>\n").size() == 1);
  CHECK(violations("app/sweep/a.cpp", "#include <boost/random/sobol.hpp>\n").empty());
  CHECK(violations("app/a.cpp", "#include <CLI/CLI.hpp>\n#include \"sim/time.hpp\"\n").empty());
}
