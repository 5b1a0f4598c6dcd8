// The calls about the data collector and Arrow. SPDX-License-Identifier: MIT
#pragma once

#include "dks.h"

#include "api_host.h"

#include <cstdint>

namespace dks::fuzz {

inline void collect(Host& host) {
  constexpr uint32_t kWindows[] = {0, 1, 3, 64, UINT32_MAX};
  dks_reporter_desc desc;
  dks_reporter_desc_init(&desc);
  desc.aggregate = host.in.byte() % 8 - 1;
  desc.table = host.name(kTables);
  desc.name = host.name_or_none(kColumns);
  desc.type = host.name_or_none(kTypes);
  desc.field = host.name(kReported);
  desc.interval = static_cast<uint32_t>(host.in.number());
  desc.window = host.in.pick(kWindows);
  dks_model* const model = host.model();
  const dks_reporter_desc* const given = host.struct_of(desc);
  host.writes([&] { return dks_model_collect(model, given); });
}

inline void add_row(Host& host) {
  dks_model* const model = host.model();
  const char* const table = host.name(kTables);
  const auto columns =
      host.several<const char*>(host.in.below(4), [&] { return host.name(kColumns); });
  const auto values = host.reals(columns.size());
  const uint32_t count = host.count_of(columns.size());
  host.writes([&] { return dks_model_add_row(model, table, columns.data(), values.data(), count); }
  );
}

inline void table(Host& host) {
  const dks_model* const model = host.model();
  const char* table = host.name(kTables);
  const auto index = static_cast<uint32_t>(host.in.number());
  if (host.reads([&] { return dks_model_table_name(model, index, &table); })) {
    host.see(table);
  }
  auto* const info = host.room_for<dks_table_info>();
  host.reads([&] { return dks_model_table_info(model, table, info); });
  const char* name = host.name(kColumns);
  if (host.reads([&] { return dks_model_table_column_name(model, table, index, &name); })) {
    host.see(name);
  }
  dks_column column;
  if (host.reads([&] { return dks_model_table_column(model, table, name, &column); })) {
    host.see(column);
  }
}

inline void read_csv(Host& host) {
  dks_model* const model = host.model();
  const char* const table = host.name(kTables);
  host.text([&](auto... place) { return dks_model_read_csv(model, table, place...); }, false);
}

inline void export_agents(Host& host) {
  const dks_model* const model = host.model();
  const char* const type = host.name(kTypes);
  const uint32_t flags = host.in.chance(32) ? 2 : host.in.byte() % 2;
  host.exported().take(host.trace, [&](auto* schema, auto* array) {
    return host.reads([&] { return dks_model_export_agents(model, type, flags, schema, array); });
  });
}

inline void export_table(Host& host) {
  const dks_model* const model = host.model();
  const char* const table = host.name(kTables);
  host.exported().take(host.trace, [&](auto* schema, auto* array) {
    return host.reads([&] { return dks_model_export_table(model, table, schema, array); });
  });
}

inline void release(Host& host) {
  Export& exported = host.exported();
  switch (host.in.below(4)) {
    case 0:
      exported.move_child(host.in.byte());
      break;
    case 1:
      exported.release_array();
      break;
    case 2:
      exported.release_child();
      break;
    default:
      exported.release();
  }
}

}  // namespace dks::fuzz
