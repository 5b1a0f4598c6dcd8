// The data collector: model values and agent columns over time, in tables of bounded windows.
// SPDX-License-Identifier: MIT
//
// As Mesa's DataCollector (model, agent and per-type reporters, tables), but a table keeps only a
// window of rows: whoever wants all of them takes them as they come, and memory stays constant.
#pragma once

#include "base/status.h"
#include "world/table.h"

#include <cstdint>
#include <memory_resource>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace dks {

class Loader;
class Saver;
class World;

enum class Aggregate : uint8_t { kNone = 0, kCount = 1, kSum = 2, kMean = 3, kMin = 4, kMax = 5 };

// One number over many, added up in the order in which they come; mean, min and max of nothing are
// NaN.
class Aggregation {
 public:
  void add(double value) {
    sum_ += value;
    min_ = count_ == 0 || value < min_ ? value : min_;
    max_ = count_ == 0 || value > max_ ? value : max_;
    ++count_;
  }
  double result(Aggregate aggregate) const;

 private:
  uint64_t count_ = 0;
  double sum_ = 0;
  double min_ = 0;
  double max_ = 0;
};

// Rows of numbers in a ring, oldest out first.
class CollectedTable {
 public:
  // All memory is taken here; windows of 0 count as 1.
  CollectedTable(
      std::string name,
      std::vector<std::string> columns,
      uint32_t window,
      std::pmr::memory_resource* memory
  );

  const std::string& name() const { return name_; }
  std::span<const std::string> columns() const { return columns_; }
  std::optional<uint32_t> find(std::string_view column) const;

  uint64_t size() const { return total_ < window_ ? total_ : window_; }
  uint64_t total() const { return total_; }         // rows ever added
  uint64_t lost() const { return lost_; }           // rows that left the window unread
  double at(uint64_t row, uint32_t column) const {  // row 0 is the oldest in the window
    return values_[((total_ - size() + row) % window_) * columns_.size() + column];
  }

  // Room for up to `rows` rows that lie together, to be filled by the caller: rows of
  // columns().size() numbers. Asks again for what did not fit before the ring's end.
  std::span<double> add_rows(uint64_t rows);

  // The oldest row that was not read yet, by the number of rows ever added; total() when all were.
  uint64_t unread() const { return unread_ > total_ - size() ? unread_ : total_ - size(); }
  void mark_read(uint64_t up_to) { unread_ = up_to; }
  bool header_read() const { return header_read_; }
  void mark_header_read() { header_read_ = true; }

 private:
  friend class DataCollector;
  void save(Saver& out) const;
  static CollectedTable load(Loader& in, std::pmr::memory_resource* memory);
  // The same with another column, before the first row.
  void add_column(std::string name);
  void count(uint64_t rows);

  std::string name_;
  std::vector<std::string> columns_;
  uint32_t window_;
  std::pmr::vector<double> values_;
  uint64_t total_ = 0;
  uint64_t unread_ = 0;
  uint64_t lost_ = 0;
  bool header_read_ = false;
};

struct ReporterDesc {
  std::string table;
  std::string column;            // "": the field's name
  std::optional<uint32_t> type;  // none: every type that has the field
  std::string field;             // of agents; with `environment` of the environment
  bool environment = false;
  Aggregate aggregate = Aggregate::kNone;  // none: one row an agent
  uint32_t interval = 1;                   // steps, at least 1
  uint32_t window = 4096;  // rows, at least 1; a table of agents holds one round of them
};

class DataCollector {
 public:
  // Makes a collector that looks at the world in each of its steps and lives as long as the world.
  static DataCollector& attach(World& world);

  explicit DataCollector(std::pmr::memory_resource* memory) : memory_(memory) {}

  // On an error nothing has changed. Of a wide field the first element is
  // reported, or the one that is named, as in "personality[4]".
  Result<> add(const World& world, ReporterDesc desc);
  // A row of a host's own table; the first makes the table.
  Result<> add_row(
      uint64_t step,
      std::string_view table,
      std::span<const std::string_view> columns,
      std::span<const double> values
  );

  std::span<CollectedTable> tables() { return tables_; }
  std::span<const CollectedTable> tables() const { return tables_; }
  CollectedTable* find(std::string_view table);

  void collect(const World& world);

  // All reporters and tables, what was read of them included; load puts them in place of its own.
  void save(Saver& out) const;
  void load(Loader& in, const World& world);

 private:
  enum class Kind : uint8_t { kModel, kAgents, kHost };
  struct Source {
    std::vector<std::optional<Table::Element>> of_type;  // none: not reported
    std::optional<uint32_t> environment_field;
    Aggregate aggregate = Aggregate::kNone;

    // A type that came later than the reporter is not reported.
    std::optional<Table::Element> field_of(uint32_t type) const {
      return type < of_type.size() ? of_type[type] : std::nullopt;
    }
  };
  struct Plan {  // of the table at the same index
    Kind kind;
    uint32_t interval;
    std::optional<uint32_t> type;
    std::vector<Source> sources;
  };
  static Result<Source> find_source(const World& world, const ReporterDesc& desc);
  static double value(const World& world, const Source& source);
  static void collect_model(const World& world, const Plan& plan, CollectedTable& table);
  static void collect_agents(const World& world, const Plan& plan, CollectedTable& table);
  static void collect_type(
      const World& world, const Plan& plan, uint32_t type, CollectedTable& table
  );
  void add_table(Plan plan, CollectedTable table);
  static Source load_source(Loader& in, const World& world);
  static Plan load_plan(Loader& in, const World& world);

  std::pmr::memory_resource* memory_;
  std::vector<CollectedTable> tables_;
  std::vector<Plan> plans_;
};

}  // namespace dks
