// SPDX-License-Identifier: MIT
#include "plugins/link.h"

#include "base/platform/clock.h"
#include "guard.h"
#include "messages.h"
#include "model.h"

#include <algorithm>
#include <bit>
#include <utility>

namespace dks::capi {

Link::Link(Model& model, const PluginTransport& transport, std::string name)
    : model_(model),
      transport_(transport),
      name_(std::move(name)),
      rules_(model.loaded.plugin_rules),
      outgoing_(&model.memory) {}

Link::~Link() {
  if (opened_ && transport_.calls.close != nullptr) {
    try {
      transport_.calls.close(state_);
    } catch (...) {
      tell(Kind::kError, Status::kUser, [] { return std::string("close: it threw an exception"); });
    }
  }
}

Result<std::unique_ptr<Link>> Link::open(
    Model& model, const PluginTransport& transport, std::string name, const char* address
) {
  std::unique_ptr<Link> link(new Link(model, transport, std::move(name)));
  const dks_link_info info{
      sizeof(dks_link_info),
      0,
      link->name_.c_str(),
      address,
      model.loaded.name.c_str(),
      model.world().seed()};
  DKS_TRY(link->call("open", [&] {
    return transport.calls.open(transport.calls.user, link.get(), &info, &link->state_);
  }));
  link->opened_ = true;
  return link;
}

// ---- on the model's thread

// Runs a callback; what it does wrong is told by its name.
Result<> Link::call(const char* where, FunctionRef<dks_status()> callback) {
  const uint64_t failures = failures_of_thread();
  const uint64_t begin = rules_.slow_ns == 0 ? 0 : monotonic_ns();
  dks_status status = DKS_OK;
  try {
    status = callback();
  } catch (...) {
    status = fail(DKS_E_INTERNAL, "it threw an exception, expected a status");
  }
  const uint64_t spent = rules_.slow_ns == 0 ? 0 : monotonic_ns() - begin;
  longest_ns_ = std::max(longest_ns_, spent);
  if (status != DKS_OK) {
    return tell(Kind::kError, status_of_callback(status), [&] {
      return text(where, ": ", said_since(failures, status));
    });
  }
  if (spent > rules_.slow_ns) {
    ++slow_calls_;
    tell(Kind::kNotice, Status::kUser, [&] {
      return text(where, ": took ", spent, " ns, expected at most ", rules_.slow_ns);
    });
  }
  return {};
}

Result<> Link::subscribe(const char* topic, bool on) {
  if (transport_.calls.subscribe == nullptr) {
    return invalid(
        "link ", in_quotes(name_), ": transport \"", transport_.name, "\" has no topics"
    );
  }
  return call("subscribe", [&] { return transport_.calls.subscribe(state_, topic, on ? 1 : 0); });
}

void Link::take(std::span<const dks_message> messages, uint64_t count) {
  if (count == 0 || (messages.size() == count && outgoing_.add(messages))) {
    return;
  }
  outgoing_.lose(count);
  end_run(tell(Kind::kError, Status::kLimit, [&] {
    return text(count, " messages are lost: ", outgoing_.waiting(), " wait, there is no room");
  }));
}

void Link::send() {
  settle();
  outgoing_.send([&](std::span<const dks_message> messages, uint64_t ticket) {
    const auto sent = call("send", [&] {
      {
        const std::lock_guard lock(mutex_);
        tickets_.push_back({ticket, std::nullopt});
      }
      return transport_.calls.send(
          state_, messages.data(), static_cast<uint32_t>(messages.size()), ticket
      );
    });
    if (!sent) {
      {
        const std::lock_guard lock(mutex_);
        std::erase_if(tickets_, [&](const Ticket& each) { return each.number == ticket; });
      }
      end_run(sent.error());
    }
    settle();
    return sent.ok();
  });
}

// What was sent behind a batch that failed is sent again, too: its tickets are void.
void Link::settle() {
  const std::lock_guard lock(mutex_);
  size_t kept = 0;
  for (size_t i = 0; i < tickets_.size(); ++i) {
    const Ticket ticket = tickets_[i];
    if (!ticket.outcome) {
      tickets_[kept++] = ticket;
      continue;
    }
    outgoing_.settle(ticket.number, *ticket.outcome);
    if (*ticket.outcome == Outgoing::Outcome::kFailed) {
      break;
    }
  }
  tickets_.resize(kept);
}

void Link::poll() {
  if (transport_.calls.poll != nullptr) {
    if (const auto polled = call("poll", [&] { return transport_.calls.poll(state_); }); !polled) {
      end_run(polled.error());
    }
  }
  send();
}

Result<> Link::trouble() {
  const std::lock_guard lock(mutex_);
  if (!trouble_) {
    return {};
  }
  return *std::exchange(trouble_, std::nullopt);
}

Link::Report Link::report() const {
  const std::lock_guard lock(mutex_);
  return {
      health_,
      outgoing_.waiting(),
      outgoing_.sent(),
      outgoing_.lost(),
      received_,
      refused_,
      errors_,
      outgoing_.retries(),
      slow_calls_,
      longest_ns_,
      last_error_,
      health_text_};
}

// ---- any thread

dks_status Link::deliver(const dks_message* messages, uint32_t count) noexcept {
  if (count == 0) {
    return DKS_OK;
  }
  const dks_status status = guard([&] {
    return messages == nullptr ? missing("messages") : status_of(post(model_, messages, count));
  });
  {
    const std::lock_guard lock(mutex_);
    (status == DKS_OK ? received_ : refused_) += count;
  }
  if (status != DKS_OK) {
    tell(Kind::kNotice, Status::kUser, [] { return text("deliver: ", dks_last_error()); });
  }
  return status;
}

void Link::done(uint64_t ticket, dks_status status, const char* why) noexcept {
  using Outcome = Outgoing::Outcome;
  {
    const std::lock_guard lock(mutex_);
    const auto found = std::find_if(tickets_.begin(), tickets_.end(), [&](const Ticket& each) {
      return each.number == ticket;
    });
    if (found == tickets_.end() || found->outcome) {
      return;  // void, or told already
    }
    found->outcome = status == DKS_OK          ? Outcome::kDone
                     : status == DKS_E_INVALID ? Outcome::kRefused
                                               : Outcome::kFailed;
  }
  const bool has_reason = why != nullptr;
  const auto what = [&](const char* outcome) {
    return text(
        outcome, ": ", dks_status_name(status), has_reason ? ": " : "", has_reason ? why : ""
    );
  };
  if (status == DKS_E_INVALID) {
    end_run(tell(Kind::kError, Status::kIo, [&] { return what("a batch is lost"); }));
  } else if (status != DKS_OK) {
    tell(Kind::kNotice, Status::kIo, [&] { return what("a batch is to be sent again"); });
  }
}

void Link::set_health(uint32_t health, const char* text) noexcept {
  if (health > DKS_LINK_DOWN) {
    end_run(tell(Kind::kError, Status::kUser, [&] {
      return dks::text("set_health: ", health, " is no DKS_LINK_*");
    }));
    return;
  }
  try {
    const std::string said = text == nullptr ? "" : text;
    auto kept = said.empty() ? Text() : std::make_shared<const std::string>(said);
    bool changed = false;
    {
      const std::lock_guard lock(mutex_);
      changed = std::exchange(health_, health) != health;
      health_text_ = std::move(kept);
    }
    if (changed && rules_.log) {
      constexpr const char* kNames[] = {"unknown", "up", "down"};
      rules_.log->write(
          health == DKS_LINK_DOWN ? LogLevel::kWarning : LogLevel::kInfo,
          dks::text(
              "link ", in_quotes(name_), " is ", kNames[health], said.empty() ? "" : ": ", said
          )
              .c_str()
      );
    }
  } catch (...) {  // no memory for words
    const std::lock_guard lock(mutex_);
    health_ = health;
  }
}

// ---- what went wrong

Error Link::tell(Kind kind, Status status, FunctionRef<std::string()> what) noexcept {
  bool is_logged = false;
  {
    const std::lock_guard lock(mutex_);
    const uint64_t count = ++(kind == Kind::kError ? errors_ : notices_);
    is_logged = std::has_single_bit(count);  // the 1st, 2nd, 4th, 8th ...
  }
  try {
    Error told = error(
        status,
        "link ",
        in_quotes(name_),
        ": plugin \"",
        transport_.plugin_name,
        "\": transport \"",
        transport_.name,
        "\": ",
        what()
    );
    if (is_logged && rules_.log) {
      const auto level = kind == Kind::kError ? LogLevel::kError : LogLevel::kWarning;
      rules_.log->write(level, told.text.c_str());
    }
    auto kept = std::make_shared<const std::string>(told.text);
    const std::lock_guard lock(mutex_);
    last_error_ = std::move(kept);
    return told;
  } catch (...) {  // no memory for words
    return {status, {}};
  }
}

void Link::end_run(Error error) noexcept {
  const std::lock_guard lock(mutex_);
  if (!rules_.go_on && !trouble_) {
    trouble_ = std::move(error);
  }
}

}  // namespace dks::capi
