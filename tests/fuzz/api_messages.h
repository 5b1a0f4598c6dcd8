// The calls about events and messages. SPDX-License-Identifier: MIT
#pragma once

#include "dks_plugin.h"

#include "api_host.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace dks::fuzz {

inline void events(Host& host) {
  const dks_model* const model = host.model();
  dks_event_view view;
  if (host.reads([&] { return dks_model_events(model, &view); })) {
    for (uint64_t i = 0; i < view.count; ++i) {
      expect(
          view.items[i].kind >= DKS_EVENT_FIRST_OF_PLUGINS ||
              std::string_view(dks_event_name(view.items[i].kind)) != "unknown event",
          "an unknown event"
      );
    }
    host.see(view.items, view.count * sizeof *view.items);
  }
}

inline std::vector<dks_message> some_messages(Host& host) {
  std::vector<dks_message> items(host.in.below(4));
  for (dks_message& item : items) {
    dks_message_init(&item);
    item.from = host.name_or_none(kPets);
    item.to = host.name(kRecipients);
    item.kind = host.name(kKinds);
    item.field = host.in.chance(4) ? host.name(kReadings) : nullptr;
    item.to_agent = host.in.chance(4) ? host.agent() : DKS_AGENT_NONE;
    item.value = host.in.real();
    if (host.in.chance(4)) {
      const std::string& text = host.in.text();
      item.text = text.data();
      item.text_size = text.size();
      item.id = host.in.number();
      item.reply_to = host.in.number();
      item.step = host.in.number();
      item.message_class = static_cast<uint32_t>(host.in.below(5));
      item.ttl_steps = static_cast<uint32_t>(host.in.number());
      item.reserved0 = host.in.chance(64);
    }
  }
  return items;
}

inline void post(Host& host) {
  const auto items = some_messages(host);
  dks_model* const model = host.model();
  const dks_message* const messages = host.array_of(items);
  const uint32_t count = host.count_of(items.size());
  host.posts([&] { return dks_model_post(model, messages, count); });
}

inline void post_json(Host& host) {
  dks_model* const model = host.model();
  const char* const name = host.name_or_none(kPets);
  const std::string_view json = host.json();
  const bool good =
      host.reads([&] { return dks_model_check_json(model, name, json.data(), json.size()); });
  const bool taken =
      host.posts([&] { return dks_model_post_json(model, name, json.data(), json.size()); });
  expect(good || !taken || host.starved(), "what is posted was said to be wrong");
}

inline void received(Host& host) {
  const dks_model* const model = host.model();
  const char* const channel = host.name(kRecipients);
  const dks_agent_id agent = host.agent();
  dks_message_view view;
  const uint8_t which = host.in.byte() % 4;
  if (host.reads([&] {
        return which == 0   ? dks_model_messages(model, &view)
               : which == 1 ? dks_model_queue(model, agent, &view)
               : which == 2 ? dks_model_channel(model, channel, &view)
                            : dks_model_outbox(model, &view);
      })) {
    host.see(view);
  }
}

}  // namespace dks::fuzz
