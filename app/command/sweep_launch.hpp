#pragma once
// `spindle sweep --launcher slurm`: a study sent to a cluster instead of run here.

#include "app/command/sweep_command.hpp"
#include "app/sweep/study.hpp"

namespace spindle::app {

// What is wrong with the options of the launcher; empty: nothing.
std::string launcher_problem(const SweepArguments& arguments);

// Precondition: no problem, and the study's points are valid. Returns an exit code.
int launch_on_slurm(const SweepArguments& arguments, const Study& study);

}  // namespace spindle::app
