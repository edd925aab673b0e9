// spindle-mpi: the program on the ranks of an MPI job. Rank 0 is `spindle`; the others do runs for
// it, or their part of one.

#include <exception>

#include "app/command/command_line.hpp"
#include "app/command/shared_run.hpp"
#include "app/console/exit_codes.hpp"
#include "app/console/heap.hpp"
#include "app/console/interrupt.hpp"
#include "app/console/streams.hpp"
#include "app/mpi/mpi_crew.hpp"
#include "app/mpi/mpi_transport.hpp"
#include "app/sweep/crew_queue.hpp"
#include "app/sweep/crew_runs.hpp"

namespace {

using namespace spindle::app;

int lead(const Ranks& ranks, int argc, char** argv) {
  const int code = run_command_line(argc, argv, &ranks);
  dismiss(ranks.crew);
  return code;
}

int follow(const Ranks& ranks) {
  // A signal to all ranks reaches rank 0 too, which ends the work in order.
  watch_for_interrupt();
  serve_runs(ranks.crew, [&](const std::string& opening) { join_run(ranks, opening); });
  return kExitOk;
}

}  // namespace

int main(int argc, char** argv) {
  keep_freed_memory();
  occupy_standard_streams();
  MpiCrew crew(&argc, &argv);
  MpiTransport transport(crew.rank(), crew.size());
  const Ranks ranks{crew, transport};
  try {
    return crew.rank() == 0 ? lead(ranks, argc, argv) : follow(ranks);
  } catch (const std::exception& error) {
    print_message("spindle-mpi: rank {}: {}\n", crew.rank(), error.what());
    MpiCrew::abort(kExitFailure);
  }
}
