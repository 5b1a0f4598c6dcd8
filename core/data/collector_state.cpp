// A data collector as bytes, and back. SPDX-License-Identifier: MIT
#include "base/archive.h"
#include "data/collector.h"
#include "world/world.h"

#include <utility>

namespace dks {
namespace {

constexpr uint32_t kNone = 0xffffffff;
constexpr uint32_t kLongestWindow = 1U << 26;  // a table of agents holds one round of them
constexpr uint64_t kMostRows = uint64_t{1} << 53;

}  // namespace

// ---- a table ----

void CollectedTable::save(Saver& out) const {
  out.text(name_);
  out.number(uint64_t{columns_.size()});
  for (const std::string& column : columns_) {
    out.text(column);
  }
  out.number(window_);
  out.number(total_);
  out.number(unread_);
  out.number(lost_);
  out.number(uint8_t{header_read_});
  const size_t first = (total_ - size()) % window_ * columns_.size();
  const std::span<const double> all(values_);
  const std::span<const double> kept = all.first(size() * columns_.size());
  const size_t to_end = std::min(kept.size(), all.size() - first);
  out.numbers(all.subspan(first, to_end));
  out.numbers(all.first(kept.size() - to_end));
}

CollectedTable CollectedTable::load(Loader& in, std::pmr::memory_resource* memory) {
  const std::string name(in.text());
  std::vector<std::string> columns(in.count(sizeof(uint64_t)));
  for (std::string& column : columns) {
    column = in.text();
  }
  const auto window = in.number<uint32_t>();
  if (columns.empty() || window == 0 || window > kLongestWindow ||
      uint64_t{window} * columns.size() > SIZE_MAX / sizeof(double)) {
    in.refuse(invalid("table \"", name, "\" of ", columns.size(), " columns and ", window, " rows")
    );
    return {name, {"step"}, 1, memory};
  }
  CollectedTable table(name, std::move(columns), window, memory);
  table.total_ = in.number<uint64_t>();
  table.unread_ = in.number<uint64_t>();
  table.lost_ = in.number<uint64_t>();
  table.header_read_ = in.flag();
  if (table.unread_ > table.total_ || table.total_ > kMostRows) {
    in.refuse(invalid("table \"", name, "\": ", table.unread_, " rows read of ", table.total_));
    return {name, {"step"}, 1, memory};
  }
  // The oldest row first, where the ring has it.
  const size_t first = (table.total_ - table.size()) % table.window_ * table.columns_.size();
  const std::span<double> all(table.values_);
  const size_t kept = table.size() * table.columns_.size();
  const size_t to_end = std::min(kept, all.size() - first);
  in.numbers(all.subspan(first, to_end));
  in.numbers(all.first(kept - to_end));
  return table;
}

// ---- the collector ----

void DataCollector::save(Saver& out) const {
  out.number(uint64_t{tables_.size()});
  for (size_t i = 0; i < tables_.size(); ++i) {
    const Plan& plan = plans_[i];
    out.number(plan.kind);
    out.number(plan.interval);
    out.number(plan.type.value_or(kNone));
    out.number(uint64_t{plan.sources.size()});
    for (const Source& source : plan.sources) {
      out.number(source.aggregate);
      out.number(source.environment_field.value_or(kNone));
      out.number(uint64_t{source.of_type.size()});
      for (const auto& element : source.of_type) {
        out.number(element ? element->field : kNone);
        out.number(element ? element->element : kNone);
      }
    }
    tables_[i].save(out);
  }
}

DataCollector::Source DataCollector::load_source(Loader& in, const World& world) {
  Source source;
  source.aggregate = in.number<Aggregate>();
  const auto field = in.number<uint32_t>();
  if (field != kNone) {
    source.environment_field = field;
  }
  const uint64_t types = in.count(2 * sizeof(uint32_t));
  bool exists = source.aggregate <= Aggregate::kMax && types <= world.type_count() &&
                (field == kNone || field < world.environment().fields().size());
  for (uint64_t type = 0; type < types && exists; ++type) {
    const auto index = in.number<uint32_t>();
    const Table::Element element{index, in.number<uint32_t>()};
    if (index == kNone) {
      source.of_type.emplace_back();
      continue;
    }
    const Table& table = world.table(static_cast<uint32_t>(type));
    exists = index < table.field_count() && element.element < table.field(index).width;
    source.of_type.emplace_back(element);
  }
  if (!exists) {
    in.refuse(invalid("a reporter of what the plan's world does not have"));
  }
  return source;
}

DataCollector::Plan DataCollector::load_plan(Loader& in, const World& world) {
  Plan plan{};
  plan.kind = in.number<Kind>();
  plan.interval = in.number<uint32_t>();
  const auto type = in.number<uint32_t>();
  if (type != kNone) {
    plan.type = type;
  }
  if (plan.kind > Kind::kHost || (plan.interval == 0 && plan.kind != Kind::kHost)) {
    in.refuse(invalid("a table of kind ", static_cast<uint32_t>(plan.kind), " each ", plan.interval)
    );
  }
  const uint64_t sources = in.count(sizeof(uint64_t));
  for (uint64_t i = 0; i < sources && in.ok(); ++i) {
    plan.sources.push_back(load_source(in, world));
  }
  return plan;
}

void DataCollector::load(Loader& in, const World& world) {
  tables_.clear();
  plans_.clear();
  const uint64_t tables = in.count(sizeof(uint64_t));
  for (uint64_t i = 0; i < tables && in.ok(); ++i) {
    Plan plan = load_plan(in, world);
    CollectedTable table = CollectedTable::load(in, memory_);
    const size_t own = plan.kind == Kind::kAgents ? 2 : 1;  // step, and whose row it is
    if (plan.kind != Kind::kHost && table.columns().size() != own + plan.sources.size()) {
      in.refuse(invalid("table \"", table.name(), "\" has other columns than reporters"));
    }
    if (in.ok()) {
      add_table(std::move(plan), std::move(table));
    }
  }
}

}  // namespace dks
