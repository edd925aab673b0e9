#pragma once
// Processes that share a sweep's runs, or one run: what they say to each other, whatever carries it
// (app/mpi/).
//
// Rank 0 leads: it reads the command line, hands out orders and writes all files. The others serve.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace spindle::app {

enum class CrewTag : std::uint8_t {
  kBegin,   // to those who serve: what the work is
  kJoin,    // to those who serve: one run that all do together
  kReady,   // to rank 0: `item` orders may be given at once
  kOrder,   // to those who serve: an item
  kAnswer,  // to rank 0: what came of an item
  kFailed,  // to rank 0: why the sender can do none
  kStop,    // to those who serve: end what is in hand early
  kEnd,     // to those who serve: no more is to come
  kBye,     // to rank 0: nor from here
};

struct CrewMessage {
  unsigned from = 0;
  CrewTag tag = CrewTag::kBegin;
  std::uint64_t item = 0;
  std::string text;
};

// A process's end of it, for one thread. Messages of one sender to one receiver keep their order.
class Crew {
 public:
  Crew() = default;
  virtual ~Crew() = default;
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

  [[nodiscard]] virtual unsigned rank() const = 0;
  [[nodiscard]] virtual unsigned size() const = 0;
  // Ranks on this machine, which share its memory, and how many of them come before this one.
  [[nodiscard]] virtual unsigned neighbours() const = 0;
  [[nodiscard]] virtual unsigned place() const = 0;
  // Those of the machine that are this rank's part.
  [[nodiscard]] virtual unsigned cores() const = 0;
  // Returns at once; the text is copied.
  virtual void send(unsigned to, CrewTag tag, std::uint64_t item, std::string_view text) = 0;
  // A message that has come; nothing where none has.
  virtual std::optional<CrewMessage> poll() = 0;
};

}  // namespace spindle::app
