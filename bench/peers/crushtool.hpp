#pragma once
// Ceph's crushtool at our work: a map of zones, racks, hosts and drives, and a rule of three drives
// a zone, each in another rack. Used by the benchmark beside it and by the test of movement.

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace spindle::peers {

// Drives are numbered zone by zone, rack by rack and host by host.
struct CrushShape {
  std::uint32_t zones = 3, racks_per_zone = 1, hosts_per_rack = 1, drives_per_host = 1;
  [[nodiscard]] std::uint32_t drives() const {
    return zones * racks_per_zone * hosts_per_rack * drives_per_host;
  }
};

// The map as crushtool's text, one weight a drive. Tunables are the present defaults.
class CrushText {
 public:
  CrushText(const CrushShape& shape, const std::vector<double>& weights) {
    text_ =
        "tunable choose_local_tries 0\ntunable choose_local_fallback_tries 0\n"
        "tunable choose_total_tries 50\ntunable chooseleaf_descend_once 1\n"
        "tunable chooseleaf_vary_r 1\ntunable chooseleaf_stable 1\n"
        "tunable straw_calc_version 1\ntunable allowed_bucket_algs 54\n";
    for (std::uint32_t drive = 0; drive < shape.drives(); ++drive) {
      text_ += fmt::format("device {} osd.{}\n", drive, drive);
    }
    text_ += "type 0 osd\ntype 1 host\ntype 2 rack\ntype 3 zone\ntype 4 root\n";
    Level level;
    for (std::uint32_t drive = 0; drive < shape.drives(); ++drive) {
      level.push_back({fmt::format("osd.{}", drive), weights[drive]});
    }
    level = gather(level, "host", shape.drives_per_host);
    level = gather(level, "rack", shape.hosts_per_rack);
    level = gather(level, "zone", shape.racks_per_zone);
    gather(level, "root", shape.zones);
    text_ += fmt::format(
        "rule spread {{\n id 0\n type erasure\n min_size 1\n max_size 64\n"
        " step set_chooseleaf_tries 5\n step set_choose_tries 100\n step take root0\n"
        " step choose indep {} type zone\n step chooseleaf indep 3 type rack\n step emit\n}}\n",
        shape.zones);
  }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  struct Item {
    std::string name;
    double weight;
  };
  using Level = std::vector<Item>;

  // Buckets of `fan_out` children each.
  Level gather(const Level& children, const char* kind, std::uint32_t fan_out) {
    Level buckets;
    for (std::size_t first = 0; first < children.size(); first += fan_out) {
      Item bucket{fmt::format("{}{}", kind, buckets.size()), 0};
      text_ +=
          fmt::format("{} {} {{\n id -{}\n alg straw2\n hash 0\n", kind, bucket.name, ++buckets_);
      for (std::size_t i = first; i < first + fan_out; ++i) {
        text_ += fmt::format(" item {} weight {:.5f}\n", children[i].name, children[i].weight);
        bucket.weight += children[i].weight;
      }
      text_ += "}\n";
      buckets.push_back(bucket);
    }
    return buckets;
  }

  std::string text_;
  std::uint32_t buckets_ = 0;
};

class Crushtool {
 public:
  static bool is_installed() {
    return std::system("command -v crushtool >/dev/null 2>&1") == 0;  // NOLINT(cert-env33-c)
  }

  // Compiles the map. Throws std::runtime_error where crushtool fails.
  Crushtool(const CrushShape& shape, const std::vector<double>& weights)
      : shape_(shape), folder_(make_folder()) {
    std::ofstream(folder_ / "map.txt") << CrushText(shape, weights).text();
    run(fmt::format("crushtool -c {0}/map.txt -o {0}/map", folder_.string()));
  }
  Crushtool(const Crushtool&) = delete;
  Crushtool& operator=(const Crushtool&) = delete;
  ~Crushtool() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  // Drives of extents first, ..., first + count - 1, position by position.
  [[nodiscard]] std::vector<std::uint32_t> map(std::uint32_t first, std::uint32_t count) const {
    const std::string command = test_command(first, count) + " --show-mappings 2>/dev/null";
    const std::unique_ptr<FILE, int (*)(FILE*)> lines(popen(command.c_str(), "r"), pclose);
    if (!lines) throw std::runtime_error("crushtool does not start");
    std::vector<std::uint32_t> drives;
    char line[1024];
    while (std::fgets(line, sizeof line, lines.get()) != nullptr) {
      const char* at =
          std::char_traits<char>::find(line, std::char_traits<char>::length(line), '[');
      for (; at != nullptr && *at != ']' && *at != '\0'; at = end_of_number(at + 1, drives)) {
      }
    }
    if (drives.size() != std::size_t{count} * shape_.zones * 3) {
      throw std::runtime_error(
          fmt::format("crushtool mapped {} shards of {} extents (all of them "
                      "are needed) — run it by hand: {}",
                      drives.size(), count, command));
    }
    return drives;
  }

  // Processor seconds, start-up and all, to map so many extents.
  [[nodiscard]] double seconds(std::uint32_t count) const {
    const double before = children_seconds();
    run(test_command(0, count) + " --show-statistics >/dev/null 2>&1");
    return children_seconds() - before;
  }

 private:
  static std::filesystem::path make_folder() {
    static int made = 0;
    auto folder = std::filesystem::temp_directory_path() /
                  fmt::format("spindle-crushtool-{}-{}", getpid(), made++);
    std::filesystem::create_directories(folder);
    return folder;
  }
  static void run(const std::string& command) {
    if (std::system(command.c_str()) == 0) return;  // NOLINT(cert-env33-c)
    throw std::runtime_error(fmt::format("this command failed — run it by hand: {}", command));
  }
  static const char* end_of_number(const char* at, std::vector<std::uint32_t>& out) {
    char* end = nullptr;
    out.push_back(static_cast<std::uint32_t>(std::strtoul(at, &end, 10)));
    return end;
  }
  static double children_seconds() {
    rusage usage{};
    getrusage(RUSAGE_CHILDREN, &usage);
    const auto seconds = [](const timeval& time) {
      return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
  }
  [[nodiscard]] std::string test_command(std::uint32_t first, std::uint32_t count) const {
    return fmt::format("crushtool -i {}/map --test --rule 0 --num-rep {} --min-x {} --max-x {}",
                       folder_.string(), shape_.zones * 3, first, first + count - 1);
  }

  CrushShape shape_;
  std::filesystem::path folder_;
};

}  // namespace spindle::peers
