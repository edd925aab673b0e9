#pragma once
// Every purpose a model draws random numbers for: one table, so that no two streams collide.
// Values are part of a run's reproducibility: append, never renumber.

#include "sim/random_stream.hpp"

namespace spindle::models::purpose {

inline constexpr sim::Purpose kTenantSize{1};      // entity: tenant
inline constexpr sim::Purpose kTenantActivity{2};  // entity: tenant
inline constexpr sim::Purpose kTenantPhase{3};     // entity: tenant
inline constexpr sim::Purpose kExtentAge{4};       // entity: extent
inline constexpr sim::Purpose kExtentOrder{5};     // entity: 0
inline constexpr sim::Purpose kPlacement{6};       // entity: extent
inline constexpr sim::Purpose kTenantSubset{7};    // entity: tenant
inline constexpr sim::Purpose kPlacementSets{8};   // entity: 0; static's partition of the fleet
inline constexpr sim::Purpose kDriveLifetime{9};   // entity: slot
inline constexpr sim::Purpose kRebuildTime{10};    // entity: shard
inline constexpr sim::Purpose kRepairTarget{11};   // entity: shard
// Of outages (models/failure/outage.cpp): entity: domain, and the rows of its kind before.
inline constexpr sim::Purpose kZoneOutage{12};
inline constexpr sim::Purpose kZoneLoss{13};
inline constexpr sim::Purpose kRackOutage{14};
inline constexpr sim::Purpose kRackLoss{15};
inline constexpr sim::Purpose kZoneRebuildTarget{16};  // entity: shard
// Of failures that hang together (models/failure): of followers and of drives that do not come back
// after power: entity: slot; of power events: domain, and the rows before.
inline constexpr sim::Purpose kFollower{90};
inline constexpr sim::Purpose kPowerEvent{91};
inline constexpr sim::Purpose kPowerDeath{92};
// Of synthetic traces (models/tenant/request_synthesis.cpp): entity: 2 tenant + (1: the second load
// of a tenant with two).
inline constexpr sim::Purpose kSyntheticArrival{46};
inline constexpr sim::Purpose kSyntheticRequest{47};
inline constexpr sim::Purpose kSyntheticSide{48};
inline constexpr sim::Purpose kSyntheticSize{49};
inline constexpr sim::Purpose kSyntheticObject{50};
inline constexpr sim::Purpose kTenantCascade{53};   // entity: tenant
inline constexpr sim::Purpose kMovedExtents{20};    // entity: landing
inline constexpr sim::Purpose kReplacedExtent{21};  // entity: tenant
inline constexpr sim::Purpose kNewPlacement{22};    // entity: tenant
inline constexpr sim::Purpose kWritePhase{23};      // entity: tenant
// Of one drive (models/drive/workload.cpp, request_mix.cpp): entity: drive; 0 on the bench.
inline constexpr sim::Purpose kDriveRequest{30};
inline constexpr sim::Purpose kDriveArrival{31};
// Of a mechanical fleet (models/mechanical/request_processes.cpp): entity: 2 tenant + (1: writes).
inline constexpr sim::Purpose kRequestArrival{34};
inline constexpr sim::Purpose kRequestTarget{35};
// Of a zoom (models/zoom). Of the choice: entity: slot. Of parts: entity: 2 (slot * classes +
// class)
// + (1: writes).
inline constexpr sim::Purpose kZoomChoice{38};
inline constexpr sim::Purpose kZoomArrival{39};
inline constexpr sim::Purpose kZoomPlace{40};
inline constexpr sim::Purpose kClassActivity{44};  // entity: tenant class
inline constexpr sim::Purpose kLoadPart{45};       // entity: part of a sum of loads
inline constexpr sim::Purpose kObjectPlace{52};    // entity: tenant
// Of bulk placement (models/placement/bulk). Of its draws: entity: BulkStream; of candidates that
// replace illegal ones: entity: object.
inline constexpr sim::Purpose kBulkPlacement{70};
inline constexpr sim::Purpose kBulkRedraw{71};
inline constexpr sim::Purpose kBulkTenant{72};  // entity: object, where a policy asks whose it is
// Of scrubbing (models/scrub): entity: 0; errors of before the run: 1; scripted stops: the event.
inline constexpr sim::Purpose kLatentError{110};
inline constexpr sim::Purpose kScrubStuck{111};
inline constexpr sim::Purpose kScrubOldest{112};
inline constexpr sim::Purpose kScrubStuckEvent{113};
inline constexpr sim::Purpose kScrubOldUnit{114};
inline constexpr sim::Purpose kLatentErrorPlace{115};
inline constexpr sim::Purpose kTenantPair{80};  // entity: 0
// Of estimates of durability (models/durability): entity: 0.
inline constexpr sim::Purpose kFleetFailure{130};
inline constexpr sim::Purpose kFailedSlot{131};
inline constexpr sim::Purpose kChannelWait{132};
// Of explicit extents (models/durability/explicit_fleet.cpp): entity: 0.
inline constexpr sim::Purpose kExplicitPlace{96};
inline constexpr sim::Purpose kExplicitFailure{97};
inline constexpr sim::Purpose kExplicitReturn{98};
inline constexpr sim::Purpose kExplicitLoss{99};
inline constexpr sim::Purpose kGreyFailure{140};  // entity: slot
// Of fleets of ledgers (models/ledger): entity: slot; of noise of moves and of whole
// shards: slot of the rack.
inline constexpr sim::Purpose kLedgerMix{170};
inline constexpr sim::Purpose kLedgerFill{171};
inline constexpr sim::Purpose kLedgerNoise{172};
inline constexpr sim::Purpose kLedgerStroke{173};
inline constexpr sim::Purpose kLedgerTenant{174};   // entity: tenant
inline constexpr sim::Purpose kLedgerDeleted{175};  // entity: 16 epoch + tenant class
inline constexpr sim::Purpose kLedgerRefill{176};   // entity: epoch
inline constexpr sim::Purpose kLedgerRefillShare{177};
// Of the points of a sweep (app/sweep/unit_cube.cpp): entity: axis.
inline constexpr sim::Purpose kSweepPoint{160};
// Of a log of segments (models/store/segment_log.cpp): entity: 0; of its first layout: 1.
inline constexpr sim::Purpose kSegmentLog{161};

}  // namespace spindle::models::purpose
