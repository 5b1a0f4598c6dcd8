// The calls about links. SPDX-License-Identifier: MIT
#pragma once

#include "dks.h"

#include "api_host.h"
#include "api_ledger.h"
#include "api_wire.h"
#include "faults.h"

#include <cstdint>
#include <string>

namespace dks::fuzz {

inline void open_link(Host& host) {
  dks_model* const model = host.model();
  const char* const name = host.name(kLinks);
  const char* const address = host.name(kAddresses);
  if (host.writes([&] { return dks_model_open_link(model, name, address); }) && !host.disturbed) {
    const Ledger links = ledger(model);
    expect(!links.empty() && links.back().first == name, "a link that was opened is not the last");
    expect(links.back().second == 0, "a new link has taken messages");
  }
}

inline void close_link(Host& host) {
  dks_model* const model = host.model();
  const char* const name = host.name(kLinks);
  if (host.writes([&] { return dks_model_close_link(model, name); }) && !host.disturbed) {
    expect(!has_link(model, name), "a link that was closed is there");
  }
}

inline void subscribe(Host& host) {
  dks_model* const model = host.model();
  const char* const name = host.name(kLinks);
  const char* const topic = host.name(kRecipients);
  const int32_t on = host.in.byte() % 4 - 1;
  host.writes([&] { return dks_model_subscribe(model, name, topic, on); });
}

// Takes nothing, and loses nothing.
inline void poll(Host& host) {
  dks_model* const model = host.model();
  const Ledger before = ledger(model);
  host.works([&] { return dks_model_poll(model); });
  expect(host.disturbed || ledger(model) == before, "a poll changes what was sent");
}

inline void link_report(Host& host) {
  const dks_model* const model = host.model();
  const char* const name = host.name(kLinks);
  auto* const room = host.room_for<dks_link_report>();
  host.reads([&] { return dks_model_get_link_report(model, name, room); });
  dks_link_report report;
  dks_link_report_init(&report);
  if (host.reads([&] { return dks_model_get_link_report(model, name, &report); })) {
    host.see(report.scheme);
    host.see(report.version);
    host.see(report.health_text);
    host.lend(report.last_error, std::strlen(report.last_error) + 1);  // it may tell a time
    for (const uint64_t count :
         {uint64_t{report.health},
          report.waiting,
          report.sent,
          report.lost,
          report.received,
          report.refused,
          report.errors,
          report.retries}) {
      host.trace.add(count);
    }
  }
}

inline void link_name(Host& host) {
  const dks_model* const model = host.model();
  const auto index = static_cast<uint32_t>(host.in.number());
  const char* name = nullptr;
  if (host.reads([&] { return dks_model_link_name(model, index, &name); })) {
    host.see(name);
  }
}

// What transports do between calls, as a thread of theirs could.
inline void stir(Host& host) {
  if (host.in.chance(4)) {
    faults_release();
  } else {
    Wires::stir();
  }
}

}  // namespace dks::fuzz
