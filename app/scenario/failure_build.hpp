#pragma once
// The scenario's `failure`, from resolved JSON.

#include "app/scenario/resolved_view.hpp"
#include "app/scenario/scenario.hpp"

namespace spindle::app {

// The keys of `failure` that are there, over the defaults; outages apart.
FailureSpec build_failure(const ResolvedView& view);

}  // namespace spindle::app
