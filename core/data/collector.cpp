// SPDX-License-Identifier: MIT
#include "data/collector.h"

#include "world/world.h"

#include <algorithm>
#include <limits>

namespace dks {
namespace {

constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();

}  // namespace

double Aggregation::result(Aggregate aggregate) const {
  switch (aggregate) {
    case Aggregate::kCount:
      return static_cast<double>(count_);
    case Aggregate::kSum:
      return sum_;
    case Aggregate::kMean:
      return count_ == 0 ? kNothing : sum_ / static_cast<double>(count_);
    case Aggregate::kMin:
      return count_ == 0 ? kNothing : min_;
    case Aggregate::kMax:
      return count_ == 0 ? kNothing : max_;
    case Aggregate::kNone:
      break;
  }
  return kNothing;
}

DataCollector& DataCollector::attach(World& world) {
  auto collector = std::make_shared<DataCollector>(&world.memory());
  DataCollector& attached = *collector;
  world.observe({std::move(collector), [](void* state, const World& seen) {
                   static_cast<DataCollector*>(state)->collect(seen);
                 }});
  return attached;
}

// ---- a table ----

CollectedTable::CollectedTable(
    std::string name,
    std::vector<std::string> columns,
    uint32_t window,
    std::pmr::memory_resource* memory
)
    : name_(std::move(name)),
      columns_(std::move(columns)),
      window_(std::max(window, 1U)),
      values_(size_t{window_} * columns_.size(), 0.0, memory) {}

std::optional<uint32_t> CollectedTable::find(std::string_view column) const {
  const auto found = std::find(columns_.begin(), columns_.end(), column);
  if (found == columns_.end()) {
    return std::nullopt;
  }
  return static_cast<uint32_t>(found - columns_.begin());
}

void CollectedTable::add_column(std::string name) {
  columns_.reserve(columns_.size() + 1);
  values_.resize(size_t{window_} * (columns_.size() + 1));
  columns_.push_back(std::move(name));
}

std::span<double> CollectedTable::add_rows(uint64_t rows) {
  const uint64_t at = total_ % window_;
  const uint64_t fit = std::min(rows, window_ - at);
  count(fit);
  return std::span(values_).subspan(at * columns_.size(), fit * columns_.size());
}

void CollectedTable::count(uint64_t rows) {
  total_ += rows;
  const uint64_t oldest = total_ - size();
  if (unread_ < oldest) {
    lost_ += oldest - unread_;
    unread_ = oldest;
  }
}

// ---- the collector ----

CollectedTable* DataCollector::find(std::string_view table) {
  const auto found = std::find_if(tables_.begin(), tables_.end(), [&](const CollectedTable& t) {
    return t.name() == table;
  });
  return found == tables_.end() ? nullptr : &*found;
}

Result<DataCollector::Source> DataCollector::find_source(
    const World& world, const ReporterDesc& desc
) {
  Source source;
  source.aggregate = desc.aggregate;
  if (desc.environment) {
    source.environment_field = world.environment().find(desc.field);
    if (!source.environment_field) {
      return error(
          Status::kNotFound,
          "reporter of table \"",
          desc.table,
          "\": no environment field \"",
          desc.field,
          "\""
      );
    }
    return source;
  }
  bool any = false;
  for (uint32_t type = 0; type < world.type_count(); ++type) {
    const auto element = world.table(type).find_element(desc.field);
    const bool reported = element && (!desc.type || *desc.type == type);
    source.of_type.push_back(reported ? element : std::nullopt);
    any = any || reported;
  }
  if (!any) {
    return error(
        Status::kNotFound,
        "reporter of table \"",
        desc.table,
        "\": no agent type that it reports has a field \"",
        desc.field,
        "\""
    );
  }
  return source;
}

Result<> DataCollector::add(const World& world, ReporterDesc desc) {
  const std::string column = desc.column.empty() ? desc.field : desc.column;
  const auto wrong = [&](const auto&... parts) {
    return invalid("reporter \"", column, "\" of table \"", desc.table, "\": ", parts...);
  };
  if (desc.interval == 0 || desc.window == 0) {
    return wrong("interval ", desc.interval, " and window ", desc.window, " are at least 1");
  }
  auto source = find_source(world, desc);
  DKS_TRY(source);
  const bool model = desc.environment || desc.aggregate != Aggregate::kNone;
  const Kind kind = model ? Kind::kModel : Kind::kAgents;
  CollectedTable* const table = find(desc.table);
  if (table == nullptr) {
    std::vector<std::string> columns = {"step"};
    uint32_t window = desc.window;
    if (kind == Kind::kAgents) {
      columns.push_back("id");
      window = std::max(window, world.desc().max_agents);
    }
    if (std::find(columns.begin(), columns.end(), column) != columns.end()) {
      return wrong("that column stands there already");
    }
    columns.push_back(column);
    add_table(
        {kind, desc.interval, desc.type, {std::move(*source)}},
        CollectedTable(desc.table, std::move(columns), window, memory_)
    );
    return {};
  }
  Plan& plan = plans_[static_cast<size_t>(table - tables_.data())];
  if (plan.kind != kind || plan.interval != desc.interval ||
      (kind == Kind::kAgents && plan.type != desc.type)) {
    return wrong("the table has rows of another kind, type or interval");
  }
  if (table->find(column)) {
    return wrong("that column stands there already");
  }
  if (table->total() > 0) {
    return wrong("the table has rows already");
  }
  plan.sources.reserve(plan.sources.size() + 1);
  table->add_column(column);
  plan.sources.push_back(std::move(*source));
  return {};
}

void DataCollector::add_table(Plan plan, CollectedTable table) {
  plans_.reserve(plans_.size() + 1);
  tables_.push_back(std::move(table));
  plans_.push_back(std::move(plan));
}

Result<> DataCollector::add_row(
    uint64_t step,
    std::string_view name,
    std::span<const std::string_view> columns,
    std::span<const double> values
) {
  CollectedTable* table = find(name);
  if (table == nullptr) {
    std::vector<std::string> all = {"step"};
    for (const std::string_view column : columns) {
      if (std::find(all.begin(), all.end(), column) != all.end()) {
        return invalid("table \"", name, "\": column \"", column, "\" stands twice");
      }
      all.emplace_back(column);
    }
    add_table(
        {Kind::kHost, 1, {}, {}},
        CollectedTable(std::string(name), std::move(all), ReporterDesc{}.window, memory_)
    );
    table = &tables_.back();
  }
  const bool own = plans_[static_cast<size_t>(table - tables_.data())].kind == Kind::kHost;
  const auto known = table->columns().subspan(1);
  if (!own || !std::equal(columns.begin(), columns.end(), known.begin(), known.end())) {
    return invalid("table \"", name, "\" has other columns");
  }
  const std::span<double> row = table->add_rows(1);
  row[0] = static_cast<double>(step);
  std::copy(values.begin(), values.end(), row.begin() + 1);
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

void DataCollector::collect_model(const World& world, const Plan& plan, CollectedTable& table) {
  const std::span<double> row = table.add_rows(1);
  row[0] = static_cast<double>(world.step_number());
  for (size_t i = 0; i < plan.sources.size(); ++i) {
    row[i + 1] = value(world, plan.sources[i]);
  }
}

double DataCollector::value(const World& world, const Source& source) {
  if (source.environment_field) {
    return world.environment().value(*source.environment_field);
  }
  Aggregation aggregation;
  for (uint32_t type = 0; type < world.type_count(); ++type) {
    const auto reported = source.field_of(type);
    if (!reported) {
      continue;
    }
    const Table& agents = world.table(type);
    with_type(agents.field(reported->field).type, [&]<class T>(T) {
      const uint32_t width = agents.field(reported->field).width;
      const T* from = agents.at<T>(reported->field, 0) + reported->element;
      for (uint32_t row = 0; row < agents.size(); ++row, from += width) {
        aggregation.add(static_cast<double>(*from));
      }
    });
  }
  return aggregation.result(source.aggregate);
}

// One row for each agent of the types that have any of the reported fields; fields it lacks are
// NaN.
void DataCollector::collect_agents(const World& world, const Plan& plan, CollectedTable& table) {
  for (uint32_t type = 0; type < world.type_count(); ++type) {
    const bool reported =
        std::any_of(plan.sources.begin(), plan.sources.end(), [type](const Source& source) {
          return source.field_of(type).has_value();
        });
    if (reported) {
      collect_type(world, plan, type, table);
    }
  }
}

// Column by column into rows that lie together: what type a field has is asked once a column.
void DataCollector::collect_type(
    const World& world, const Plan& plan, uint32_t type, CollectedTable& table
) {
  const Table& agents = world.table(type);
  const auto step = static_cast<double>(world.step_number());
  const size_t columns = table.columns().size();
  for (uint32_t begin = 0; begin < agents.size();) {
    const std::span<double> rows = table.add_rows(agents.size() - begin);
    const auto count = static_cast<uint32_t>(rows.size() / columns);
    double* to = rows.data();
    for (uint32_t row = begin; row < begin + count; ++row, to += columns) {
      to[0] = step;
      to[1] = static_cast<double>(agents.id(row).value());
    }
    for (size_t i = 0; i < plan.sources.size(); ++i) {
      const auto reported = plan.sources[i].field_of(type);
      to = rows.data() + 2 + i;
      if (!reported) {
        for (uint32_t row = 0; row < count; ++row, to += columns) {
          *to = kNothing;
        }
        continue;
      }
      with_type(agents.field(reported->field).type, [&]<class T>(T) {
        const uint32_t width = agents.field(reported->field).width;
        const T* from = agents.at<T>(reported->field, begin) + reported->element;
        for (uint32_t row = 0; row < count; ++row, to += columns, from += width) {
          *to = static_cast<double>(*from);
        }
      });
    }
    begin += count;
  }
}

}  // namespace dks
