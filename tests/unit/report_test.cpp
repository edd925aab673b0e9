// Tables, names and files of reports.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <limits>

#include "app/report/atomic_file.hpp"
#include "app/report/comparison_table.hpp"
#include "app/report/metric_table.hpp"
#include "app/report/metric_text.hpp"
#include "app/report/result_files.hpp"
#include "app/report/text_table.hpp"

using namespace spindle::app;
namespace fs = std::filesystem;

TEST_CASE("text table: columns align by what is seen, not by bytes") {
  TextTable table({{"name", false}, {"fill\n%"}});
  table.add_row({"µs", "1.5"});
  table.add_row({"plain", "100.0"});
  CHECK(table.render(Format::kTable) ==
        "name    fill\n"
        "           %\n"
        "------------\n"
        "µs       1.5\n"
        "plain  100.0\n");
  CHECK(table.render(Format::kMarkdown) ==
        "| name | fill % |\n| --- | ---: |\n| µs | 1.5 |\n| plain | 100.0 |\n");
}

TEST_CASE("text table: CSV cells with commas, quotes and line breaks are quoted") {
  TextTable table({{"a", false}, {"b", false}});
  table.add_row({"x,y", "say \"hi\""});
  CHECK(table.render(Format::kCsv) == "a,b\n\"x,y\",\"say \"\"hi\"\"\"\n");
}

TEST_CASE("numbers read well") {
  CHECK(whole(0) == "0");
  CHECK(whole(999) == "999");
  CHECK(whole(1234567) == "1,234,567");
  CHECK(whole(std::numeric_limits<double>::quiet_NaN()) == "-");
  CHECK(percent(0.1234) == "12.3");
  CHECK(significant(3.14159) == "3.14");
  CHECK(significant(2.6943e-17) == "2.69e-17");
  CHECK(readable(999.4) == "999");
  CHECK(readable(999.6) == "1,000");
  CHECK(readable(712'800) == "712,800");
  CHECK(readable(3600, 6) == "3600");
  CHECK(readable(0.00123456) == "0.00123");
  CHECK(readable(2.6943e-17) == "2.69e-17");
}

TEST_CASE("numbers: what has no end is written as what is undefined, in every form") {
  Metrics metrics;
  metrics.set("durability.mttdl_years_ci_high", std::numeric_limits<double>::infinity());
  metrics.set("repair.bytes", std::numeric_limits<double>::infinity());
  for (const auto& [name, value] : metrics.values()) {
    INFO(name);
    CHECK(metric_text(*find_metric(name), value) == "-");
  }
  CHECK(metrics_json(metrics) ==
        "{\n  \"durability.mttdl_years_ci_high\": null,\n  \"repair.bytes\": null\n}\n");
  CHECK(significant(std::numeric_limits<double>::infinity()) == "-");
  CHECK(percent(std::numeric_limits<double>::infinity()) == "-");
}

TEST_CASE("variants get folders that cannot leave the results folder") {
  CHECK(folder_names({"two choices, 5+4"}).front() == "two-choices-5+4");
  CHECK(folder_names({"A/B"}).front() == "a-b");
  CHECK(folder_names({"../../etc"}).front() == "variant..-..-etc");
  CHECK(folder_names({".."}).front() == "variant");
  CHECK(folder_names({"µ"}).front() == "variant");
}

TEST_CASE("every metric has one row, and only rows can be set, each once") {
  const auto rows = metric_table();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    CHECK(find_metric(rows[i].name) == &rows[i]);
  }
  Metrics metrics;
  CHECK_THROWS_AS(metrics.set("no.such.metric", 1), std::logic_error);
  metrics.set("heat.cov", 0.5);
  CHECK_THROWS_AS(metrics.set("heat.cov", 0.6), std::logic_error);
  metrics.set("heat.peak_to_mean", std::numeric_limits<double>::quiet_NaN());
  CHECK_THROWS_AS(metrics.set("heat.peak_to_mean", 2), std::logic_error);
  CHECK(metrics.get("heat.cov") == 0.5);
  CHECK(metrics.values().size() == 2);
  CHECK(std::isnan(metrics.get("heat.util.max")));
}

TEST_CASE("metrics.json: whole numbers, fractions and the undefined") {
  Metrics metrics;
  metrics.set("cost.drives", 5556);
  metrics.set("cost.overhead", 1.8);
  metrics.set("heat.cov", std::numeric_limits<double>::quiet_NaN());
  metrics.set("durability.nines", std::numeric_limits<double>::infinity());
  // In the table's order, whichever was set first.
  CHECK(metrics_json(metrics) ==
        "{\n  \"heat.cov\": null,\n  \"durability.nines\": null,\n"
        "  \"durability.estimator\": \"analytic\",\n  \"cost.overhead\": 1.8,\n"
        "  \"cost.drives\": 5556\n}\n");
}

TEST_CASE("a file that is not committed leaves nothing behind") {
  const fs::path folder = fs::temp_directory_path() / "spindle_report_test";
  fs::remove_all(folder);
  fs::create_directories(folder);
  {
    AtomicFile file(folder / "a.csv");
    file.write("half");
  }
  CHECK(fs::is_empty(folder));
  for (const char* content : {"first", "second"}) {
    FileBatch batch(folder);
    batch.add("a.csv", content);
    batch.commit();
  }
  std::ifstream in(folder / "a.csv");
  CHECK(std::string(std::istreambuf_iterator<char>(in), {}) == "second");
  CHECK_THROWS_AS(AtomicFile(folder / "none" / "b.csv"), OutputError);
  CHECK_THROWS_AS(require_writable(folder / "a.csv"), OutputError);
  CHECK_NOTHROW(require_writable(folder / "new" / "deeper"));
  CHECK_FALSE(fs::exists(folder / "new"));
  fs::remove_all(folder);
}
