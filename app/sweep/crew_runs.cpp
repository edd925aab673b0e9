#include "app/sweep/crew_runs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <optional>
#include <stdexcept>
#include <utility>

#include "app/sweep/crew_queue.hpp"
#include "app/sweep/rows.hpp"

namespace spindle::app {
namespace {

std::string opening_of(const CrewRequest& request) {
  Json json;
  json["file"] = request.study.file.string();
  json["sets"] = request.study.sets;
  json["axes"] = request.study.axes;
  if (request.study.repeat) json["repeat"] = *request.study.repeat;
  json["jobs"] = request.jobs;
  json["threads"] = request.threads;
  json["largest_run"] = request.largest_run;
  return json.dump();
}

CrewRequest request_in(const std::string& opening) {
  const Json json = Json::parse(opening);
  CrewRequest request;
  request.study.file = json.at("file").get<std::string>();
  request.study.sets = json.at("sets").get<std::vector<std::string>>();
  request.study.axes = json.at("axes").get<std::vector<std::string>>();
  if (json.contains("repeat")) request.study.repeat = json.at("repeat").get<std::uint32_t>();
  request.jobs = json.at("jobs").get<unsigned>();
  request.threads = json.at("threads").get<unsigned>();
  request.largest_run = json.at("largest_run").get<std::uint64_t>();
  return request;
}

// Runs at once on this rank: its part of what the memory that it shares with neighbours holds. Rank
// 0, the first of its machine, has one at least.
unsigned jobs_here(const Crew& crew, const CrewRequest& request, const Scenario& largest) {
  const unsigned fit = jobs_within_memory(request.jobs * crew.neighbours(), largest);
  const unsigned extra = crew.place() < fit % crew.neighbours() ? 1 : 0;
  return std::min(request.jobs, fit / crew.neighbours() + extra);
}

// An order is the number of a run and its id; an answer its row, or {"error": why}, or empty where
// it ended early.
std::string order_of(std::size_t item, std::uint64_t run, std::uint64_t id) {
  return Json{{"item", item}, {"run", run}, {"id", id}}.dump();
}

// This rank reads the study itself: its file may be another than rank 0's.
[[noreturn]] void fail_as_another(const Study& study) {
  throw std::runtime_error(fmt::format(
      "{}: reads another study here than on rank 0 — let all machines see the same files",
      study.file()));
}

ReadPoint point_here(const Study& study, std::uint64_t run) {
  ProblemList problems;
  std::optional<ReadPoint> point;
  if (run < study.runs()) point = study.read(study.point_of(run), problems);
  if (!point) fail_as_another(study);
  return std::move(*point);
}

Scenario scenario_for(const Study& study, std::uint64_t run, std::uint64_t id) {
  ReadPoint point = point_here(study, run);
  if (run_id(point.resolved, study.seed_of(run)) != id) fail_as_another(study);
  return study.build(std::move(point), study.seed_of(run));
}

JobPool::Perform performer(const Study& study, unsigned threads,
                           std::function<void(std::size_t, double)> progress) {
  return [&study, threads, progress = std::move(progress)](const std::string& text,
                                                           const std::atomic<bool>& stopped) {
    if (stopped) return std::string();
    const Json order = Json::parse(text);
    const auto item = order.at("item").get<std::size_t>();
    const auto run = order.at("run").get<std::uint64_t>();
    const auto id = order.at("id").get<std::uint64_t>();
    progress(item, 0);
    const EndedRun ended = run_to_its_end(scenario_for(study, run, id), threads, [&](double share) {
      progress(item, share);
      return !stopped;
    });
    if (ended.result) return finished_row(study, run, id, *ended.result).dump();
    return ended.failure.empty() ? std::string() : Json{{"error", ended.failure}}.dump();
  };
}

Study study_here(const StudyRequest& request) {
  StudyResult read = read_study(request);
  if (!read.study) throw std::runtime_error(to_string(read.problems.front()));
  return std::move(*read.study);
}

unsigned threads_of_a_run(const CrewRequest& request, unsigned jobs) {
  return std::max(1U, request.threads / std::max(1U, jobs));
}

}  // namespace

RunFailures do_runs_in_crew(Crew& crew, const CrewRequest& request, const ShardRuns& runs,
                            const std::vector<std::size_t>& pending, RowStore& store,
                            const std::function<void(std::size_t, double)>& progress,
                            const std::function<bool()>& stop) {
  RunFailures failures;
  CrewWork work;
  work.opening = opening_of(request);
  work.items = pending.size();
  work.order = [&](std::size_t item) {
    return order_of(item, runs.run(pending[item]), runs.ids[pending[item]]);
  };
  work.jobs = jobs_here(crew, request, runs.study.scenario_of(request.largest_run));
  work.perform = performer(runs.study, threads_of_a_run(request, work.jobs), progress);
  work.stop = stop;
  work.take = [&](std::size_t item, const std::string& answer) {
    if (answer.empty()) return;
    const std::uint64_t id = runs.ids[pending[item]];
    const Json row = Json::parse(answer);
    if (row.contains("digest")) {
      if (row.at("version") != sweep_version()) {
        throw std::runtime_error(
            "a rank is of another version — start one program on all machines");
      }
      store.append(id, row);
    } else {
      failures.emplace(id, row.at("error").get<std::string>());
    }
    progress(item, 1);
  };
  share_out(crew, work);
  return failures;
}

void serve_runs(Crew& crew, const std::function<void(const std::string&)>& join) {
  std::optional<Study> study;
  const auto begin = [&](const std::string& opening) {
    const CrewRequest request = request_in(opening);
    study.emplace(study_here(request.study));
    const Scenario largest =
        study->build(point_here(*study, request.largest_run), study->base().seed);
    const unsigned jobs = jobs_here(crew, request, largest);
    return CrewService{
        jobs, performer(*study, threads_of_a_run(request, jobs), [](std::size_t, double) {})};
  };
  serve(crew, begin, join);
}

}  // namespace spindle::app
