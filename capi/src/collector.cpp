// SPDX-License-Identifier: MIT
#include "data/collector.h"

#include "json_text.h"
#include "model.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

namespace dks::capi {

Result<uint32_t> find_table(const Model& model, std::string_view name) {
  std::vector<std::string_view> known;
  for (const CollectedTable& table : model.loaded.collector->tables()) {
    if (table.name() == name) {
      return static_cast<uint32_t>(known.size());
    }
    known.push_back(table.name());
  }
  return unknown_name("table", name, known);
}

namespace {

constexpr uint32_t kLongestWindow = 1U << 24;
constexpr uint32_t kMostColumns = 1024;

// RFC 4180: quoted where a comma, quote or line end asks for it.
void append_csv_text(std::string& line, std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    line += text;
    return;
  }
  line += '"';
  for (const char c : text) {
    line += c;
    if (c == '"') {
      line += '"';
    }
  }
  line += '"';
}

std::string csv_header(const CollectedTable& table) {
  std::string line;
  for (const std::string& column : table.columns()) {
    line += line.empty() ? "" : ",";
    append_csv_text(line, column);
  }
  return line + "\r\n";
}

// NaN is an empty cell, a whole number has all its digits: 1e+05 would be a poor number of a step.
void append_csv_number(std::string& line, double value) {
  char digits[32];
  char* end = digits;
  if (value == std::floor(value) && std::abs(value) < 0x1p53) {
    end = std::to_chars(digits, std::end(digits), static_cast<int64_t>(value)).ptr;
  } else if (!std::isnan(value)) {
    end = std::to_chars(digits, std::end(digits), value).ptr;
  }
  line.append(digits, end);
}

void append_csv_row(std::string& line, const CollectedTable& table, uint64_t row) {
  for (uint32_t column = 0; column < table.columns().size(); ++column) {
    line += column == 0 ? "" : ",";
    append_csv_number(line, table.at(row, column));
  }
  line += "\r\n";
}

// What was not read of a table yet, line by line: the header before the first row ever, then rows.
class UnreadLines {
 public:
  explicit UnreadLines(const CollectedTable& table)
      : table_(table), next_(table.unread()), header_read_(table.header_read()) {
    write();
  }

  // Empty after the last.
  const std::string& line() const { return line_; }
  void next() {
    next_ += header_read_ ? 1 : 0;
    header_read_ = true;
    write();
  }
  // Counts those before line() as read.
  void mark_read(CollectedTable& table) const {
    if (header_read_) {
      table.mark_header_read();
    }
    table.mark_read(next_);
  }

 private:
  void write() {
    line_.clear();
    if (next_ == table_.total()) {
      return;
    }
    if (header_read_) {
      append_csv_row(line_, table_, next_ - (table_.total() - table_.size()));
    } else {
      line_ = csv_header(table_);
    }
  }

