// What the links of a model count: messages neither get lost nor come from nowhere.
// SPDX-License-Identifier: MIT
#pragma once

#include "dks.h"

#include "trace.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace dks::fuzz {

// By link, in their order: all messages that it ever took from agents, wherever they are now.
using Ledger = std::vector<std::pair<std::string, uint64_t>>;

inline Ledger ledger(const dks_model* model) {
  Ledger links;
  const char* name = nullptr;
  for (uint32_t i = 0; model != nullptr && dks_model_link_name(model, i, &name) == DKS_OK; ++i) {
    dks_link_report report;
    dks_link_report_init(&report);
    expect(
        dks_model_get_link_report(model, name, &report) == DKS_OK, "a link that is there has none"
    );
    expect(report.health <= DKS_LINK_DOWN, "an unknown health");
    links.emplace_back(name, report.waiting + report.sent + report.lost);
  }
  return links;
}

// Whether a model has a link of that name; none has two.
inline bool has_link(const dks_model* model, const std::string& name) {
  int count = 0;
  for (const auto& [each, taken] : ledger(model)) {
    count += each == name;
  }
  expect(count <= 1, "two links of one name");
  return count == 1;
}

// After one whole step: each link took what agents sent in it.
inline void expect_taken(const Ledger& before, const dks_model* model) {
  const Ledger after = ledger(model);
  dks_message_view sent;
  if (dks_model_outbox(model, &sent) != DKS_OK) {
    return;  // no memory to show it
  }
  expect(after.size() == before.size(), "a step opens or closes links");
  for (size_t i = 0; i < after.size(); ++i) {
    expect(
        after[i].second == before[i].second + sent.count,
        "a link took other messages than were sent"
    );
  }
}

}  // namespace dks::fuzz
