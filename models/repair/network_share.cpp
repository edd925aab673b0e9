#include "models/repair/network_share.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/edmonds_karp_max_flow.hpp>
#include <cmath>
#include <map>
#include <stdexcept>
#include <vector>

namespace spindle::models {
namespace {

using Traits = boost::adjacency_list_traits<boost::vecS, boost::vecS, boost::directedS>;
using Graph = boost::adjacency_list<
    boost::vecS, boost::vecS, boost::directedS,
    boost::property<boost::vertex_color_t, boost::default_color_type,
                    boost::property<boost::vertex_predecessor_t, Traits::edge_descriptor>>,
    boost::property<
        boost::edge_capacity_t, double,
        boost::property<boost::edge_residual_capacity_t, double,
                        boost::property<boost::edge_reverse_t, Traits::edge_descriptor>>>>;
using Vertex = Traits::vertex_descriptor;

// Shares of what a rebuild reads, by where it is read.
struct Locality {
  double same_rack = 0;
  double same_zone = 0;  // the same rack included
};

// A capacity of fixed + x * scaled.
struct Link {
  Traits::edge_descriptor edge;
  double fixed = 0;
  double scaled = 0;
};

// The network between all racks as senders and all racks as receivers.
class FlowGraph {
 public:
  Vertex add_node() { return boost::add_vertex(graph_); }
  void add_link(Vertex from, Vertex to, double fixed, double scaled) {
    const auto there = boost::add_edge(from, to, graph_).first;
    const auto back = boost::add_edge(to, from, graph_).first;
    boost::put(boost::edge_reverse, graph_, there, back);
    boost::put(boost::edge_reverse, graph_, back, there);
    links_.push_back({there, fixed, scaled});
  }
  // The largest x in (0, 1] for which all that leaves `source`, x * sent, arrives. Newton's method
  // on the minimum cut, whose capacity is concave in x (Radzik 1993): a cut of capacity a + b x
  // lets x = a / (sent - b) through. It falls from 1 and ends, as every step has another cut.
  double largest_share(Vertex source, Vertex sink, double sent) {
    double x = 1;
    for (std::size_t step = 0; step < links_.size(); ++step) {
      for (const Link& link : links_) {
        boost::put(boost::edge_capacity, graph_, link.edge, link.fixed + x * link.scaled);
      }
      const double flow = boost::edmonds_karp_max_flow(
          graph_, source, sink, boost::color_map(boost::get(boost::vertex_color, graph_)));
      if (flow >= x * sent * (1 - kRounding)) return x;
      const double next = share_of_cut(sent);
      if (!(next < x)) return x;
      x = next;
    }
    return x;
  }

 private:
  static constexpr double kRounding = 1e-12;

  // Of the cut that the flow left behind: those that its last search reached are on one side.
  [[nodiscard]] double share_of_cut(double sent) const {
    const auto is_reached = [&](Vertex node) {
      return boost::get(boost::vertex_color, graph_, node) != boost::white_color;
    };
    double fixed = 0;
    double scaled = 0;
    for (const Link& link : links_) {
      if (!is_reached(boost::source(link.edge, graph_))) continue;
      if (is_reached(boost::target(link.edge, graph_))) continue;
      fixed += link.fixed;
      scaled += link.scaled;
    }
    return fixed / (sent - scaled);
  }

  Graph graph_;
  std::vector<Link> links_;
};

// n shards lie on Z zones as evenly as can be, c of them in a zone: another one is in a given one's
// zone with probability sum c (c - 1) / (n (n - 1)); where each draws its zone, with 1 / Z.
Locality locality_of(const Topology& topology, const SpreadRule& spread, std::uint32_t shards) {
  const double zones = topology.zones();
  const double racks = topology.base_racks() / zones;
  const double low = std::floor(shards / zones);
  const double more = shards - low * zones;  // zones with one shard more
  const double pairs = (zones - more) * low * (low - 1) + more * (low + 1) * low;
  Locality out;
  out.same_zone = spread.zones == ZoneDraw::kAny ? 1 / zones : pairs / (shards * (shards - 1.0));
  out.same_rack = spread.max_per_rack == 1 ? 0 : out.same_zone / racks;
  return out;
}

void check(const NetworkLimits& limits) {
  for (const double limit : {limits.rack_uplink, limits.zone_link}) {
    if (limit >= 0 && std::isfinite(limit)) continue;
    throw std::invalid_argument(fmt::format(
        "repair: a link of {} B/s (finite and not negative) — check the network", limit));
  }
}

}  // namespace

double network_share(const Topology& topology, const SpreadRule& spread, std::uint32_t shards,
                     std::uint32_t needed, double bytes_per_s, const NetworkLimits& limits) {
  check(limits);
  const bool is_limited = limits.rack_uplink > 0 || limits.zone_link > 0;
  if (!is_limited || shards <= needed || !(bytes_per_s > 0)) return 1;

  const double of_drive = bytes_per_s * needed / (needed + 1.0);
  const double sent = of_drive * topology.base_drives();
  const Locality locality = locality_of(topology, spread, shards);
  const auto limit = [&](double link, double count) { return link > 0 ? link * count : sent; };
  FlowGraph graph;
  const Vertex source = graph.add_node();
  const Vertex sink = graph.add_node();
  const Vertex core = graph.add_node();
  for (std::uint32_t zone = 0; zone < topology.zones(); ++zone) {
    std::map<std::uint32_t, double> racks;  // how many, by their drives
    const DriveRange range = topology.racks_of_zone(zone);
    for (std::uint32_t rack = range.first; rack < range.last; ++rack) {
      if (!topology.is_landing_rack(rack)) ++racks[topology.drives_of_rack(rack).size()];
    }
    const Vertex out = graph.add_node();
    const Vertex in = graph.add_node();
    double of_zone = 0;
    for (const auto& [drives, count] : racks) {
      const double of_racks = of_drive * drives * count;
      const Vertex senders = graph.add_node();
      const Vertex receivers = graph.add_node();
      graph.add_link(source, senders, 0, of_racks);
      graph.add_link(receivers, sink, 0, of_racks);
      graph.add_link(senders, receivers, 0, of_racks * locality.same_rack);
      graph.add_link(senders, out, limit(limits.rack_uplink, count), 0);
      graph.add_link(in, receivers, limit(limits.rack_uplink, count), 0);
      of_zone += of_racks;
    }
    graph.add_link(out, in, 0, of_zone * (locality.same_zone - locality.same_rack));
    graph.add_link(out, core, limit(limits.zone_link, 1), 0);
    graph.add_link(core, in, limit(limits.zone_link, 1), 0);
  }
  return graph.largest_share(source, sink, sent);
}

}  // namespace spindle::models
