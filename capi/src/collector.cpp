// SPDX-License-Identifier: MIT
#include "data/collector.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

#include "model.h"

namespace dks::capi {
namespace {

Result<CollectedTable*> find_table(Model& model, const char* name) {
  if (CollectedTable* table = model.world().collector().find(name); table != nullptr) {
    return table;
  }
  std::vector<std::string_view> known;
  for (const CollectedTable& table : model.world().collector().tables()) {
    known.push_back(table.name());
  }
  return unknown_name("table", name, known);
}

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

// NaN is an empty cell.
std::string csv_row(const CollectedTable& table, uint64_t row) {
  std::string line;
  for (uint32_t column = 0; column < table.columns().size(); ++column) {
    line += column == 0 ? "" : ",";
    const double value = table.at(row, column);
    if (!std::isnan(value)) {
      char digits[32];
      line.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
    }
  }
  return line + "\r\n";
}

dks_status read_csv(CollectedTable& table, char* buffer, uint64_t capacity, uint64_t* out_size) {
  uint64_t used = 0;
  const auto put = [&](const std::string& line) {
    if (used + line.size() > capacity) {
      return false;
    }
    std::memcpy(buffer + used, line.data(), line.size());
    used += line.size();
    return true;
  };
  uint64_t next = table.unread();
  if (next < table.total()) {
    bool fits = table.header_read() || put(csv_header(table));
    if (fits) {
      table.mark_header_read();
    }
    const uint64_t oldest = table.total() - table.size();
    while (fits && next < table.total()) {
      fits = put(csv_row(table, next - oldest));
      next += fits ? 1 : 0;
    }
    if (used == 0) {
      return fail(invalid("capacity: ", capacity, " bytes hold no single line of table \"", table.name(), "\""));
    }
    table.mark_read(next);
  }
  *out_size = used;
  return DKS_OK;
}

}  // namespace
}  // namespace dks::capi

using namespace dks;        // NOLINT(google-build-using-namespace)
using namespace dks::capi;  // NOLINT(google-build-using-namespace)

extern "C" {

void dks_reporter_desc_init_sized(dks_reporter_desc* desc, uint32_t struct_size) noexcept {
  init_sized(desc, struct_size);
}

dks_status dks_model_collect(dks_model* model, const dks_reporter_desc* desc) noexcept {
  return enter(model, [&](Model& inside) {
    if (desc == nullptr || desc->struct_size < sizeof *desc) {
      return desc == nullptr ? missing("desc") : wrong_size("desc", desc->struct_size, sizeof *desc);
    }
    if (desc->table == nullptr || desc->field == nullptr) {
      return missing("desc.table or desc.field");
    }
    if (desc->aggregate < 0 || desc->aggregate > DKS_AGG_MAX) {
      return fail(invalid("desc.aggregate: ", desc->aggregate, " is not in [0, ", DKS_AGG_MAX, "]"));
    }
    if (desc->window > (1U << 24)) {
      return fail(invalid("desc.window: ", desc->window, " is not in [0, ", 1U << 24, "]"));
    }
    ReporterDesc reporter;
    reporter.table = desc->table;
    reporter.column = desc->name == nullptr ? "" : desc->name;
    reporter.field = desc->field;
    if (reporter.field.starts_with("env:")) {
      reporter.environment = true;
      reporter.field.erase(0, 4);
    }
    if (desc->type != nullptr) {
      const auto type = find_type(inside, desc->type);
      if (!type) {
        return fail(type.error());
      }
      reporter.type = *type;
    }
    reporter.aggregate = static_cast<Aggregate>(desc->aggregate);
    reporter.interval = desc->interval == 0 ? reporter.interval : desc->interval;
    reporter.window = desc->window == 0 ? reporter.window : desc->window;
    return status_of(inside.world().collector().add(inside.world(), std::move(reporter)));
  });
}

dks_status dks_model_add_row(
    dks_model* model, const char* table, const char* const* columns, const double* values, uint32_t count
) noexcept {
  return enter(model, [&](Model& inside) {
    if (table == nullptr || columns == nullptr || values == nullptr || count == 0) {
      return missing("table, columns or values");
    }
    std::vector<std::string_view> names;
    for (uint32_t i = 0; i < count; ++i) {
      if (columns[i] == nullptr) {
        return missing("columns[]");
      }
      names.emplace_back(columns[i]);
    }
    return status_of(inside.world().collector().add_row(inside.world().step_number(), table, names, {values, count}));
  });
}

dks_status dks_model_table_name(const dks_model* model, uint32_t index, const char** out_name) noexcept {
  return enter(model, [&](Model& inside) {
    if (out_name == nullptr) {
      return missing("out_name");
    }
    const auto tables = inside.world().collector().tables();
    if (index >= tables.size()) {
      return fail(error(Status::kNotFound, "table ", index, ": there are ", tables.size()));
    }
    *out_name = tables[index].name().c_str();
    return static_cast<dks_status>(DKS_OK);
  });
}

dks_status dks_model_read_csv(
    dks_model* model, const char* table, char* buffer, uint64_t capacity, uint64_t* out_size
) noexcept {
  return enter(model, [&](Model& inside) {
    if (table == nullptr || buffer == nullptr || out_size == nullptr) {
      return missing("table, buffer or out_size");
    }
    const auto found = find_table(inside, table);
    return found ? read_csv(**found, buffer, capacity, out_size) : fail(found.error());
  });
}

dks_status dks_model_table_column(
    const dks_model* model, const char* table, const char* column, dks_column* out_column
) noexcept {
  return enter(model, [&](Model& inside) {
    if (table == nullptr || column == nullptr || out_column == nullptr) {
      return missing("table, column or out_column");
    }
    const auto found = find_table(inside, table);
    if (!found) {
      return fail(found.error());
    }
    const CollectedTable& rows = **found;
    const auto index = rows.find(column);
    if (!index) {
      const std::vector<std::string_view> known(rows.columns().begin(), rows.columns().end());
      return fail(unknown_name(text("column of table \"", table, "\" called"), column, known));
    }
    inside.table_column.clear();
    for (uint64_t row = 0; row < rows.size(); ++row) {
      inside.table_column.push_back(rows.at(row, *index));
    }
    *out_column = {inside.table_column.data(), rows.size(), ++inside.column_epoch, DKS_TYPE_F64, sizeof(double)};
    return static_cast<dks_status>(DKS_OK);
  });
}

}  // extern "C"
