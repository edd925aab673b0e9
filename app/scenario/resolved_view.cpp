#include "app/scenario/resolved_view.hpp"

#include "app/scenario/units.hpp"

namespace spindle::app {

const Json* ResolvedView::at(std::string_view path) const {
  const Json* node = json_;
  while (!path.empty()) {
    const std::size_t dot = path.find('.');
    const std::string key(path.substr(0, dot));
    path = dot == std::string_view::npos ? std::string_view{} : path.substr(dot + 1);
    if (!node->is_object() || !node->contains(key)) return nullptr;
    node = &(*node)[key];
  }
  return node;
}

std::optional<std::uint64_t> ResolvedView::whole(std::string_view path) const {
  const Json* node = at(path);
  if (node == nullptr || !node->is_number_unsigned()) return std::nullopt;
  return node->get<std::uint64_t>();
}

std::optional<std::string> ResolvedView::text(std::string_view path) const {
  const Json* node = at(path);
  if (node == nullptr || !node->is_string()) return std::nullopt;
  return node->get<std::string>();
}

std::optional<double> ResolvedView::number(std::string_view path) const {
  const Json* node = at(path);
  if (node != nullptr && node->is_number()) return node->get<double>();
  const auto words = text(path);
  return words ? parse_ratio(*words).value : std::nullopt;
}

std::optional<models::Bytes> ResolvedView::bytes(std::string_view path) const {
  const auto words = text(path);
  return words ? parse_bytes(*words).value : std::nullopt;
}

std::optional<double> ResolvedView::many_bytes(std::string_view path) const {
  const auto words = text(path);
  return words ? parse_many_bytes(*words).value : std::nullopt;
}

std::optional<sim::Duration> ResolvedView::duration(std::string_view path) const {
  const auto words = text(path);
  return words ? parse_duration(*words).value : std::nullopt;
}

std::optional<double> ResolvedView::byte_rate(std::string_view path) const {
  const auto words = text(path);
  return words ? parse_byte_rate(*words).value : std::nullopt;
}

std::optional<double> ResolvedView::failure_rate(std::string_view path) const {
  const auto words = text(path);
  return words ? parse_failure_rate(*words).value : std::nullopt;
}

std::size_t ResolvedView::size(std::string_view path) const {
  const Json* node = at(path);
  return node != nullptr && node->is_array() ? node->size() : 0;
}

std::optional<ResolvedView> ResolvedView::below(std::string_view path) const {
  const Json* node = at(path);
  if (node == nullptr) return std::nullopt;
  return ResolvedView(*node);
}

}  // namespace spindle::app