  const CollectedTable& table_;
  uint64_t next_;
  bool header_read_;
  std::string line_;
};

uint64_t unread_size(const CollectedTable& table) {
  uint64_t size = 0;
  for (UnreadLines unread(table); !unread.line().empty(); unread.next()) {
    size += unread.line().size();
  }
  return size;
}

// Whole lines, as many as fit with a terminator. Nothing counts as read before all of them are in
// the buffer.
dks_status read_csv(CollectedTable& table, char* buffer, uint64_t capacity, uint64_t* out_size) {
  uint64_t used = 0;
  UnreadLines unread(table);
  for (; !unread.line().empty() && unread.line().size() < capacity - used; unread.next()) {
    std::memcpy(buffer + used, unread.line().data(), unread.line().size());
    used += unread.line().size();
  }
  const bool none_fits = capacity == 0 || (used == 0 && !unread.line().empty());
  if (out_size != nullptr) {
    *out_size = none_fits ? unread.line().size() : used;
  }
  if (none_fits) {
    return fail(error(
        Status::kLimit,
        "capacity: ",
        capacity,
        " bytes do not hold the next line of table ",
        in_quotes(table.name()),
        ", which takes ",
        unread.line().size() + 1,
        " with a terminator"
    ));
  }
  unread.mark_read(table);
  buffer[used] = '\0';
  return DKS_OK;
}

dks_status collect(Model& model, const dks_reporter_desc& desc) {
  const auto table = read_name("desc.table", desc.table);
  const auto column = read_name("desc.name", desc.name, NameRule::kMayBeMissing);
  const auto field = read_name("desc.field", desc.field);
  for (const auto* name : {&table, &column, &field}) {
    if (!*name) {
      return fail(name->error());
    }
  }
  if (desc.aggregate < 0 || desc.aggregate > DKS_AGG_MAX) {
    return fail(invalid("desc.aggregate: ", desc.aggregate, " is not in [0, ", DKS_AGG_MAX, "]"));
  }
  if (desc.window > kLongestWindow) {
    return fail(invalid("desc.window: ", desc.window, " is not in [0, ", kLongestWindow, "]"));
  }
  ReporterDesc reporter;
  reporter.table = *table;
  reporter.column = *column;
  reporter.field = *field;
  reporter.environment = reporter.field.starts_with("env:");
  if (reporter.environment) {
    reporter.field.erase(0, 4);
    const auto known = find_environment_field(model, reporter.field.c_str());
    if (!known) {
      return fail(known.error());
    }
  } else if (const auto known = expect_field(model, reporter.field.c_str()); !known) {
    return fail(known.error());
  }
  if (desc.type != nullptr) {
    const auto type = find_type(model, desc.type);
    if (!type) {
      return fail(type.error());
    }
    reporter.type = *type;
  }
  reporter.aggregate = static_cast<Aggregate>(desc.aggregate);
  reporter.interval = desc.interval == 0 ? reporter.interval : desc.interval;
  reporter.window = desc.window == 0 ? reporter.window : desc.window;
  return status_of(model.loaded.collector->add(model.world(), std::move(reporter)));
}

}  // namespace
}  // namespace dks::capi

using namespace dks;        // NOLINT(google-build-using-namespace)
using namespace dks::capi;  // NOLINT(google-build-using-namespace)

