// Exchange: a transport between the worlds of one process. SPDX-License-Identifier: MIT
//
// Worlds that open "exchange:ROOM" meet in that room. What an agent sends to a topic, a channel or
// a name, comes to every other world there that subscribed to it; its sender is called
// "Momo@meadow" then, as each world has Momos of its own.
#include "dks_plugin.h"

#include <algorithm>
#include <deque>
#include <list>
#include <mutex>
#include <new>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace {

const dks_host_api* host;

struct Member {
  dks_link* link;
  std::string room, world;
  std::set<std::string, std::less<>> topics;
};

std::mutex mutex;  // of all members, and held while anything is delivered to one
std::list<Member> members;

// No exception may leave a callback.
template <class Body>
dks_status guarded(Body body) {
  try {
    return body();
  } catch (const std::bad_alloc&) {
    return host->set_error(DKS_E_NOMEM, "no memory for the exchange");
  }
}

dks_status open(void* /*user*/, dks_link* link, const dks_link_info* info, void** out_state) {
  return guarded([&] {
    const std::string_view address = info->address;
    const std::string_view room = address.substr(address.find(':') + 1);
    if (room.empty()) {
      return host->set_error(DKS_E_INVALID, "expected exchange:ROOM, found no room");
    }
    const std::lock_guard lock(mutex);
    members.push_back({link, std::string(room), info->world, {}});
    *out_state = &members.back();
    host->set_health(link, DKS_LINK_UP, nullptr);
    return dks_status{DKS_OK};
  });
}

void close(void* state) {
  const std::lock_guard lock(mutex);  // whoever delivers to it is done then
  members.remove_if([&](const Member& member) { return &member == state; });
}

dks_status subscribe(void* state, const char* topic, int32_t on) {
  return guarded([&] {
    const std::lock_guard lock(mutex);
    auto& topics = static_cast<Member*>(state)->topics;
    if (on != 0) {
      topics.emplace(topic);
    } else {
      topics.erase(topic);
    }
    return dks_status{DKS_OK};
  });
}

// What of a batch one member subscribed to, by the sender's full name.
struct Parcel {
  std::deque<std::string> senders;
  std::vector<dks_message> messages;
};
Parcel pack(const Member& from, const Member& to, const dks_message* messages, uint32_t count) {
  Parcel parcel;
  for (uint32_t i = 0; i < count; ++i) {
    if (to.topics.count(messages[i].to) != 0) {
      parcel.senders.push_back(messages[i].from + ("@" + from.world));
      parcel.messages.push_back(messages[i]);
      parcel.messages.back().from = parcel.senders.back().c_str();
      parcel.messages.back().step = 0;  // theirs; it applies in the next step here
    }
  }
  return parcel;
}

// To all or, if one has no room, once more later: who has the messages already knows their ids.
dks_status send(void* state, const dks_message* messages, uint32_t count, uint64_t ticket) {
  return guarded([&] {
    const Member& from = *static_cast<Member*>(state);
    dks_status worst = DKS_OK;
    const std::lock_guard lock(mutex);
    for (const Member& to : members) {
      if (&to == &from || to.room != from.room) {
        continue;
      }
      const Parcel parcel = pack(from, to, messages, count);
      const auto size = static_cast<uint32_t>(parcel.messages.size());
      const dks_status status = host->deliver(to.link, parcel.messages.data(), size);
      worst = worst == DKS_OK || status == DKS_E_LIMIT ? status : worst;
    }
    host->done(from.link, ticket, worst, worst == DKS_OK ? nullptr : "a world did not take it");
    return dks_status{DKS_OK};
  });
}

}  // namespace

dks_status dks_plugin_init(const dks_host_api* table) {
  host = table;
  if (table->struct_size < offsetof(dks_host_api, set_health) + sizeof table->set_health) {
    return table->set_error(DKS_E_VERSION, "this dks has no transports, expected ABI 0.2 or later");
  }
  dks_transport transport{};
  transport.struct_size = sizeof transport;
  transport.scheme = "exchange";
  transport.open = open;
  transport.close = close;
  transport.subscribe = subscribe;
  transport.send = send;
  return host->add_transport(host, &transport);
}

const dks_plugin_info* dks_plugin_query() {
  static const dks_plugin_info info =
      dks_plugin_info_init("exchange", "1.0.0", "MIT", "messages between worlds of one process");
  return &info;
}
