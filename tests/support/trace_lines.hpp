#pragma once
// A few good lines of every format of request traces: what contract tests break.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "app/trace/request_trace.hpp"

namespace spindle::test {

struct TraceLines {
  std::string header;              // empty: the format has none
  std::vector<std::string> lines;  // in order, the last 5 s or more after the first
  app::TraceLineOptions options = {};
};

// The columns of the lines below.
inline app::TraceLineOptions csv_columns() {
  app::TraceLineOptions options;
  options.time = "when";
  options.object = "what";
  options.bytes = "size";
  options.op = "verb";
  options.tenant = "who";
  return options;
}

inline const std::map<std::string_view, TraceLines>& trace_lines() {
  static const std::map<std::string_view, TraceLines> lines = {
      {"ibm",
       {"",
        {"1219008 REST.PUT.OBJECT 8d4fcda3d675bac9 1056",
         "1221974 REST.HEAD.OBJECT 39d177fb735ac5df 528",
         "1232437 REST.GET.OBJECT 8d4fcda3d675bac9 1056 0 1055",
         "1238000 REST.DELETE.OBJECT 39d177fb735ac5df"}}},
      {"msr",
       {"",
        {"128166372003061629,hm,1,Read,383496192,32768,413",
         "128166372016382155,hm,1,Write,310983168,4096,1083",
         "128166372026382245,web,0,Read,310983168,8192,100",
         "128166372096382245,web,0,read,310983168,8192,100"}}},
      {"spc",
       {"",
        {"0,20941264,8192,W,0.551706", "0,20939840,8192,w,0.554041", "1,3436288,15872,r,1.011732",
         "1,3436288,15872,R,9.5"}}},
      {"disksim",
       {"",
        {"938513000 4 264719034 16 0", "938828000 3 197570570 16 1", "2938944000 13 93230992 32 0",
         "9938944000 13 93230992 32 1"}}},
      {"swim",
       {"",
        {"job0\t1\t1\t2267942\t0\t1937944\tinputPath1\t\t",
         "job1\t2\t1\t20791551476\t12295202125\t1491950225\tinputPath2\t\t",
         "job2\t2\t0\t90015105\t110986156\t2783997\tinputPath1\t\t",
         "job3\t12\t10\t945\t0\t2668\tinputPath4\t\t"}}},
      {"series",
       {"timestamp,value",
        {"2014-04-10 00:04:00,94.0", "2014-04-10 00:09:00,56", "2014-04-10 00:14:00,0",
         "2014-04-10 00:19:00,1.5e2"}}},
      {"libcachesim",
       {"time,obj_id,obj_size,op",
        {"1,5633898368,512,read", "1.25,5633898880,4096,write",
         "3,a-key-of-letters-and-digits,512,get", "9,5633898368,512,incr"}}},
      {"csv",
       {"when;what;size;verb;who",
        {"2023-11-16 18:17:03.9799600;a;10;GET;t1", "2023-11-16 18:17:04;b;20;PUT;t2",
         "2023-11-16 18:17:05.5;a;10;delete;t1", "2023-11-16 18:17:15;\"c\";0;READ;t1"},
        csv_columns()}},
      {"spindle",
       {"time of 10 s,op,object,bytes,tenant",
        {"0,read,17,4096,web/0", "0.25,write,17,8192,web/1", "0.25,read,17,512,\"a,b\"",
         "5.123456789,read,3,4096,web/0"}}},
  };
  return lines;
}

}  // namespace spindle::test
