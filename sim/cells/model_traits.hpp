#pragma once
// What a model for the parallel engine looks like. All is bound at compile time:
//
//   struct Model {
//     struct Arrival { std::uint32_t size; };               // an event: at most 8 plain bytes
//     using CellEvents = EventTypes<Arrival, …>;            // the one place that lists them
//     template <class Context>                              // CellContext<Model, Queue>
//     void handle(Context&, EntityId, const Arrival&);      // one for each type in the list
//
//     // Optional: decisions that read several cells.
//     using GlobalEvents = EventTypes<Rebalance, …>;
//     template <class Context>                              // CoordinatorContext<Model, Queue>
//     void coordinate(Context&, EntityId, const Rebalance&);
//
//     // Optional: what decisions and reductions read of a cell; plain data.
//     struct Summary { … };
//     Summary summarise(CellId) const noexcept;
//
//     // Optional: fetch the entity's state into the cache; an event of it is likely to come soon
//     // (prefetch_line in sim/prefetch.hpp: g++ drops a function that has a builtin alone).
//     void prefetch(EntityId) const noexcept;
//   };
//
// Handlers of different cells run at the same time: `handle` and `summarise` touch the state of
// their own cell only, and may read what `coordinate` alone writes. `coordinate` reads summaries,
// never a cell's state, and runs once in every process, with the same result in each.

#include <concepts>
#include <cstddef>
#include <type_traits>
#include <utility>

#include "sim/cells/event_types.hpp"
#include "sim/event_queue.hpp"

namespace spindle::sim {

// A queue for cells: pops in the total order (time, cell, entity, source cell, source counter),
// whatever the order of the pushes.
template <class Queue>
concept CellQueue = requires(Queue queue, const Queue& constant, const Event& event) {
  queue.push(event);
  { queue.pop() } -> std::convertible_to<Event>;
  { constant.empty() } -> std::convertible_to<bool>;
  { constant.next_time() } -> std::convertible_to<Instant>;
};

// What such a queue may offer besides: the entity of the nth event from now, as far as it can tell
// without work (else null). A hint: that event may come later, or have been cancelled.
template <class Queue>
concept QueueSeesAhead = requires(const Queue& queue, std::size_t n) {
  { queue.entity_ahead(n) } -> std::convertible_to<const EntityId*>;
};

// And how much memory it holds, in bytes: a queue that does not say counts as none.
template <class Queue>
std::size_t memory_of(const Queue& queue) {
  if constexpr (requires { queue.memory_bytes(); }) {
    return queue.memory_bytes();
  } else {
    return 0;
  }
}

template <class Model>
concept HasPrefetch = requires(const Model& model, EntityId entity) {
  { model.prefetch(entity) }
  noexcept;
};

template <class Queue>
using HandleOf = decltype(std::declval<Queue&>().push(std::declval<const Event&>()));

template <class Model>
struct GlobalEventsOf {
  using type = EventTypes<>;
};
template <class Model>
requires requires {
  typename Model::GlobalEvents;
}
struct GlobalEventsOf<Model> {
  using type = typename Model::GlobalEvents;
};

struct NoSummary {};

template <class Model>
struct SummaryOf {
  using type = NoSummary;
};
template <class Model>
requires requires {
  typename Model::Summary;
}
struct SummaryOf<Model> {
  using type = typename Model::Summary;
  static_assert(std::is_trivially_copyable_v<type>, "a summary is sent as its bytes");
};

template <class Model>
inline constexpr bool kHasSummary = !std::is_same_v<typename SummaryOf<Model>::type, NoSummary>;

}  // namespace spindle::sim
