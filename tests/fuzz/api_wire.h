// A transport that does what bytes say: "wire:" carries messages well, late, twice or not at all,
// brings in anything, fails, throws, and calls back into the models that it serves.
// SPDX-License-Identifier: MIT
#pragma once

#include "dks_plugin.h"

#include "api_gremlin.h"
#include "api_host.h"

#include <algorithm>
#include <memory>
#include <new>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace dks::fuzz {

// One that is open.
struct Wire {
  dks_link* link;
  uint64_t last = 0;              // ticket
  uint64_t last_message = 0;      // that was sent, by its id
  int failures = 0;               // as far as the host knows: then messages may come again
  std::vector<uint64_t> tickets;  // of which nothing was told yet
};

class Wires {
 public:
  static const dks_plugin_info* query() {
    static const dks_plugin_info info =
        dks_plugin_info_init("wires", "0.1.0", "MIT", "for the fuzzer");
    return &info;
  }
  static dks_status init(const dks_host_api* api) {
    table = api;
    dks_transport transport{};
    transport.struct_size = sizeof transport;
    transport.scheme = "wire";
    transport.open = open;
    transport.close = close;
    transport.subscribe = subscribe;
    transport.send = send;
    transport.poll = [](void* state) { return behave(*static_cast<Wire*>(state)); };
    return api->add_transport(api, &transport);
  }

  // While no callback is running.
  static void stir() {
    if (Wire* const wire = any(); wire != nullptr) {
      act(*wire);
    }
  }

 private:
  static inline const dks_host_api* table = nullptr;
  static Host& host() { return *Gremlins::host; }
  static Bytes& bytes() { return host().mischief; }

  // ---- callbacks

  static dks_status open(void*, dks_link* link, const dks_link_info* info, void** out_state) {
    for (const char* text : {info->name, info->address, info->world}) {
      host().trace.add(std::string_view(text));
    }
    auto wire = std::make_unique<Wire>(Wire{link, 0, 0, 0, {}});
    const dks_status failed = behave(*wire);
    if (failed != DKS_OK) {
      return failed;
    }
    host().wires.push_back(wire.get());
    *out_state = wire.release();
    return DKS_OK;
  }
  static void close(void* state) {
    const std::unique_ptr<Wire> wire(static_cast<Wire*>(state));
    expect(std::erase(host().wires, wire.get()) == 1, "a link is closed that is not open");
    behave(*wire);
  }
  static dks_status subscribe(void* state, const char* topic, int32_t on) {
    host().trace.add(std::string_view(topic));
    expect(on == 0 || on == 1, "a topic is neither wanted nor not");
    return behave(*static_cast<Wire*>(state));
  }
  static dks_status send(
      void* state, const dks_message* messages, uint32_t count, uint64_t ticket
  ) {
    Wire& wire = *static_cast<Wire*>(state);
    expect(count > 0, "an empty batch");
    expect(ticket > wire.last, "a ticket that was there already");
    wire.last = ticket;
    for (uint32_t i = 0; i < count; ++i) {
      for (const char* text : {messages[i].from, messages[i].to, messages[i].kind}) {
        host().trace.add(std::string_view(text));
      }
      expect(
          wire.failures > 0 || messages[i].id > wire.last_message,
          "a message came twice or out of order"
      );
      wire.last_message = messages[i].id;
      host().trace.add(messages[i].id);
      host().trace.add(&messages[i].value, sizeof messages[i].value);
    }
    if (bytes().chance(2)) {
      wire.tickets.push_back(ticket);
    } else {
      table->done(wire.link, ticket, DKS_OK, nullptr);
    }
    ++wire.failures;  // it may throw
    const dks_status status = behave(wire);
    wire.failures -= status == DKS_OK ? 1 : 0;
    return status;
  }

  // ---- what bytes say

  static dks_status behave(Wire& wire) {
    switch (bytes().byte() % 12) {
      case 1:
        return table->set_error(
            bytes().pick(kStatuses), bytes().chance(4) ? nullptr : "no\nwire\xff"
        );
      case 2:
        return bytes().pick(kStatuses);
      case 3:
        bytes().chance(2) ? throw std::bad_alloc() : throw std::runtime_error("sparks");
      case 4:
      case 5:
      case 6:
        act(wire);
        return DKS_OK;
      case 7:
        if (Wire* const other = any(); other != nullptr) {
          act(*other);
        }
        return DKS_OK;
      case 8:
        Gremlins::call_back();
        return DKS_OK;
      default:
        return DKS_OK;
    }
  }
  static Wire* any() {
    const auto& wires = host().wires;
    return wires.empty() ? nullptr : wires[bytes().below(wires.size())];
  }
  static void act(Wire& wire) {
    switch (bytes().below(8)) {
      case 0:
        deliver_garbage(wire);
        break;
      case 1:
        table->set_health(wire.link, static_cast<uint32_t>(bytes().below(4)), bytes().pick(kWords));
        break;
      case 2:
        tell(wire, bytes().number(), bytes().pick(kStatuses));
        break;
      case 3:
      case 4:
        settle(wire);
        break;
      default:
        deliver(wire);
    }
  }
  static void settle(Wire& wire) {
    if (!wire.tickets.empty()) {
      const auto which =
          wire.tickets.begin() + static_cast<std::ptrdiff_t>(bytes().below(wire.tickets.size()));
      tell(wire, *which, bytes().chance(2) ? bytes().pick(kStatuses) : DKS_OK);
      if (!bytes().chance(8)) {
        wire.tickets.erase(which);
      }
    }
  }
  static void tell(Wire& wire, uint64_t ticket, dks_status status) {
    wire.failures += status == DKS_OK || status == DKS_E_INVALID ? 0 : 1;
    table->done(wire.link, ticket, status, bytes().pick(kWords));
  }
  static void deliver(Wire& wire) {
    std::vector<dks_message> messages(bytes().below(4));
    for (dks_message& message : messages) {
      dks_message_init(&message);
      message.from = bytes().chance(4) ? nullptr : bytes().pick(kPets);
      message.to = bytes().pick(kRecipients);
      message.kind = bytes().pick(kKinds);
      message.field = bytes().chance(4) ? bytes().pick(kReadings) : nullptr;
      message.id = bytes().number();
      message.value = bytes().real();
    }
    table->deliver(wire.link, messages.data(), static_cast<uint32_t>(messages.size()));
  }
  static void deliver_garbage(Wire& wire) {
    dks_message messages[2];
    dks_message_init(&messages[0]);
    messages[0].kind = bytes().pick(kWords);
    messages[0].to = bytes().pick(kWords);
    messages[0].struct_size = bytes().chance(2) ? bytes().byte() : messages[0].struct_size;
    messages[1] = messages[0];
    dks_link* const link = bytes().chance(4) ? nullptr : wire.link;
    const bool is_none = bytes().chance(4);
    table->deliver(link, is_none ? nullptr : messages, bytes().chance(4) ? UINT32_MAX : 2);
  }

  static constexpr dks_status kStatuses[] = {
      DKS_E_IO, DKS_E_INVALID, DKS_E_NOMEM, DKS_E_LIMIT, DKS_E_USER, DKS_E_BUSY, 1, -1000};
  static constexpr const char* kWords[] = {nullptr, "cut", "", "no\nwire\xff"};
};

}  // namespace dks::fuzz
