// SPDX-License-Identifier: MIT
#include "json_text.h"
#include "model.h"
#include "pet/events.h"
#include "world/events.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <tuple>

namespace dks::capi {

static_assert(sizeof(Event) == sizeof(dks_event));
static_assert(offsetof(Event, source) == offsetof(dks_event, source));
static_assert(offsetof(Event, step) == offsetof(dks_event, step));
static_assert(offsetof(Event, agent) == offsetof(dks_event, agent));
static_assert(offsetof(Event, other) == offsetof(dks_event, other));
static_assert(offsetof(Event, value) == offsetof(dks_event, value));
static_assert(static_cast<uint32_t>(EventKind::kBorn) == DKS_EVENT_BORN);
static_assert(static_cast<uint32_t>(EventKind::kRemoved) == DKS_EVENT_REMOVED);
static_assert(static_cast<uint32_t>(EventKind::kMessage) == DKS_EVENT_MESSAGE);
static_assert(static_cast<uint32_t>(EventKind::kUndelivered) == DKS_EVENT_UNDELIVERED);
static_assert(static_cast<uint32_t>(EventKind::kTimer) == DKS_EVENT_TIMER);
static_assert(static_cast<uint32_t>(EventKind::kWeather) == DKS_EVENT_WEATHER);
static_assert(static_cast<uint32_t>(EventKind::kDay) == DKS_EVENT_DAY);
static_assert(static_cast<uint32_t>(pet::event::kMet) == DKS_EVENT_MET);
static_assert(static_cast<uint32_t>(pet::event::kShared) == DKS_EVENT_SHARED);
static_assert(static_cast<uint32_t>(pet::event::kCalled) == DKS_EVENT_CALLED);
static_assert(static_cast<uint32_t>(pet::event::kCritical) == DKS_EVENT_CRITICAL);
static_assert(static_cast<uint32_t>(pet::event::kRelieved) == DKS_EVENT_RELIEVED);
static_assert(static_cast<uint32_t>(pet::event::kWithdrew) == DKS_EVENT_WITHDREW);
static_assert(static_cast<uint32_t>(pet::event::kRecovered) == DKS_EVENT_RECOVERED);
static_assert(static_cast<uint32_t>(pet::event::kUsed) == DKS_EVENT_USED);

namespace {

dks_message message_of(const World& world, const Message& message) {
  dks_message out{};
  out.struct_size = sizeof out;
  out.message_class = static_cast<uint32_t>(message.message_class);
  out.id = message.id;
  out.reply_to = message.reply_to;
  out.step = message.step;
  out.to_agent = message.to_agent.value();
  out.from = message.from_agent ? world.name(message.from_agent).c_str() : message.from_name.data();
  out.to = message.to_name.data();
  out.kind = message.kind_name.data();
  out.field = message.field_name.data();
  out.text = message.text.data();
  out.text_size = message.text.size();
  out.value = message.value;
  out.ttl_steps = message.ttl;
  return out;
}

constexpr size_t kLongestText = 65536;

// A caller's message, checked: names are short and UTF-8, numbers finite.
Result<Letter> letter_of(const dks_message& message, uint32_t index) {
  const std::string item = text("items[", index, "]");
  Letter letter;
  for (const auto& [part, name, to] :
       {std::tuple(".from", message.from, &letter.from),
        std::tuple(".to", message.to, &letter.to),
        std::tuple(".kind", message.kind, &letter.kind),
        std::tuple(".field", message.field, &letter.field)}) {
    const auto given = read_name(item + part, name, NameRule::kMayBeMissing);
    DKS_TRY(given);
    *to = *given;
  }
  if (message.text == nullptr && message.text_size > 0) {
    return invalid(item, ".text: NULL with text_size ", message.text_size);
  }
  if (message.text_size > kLongestText) {
    return invalid(item, ".text: ", message.text_size, " bytes, expected at most ", kLongestText);
  }
  if (!std::isfinite(message.value)) {
    return invalid(item, ".value: ", message.value, " is not a finite number");
  }
  if (message.message_class > static_cast<uint32_t>(MessageClass::kVolatile)) {
    return invalid(item, ".message_class: ", message.message_class, " is not in [0, 3]");
  }
  if (message.reserved0 != 0) {
    return invalid(item, ".reserved0: ", message.reserved0, " is not 0");
  }
  letter.text = {static_cast<const char*>(message.text), message.text_size};
  letter.id = message.id;
  letter.reply_to = message.reply_to;
  letter.step = message.step;
  letter.to_agent = AgentId(message.to_agent);
  letter.message_class = static_cast<MessageClass>(message.message_class);
  letter.ttl = message.ttl_steps;
  letter.value = message.value;
  return letter;
}

// One message as JSON, its texts kept for as long as the letter is needed.
struct JsonLetter {
  std::string from, to, kind, field, text;
  Letter letter;
};

void read_letter(const Model& model, const JsonField& root, JsonLetter& out) {
  const World& world = model.world();
  std::vector<std::string_view> kinds;
  for (const auto& species : model.loaded.species) {
    for (const pet::Care& care : species->species().care) {
      if (std::find(kinds.begin(), kinds.end(), care.kind) == kinds.end()) {
        kinds.push_back(care.kind);
      }
    }
  }
  kinds.push_back("sense");
  JsonReader in = root.object();
  out.kind = in["kind"].is(JsonKind::kString)
                 ? kinds[in["kind"].index_in({"kind of message", kinds})]
                 : in["kind"].string();
  out.from = in["from"].string({256}, "");
  const bool sense = out.kind == "sense";
  Letter& letter = out.letter;
  const uint64_t now = world.step_number();
  letter.step = in["step"].integer<uint64_t>({0, int64_t{1} << 53}, now);
  if (letter.step < now) {
    in["step"].refuse("step ", letter.step, " is in the past, the next step is ", now);
  }
  letter.id = in["id"].integer<uint64_t>({0, int64_t{1} << 53}, 0);
  letter.ttl = in[sense ? "steps" : "ttl"].integer<uint32_t>({0, 1'000'000'000}, 0);
  if (!sense) {
    out.to = in["to"].string({256});
    const bool named =
        !out.to.empty() && out.to != "*" && out.to != "world" && out.to.front() != '#';
    if (named && !world.find_name(out.to)) {
      in["to"].refuse_name(out.to, {"pet", world.names()});
    }
    out.text = in["text"].string({kLongestText, true}, "");
    letter.value = in["value"].number<double>({-1, 1}, 0);
  } else {
    constexpr std::string_view kWorld[] = {"world"};
    out.to = kWorld[in["to"].index_in({"recipient of a reading", kWorld}, 0)];
    std::vector<std::string_view> fields;
    for (const Environment::Field& field : world.environment().fields()) {
      fields.push_back(field.name);
    }
    const Environment::Field& field =
        world.environment().fields()[in["field"].index_in({"environment field", fields})];
    out.field = field.name;
    const bool weather = field.name == "weather" && in["value"].is(JsonKind::kString);
    letter.value = weather ? static_cast<double>(in["value"].index_in({"weather", kWeatherNames}))
                           : in["value"].number<double>({field.min, field.max});
    if (field.name == "weather" && letter.value != std::floor(letter.value)) {
      in["value"].refuse(letter.value, " is not a whole number");
    }
  }
  letter.from = out.from;
  letter.to = out.to;
  letter.kind = out.kind;
  letter.field = out.field;
  letter.text = out.text;
}

// Calls use(letter) when the message is good.
template <class Use>
dks_status with_json(
    const Model& model, const char* name, const char* json, uint64_t size, Use&& use
) {
  if (json == nullptr) {
    return missing("json");
  }
  const std::string_view document = name == nullptr ? "message" : name;
  const auto parsed = parse_json(document, {json, size});
  if (!parsed) {
    return fail(parsed.error());
  }
  JsonSource source(document, *parsed);
  JsonLetter letter;
  read_letter(model, source.root(), letter);
  if (const auto read = source.finish(); !read) {
    return fail(read.error());
  }
  return use(letter.letter);
}

// The messages of a step that were not handed out yet since the last call that was not [const].
Views::Messages list_of(const Model& model, std::span<const Message> messages) {
  Views::Messages list(&model.memory);
  list.reserve(messages.size());
  for (const Message& message : messages) {
    list.push_back(message_of(model.world(), message));
  }
  return list;
}

dks_status give(const Views::Messages& messages, dks_message_view* out_messages) {
  *out_messages = {messages.data(), messages.size()};
  return DKS_OK;
}

}  // namespace
}  // namespace dks::capi

using namespace dks;        // NOLINT(google-build-using-namespace)
using namespace dks::capi;  // NOLINT(google-build-using-namespace)

extern "C" {

dks_status dks_model_events(const dks_model* model, dks_event_view* out_events) noexcept {
  return enter(model, [&](const Model& inside) {
    if (out_events == nullptr) {
      return missing("out_events");
    }
    const auto events = inside.world().events();
    *out_events = {reinterpret_cast<const dks_event*>(events.data()), events.size()};
    return static_cast<dks_status>(DKS_OK);
  });
}

const char* dks_event_name(uint32_t kind) noexcept {
  switch (kind) {
    case DKS_EVENT_BORN:
      return "born";
    case DKS_EVENT_REMOVED:
      return "removed";
    case DKS_EVENT_MESSAGE:
      return "message";
    case DKS_EVENT_UNDELIVERED:
      return "undelivered";
    case DKS_EVENT_TIMER:
      return "timer";
    case DKS_EVENT_WEATHER:
      return "weather";
    case DKS_EVENT_DAY:
      return "day";
    case DKS_EVENT_MET:
      return "met";
    case DKS_EVENT_SHARED:
      return "shared";
    case DKS_EVENT_CALLED:
      return "called";
    case DKS_EVENT_CRITICAL:
      return "critical";
    case DKS_EVENT_RELIEVED:
      return "relieved";
    case DKS_EVENT_WITHDREW:
      return "withdrew";
    case DKS_EVENT_RECOVERED:
      return "recovered";
    case DKS_EVENT_USED:
      return "used";
    default:
      return "unknown event";
  }
}

void dks_message_init_sized(dks_message* message, uint32_t struct_size) noexcept {
  init_struct(message, struct_size);
}

// [any-thread]: no entry, nothing of the model but its inbox is touched.
dks_status dks_model_post(dks_model* model, const dks_message* items, uint32_t count) noexcept {
  if (model == nullptr) {
    return fail(DKS_E_INVALID, "model: expected a handle, found NULL");
  }
  if (count == 0) {
    return DKS_OK;
  }
  if (items == nullptr) {
    return missing("items");
  }
  return guard([&] {
    if (count > Inbox::kMaxMessages) {
      return fail(error(
          Status::kLimit, "count: ", count, " messages, the inbox holds ", Inbox::kMaxMessages
      ));
    }
    std::vector<Letter> letters;
    letters.reserve(count);
    for (uint32_t i = 0; i < count; ++i) {
      const auto message = read_item(items, i);
      if (!message) {
        return fail(message.error());
      }
      const auto letter = letter_of(*message, i);
      if (!letter) {
        return fail(letter.error());
      }
      letters.push_back(*letter);
    }
    return status_of(model->shared->world().post(letters));
  });
}

dks_status dks_model_post_json(
    dks_model* model, const char* name, const char* json, uint64_t size
) noexcept {
  return enter(model, [&](Model& inside) {
    return with_json(inside, name, json, size, [&](const Letter& letter) {
      return status_of(inside.world().post({&letter, 1}));
    });
  });
}

dks_status dks_model_check_json(
    const dks_model* model, const char* name, const char* json, uint64_t size
) noexcept {
  return enter(model, [&](const Model& inside) {
    return with_json(inside, name, json, size, [](const Letter&) {
      return static_cast<dks_status>(DKS_OK);
    });
  });
}

dks_status dks_model_messages(const dks_model* model, dks_message_view* out_messages) noexcept {
  return enter(model, [&](const Model& inside) {
    if (out_messages == nullptr) {
      return missing("out_messages");
    }
    if (!inside.views.messages) {
      inside.views.messages = list_of(inside, inside.world().messages());
    }
    return give(*inside.views.messages, out_messages);
  });
}

dks_status dks_model_queue(
    const dks_model* model, dks_agent_id agent, dks_message_view* out_messages
) noexcept {
  return enter(model, [&](const Model& inside) {
    if (out_messages == nullptr) {
      return missing("out_messages");
    }
    const auto slot = inside.world().expect(AgentId(agent));
    if (!slot) {
      return fail(slot.error());
    }
    auto queue = inside.views.queues.find(agent);
    if (queue == inside.views.queues.end()) {
      Views::Messages list(&inside.memory);
      inside.world().for_each_message(AgentId(agent).index(), [&](const Message& message) {
        list.push_back(message_of(inside.world(), message));
      });
      queue = inside.views.queues.emplace(agent, std::move(list)).first;
    }
    return give(queue->second, out_messages);
  });
}

dks_status dks_model_channel(
    const dks_model* model, const char* channel, dks_message_view* out_messages
) noexcept {
  return enter(model, [&](const Model& inside) {
    if (channel == nullptr || out_messages == nullptr) {
      return missing("channel or out_messages");
    }
    if (channel[0] != '#') {
      return fail(invalid("channel: ", in_quotes(channel), " does not begin with '#'"));
    }
    auto view = inside.views.channels.find(channel);
    if (view == inside.views.channels.end()) {
      Views::Messages list(&inside.memory);
      for (const auto messages : {inside.world().messages(), inside.world().outbox()}) {
        for (const Message& message : messages) {
          if (message.to_name == channel) {
            list.push_back(message_of(inside.world(), message));
          }
        }
      }
      view = inside.views.channels.emplace(channel, std::move(list)).first;
    }
    return give(view->second, out_messages);
  });
}

dks_status dks_model_outbox(const dks_model* model, dks_message_view* out_messages) noexcept {
  return enter(model, [&](const Model& inside) {
    if (out_messages == nullptr) {
      return missing("out_messages");
    }
    if (!inside.views.outbox) {
      inside.views.outbox = list_of(inside, inside.world().outbox());
    }
    return give(*inside.views.outbox, out_messages);
  });
}

}  // extern "C"
