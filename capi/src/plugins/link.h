// A transport of a plugin that is open for one world.
// SPDX-License-Identifier: MIT
//
// The thread that has the model sends; any thread of the plugin delivers, and says what became of
// what was sent. What a network does is counted and logged; what a plugin does wrong is told to the
// host like an agent's mistake.
#pragma once

#include "dks_plugin.h"

#include "base/function_ref.h"
#include "base/status.h"
#include "plugins/outgoing.h"
#include "plugins/plugin_agents.h"
#include "plugins/registry.h"

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// What a plugin holds of a link.
struct dks_link {};

namespace dks::capi {

struct Model;

class Link : public dks_link {
 public:
  // `address` is not repeated anywhere.
  static Result<std::unique_ptr<Link>> open(
      Model& model, const PluginTransport& transport, std::string name, const char* address
  );
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;
  ~Link();

  const std::string& name() const { return name_; }
  const PluginTransport& transport() const { return transport_; }

  // ---- on the model's thread

  Result<> subscribe(const char* topic, bool on);
  // Queues what agents sent in a step: `count` messages, or none if there was no memory for them.
  void take(std::span<const dks_message> messages, uint64_t count);
  // Takes in what became of earlier batches, and sends what waits.
  void send();
  void poll();
  // What went wrong since this was last asked, if that is to end the run.
  Result<> trouble();

  using Text = std::shared_ptr<const std::string>;  // null: none
  struct Report {
    uint32_t health;
    uint64_t waiting, sent, lost, received, refused, errors, retries, slow_calls, longest_ns;
    Text last_error, health_text;
  };
  Report report() const;

  // ---- dks_host_api, any thread

  dks_status deliver(const dks_message* messages, uint32_t count) noexcept;
  void done(uint64_t ticket, dks_status status, const char* why) noexcept;
  void set_health(uint32_t health, const char* text) noexcept;

 private:
  Link(Model& model, const PluginTransport& transport, std::string name);
  Result<> call(const char* where, FunctionRef<dks_status()> callback);
  void settle();
  // What is counted as a plugin's mistake, and what may happen to any network. Both return what
  // they were told, with the link's name.
  enum class Kind : uint8_t { kError, kNotice };
  Error tell(Kind kind, Status status, FunctionRef<std::string()> what) noexcept;
  // Ends the run, unless the host goes on with failing plugins.
  void end_run(Error error) noexcept;

  Model& model_;
  const PluginTransport& transport_;
  const std::string name_;
  const PluginRules& rules_;
  void* state_ = nullptr;
  bool opened_ = false;
  Outgoing outgoing_;
  uint64_t slow_calls_ = 0, longest_ns_ = 0;

  mutable std::mutex mutex_;  // of what follows
  struct Ticket {
    uint64_t number;
    std::optional<Outgoing::Outcome> outcome;  // none: it is out
  };
  std::vector<Ticket> tickets_;  // those that were not settled yet, rising
  uint64_t received_ = 0, refused_ = 0, errors_ = 0, notices_ = 0;
  uint32_t health_ = DKS_LINK_UNKNOWN;
  Text last_error_, health_text_;
  std::optional<Error> trouble_;
};

}  // namespace dks::capi
