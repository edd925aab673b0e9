#pragma once
// Standard output and error, on which writing may fail: a full disk, a closed descriptor. Data that
// cannot be written is an error of the run; a message that cannot be written is lost, and never
// changes what the program does.

#include <fmt/format.h>

#include <stdexcept>
#include <string_view>
#include <utility>

namespace spindle::app {

class StreamError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Takes descriptors 0 to 2 where the caller left them closed: a result file opened there would
// receive what is printed. Writing to the substitutes fails. To be called first.
void occupy_standard_streams();

// To standard output; throws StreamError.
void write_output(std::string_view text);
// Hands on what is buffered; throws StreamError.
void finish_output();
// To standard error; never throws.
void write_message(std::string_view text) noexcept;

template <class... Args>
void print_output(fmt::format_string<Args...> format, Args&&... args) {
  write_output(fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void print_message(fmt::format_string<Args...> format, Args&&... args) {
  write_message(fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace spindle::app
