// A world as bytes, and back: all that steps depend on, and what the last one left to read.
// SPDX-License-Identifier: MIT
//
// The plan of a world (types, layers, kinds of objects, schedule) is not among it: whoever loads
// makes the world by the same plan first, and puts nobody into it. Symbols are apart, since types
// that join a world late look theirs up among those that were there. What is read may be anything,
// so each number that leads somewhere is looked at.
#include "base/archive.h"
#include "world/world.h"

#include <utility>

namespace dks {
namespace {

void save(Saver& out, const Event& event) {
  out.number(event.kind);
  out.number(event.source);
  out.number(event.step);
  out.number(event.agent.value());
  out.number(event.other.value());
  out.numbers(std::span<const double>(event.value));
}

Event load_event(Loader& in) {
  Event event;
  event.kind = in.number<EventKind>();
  event.source = in.number<uint32_t>();
  event.step = in.number<uint64_t>();
  event.agent = AgentId(in.number<uint64_t>());
  event.other = AgentId(in.number<uint64_t>());
  in.numbers(std::span<double>(event.value));
  return event;
}

void save(Saver& out, const Message& message) {
  out.number(message.id);
  out.number(message.reply_to);
  out.number(message.step);
  out.number(message.to_agent.value());
  out.number(message.from_agent.value());
  out.number(message.from);
  out.number(message.kind);
  out.number(message.message_class);
  out.number(message.ttl);
  out.number(message.value);
  for (const std::string_view text :
       {message.from_name, message.to_name, message.kind_name, message.field_name, message.text}) {
    out.text(text);
  }
}

Message load_message(Loader& in) {
  Message message;
  message.id = in.number<uint64_t>();
  message.reply_to = in.number<uint64_t>();
  message.step = in.number<uint64_t>();
  message.to_agent = AgentId(in.number<uint64_t>());
  message.from_agent = AgentId(in.number<uint64_t>());
  message.from = in.number<uint32_t>();
  message.kind = in.number<uint32_t>();
  message.message_class = in.number<MessageClass>();
  message.ttl = in.number<uint32_t>();
  message.value = in.number<double>();
  for (std::string_view* const text :
       {&message.from_name,
        &message.to_name,
        &message.kind_name,
        &message.field_name,
        &message.text}) {
    *text = in.text();
  }
  return message;
}

void save(Saver& out, const Letter& letter) {
  out.number(letter.id);
  out.number(letter.reply_to);
  out.number(letter.step);
  out.number(letter.to_agent.value());
  out.number(letter.message_class);
  out.number(letter.ttl);
  out.number(letter.value);
  for (const std::string_view text :
       {letter.from, letter.to, letter.kind, letter.field, letter.text}) {
    out.text(text);
  }
}

Letter load_letter(Loader& in) {
  Letter letter;
  letter.id = in.number<uint64_t>();
  letter.reply_to = in.number<uint64_t>();
  letter.step = in.number<uint64_t>();
  letter.to_agent = AgentId(in.number<uint64_t>());
  letter.message_class = in.number<MessageClass>();
  letter.ttl = in.number<uint32_t>();
  letter.value = in.number<double>();
  for (std::string_view* const text :
       {&letter.from, &letter.to, &letter.kind, &letter.field, &letter.text}) {
    *text = in.text();
  }
  return letter;
}

void check_class(Loader& in, MessageClass message_class) {
  if (message_class > MessageClass::kVolatile) {
    in.refuse(invalid("no message class ", static_cast<uint32_t>(message_class)));
  }
}

template <class Items>
void save_all(Saver& out, const Items& items) {
  out.number(uint64_t{items.size()});
  for (const auto& item : items) {
    save(out, item);
  }
}

}  // namespace

void World::save(Saver& out) const {
  out.chunk("world", [&] { save_frame(out); });
  out.chunk("names", [&] { save_names(out); });
  out.chunk("slots", [&] { save_slots(out); });
  for (const auto& table : tables_) {
    out.chunk("agents", [&] { table->save(out); });
  }
  out.chunk("grid", [&] { save_places(out); });
  for (const PropertyLayer& layer : layers_) {
    out.chunk("layer", [&] { layer.save(out); });
  }
  out.chunk("messages", [&] { save_messages(out); });
}

Result<> World::load(Loader& in) {
  in.chunk("world", [&] { load_frame(in); });
  std::vector<Named> named;
  in.chunk("names", [&] { named = load_names(in); });
  in.chunk("slots", [&] { load_slots(in); });
  for (uint32_t type = 0; type < type_count(); ++type) {
    in.chunk("agents", [&] { load_agents(in, type); });
  }
  if (in.ok()) {
    check_rows(in);
    give_names(in, named);
  }
  in.chunk("grid", [&] { load_places(in); });
  for (PropertyLayer& layer : layers_) {
    in.chunk("layer", [&] { layer.load(in); });
  }
  in.chunk("messages", [&] { load_messages(in); });
  return in.outcome();
}

// ---- all that does not grow with cells and agents ----

void World::save_frame(Saver& out) const {
  for (const uint64_t number :
       {desc_.seed,
        desc_.id,
        uint64_t{desc_.max_agents},
        uint64_t{grid_.shape().cell_count()},
        uint64_t{type_count()},
        uint64_t{layer_count()},
        step_,
        births_,
        outputs_,
        inputs_accepted_,
        inputs_dropped()}) {
    out.number(number);
  }
  environment_.save(out);
  timers_.save(out);
}

void World::load_frame(Loader& in) {
  const auto expect = [&in](std::string_view what, uint64_t expected) {
    const auto found = in.number<uint64_t>();
    if (found != expected) {
      in.refuse(invalid(what, " ", found, ", the world made by the plan has ", expected));
    }
  };
  expect("seed", desc_.seed);
  expect("world id", desc_.id);
  expect("most agents", desc_.max_agents);
  expect("cells", grid_.shape().cell_count());
  expect("agent types", type_count());
  expect("layers", layer_count());
  step_ = in.number<uint64_t>();
  births_ = in.number<uint64_t>();
  outputs_ = in.number<uint64_t>();
  inputs_accepted_ = in.number<uint64_t>();
  inputs_dropped_ = in.number<uint64_t>();
  environment_.load(in);
  timers_.load(in);
}

// ---- names ----

void World::save_symbols(Saver& out) const {
  out.number(uint64_t{symbols_.size()});
  for (uint32_t symbol = 1; symbol <= symbols_.size(); ++symbol) {
    out.text(symbols_.name(symbol));
  }
}

void World::load_symbols(Loader& in) {
  const uint64_t symbols = in.count(sizeof(uint64_t));
  for (uint64_t i = 0; i < symbols && in.ok(); ++i) {
    const std::string_view name = in.text();
    if (in.ok() && symbols_.intern(name) != i + 1) {
      in.refuse(invalid("\"", name, "\" is not name number ", i + 1, " of the plan's world"));
    }
  }
}

void World::save_names(Saver& out) const {
  out.number(uint64_t{users_.all().size()});
  for (const User& user : users_.all()) {
    out.number(user.name);
    out.number(user.last_id);
  }
  const auto names = names_.sorted();
  out.number(uint64_t{names.size()});
  for (const std::string_view name : names) {
    out.number(names_.find(name).value());
    out.text(name);
  }
}

std::vector<World::Named> World::load_names(Loader& in) {
  const uint64_t users = in.count(sizeof(uint32_t) + sizeof(uint64_t));
  for (uint64_t i = 0; i < users && in.ok(); ++i) {
    const auto name = in.number<uint32_t>();
    const auto last_id = in.number<uint64_t>();
    if (name == 0 || name > symbols_.size() || users_.knows(name)) {
      in.refuse(invalid("user ", i, ": ", name, " is no name, or that of another one"));
    } else {
      users_.meet(name).last_id = last_id;
    }
  }
  std::vector<Named> named(in.count(2 * sizeof(uint64_t)));
  for (auto& [agent, name] : named) {
    agent = AgentId(in.number<uint64_t>());
    name = in.text();
  }
  return named;
}

void World::give_names(Loader& in, std::span<const Named> named) {
  for (const auto& [agent, name] : named) {
    const Spawn spawn{0, name, {}};
    if (const auto free = check_names({&spawn, 1}); !free) {
      return in.refuse(free.error());
    }
    if (find(agent) == nullptr || name.empty() || !names_.of(agent).empty()) {
      return in.refuse(
          invalid("agent ", agent.value(), " is not there, or \"", name, "\" is no name for it")
      );
    }
    names_.add(agent, names_.make_ready(name));
  }
}

// ---- agents ----

void World::save_slots(Saver& out) const {
  std::vector<uint32_t> fresh;
  slots_.for_each([&fresh](AgentId id, const AgentSlot& slot) {
    if (slot.fresh) {
      fresh.push_back(id.index());
    }
  });
  for (const std::span<const uint32_t> numbers :
       {slots_.tags(), slots_.free_slots(), std::span<const uint32_t>(fresh)}) {
    out.number(uint64_t{numbers.size()});
    out.numbers(numbers);
  }
}

void World::load_slots(Loader& in) {
  std::vector<uint32_t> lists[3];
  for (std::vector<uint32_t>& numbers : lists) {
    numbers.resize(in.count(sizeof(uint32_t)));
    in.numbers(std::span<uint32_t>(numbers));
  }
  const auto& [tags, free, fresh] = lists;
  if (const auto restored = slots_.restore(tags, free); !restored) {
    in.refuse(restored.error());
  }
  slots_.for_each([](AgentId, AgentSlot& slot) { slot.removed = true; });  // until a row has it
  for (const uint32_t slot : fresh) {
    if (!slots_.id_at(slot)) {
      return in.refuse(invalid("nobody is in slot ", slot));
    }
    slots_[slot].fresh = any_fresh_ = true;
  }
}

void World::load_agents(Loader& in, uint32_t type) {
  Table& table = *tables_[type];
  table.load(in, slots_.size());
  for (uint32_t row = 0; row < table.size() && in.ok(); ++row) {
    AgentSlot* const slot = slots_.find(table.id(row));
    if (slot == nullptr || !slot->removed) {
      return in.refuse(
          invalid("row ", row, ": agent ", table.id(row).value(), " is gone or in two rows")
      );
    }
    slot->type = static_cast<uint16_t>(type);
    slot->row = row;
    slot->removed = false;
  }
}

void World::check_rows(Loader& in) const {
  slots_.for_each([&in](AgentId agent, const AgentSlot& slot) {
    if (slot.removed) {
      in.refuse(invalid("agent ", agent.value(), " has no row"));
    }
  });
}

// ---- places ----

// By cell, in a cell the newest first.
void World::save_places(Saver& out) const {
  uint64_t placed = 0;
  slots_.for_each([&](AgentId agent, const AgentSlot&) {
    placed += cell_of(agent) != MultiGrid::kNone ? 1 : 0;
  });
  out.number(placed);
  for (uint32_t cell = 0; cell < grid_.shape().cell_count(); ++cell) {
    for (uint32_t slot = grid_.first(cell); slot != MultiGrid::kNone; slot = grid_.next(slot)) {
      const uint32_t place[] = {cell, slot};
      out.numbers(std::span<const uint32_t>(place));
    }
  }
}

void World::load_places(Loader& in) {
  std::vector<uint32_t> places(2 * in.count(2 * sizeof(uint32_t)));
  in.numbers(std::span<uint32_t>(places));
  for (size_t i = places.size(); i > 0; i -= 2) {  // the newest comes last into its cell
    const uint32_t cell = places[i - 2];
    const uint32_t slot = places[i - 1];
    const bool can_stand = cell < grid_.shape().cell_count() && slots_.id_at(slot) &&
                           grid_.cell_of(slot) == MultiGrid::kNone;
    if (!can_stand || !grid_.place(slot, cell)) {
      return in.refuse(invalid("slot ", slot, " cannot stand in cell ", cell));
    }
  }
}

// ---- messages and events ----

void World::save_messages(Saver& out) const {
  save_all(out, messages_);
  save_all(out, outbox_);
  out.number(uint64_t{deliveries_.size()});
  for (const Delivery& delivery : deliveries_) {
    out.number(delivery.slot);
    out.number(delivery.message);
  }
  out.number(uint64_t{broadcasts_.size()});
  out.numbers(std::span<const uint32_t>(broadcasts_));
  out.number(uint64_t{mail_.size()});
  for (const Mail& mail : mail_) {
    out.number(mail.id);
    out.number(mail.to_agent.value());
    out.number(mail.from_agent.value());
    out.number(mail.value);
    out.number(mail.kind);
  }
  out.number(uint64_t{done_.size()});
  for (const Done& done : done_) {
    out.number(done.agent.value());
    out.number(done.share);
  }
  save_all(out, events_);
  save_all(out, boundary_events_);
  inbox_.look([&out](std::span<const Letter> admitted, std::span<const Letter> posted) {
    save_all(out, admitted);
    save_all(out, posted);
  });
}

void World::load_messages(Loader& in) {
  load_heard(in);
  const uint64_t mails = in.count(sizeof(uint64_t));
  for (uint64_t i = 0; i < mails && in.ok(); ++i) {
    Mail mail;
    mail.id = in.number<uint64_t>();
    mail.to_agent = AgentId(in.number<uint64_t>());
    mail.from_agent = AgentId(in.number<uint64_t>());
    mail.value = in.number<double>();
    mail.kind = in.number<uint32_t>();
    mail_.push_back(mail);
  }
  const uint64_t done = in.count(2 * sizeof(uint64_t));
  for (uint64_t i = 0; i < done && in.ok(); ++i) {
    const AgentId agent(in.number<uint64_t>());
    const auto share = in.number<double>();
    const AgentSlot* const slot = find(agent);
    const bool has_body = slot == nullptr || tables_[slot->type]->type().done != nullptr;
    if (!has_body || !(share >= 0 && share <= 1)) {
      in.refuse(invalid("agent ", agent.value(), " cannot have done ", share));
    }
    done_.push_back({agent, share});
  }
  for (auto* const events : {&events_, &boundary_events_}) {
    const uint64_t count = in.count(sizeof(Event));
    for (uint64_t i = 0; i < count && in.ok(); ++i) {
      events->push_back(load_event(in));
    }
  }
  for (const bool admitted : {true, false}) {
    const uint64_t letters = in.count(sizeof(uint64_t));
    for (uint64_t i = 0; i < letters && in.ok(); ++i) {
      const Letter letter = load_letter(in);
      check_class(in, letter.message_class);
      const auto held = admitted ? inbox_.restore(letter) : inbox_.post({&letter, 1});
      if (!held) {
        in.refuse(held.error());
      }
    }
  }
}

// The last step's messages, and who heard them.
void World::load_heard(Loader& in) {
  for (auto* const messages : {&messages_, &outbox_}) {
    const uint64_t count = in.count(sizeof(uint64_t));
    for (uint64_t i = 0; i < count && in.ok(); ++i) {
      messages->push_back(load_message(in));
      check_class(in, messages->back().message_class);
    }
  }
  keep_texts();
  const uint64_t deliveries = in.count(2 * sizeof(uint32_t));
  for (uint64_t i = 0; i < deliveries && in.ok(); ++i) {
    const auto slot = in.number<uint32_t>();
    const Delivery delivery{slot, in.number<uint32_t>()};
    const bool rises =
        deliveries_.empty() || std::pair(deliveries_.back().slot, deliveries_.back().message) <
                                   std::pair(delivery.slot, delivery.message);
    if (delivery.message >= messages_.size() || !rises) {
      in.refuse(invalid("delivery ", i, ": no message ", delivery.message, " for slot ", slot));
    }
    deliveries_.push_back(delivery);
  }
  broadcasts_.resize(in.count(sizeof(uint32_t)));
  in.numbers(std::span<uint32_t>(broadcasts_));
  for (size_t i = 0; i < broadcasts_.size(); ++i) {
    if (broadcasts_[i] >= messages_.size() || (i > 0 && broadcasts_[i] <= broadcasts_[i - 1])) {
      return in.refuse(invalid("broadcast ", i, ": no message ", broadcasts_[i]));
    }
  }
}

}  // namespace dks
