// The calls about plugins. Those that are there stay, and so every input finds the same ones, and
// nothing that is refused. SPDX-License-Identifier: MIT
#pragma once

#include "dks.h"
#include "dks_plugin.h"

#include "api_bodies.h"
#include "api_gremlin.h"
#include "api_host.h"
#include "api_moods.h"
#include "api_wire.h"

#include <iterator>
#include <stdexcept>

namespace dks::fuzz {

// Before the first input.
inline void meet_plugins() {
  expect(dks_plugins_add(Gremlins::query, Gremlins::init, nullptr) == DKS_OK, "no gremlins");
  expect(dks_plugins_add(Puppets::query, Puppets::init, nullptr) == DKS_OK, "no puppets");
  expect(dks_plugins_add(Wires::query, Wires::init, nullptr) == DKS_OK, "no wires");
  meet_imps_and_criers();
  dks_plugins_allow("/etc");  // where there is no library
}

inline void add_type(Host& host) {
  dks_model* const model = host.model();
  const char* const type = host.name(kTypes);
  host.writes([&] { return dks_model_add_type(model, type); });
}

// What gremlins and wires do next.
inline void incite(Host& host) {
  host.mischief = host.in.part(64);
}

inline void rules(Host& host) {
  host.rules.flags = static_cast<uint32_t>(host.in.below(5));
  host.rules.slow_ns = host.in.chance(2) ? host.in.number() : 0;
  host.is_timed |= host.rules.slow_ns != 0;
}

inline void report(Host& host) {
  const dks_model* const model = host.model();
  const char* const type = host.name(kTypes);
  auto* const room = host.room_for<dks_plugin_report>();
  host.reads([&] { return dks_model_get_plugin_report(model, type, room); });
  dks_plugin_report report;
  dks_plugin_report_init(&report);
  if (host.reads([&] { return dks_model_get_plugin_report(model, type, &report); })) {
    host.see(report.last_error);
    host.trace.add(report.errors);
    host.trace.add(report.breaches);
  }
}

inline void entry(Host& host) {
  const auto index = static_cast<uint32_t>(host.in.number());
  auto* const room = host.room_for<dks_plugin_entry>();
  if (host.reads([&] { return dks_plugins_get_entry(index, room); })) {
    host.trace.add(room->struct_size);
  }
}

// A plugin that is refused for what it says of itself or for its agent types.
class Newcomer {
 public:
  static const dks_plugin_info* query() {
    Bytes& in = Gremlins::host->in;
    static dks_plugin_info info;
    constexpr const char* kNames[] = {"gremlins", "new", "two words", "", "n\xc3\xa4me", nullptr};
    info = dks_plugin_info_init(in.pick(kNames), "1", "MIT", "refused");
    info.struct_size = in.chance(8) ? in.byte() : info.struct_size;
    info.abi_major = in.chance(8);
    info.flags = in.chance(8);
    info.license = in.chance(8) ? "\x01" : info.license;
    return in.chance(8) ? nullptr : &info;
  }
  // The gremlins' type is there already.
  static dks_status init(const dks_host_api* table) {
    Host& host = *Gremlins::host;
    if (host.in.chance(8)) {
      throw std::runtime_error("no entry");
    }
    if (host.in.chance(8)) {
      return dks_plugins_add(query, init, nullptr);
    }
    std::vector<dks_field_desc> fields(host.in.below(4));
    for (dks_field_desc& field : fields) {
      field = dks_field_desc_init(host.name(kFields), static_cast<uint32_t>(host.in.below(8)));
      field.width = static_cast<uint32_t>(host.in.number());
      field.initial = host.in.real();
      field.min = host.in.real();
      field.max = host.in.real();
      field.flags = static_cast<uint32_t>(host.in.below(3));
    }
    dks_agent_type type{};
    type.struct_size = sizeof type;
    type.name = host.in.chance(4) ? host.name(kTypes) : "gremlin";
    type.field_count = host.count_of(fields.size());
    type.fields = host.array_of(fields);
    type.flags = host.in.chance(16);
    const dks_status status = table->add_agent_type(table, &type);
    type = {};
    type.struct_size = sizeof type;
    type.name = "gremlin";
    table->add_agent_type(table, &type);
    return status;
  }
};

inline void add_plugin(Host& host) {
  const auto query = host.in.chance(32) ? nullptr : Newcomer::query;
  const auto init = host.in.chance(32) ? nullptr : Newcomer::init;
  uint32_t plugin = 0;
  if (host.reads([&] { return dks_plugins_add(query, init, &plugin); })) {
    expect(plugin == 0, "who is there already has another number");
  }
}

// Nothing but folders and files that are not loaded.
inline void load_plugin(Host& host) {
  constexpr const char* kFolders[] = {
      "", "etc", "/nowhere", "/tmp", "/etc/passwd", "/etc", nullptr};
  constexpr const char* kFiles[] = {
      "",
      "passwd",
      "/etc",
      "/etc/none",
      "/usr/../etc/passwd",
      "/etc/../tmp",
      "/etc/passwd",
      nullptr};
  constexpr const char* kDigests[] = {
      nullptr,
      "",
      "0123",
      "0123456789abcdef0123456789abcdef0123456789ABCDEF0123456789abcdef",
      "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdeg"};
  if (host.in.chance(4)) {
    const char* const folder = host.in.pick(kFolders);
    host.reads([&] { return dks_plugins_allow(folder); });
    return;
  }
  const char* const path = host.in.pick(kFiles);
  const char* const digest = host.in.pick(kDigests);
  uint32_t plugin = 7;
  expect(
      !host.reads([&] { return dks_plugins_load(path, digest, &plugin); }) && plugin == 7,
      "what is no library was loaded"
  );
}

}  // namespace dks::fuzz
