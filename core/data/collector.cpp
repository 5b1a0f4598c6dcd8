// SPDX-License-Identifier: MIT
#include "data/collector.h"

#include <algorithm>
#include <limits>

#include "world/world.h"

namespace dks {

double Aggregation::result(Aggregate aggregate) const {
  const double nothing = std::numeric_limits<double>::quiet_NaN();
  switch (aggregate) {
    case Aggregate::kCount:
      return static_cast<double>(count_);
    case Aggregate::kSum:
      return sum_;
    case Aggregate::kMean:
      return count_ == 0 ? nothing : sum_ / static_cast<double>(count_);
    case Aggregate::kMin:
      return count_ == 0 ? nothing : min_;
    case Aggregate::kMax:
      return count_ == 0 ? nothing : max_;
    case Aggregate::kNone:
      break;
  }
  return nothing;
}

// ---- a table ----------------------------------------------------------------------------------------

std::optional<uint32_t> CollectedTable::find(std::string_view column) const {
  const auto found = std::find(columns_.begin(), columns_.end(), column);
  if (found == columns_.end()) {
    return std::nullopt;
  }
  return static_cast<uint32_t>(found - columns_.begin());
}

uint32_t CollectedTable::add_column(std::string name) {
  values_.resize(size_t{window_} * (columns_.size() + 1));
  row_.resize(columns_.size() + 1);
  columns_.push_back(std::move(name));
  return static_cast<uint32_t>(columns_.size()) - 1;
}

void CollectedTable::add(std::span<const double> row) {
  if (total_ >= window_ && unread_ <= total_ - window_) {
    ++lost_;
    unread_ = total_ - window_ + 1;
  }
  std::copy(row.begin(), row.end(), values_.begin() + static_cast<ptrdiff_t>((total_ % window_) * columns_.size()));
  ++total_;
}

// ---- the collector ----------------------------------------------------------------------------------

CollectedTable* DataCollector::find(std::string_view table) {
  const auto found = std::find_if(tables_.begin(), tables_.end(), [&](const CollectedTable& t) {
    return t.name() == table;
  });
  return found == tables_.end() ? nullptr : &*found;
}

Result<> DataCollector::add(const World& world, ReporterDesc desc) {
  Source source;
  if (desc.environment) {
    const auto field = world.environment().find(desc.field);
    if (!field) {
      return error(Status::kNotFound, "reporter of table \"", desc.table, "\": no environment field \"", desc.field, "\"");
    }
    source.environment_field = *field;
  } else {
    bool any = false;
    for (uint32_t type = 0; type < world.type_count(); ++type) {
      const auto field = world.table(type).find(desc.field);
      const bool wanted = !desc.type || *desc.type == type;
      source.field_of_type.push_back(field && wanted ? static_cast<int32_t>(*field) : -1);
      any = any || (field && wanted);
    }
    if (!any) {
      return error(Status::kNotFound, "reporter of table \"", desc.table, "\": no agent type has a field \"", desc.field, "\"");
    }
  }
  const Kind kind = desc.environment || desc.aggregate != Aggregate::kNone ? Kind::kModel : Kind::kAgents;
  const std::string column = desc.column.empty() ? desc.field : desc.column;
  CollectedTable* table = find(desc.table);
  if (table == nullptr) {
    // A table of agents must hold at least one round of them.
    const uint32_t window = kind == Kind::kAgents ? std::max(desc.window, world.desc().max_agents) : desc.window;
    CollectedTable fresh(desc.table, window, memory_);
    fresh.add_column("step");
    if (kind == Kind::kAgents) {
      fresh.add_column("id");
    }
    plans_.push_back({kind, desc.interval, desc.type, {}});
    tables_.push_back(std::move(fresh));
    table = &tables_.back();
  }
  Plan& plan = plans_[static_cast<size_t>(table - tables_.data())];
  if (plan.kind != kind || plan.interval != desc.interval || (kind == Kind::kAgents && plan.type != desc.type)) {
    return invalid(
        "reporter \"", column, "\": table \"", desc.table, "\" has rows of another kind, type or interval"
    );
  }
  if (table->find(column)) {
    return invalid("reporter \"", column, "\" stands twice in table \"", desc.table, "\"");
  }
  if (table->total() > 0) {
    return invalid("reporter \"", column, "\": table \"", desc.table, "\" has rows already");
  }
  table->add_column(column);
  source.desc = std::move(desc);
  plan.sources.push_back(std::move(source));
  return {};
}

Result<> DataCollector::add_row(
    uint64_t step, std::string_view name, std::span<const std::string_view> columns, std::span<const double> values
) {
  CollectedTable* table = find(name);
  if (table == nullptr) {
    CollectedTable fresh(std::string(name), ReporterDesc{}.window, memory_);
    fresh.add_column("step");
    for (const std::string_view column : columns) {
      if (fresh.find(column)) {
        return invalid("table \"", name, "\": column \"", column, "\" stands twice");
      }
      fresh.add_column(std::string(column));
    }
    plans_.push_back({Kind::kHost, 1, {}, {}});
    tables_.push_back(std::move(fresh));
    table = &tables_.back();
  }
  const bool own = plans_[static_cast<size_t>(table - tables_.data())].kind == Kind::kHost;
  if (!own || !std::equal(columns.begin(), columns.end(), table->columns().begin() + 1, table->columns().end())) {
    return invalid("table \"", name, "\" has other columns");
  }
  table->row_[0] = static_cast<double>(step);
  std::copy(values.begin(), values.end(), table->row_.begin() + 1);
  table->add(table->row_);
  return {};
}

void DataCollector::collect(const World& world) {
  for (size_t i = 0; i < tables_.size(); ++i) {
    const Plan& plan = plans_[i];
    if (plan.kind == Kind::kHost || world.step_number() % plan.interval != 0) {
      continue;
    }
    if (plan.kind == Kind::kModel) {
      collect_model(world, plan, tables_[i]);
    } else {
      collect_agents(world, plan, tables_[i]);
    }
  }
}

double DataCollector::value(const World& world, const Source& source) {
  if (source.desc.environment) {
    return world.environment().value(source.environment_field);
  }
  Aggregation aggregation;
  for (uint32_t type = 0; type < source.field_of_type.size(); ++type) {
    if (source.field_of_type[type] < 0) {
      continue;
    }
    const Table& table = world.table(type);
    const auto field = static_cast<uint32_t>(source.field_of_type[type]);
    for (uint32_t row = 0; row < table.size(); ++row) {
      aggregation.add(table.number(field, row));
    }
  }
  return aggregation.result(source.desc.aggregate);
}

void DataCollector::collect_model(const World& world, const Plan& plan, CollectedTable& table) {
  table.row_[0] = static_cast<double>(world.step_number());
  for (size_t i = 0; i < plan.sources.size(); ++i) {
    table.row_[i + 1] = value(world, plan.sources[i]);
  }
  table.add(table.row_);
}

// One row an agent of every type that has the first reporter's field; fields it lacks are NaN.
void DataCollector::collect_agents(const World& world, const Plan& plan, CollectedTable& table) {
  for (uint32_t type = 0; type < world.type_count(); ++type) {
    if (plan.sources[0].field_of_type[type] < 0) {
      continue;
    }
    const Table& agents = world.table(type);
    for (uint32_t row = 0; row < agents.size(); ++row) {
      table.row_[0] = static_cast<double>(world.step_number());
      table.row_[1] = static_cast<double>(agents.id(row).value());
      for (size_t i = 0; i < plan.sources.size(); ++i) {
        const int32_t field = plan.sources[i].field_of_type[type];
        table.row_[i + 2] = field < 0 ? std::numeric_limits<double>::quiet_NaN()
                                      : agents.number(static_cast<uint32_t>(field), row);
      }
      table.add(table.row_);
    }
  }
}

}  // namespace dks
