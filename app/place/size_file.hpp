#pragma once
// Tables of sizes for `spindle place --sizes FILE`.

#include <string>
#include <vector>

#include "models/placement/bulk/bulk_options.hpp"

namespace spindle::app {

// A line holds a size, in any unit, and how often it occurs (1 where nothing is said), separated by
// blanks, a tab or a comma; lines that are empty or begin with # do not count. At most 1,000,000
// lines. Appends what is wrong, with file and line.
void read_size_file(const std::string& path, models::BulkSizes& sizes,
                    std::vector<std::string>& problems);

}  // namespace spindle::app
