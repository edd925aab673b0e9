#pragma once
// A sweep that has been read and checked: its points, its runs and their ids.
//
// Runs are numbered point by point, replication by replication: run = point * repeat + replication.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/scenario/point_reader.hpp"
#include "app/sweep/points.hpp"
#include "app/sweep/shard.hpp"

namespace spindle::app {

struct StudyRequest {
  std::filesystem::path file;
  std::vector<std::string> sets;
  std::vector<std::string> axes;        // path=v1,v2,...
  std::optional<std::uint32_t> repeat;  // instead of the scenario's
};

class Study {
 public:
  Study(Scenario base, PointReader reader, SweepPoints points);

  [[nodiscard]] const Scenario& base() const { return base_; }
  [[nodiscard]] const SweepPoints& points() const { return points_; }
  [[nodiscard]] std::uint64_t runs() const { return points_.size() * points_.repeat(); }
  [[nodiscard]] std::uint64_t point_of(std::uint64_t run) const { return run / points_.repeat(); }
  [[nodiscard]] std::uint32_t replication_of(std::uint64_t run) const {
    return static_cast<std::uint32_t>(run % points_.repeat());
  }
  [[nodiscard]] std::uint64_t seed_of(std::uint64_t run) const {
    return replication_seed(base_.seed, replication_of(run));
  }
  [[nodiscard]] std::optional<ReadPoint> read(std::uint64_t point, ProblemList& problems) const {
    return reader_.read(points_.at(point), problems);
  }
  // Precondition: check_study() found nothing.
  [[nodiscard]] Scenario scenario_of(std::uint64_t run) const;
  [[nodiscard]] Scenario build(ReadPoint point, std::uint64_t seed) const {
    return reader_.build(std::move(point), seed);
  }
  [[nodiscard]] const std::string& file() const { return reader_.file(); }

 private:
  Scenario base_;
  PointReader reader_;
  SweepPoints points_;
};

struct StudyResult {
  std::optional<Study> study;     // empty where there are problems
  std::vector<Problem> problems;  // of the file, its `sweep` block and the command line
};
StudyResult read_study(const StudyRequest& request);

struct CheckedStudy {
  std::vector<std::string> problems;  // of points, ready to print: each once, with whose it is
  std::vector<std::string> warnings;  // likewise
  std::vector<std::uint64_t> ids;     // of the shard's runs, in their order
  std::string digest;                 // of the whole study: equal for all of its shards
  std::uint64_t largest_point = 0;    // that whose run takes most memory
  bool interrupted = false;           // nothing of the above is complete
};
// Reads every point of the study, whatever the shard: 0.1 ms each. `progress` gets the share done
// every few thousand points; where it returns false, the check ends.
CheckedStudy check_study(const Study& study, const Shard& shard, unsigned threads,
                         const std::function<bool(double)>& progress);

// What a run is: the digest of its resolved scenario with the seed in it, less what changes no
// result (name, question, thresholds, gates). Equal ids, equal results of one version.
std::uint64_t run_id(const Json& resolved, std::uint64_t seed);
std::string id_text(std::uint64_t id);  // 16 digits

// "placement.d=3, data.extent=1 GB": for messages, shortened.
std::string described(const std::vector<Override>& point);

}  // namespace spindle::app