extern "C" {

void dks_reporter_desc_init_sized(dks_reporter_desc* desc, uint32_t struct_size) noexcept {
  init_struct(desc, struct_size);
}

dks_status dks_model_collect(dks_model* model, const dks_reporter_desc* desc) noexcept {
  return enter(model, [&](Model& inside) {
    if (desc == nullptr) {
      return missing("desc");
    }
    const auto known = read_struct("desc", desc);
    return known ? collect(inside, *known) : fail(known.error());
  });
}

dks_status dks_model_add_row(
    dks_model* model,
    const char* table,
    const char* const* columns,
    const double* values,
    uint32_t count
) noexcept {
  return enter(model, [&](Model& inside) {
    if (count == 0) {
      return fail(invalid("count: expected at least 1 column, found 0"));
    }
    if (const char* const null =
            first_null({{"table", table}, {"columns", columns}, {"values", values}})) {
      return missing(null);
    }
    if (count > kMostColumns) {
      return fail(
          error(Status::kLimit, "count: ", count, " columns, expected at most ", kMostColumns)
      );
    }
    const auto name = read_name("table", table);
    if (!name) {
      return fail(name.error());
    }
    std::vector<std::string_view> names;
    for (uint32_t i = 0; i < count; ++i) {
      const auto column = read_name(text("columns[", i, "]"), columns[i]);
      if (!column) {
        return fail(column.error());
      }
      names.push_back(*column);
    }
    return status_of(inside.loaded.collector->add_row(
        inside.world().step_number(), table, names, {values, count}
    ));
  });
}

dks_status dks_model_table_name(
    const dks_model* model, uint32_t index, const char** out_name
) noexcept {
  return enter(model, [&](const Model& inside) {
    if (out_name == nullptr) {
      return missing("out_name");
    }
    const auto tables = inside.loaded.collector->tables();
    if (index >= tables.size()) {
      return fail(error(Status::kNotFound, "table ", index, ": there are ", tables.size()));
    }
    *out_name = tables[index].name().c_str();
    return static_cast<dks_status>(DKS_OK);
  });
}

dks_status dks_model_table_info(
    const dks_model* model, const char* table, dks_table_info* out_info
) noexcept {
  return enter(model, [&](const Model& inside) {
    if (const char* const null = first_null({{"table", table}, {"out_info", out_info}})) {
      return missing(null);
    }
    const auto found = find_table(inside, table);
    if (!found) {
      return fail(found.error());
    }
    const CollectedTable& from = inside.loaded.collector->tables()[*found];
    const auto columns = static_cast<uint32_t>(from.columns().size());
    const dks_table_info info{0, columns, from.size(), from.total(), from.lost()};
    return status_of(write_struct("out_info", info, out_info));
  });
}

dks_status dks_model_table_column_name(
    const dks_model* model, const char* table, uint32_t index, const char** out_name
) noexcept {
  return enter(model, [&](const Model& inside) {
    if (const char* const null = first_null({{"table", table}, {"out_name", out_name}})) {
      return missing(null);
    }
    const auto found = find_table(inside, table);
    if (!found) {
      return fail(found.error());
    }
    const auto columns = inside.loaded.collector->tables()[*found].columns();
    if (index >= columns.size()) {
      return fail(error(Status::kNotFound, "column ", index, ": there are ", columns.size()));
    }
    *out_name = columns[index].c_str();
    return static_cast<dks_status>(DKS_OK);
  });
}

dks_status dks_model_read_csv(
    dks_model* model, const char* table, char* buffer, uint64_t capacity, uint64_t* out_size
) noexcept {
  return enter(model, [&](Model& inside) {
    if (table == nullptr) {
      return missing("table");
    }
    if (const dks_status wrong = check_text_place(buffer, capacity, out_size)) {
      return wrong;
    }
    const auto found = find_table(inside, table);
    if (!found) {
      return fail(found.error());
    }
    CollectedTable& rows = inside.loaded.collector->tables()[*found];
    if (buffer == nullptr) {
      *out_size = unread_size(rows);
      return static_cast<dks_status>(DKS_OK);
    }
    return read_csv(rows, buffer, capacity, out_size);
  });
}

dks_status dks_model_table_column(
    const dks_model* model, const char* table, const char* column, dks_column* out_column
) noexcept {
  return enter(model, [&](const Model& inside) {
    if (const char* const null =
            first_null({{"table", table}, {"column", column}, {"out_column", out_column}})) {
      return missing(null);
    }
    const auto found = find_table(inside, table);
    if (!found) {
      return fail(found.error());
    }
    const CollectedTable& rows = inside.loaded.collector->tables()[*found];
    const auto index = rows.find(column);
    if (!index) {
      const std::vector<std::string_view> known(rows.columns().begin(), rows.columns().end());
      return fail(unknown_name(text("column of table ", in_quotes(table), " called"), column, known)
      );
    }
    auto& views = inside.views.table_columns;
    auto view = views.find({*found, *index});
    if (view == views.end()) {
      std::pmr::vector<double> values(&inside.memory);
      values.reserve(rows.size());
      for (uint64_t row = 0; row < rows.size(); ++row) {
        values.push_back(rows.at(row, *index));
      }
      view = views.emplace(std::pair(*found, *index), std::move(values)).first;
    }
    *out_column = {
        view->second.data(), view->second.size(), inside.views.epoch, DKS_TYPE_F64, sizeof(double)};
    return static_cast<dks_status>(DKS_OK);
  });
}

}  // extern "C"
