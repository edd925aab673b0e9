#pragma once
// Typed access to a resolved scenario by dotted path; nothing where the value is absent.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "app/scenario/json_document.hpp"
#include "models/units.hpp"
#include "sim/time.hpp"

namespace spindle::app {

class ResolvedView {
 public:
  explicit ResolvedView(const Json& json) : json_(&json) {}

  [[nodiscard]] const Json& json() const { return *json_; }
  [[nodiscard]] const Json* at(std::string_view path) const;
  [[nodiscard]] std::optional<std::uint64_t> whole(std::string_view path) const;
  [[nodiscard]] std::optional<std::string> text(std::string_view path) const;
  // A bare number or a ratio in text.
  [[nodiscard]] std::optional<double> number(std::string_view path) const;
  // None beyond 18.4 EB.
  [[nodiscard]] std::optional<models::Bytes> bytes(std::string_view path) const;
  [[nodiscard]] std::optional<double> many_bytes(std::string_view path) const;
  [[nodiscard]] std::optional<sim::Duration> duration(std::string_view path) const;
  [[nodiscard]] std::optional<double> byte_rate(std::string_view path) const;
  [[nodiscard]] std::optional<double> failure_rate(std::string_view path) const;
  // Elements of an array; 0 where there is none.
  [[nodiscard]] std::size_t size(std::string_view path) const;
  // The same view from an object or element below; nothing where there is none.
  [[nodiscard]] std::optional<ResolvedView> below(std::string_view path) const;
  [[nodiscard]] ResolvedView element(std::string_view path, std::size_t index) const {
    return ResolvedView((*at(path))[index]);
  }

 private:
  const Json* json_;
};

}  // namespace spindle::app
