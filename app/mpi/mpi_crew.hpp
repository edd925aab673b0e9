#pragma once
// A crew whose messages MPI carries.

#include <mpi.h>

#include <list>
#include <vector>

#include "app/sweep/crew.hpp"

namespace spindle::app {

// From MPI_Init to MPI_Finalize, which waits for all ranks: of the thread that made it. What MPI
// finds wrong ends all ranks (MPI_ERRORS_ARE_FATAL).
class MpiCrew : public Crew {
 public:
  MpiCrew(int* argc, char*** argv);
  ~MpiCrew() override;

  [[nodiscard]] unsigned rank() const override { return rank_; }
  [[nodiscard]] unsigned size() const override { return size_; }
  [[nodiscard]] unsigned neighbours() const override { return neighbours_; }
  [[nodiscard]] unsigned place() const override { return place_; }
  [[nodiscard]] unsigned cores() const override;
  void send(unsigned to, CrewTag tag, std::uint64_t item, std::string_view text) override;
  std::optional<CrewMessage> poll() override;

  // Ends all ranks at once, without their consent.
  [[noreturn]] static void abort(int exit_code);

 private:
  struct Sent {
    std::vector<char> bytes;
    MPI_Request request = MPI_REQUEST_NULL;
  };
  void forget_received();

  unsigned rank_ = 0;
  unsigned size_ = 1;
  unsigned neighbours_ = 1;
  unsigned place_ = 0;
  std::list<Sent> sent_;  // not yet with MPI; a list, since MPI holds on to them
};

}  // namespace spindle::app
