// SPDX-License-Identifier: MIT
#include "links.h"

#include "guard.h"
#include "json_text.h"
#include "messages.h"
#include "model.h"
#include "structs.h"

#include <algorithm>
#include <new>
#include <string>
#include <utility>

namespace dks::capi {

template <>
inline constexpr size_t kFirstSize<dks_link_report> = sizeof(uint32_t);

Result<> Links::open(std::string_view name, std::string_view address) {
  const auto same = [&](const auto& link) { return link->name() == name; };
  if (std::any_of(links_.begin(), links_.end(), same)) {
    return invalid("name: there is a link ", in_quotes(name), " already");
  }
  const size_t colon = address.find(':');
  if (colon == std::string_view::npos) {
    return invalid("address: no ':' in it, expected one of a transport, as \"redis://host\"");
  }
  const auto transport = PluginRegistry::instance().find<PluginTransport>(address.substr(0, colon));
  DKS_TRY(transport);
  links_.reserve(links_.size() + 1);
  const std::string kept(address);
  auto link = Link::open(model_, **transport, std::string(name), kept.c_str());
  DKS_TRY(link);
  links_.push_back(std::move(*link));
  return {};
}

Result<> Links::close(std::string_view name) {
  const auto link = find(name);
  DKS_TRY(link);
  std::erase_if(links_, [&](const auto& each) { return each.get() == *link; });
  return {};
}

Result<Link*> Links::find(std::string_view name) const {
  std::vector<std::string_view> known;
  for (const auto& link : links_) {
    if (link->name() == name) {
      return link.get();
    }
    known.push_back(link->name());
  }
  return unknown_name("link", name, known);
}

Result<> Links::after_step() {
  if (links_.empty()) {
    return {};
  }
  const World& world = model_.world();
  sent_.clear();
  try {
    for (const Message& message : world.outbox()) {
      sent_.push_back(message_of(world, message));
    }
  } catch (const std::bad_alloc&) {
    sent_.clear();
  }
  for (const auto& link : links_) {
    link->take(sent_, world.outbox().size());
    link->send();
  }
  return first_trouble();
}

Result<> Links::poll() {
  for (const auto& link : links_) {
    link->poll();
  }
  return first_trouble();
}

Result<> Links::first_trouble() {
  Result<> first;
  for (const auto& link : links_) {
    if (auto trouble = link->trouble(); !trouble && first) {
      first = std::move(trouble);
    }
  }
  return first;
}

namespace {

// A text for the caller, who borrows it: it stays until the next call that is not [const].
const char* lend(const Model& model, const Link::Text& text) {
  if (!text) {
    return "";
  }
  auto& texts = model.views.texts;
  if (std::find(texts.begin(), texts.end(), text) == texts.end()) {
    texts.push_back(text);
  }
  return text->c_str();
}

}  // namespace
}  // namespace dks::capi

using namespace dks;        // NOLINT(google-build-using-namespace): the C functions stand outside
using namespace dks::capi;  // NOLINT(google-build-using-namespace)

extern "C" {

dks_status dks_model_open_link(dks_model* model, const char* name, const char* address) noexcept {
  return enter(model, [&](Model& inside) {
    const auto given = read_name("name", name);
    if (!given) {
      return fail(given.error());
    }
    if (address == nullptr) {
      return missing("address");
    }
    if (!read_name("address", address)) {  // its text has the address in it
      return fail(invalid("address: expected 1 to ", kLongestName, " bytes of UTF-8"));
    }
    return status_of(inside.links.open(*given, address));
  });
}

dks_status dks_model_close_link(dks_model* model, const char* name) noexcept {
  return enter(model, [&](Model& inside) {
    return name == nullptr ? missing("name") : status_of(inside.links.close(name));
  });
}

dks_status dks_model_subscribe(
    dks_model* model, const char* name, const char* topic, int32_t on
) noexcept {
  return enter(model, [&](Model& inside) {
    if (const char* const null = first_null({{"name", name}, {"topic", topic}})) {
      return missing(null);
    }
    const auto link = inside.links.find(name);
    if (!link) {
      return fail(link.error());
    }
    const auto given = read_name("topic", topic);
    return given ? status_of((*link)->subscribe(topic, on != 0)) : fail(given.error());
  });
}

dks_status dks_model_poll(dks_model* model) noexcept {
  return enter<Entering::kToStep>(model, [&](Model& inside) {
    return status_of(inside.links.poll());
  });
}

dks_status dks_model_get_link_report(
    const dks_model* model, const char* name, dks_link_report* out_report
) noexcept {
  return enter(model, [&](const Model& inside) {
    if (const char* const null = first_null({{"name", name}, {"out_report", out_report}})) {
      return missing(null);
    }
    const auto link = inside.links.find(name);
    if (!link) {
      return fail(link.error());
    }
    const PluginTransport& transport = (*link)->transport();
    const Link::Report from = (*link)->report();
    const dks_link_report report{
        0,
        transport.plugin,
        from.health,
        0,
        from.waiting,
        from.sent,
        from.lost,
        from.received,
        from.refused,
        from.errors,
        from.retries,
        from.slow_calls,
        from.longest_ns,
        lend(inside, from.last_error),
        lend(inside, from.health_text),
        transport.name.c_str(),
        transport.plugin_version.c_str()};
    return status_of(write_struct("out_report", report, out_report));
  });
}

dks_status dks_model_link_name(
    const dks_model* model, uint32_t index, const char** out_name
) noexcept {
  return enter(model, [&](const Model& inside) {
    if (out_name == nullptr) {
      return missing("out_name");
    }
    const Link* const link = inside.links.at(index);
    if (link == nullptr) {
      return fail(error(Status::kNotFound, "index: ", index, " is behind the last link"));
    }
    *out_name = link->name().c_str();
    return static_cast<dks_status>(DKS_OK);
  });
}

}  // extern "C"
