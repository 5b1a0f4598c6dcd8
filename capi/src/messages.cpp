// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstddef>
#include <cstring>

#include "model.h"
#include "world/events.h"

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
static_assert(static_cast<uint32_t>(EventKind::kMet) == DKS_EVENT_MET);
static_assert(static_cast<uint32_t>(EventKind::kShared) == DKS_EVENT_SHARED);
static_assert(static_cast<uint32_t>(EventKind::kCalled) == DKS_EVENT_CALLED);
static_assert(static_cast<uint32_t>(EventKind::kCritical) == DKS_EVENT_CRITICAL);
static_assert(static_cast<uint32_t>(EventKind::kRelieved) == DKS_EVENT_RELIEVED);
static_assert(static_cast<uint32_t>(EventKind::kWithdrew) == DKS_EVENT_WITHDREW);
static_assert(static_cast<uint32_t>(EventKind::kRecovered) == DKS_EVENT_RECOVERED);
static_assert(static_cast<uint32_t>(EventKind::kUsed) == DKS_EVENT_USED);

namespace {

std::string_view view_of(const char* name) { return name == nullptr ? std::string_view() : name; }

Letter letter_of(const dks_message& message) {
  Letter letter;
  letter.id = message.id;
  letter.reply_to = message.reply_to;
  letter.step = message.step;
  letter.to_agent = AgentId(message.to_agent);
  letter.message_class = static_cast<MessageClass>(message.message_class);
  letter.ttl = message.ttl_steps;
  letter.value = message.value;
  letter.from = view_of(message.from);
  letter.to = view_of(message.to);
  letter.kind = view_of(message.kind);
  letter.field = view_of(message.field);
  letter.text = {static_cast<const char*>(message.text), message.text_size};
  return letter;
}

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

// Why a message cannot be taken; names are short, numbers finite.
Result<> check_letter(const Letter& letter, uint32_t index) {
  const auto too_long = [&](std::string_view what, std::string_view name) {
    return invalid("items[", index, "].", what, ": ", name.size(), " bytes, expected at most 256");
  };
  if (letter.from.size() > 256) {
    return too_long("from", letter.from);
  }
  if (letter.to.size() > 256) {
    return too_long("to", letter.to);
  }
  if (letter.kind.size() > 256) {
    return too_long("kind", letter.kind);
  }
  if (letter.field.size() > 256) {
    return too_long("field", letter.field);
  }
  if (letter.text.size() > 65536) {
    return invalid("items[", index, "].text: ", letter.text.size(), " bytes, expected at most 65536");
  }
  if (!(letter.value >= -1e300 && letter.value <= 1e300)) {
    return invalid("items[", index, "].value: ", letter.value, " is not a finite number");
  }
  if (static_cast<uint32_t>(letter.message_class) > 3) {
    return invalid("items[", index, "].message_class: ", static_cast<uint32_t>(letter.message_class), " is not in [0, 3]");
  }
  return {};
}

// One message as JSON, its texts kept for as long as the letter is needed.
struct JsonLetter {
  std::string from, to, kind, field, text;
  Letter letter;
};

void read_letter(Model& model, const JsonField& root, JsonLetter& out) {
  World& world = model.world();
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
  out.kind = in["kind"].is(JsonKind::kString) ? kinds[in["kind"].index_in({"kind of message", kinds})] : in["kind"].string();
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
    const bool named = !out.to.empty() && out.to != "*" && out.to != "world" && out.to.front() != '#';
    if (named && !world.find_name(out.to)) {
      in["to"].refuse_name(out.to, {"pet", world.names()});
    }
    out.text = in["text"].string({65536, true}, "");
    letter.value = in["value"].number<double>({-1, 1}, 0);
  } else {
    out.to = in["to"].string({256}, "world");
    std::vector<std::string_view> fields;
    for (const Environment::Field& field : world.environment().fields()) {
      fields.push_back(field.name);
    }
    const Environment::Field& field = world.environment().fields()[in["field"].index_in({"environment field", fields})];
    out.field = field.name;
    const bool weather = field.name == "weather" && in["value"].is(JsonKind::kString);
    letter.value = weather ? static_cast<double>(in["value"].index_in({"weather", kWeatherNames}))
                           : in["value"].number<double>({field.min, field.max});
  }
  letter.from = out.from;
  letter.to = out.to;
  letter.kind = out.kind;
  letter.field = out.field;
  letter.text = out.text;
}

