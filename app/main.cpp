#include "app/command/command_line.hpp"
#include "app/console/heap.hpp"

int main(int argc, char** argv) {
  spindle::app::keep_freed_memory();
  return spindle::app::run_command_line(argc, argv);
}
