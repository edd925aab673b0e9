#include "app/mpi/mpi_crew.hpp"

#include <sched.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <thread>

namespace spindle::app {
namespace {

unsigned rank_in(MPI_Comm group) {
  int rank = 0;
  MPI_Comm_rank(group, &rank);
  return static_cast<unsigned>(rank);
}

unsigned size_of(MPI_Comm group) {
  int size = 1;
  MPI_Comm_size(group, &size);
  return static_cast<unsigned>(size);
}

}  // namespace

MpiCrew::MpiCrew(int* argc, char*** argv) {
  int level = 0;
  // Other threads run simulations; this one alone calls MPI.
  MPI_Init_thread(argc, argv, MPI_THREAD_FUNNELED, &level);
  rank_ = rank_in(MPI_COMM_WORLD);
  size_ = size_of(MPI_COMM_WORLD);
  MPI_Comm machine = MPI_COMM_NULL;
  MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &machine);
  neighbours_ = size_of(machine);
  place_ = rank_in(machine);
  MPI_Comm_free(&machine);
}

MpiCrew::~MpiCrew() {
  for (Sent& sent : sent_) MPI_Wait(&sent.request, MPI_STATUS_IGNORE);
  MPI_Finalize();
}

unsigned MpiCrew::cores() const {
  const unsigned all = std::max(1U, std::thread::hardware_concurrency());
  const unsigned part = std::max(1U, all / neighbours_);
  cpu_set_t bound;
  CPU_ZERO(&bound);
  // mpirun may have bound each rank to cores of its own.
  if (sched_getaffinity(0, sizeof bound, &bound) != 0) return part;
  return std::clamp(static_cast<unsigned>(CPU_COUNT(&bound)), 1U, part);
}

void MpiCrew::send(unsigned to, CrewTag tag, std::uint64_t item, std::string_view text) {
  Sent& sent = sent_.emplace_back();
  sent.bytes.resize(sizeof item + text.size());
  std::memcpy(sent.bytes.data(), &item, sizeof item);
  if (!text.empty()) std::memcpy(sent.bytes.data() + sizeof item, text.data(), text.size());
  MPI_Isend(sent.bytes.data(), static_cast<int>(sent.bytes.size()), MPI_BYTE, static_cast<int>(to),
            static_cast<int>(tag), MPI_COMM_WORLD, &sent.request);
}

std::optional<CrewMessage> MpiCrew::poll() {
  forget_received();
  int is_there = 0;
  MPI_Message message = MPI_MESSAGE_NULL;
  MPI_Status status;
  MPI_Improbe(MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &is_there, &message, &status);
  if (is_there == 0) return std::nullopt;
  int bytes = 0;
  MPI_Get_count(&status, MPI_BYTE, &bytes);
  std::vector<char> buffer(static_cast<std::size_t>(bytes));
  MPI_Mrecv(buffer.data(), bytes, MPI_BYTE, &message, MPI_STATUS_IGNORE);
  CrewMessage out;
  out.from = static_cast<unsigned>(status.MPI_SOURCE);
  out.tag = static_cast<CrewTag>(status.MPI_TAG);
  std::memcpy(&out.item, buffer.data(), sizeof out.item);
  out.text.assign(buffer.data() + sizeof out.item, buffer.size() - sizeof out.item);
  return out;
}

void MpiCrew::forget_received() {
  sent_.remove_if([](Sent& sent) {
    int is_done = 0;
    MPI_Test(&sent.request, &is_done, MPI_STATUS_IGNORE);
    return is_done != 0;
  });
}

void MpiCrew::abort(int exit_code) {
  MPI_Abort(MPI_COMM_WORLD, exit_code);
  std::abort();
}

}  // namespace spindle::app