dks_status take_json(dks_model* model, const char* name, const char* json, uint64_t size, bool post) noexcept {
  return enter(model, [&](Model& inside) {
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
    read_letter(inside, source.root(), letter);
    if (const auto read = source.finish(); !read) {
      return fail(read.error());
    }
    return post ? status_of(inside.world().post({&letter.letter, 1})) : static_cast<dks_status>(DKS_OK);
  });
}

dks_status give(const std::vector<dks_message>& messages, dks_message_view* out_messages) {
  *out_messages = {messages.data(), messages.size()};
  return DKS_OK;
}

}  // namespace
}  // namespace dks::capi

using namespace dks;        // NOLINT(google-build-using-namespace)
using namespace dks::capi;  // NOLINT(google-build-using-namespace)

extern "C" {

dks_status dks_model_events(const dks_model* model, dks_event_view* out_events) noexcept {
  return enter(model, [&](Model& inside) {
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

void dks_message_init_sized(dks_message* message, uint32_t struct_size) noexcept { init_sized(message, struct_size); }

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
  if (items->struct_size < sizeof *items) {
    return wrong_size("items[0]", items->struct_size, sizeof *items);
  }
  return guard([&] {
    std::vector<Letter> letters;
    letters.reserve(count);
    for (uint32_t i = 0; i < count; ++i) {
      const dks_message message = read_sized(item_at(items, i));
      if (message.text == nullptr && message.text_size > 0) {
        return missing("items[].text");
      }
      letters.push_back(letter_of(message));
      if (const auto checked = check_letter(letters.back(), i); !checked) {
        return fail(checked.error());
      }
    }
    return status_of(model->shared->world().post(letters));
  });
}

dks_status dks_model_post_json(dks_model* model, const char* name, const char* json, uint64_t size) noexcept {
  return take_json(model, name, json, size, true);
}

dks_status dks_model_check_json(dks_model* model, const char* name, const char* json, uint64_t size) noexcept {
  return take_json(model, name, json, size, false);
}

dks_status dks_model_messages(const dks_model* model, dks_message_view* out_messages) noexcept {
  return enter(model, [&](Model& inside) {
    if (out_messages == nullptr) {
      return missing("out_messages");
    }
    if (inside.messages.empty()) {
      for (const Message& message : inside.world().messages()) {
        inside.messages.push_back(message_of(inside.world(), message));
      }
    }
    return give(inside.messages, out_messages);
  });
}

dks_status dks_model_queue(const dks_model* model, dks_agent_id agent, dks_message_view* out_messages) noexcept {
  return enter(model, [&](Model& inside) {
    if (out_messages == nullptr) {
      return missing("out_messages");
    }
    const auto slot = inside.world().expect(AgentId(agent));
    if (!slot) {
      return fail(slot.error());
    }
    inside.queue.clear();
    inside.world().for_each_message(AgentId(agent).index(), [&](const Message& message) {
      inside.queue.push_back(message_of(inside.world(), message));
    });
    return give(inside.queue, out_messages);
  });
}

dks_status dks_model_channel(const dks_model* model, const char* channel, dks_message_view* out_messages) noexcept {
  return enter(model, [&](Model& inside) {
    if (channel == nullptr || out_messages == nullptr) {
      return missing("channel or out_messages");
    }
    if (channel[0] != '#') {
      return fail(invalid("channel: \"", channel, "\" does not begin with '#'"));
    }
    inside.channel.clear();
    for (const auto list : {inside.world().messages(), inside.world().outbox()}) {
      for (const Message& message : list) {
        if (message.to_name == channel) {
          inside.channel.push_back(message_of(inside.world(), message));
        }
      }
    }
    return give(inside.channel, out_messages);
  });
}

dks_status dks_model_outbox(const dks_model* model, dks_message_view* out_messages) noexcept {
  return enter(model, [&](Model& inside) {
    if (out_messages == nullptr) {
      return missing("out_messages");
    }
    if (inside.outbox.empty()) {
      for (const Message& message : inside.world().outbox()) {
        inside.outbox.push_back(message_of(inside.world(), message));
      }
    }
    return give(inside.outbox, out_messages);
  });
}

}  // extern "C"
