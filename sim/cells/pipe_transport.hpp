#pragma once
// Transport between processes over pipes: connect, fork, and let each process keep its ends.
//
// A frame is two lengths (8 bytes each) and that many bytes. Reads and writes never block and go on
// side by side, so frames larger than a pipe's buffer cannot deadlock; partial transfers and
// interrupted calls are resumed. Cost of an exchange: a few system calls a worker and 64 KiB.

#include <memory>
#include <vector>

#include "sim/cells/transport.hpp"

namespace spindle::sim {

// The ends of a group of workers, each connected to every other. After fork, a process destroys the
// ends that are not its own: else it would not notice when another process has gone. Throws
// std::invalid_argument for no workers, std::system_error where the system refuses pipes.
// An exchange throws std::runtime_error where a process has gone (its signal, SIGPIPE, is kept away
// from the program), and std::system_error; that end's pipes are closed then, so that all ends of
// the group end in an error, those in the same process among them.
std::vector<std::unique_ptr<Transport>> connect_by_pipes(unsigned workers);

}  // namespace spindle::sim
