// SPDX-License-Identifier: MIT
#include "messages.h"

#include "environment_json.h"
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
static_assert(static_cast<uint32_t>(pet::event::kEmote) == DKS_EVENT_EMOTE);
static_assert(static_cast<uint32_t>(pet::event::kIntends) == DKS_EVENT_INTENT);

dks_message message_of(const World& world, const Message& message) {
  dks_message out{};
  out.struct_size = sizeof out;
  out.message_class = static_cast<uint32_t>(message.message_class);
  out.id = message.id;
  out.reply_to = message.reply_to;
  out.step = message.step;
  out.to_agent = message.to_agent.value();
  out.from = message.from_agent ? world.name(message.from_agent).data() : message.from_name.data();
  out.to = message.to_name.data();
  out.kind = message.kind_name.data();
  out.field = message.field_name.data();
  out.text = message.text.data();
  out.text_size = message.text.size();
  out.value = message.value;
  out.ttl_steps = message.ttl;
  return out;
}

namespace {

constexpr size_t kLongestText = 65536;
constexpr std::string_view kReading = "sense";

// Only a reading has a field; it goes to the world, which has that field. What is looked up here is
// there since the world was made and does not change, so any thread may look.
Result<> check_reading(const Model& model, const Letter& letter) {
  if (letter.kind != kReading) {
    if (!letter.field.empty()) {
      return invalid("field: ", in_quotes(letter.field), ", but only a \"sense\" has a field");
    }
    return {};
  }
  if (letter.to_agent || !(letter.to.empty() || letter.to == "world")) {
    return invalid("to: a \"sense\" goes to the world, expected \"world\" or NULL");
  }
  const auto field = find_environment_field(model, letter.field);
  if (!field) {
    return at("field", field.error());
  }
  const auto fits = model.live().environment().check(*field, letter.value);
  return fits ? fits : at("value", fits.error());
}

// What is no name: sizes and numbers in their bounds.
Result<> check_numbers(const dks_message& message) {
  for (const auto& [part, number] :
       {std::pair("id", message.id),
        std::pair("reply_to", message.reply_to),
        std::pair("step", message.step)}) {
    if (number > uint64_t{kMostExact}) {
      return invalid(part, ": ", number, " is not in [0, ", kMostExact, "]");
    }
  }
  if (message.text == nullptr && message.text_size > 0) {
    return invalid("text: NULL with text_size ", message.text_size);
  }
  if (message.text_size > kLongestText) {
    return invalid("text: ", message.text_size, " bytes, expected at most ", kLongestText);
  }
  if (!std::isfinite(message.value)) {
    return invalid("value: ", message.value, " is not a finite number");
  }
  if (message.message_class > static_cast<uint32_t>(MessageClass::kVolatile)) {
    return invalid("message_class: ", message.message_class, " is not in [0, 3]");
  }
  if (message.reserved0 != 0) {
    return invalid("reserved0: ", message.reserved0, " is not 0");
  }
  return {};
}

// A caller's message, checked; errors begin with the member.
Result<Letter> letter_of(const Model& model, const dks_message& message) {
  Letter letter;
  for (const auto& [part, name, to] :
       {std::tuple("from", message.from, &letter.from),
        std::tuple("to", message.to, &letter.to),
        std::tuple("kind", message.kind, &letter.kind),
        std::tuple("field", message.field, &letter.field)}) {
    const auto given = read_name(part, name, NameRule::kMayBeMissing);
    DKS_TRY(given);
    *to = *given;
  }
  DKS_TRY(check_numbers(message));
  letter.text = {static_cast<const char*>(message.text), message.text_size};
  letter.id = message.id;
  letter.reply_to = message.reply_to;
  letter.step = message.step;
  letter.to_agent = AgentId(message.to_agent);
  letter.message_class = static_cast<MessageClass>(message.message_class);
  letter.ttl = message.ttl_steps;
  letter.value = message.value;
  DKS_TRY(check_reading(model, letter));
  return letter;
}

}  // namespace

