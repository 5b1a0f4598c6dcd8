// SPDX-License-Identifier: MIT
#include "feed.h"

#include "error.h"
#include "text.h"

#include <algorithm>

namespace petworld {
namespace {

enum Rank { kWorld, kCare, kTrouble, kNamed, kOthers };

std::string weather_sentence(const std::string& now, const std::string& was) {
  if (now == "storm") {
    return "a storm begins";
  }
  const std::string over = was == "storm" ? "the storm is over, " : "";
  if (now == "rain") {
    return over + "it rains";
  }
  return over + (now == "cloudy"  ? "clouds cover the sky"
                 : now == "clear" ? "the sky is clear"
                                  : now);
}

// By number of message: what pets say to each other is not care, and what reached nobody is no
// news.
std::vector<bool> sent_by_pets_or_lost(const dks_event_view& events, uint64_t messages) {
  std::vector<bool> untold(messages, false);
  for (uint64_t i = 0; i < events.count; ++i) {
    const dks_event& event = events.items[i];
    const bool from_pet = event.kind == DKS_EVENT_MESSAGE && event.other != DKS_AGENT_NONE;
    if (from_pet || event.kind == DKS_EVENT_UNDELIVERED) {
      untold.at(static_cast<size_t>(event.value[0])) = true;
    }
  }
  return untold;
}

}  // namespace

std::string sentence_of_care(
    const std::string& from, const std::string& kind, const std::string& to, const std::string& text
) {
  const std::string who = from.empty() ? "somebody" : from;
  if (kind == "talk") {
    return who + " to " + to + (text.empty() ? "" : ": \"" + text + "\"");
  }
  if (kind == "play") {
    return who + " played with " + to;
  }
  if (kind == "gift") {
    return who + " gave " + to + " a gift";
  }
  const char* past = kind == "feed"    ? "fed"
                     : kind == "call"  ? "called"
                     : kind == "pet"   ? "petted"
                     : kind == "scold" ? "scolded"
                                       : nullptr;
  return past == nullptr ? who + ": " + kind + " " + to : who + " " + past + " " + to;
}

Feed::Feed(const Host& host) : host_(host), timers_(host.timers()) {}

std::vector<std::string> Feed::last_step(const Record& record, size_t most, size_t others) const {
  std::vector<Item> items;
  dks_event_view events{};
  check(dks_model_events(host_.model(), &events), kExitFailed);
  add_messages(events, items);
  for (uint64_t i = 0; i < events.count; ++i) {
    add_event(events.items[i], record, items);
  }
  std::stable_sort(items.begin(), items.end(), [](const Item& a, const Item& b) {
    return a.rank < b.rank;
  });
  std::vector<std::string> lines;
  for (const Item& item : items) {
    if (lines.size() == most || (item.rank == kOthers && others-- == 0)) {
      break;
    }
    lines.push_back(item.text);
  }
  return lines;
}

bool Feed::is_care(std::string_view kind) const {
  return std::any_of(
      host_.plan().types.begin(),
      host_.plan().types.end(),
      [&](const Plan::Type& type) {
        return std::find(type.care.begin(), type.care.end(), kind) != type.care.end();
      }
  );
}

void Feed::add_messages(const dks_event_view& events, std::vector<Item>& items) const {
  dks_message_view messages{};
  check(dks_model_messages(host_.model(), &messages), kExitFailed);
  const std::vector<bool> untold = sent_by_pets_or_lost(events, messages.count);
  for (uint64_t i = 0; i < messages.count; ++i) {
    if (untold[i]) {
      continue;
    }
    const dks_message& message = messages.items[i];
    const std::string kind = printable(message.kind);
    if (kind == "sense") {
      items.push_back(
          {kWorld, "a sensor: " + printable(message.field) + " is " + fixed(message.value, 1)}
      );
    } else if (is_care(kind)) {
      const std::string named = printable(message.to);
      const std::string to = message.to_agent != DKS_AGENT_NONE ? host_.name_of(message.to_agent)
                             : named == "*"                     ? "every pet"
                                                                : named;
      const std::string_view text(static_cast<const char*>(message.text), message.text_size);
      items.push_back({kCare, sentence_of_care(printable(message.from), kind, to, printable(text))}
      );
    }
  }
}

void Feed::add_event(const dks_event& event, const Record& record, std::vector<Item>& items) const {
  const auto number = [&](int i) {
    return event.value[i] < 0 ? size_t{0} : static_cast<size_t>(event.value[i]);
  };
  const auto name = [&](dks_agent_id agent) {
    const PetRecord* pet = record.find(agent);
    return pet != nullptr && pet->name.empty()
               ? cat(printable(host_.plan().types[pet->type].name), " ", pet->shown())
               : record.name(agent);
  };
  const auto is_named = [&](dks_agent_id agent) {
    const PetRecord* pet = record.find(agent);
    return pet != nullptr && !pet->name.empty();
  };
  const int rank = is_named(event.agent) || is_named(event.other) ? kNamed : kOthers;
  const auto tell = [&](int how, std::string text) { items.push_back({how, std::move(text)}); };
  switch (event.kind) {
    case DKS_EVENT_BORN:
      // Everybody is born at the start; that is no news.
      return event.step == 0 ? void() : tell(kTrouble, name(event.agent) + " was born");
    case DKS_EVENT_REMOVED:
      return tell(kTrouble, name(event.agent) + " died");
    case DKS_EVENT_TIMER:
      // An event that is called as the weather it makes is told as the weather.
      for (const auto& [id, timer] : timers_) {
        if (id == number(0) && timer != host_.weather()) {
          tell(kWorld, printable(timer) + " begins");
        }
      }
      return;
    case DKS_EVENT_WEATHER:
      return tell(
          kWorld,
          weather_sentence(host_.weather_name(event.value[0]), host_.weather_name(event.value[1]))
      );
    case DKS_EVENT_DAY:
      return tell(kWorld, "day " + std::to_string(number(0) + 1) + " begins");
    case DKS_EVENT_MET:
      return tell(rank, name(event.agent) + " met " + name(event.other));
    case DKS_EVENT_SHARED:
      return tell(rank, name(event.agent) + " looked after " + name(event.other));
    case DKS_EVENT_CALLED:
      return tell(rank, name(event.agent) + " called out");
    case DKS_EVENT_CRITICAL:
      return tell(rank == kNamed ? kTrouble : kOthers, name(event.agent) + " is in need");
    case DKS_EVENT_RELIEVED:
      return tell(rank == kNamed ? kTrouble : kOthers, name(event.agent) + " is well again");
    case DKS_EVENT_WITHDREW:
      return tell(kTrouble, name(event.agent) + " withdrew, in need for too long");
    case DKS_EVENT_RECOVERED:
      return tell(kTrouble, name(event.agent) + " is back");
    case DKS_EVENT_USED:
      return tell(
          rank, name(event.agent) + " used a " + printable(host_.plan().object_kinds.at(number(0)))
      );
    default:
      return;
  }
}

}  // namespace petworld