Result<> post(Model& model, const dks_message* items, uint32_t count) {
  if (count > Inbox::kMaxMessages) {
    return error(
        Status::kLimit, "count: ", count, " messages, the inbox holds ", Inbox::kMaxMessages
    );
  }
  std::vector<Letter> letters;
  letters.reserve(count);
  for (uint32_t i = 0; i < count; ++i) {
    const auto message = read_item(items, i);
    DKS_TRY(message);
    const auto letter = letter_of(model, *message);
    if (!letter) {
      return error(letter.status(), "items[", i, "].", letter.error().text);
    }
    letters.push_back(*letter);
  }
  return model.world().post(letters);
}

namespace {

// One message as JSON, its texts kept for as long as the letter is needed.
struct JsonLetter {
  std::string from, to, kind, field, text;
  Letter letter;
};

// Those of the header, and those that some species of this world answers to.
std::vector<std::string_view> kinds_of(const Model& model) {
  std::vector<std::string_view> kinds = {"feed", "pet", "play", "scold", "gift", "talk", kReading};
  for (const auto& species : model.loaded.species) {
    for (const pet::Care& care : species->species().care) {
      if (std::find(kinds.begin(), kinds.end(), care.kind) == kinds.end()) {
        kinds.push_back(care.kind);
      }
    }
  }
  return kinds;
}

void read_recipient(const World& world, JsonReader& in, JsonLetter& out) {
  if (in.has("to_agent")) {
    out.letter.to_agent = AgentId(in["to_agent"].integer<uint64_t>({1, kMostExact}));
    out.to = in["to"].name({kLongestName}, "");
    if (world.find(out.letter.to_agent) == nullptr) {
      in["to_agent"].refuse("there is no agent ", out.letter.to_agent.value());
    }
    return;
  }
  out.to = in["to"].name();
  const bool named = !out.to.empty() && out.to != "*" && out.to != "world" && out.to.front() != '#';
  if (named && !world.find_name(out.to)) {
    in["to"].refuse_name(out.to, {"pet", world.names()});
  }
}

void read_reading(const Environment& environment, JsonReader& in, JsonLetter& out) {
  constexpr std::string_view kWorld[] = {"world"};
  out.to = kWorld[in["to"].index_in({"recipient of a reading", kWorld}, 0)];
  const auto fields = field_names(environment);
  const size_t field = in["field"].index_in({"environment field", fields});
  out.field = fields[field];
  out.letter.value = load_reading(in["value"], environment, static_cast<uint32_t>(field));
}

void read_letter(const Model& model, const JsonField& root, JsonLetter& out) {
  constexpr std::string_view kClasses[] = {"durable", "history", "state", "volatile"};
  const World& world = model.world();
  const uint64_t now = world.step_number();
  const auto kinds = kinds_of(model);
  JsonReader in = root.object();
  out.kind = kinds[in["kind"].index_in({"kind of message", kinds})];
  const bool reading = out.kind == kReading;
  out.from = in["from"].name({kLongestName}, "");
  out.text = in["text"].string({kLongestText, true}, "");
  Letter& letter = out.letter;
  letter.step = in["step"].integer<uint64_t>({0, kMostExact}, now);
  if (letter.step < now) {
    in["step"].refuse("step ", letter.step, " is in the past, the next step is ", now);
  }
  letter.id = in["id"].integer<uint64_t>({0, kMostExact}, 0);
  letter.reply_to = in["reply_to"].integer<uint64_t>({0, kMostExact}, 0);
  letter.message_class =
      in["class"].choice<MessageClass>({"class of message", kClasses}, MessageClass::kDurable);
  letter.ttl = in[reading ? "steps" : "ttl"].integer<uint32_t>({0, 1'000'000'000}, 0);
  if (reading) {
    read_reading(world.environment(), in, out);
  } else {
    read_recipient(world, in, out);
    letter.value = in["value"].number<double>({}, 0);
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
    case DKS_EVENT_EMOTE:
      return "emote";
    case DKS_EVENT_INTENT:
      return "intent";
    default:
      return "unknown event";
  }
}

void dks_message_init_sized(dks_message* message, uint32_t struct_size) noexcept {
  init_struct(message, struct_size);
}

// [any-thread]: no entry; of the model nothing is touched but its inbox and what never changes.
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
  return guard([&] { return status_of(post(*model->shared, items, count)); });
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
    if (const char* const null =
            first_null({{"channel", channel}, {"out_messages", out_messages}})) {
      return missing(null);
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
