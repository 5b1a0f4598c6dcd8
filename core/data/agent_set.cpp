// SPDX-License-Identifier: MIT
#include "data/agent_set.h"

#include "base/platform/float_env.h"
#include "base/random.h"
#include "world/streams.h"
#include "world/world.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

namespace dks {
namespace {

// A field of any type, looked up once.
class FieldReader {
 public:
  static Result<FieldReader> find(const World& world, std::string_view field) {
    FieldReader reader(world);
    if (field == "id" || field == "cell") {
      reader.source_ = field == "id" ? Source::kId : Source::kCell;
      return reader;
    }
    bool any = false;
    for (uint32_t type = 0; type < world.type_count(); ++type) {
      reader.of_type_.push_back(world.table(type).find_element(field));
      any = any || reader.of_type_.back();
    }
    if (!any) {
      return error(Status::kNotFound, "no agent type has a field \"", field, "\"");
    }
    return reader;
  }

  bool is_read_only() const { return source_ != Source::kColumn; }
  const std::optional<Table::Element>& element_of(AgentId agent) const {
    return of_type_[world_->find(agent)->type];
  }
  const Field* field_of(AgentId agent) const {
    const auto& own = element_of(agent);
    return own ? &world_->table(world_->find(agent)->type).field(own->field) : nullptr;
  }
  // Of a living agent; none: its type lacks the field.
  std::optional<double> operator()(AgentId agent) const {
    switch (source_) {
      case Source::kId:
        return static_cast<double>(agent.value());
      case Source::kCell:
        return static_cast<double>(world_->cell_of(agent));
      case Source::kColumn:
        break;
    }
    const AgentSlot& slot = *world_->find(agent);
    const auto& own = of_type_[slot.type];
    if (!own) {
      return std::nullopt;
    }
    return world_->table(slot.type).number(own->field, slot.row, own->element);
  }

 private:
  enum class Source : uint8_t { kColumn, kId, kCell };
  explicit FieldReader(const World& world) : world_(&world) {}

  const World* world_;
  Source source_ = Source::kColumn;
  std::vector<std::optional<Table::Element>> of_type_;
};

bool holds(double left, Comparison op, double right) {
  switch (op) {
    case Comparison::kLess:
      return left < right;
    case Comparison::kLessEqual:
      return left <= right;
    case Comparison::kEqual:
      return left == right;
    case Comparison::kNotEqual:
      return left != right;
    case Comparison::kGreaterEqual:
      return left >= right;
    case Comparison::kGreater:
      return left > right;
  }
  return false;
}

// An order over all numbers: NaN after all others, and equal to itself.
std::tuple<bool, double> order_of(double key) {
  return std::isnan(key) ? std::tuple(true, 0.0) : std::tuple(false, key);
}

}  // namespace

AgentSet::AgentSet(const World& world, std::optional<uint32_t> type) : world_(&world) {
  world.slots().for_each([&](AgentId agent, const AgentSlot& slot) {
    if (!type || slot.type == *type) {
      ids_.push_back(agent);
    }
  });
  std::sort(ids_.begin(), ids_.end());  // slots are used again: their order is not the ids'
}

std::span<const AgentId> AgentSet::ids() const {
  std::erase_if(ids_, [this](AgentId agent) { return world_->find(agent) == nullptr; });
  return ids_;
}

Result<> AgentSet::select(std::string_view field, Comparison op, double value) {
  const auto reader = FieldReader::find(*world_, field);
  DKS_TRY(reader);
  ids();
  std::erase_if(ids_, [&](AgentId agent) {
    const auto own = (*reader)(agent);
    return !own || !holds(*own, op, value);
  });
  return {};
}

void AgentSet::take(uint64_t count) {
  ids_.resize(std::min<uint64_t>(ids().size(), count));
}

Result<> AgentSet::sort(std::string_view field, bool descending) {
  const auto reader = FieldReader::find(*world_, field);
  DKS_TRY(reader);
  struct Keyed {
    std::tuple<bool, double> key;
    AgentId agent;
  };
  std::vector<Keyed> keyed;
  keyed.reserve(ids_.size());
  for (const AgentId agent : ids()) {
    const double own = (*reader)(agent).value_or(std::numeric_limits<double>::quiet_NaN());
    keyed.push_back({order_of(descending ? -own : own), agent});
  }
  std::sort(keyed.begin(), keyed.end(), [](const Keyed& a, const Keyed& b) {
    return std::tie(a.key, a.agent) < std::tie(b.key, b.agent);
  });
  std::transform(keyed.begin(), keyed.end(), ids_.begin(), [](const Keyed& k) { return k.agent; });
  return {};
}

void AgentSet::shuffle(uint64_t key) {
  Random random(world_->seed(), key, world_->step_number(), stream::kSet);
  ids();  // takes out who is gone
  dks::shuffle(std::span(ids_), random);
}

Result<> AgentSet::update(World& world, std::string_view field, double factor, double offset) {
  const FloatEnvGuard float_env;
  const auto reader = FieldReader::find(*world_, field);
  DKS_TRY(reader);
  if (reader->is_read_only()) {
    return invalid("field \"", field, "\" is read only");
  }
  std::vector<AgentId> agents;
  std::vector<double> values;
  for (const AgentId agent : ids()) {
    if (const Field* target = reader->field_of(agent)) {
      const double most = target->max_of(reader->element_of(agent)->element);
      const double value = std::clamp(*(*reader)(agent)*factor + offset, target->min, most);
      agents.push_back(agent);
      values.push_back(is_integer(target->type) ? std::round(value) : value);
    }
  }
  if (agents.empty()) {
    return {};
  }
  const Field& target = *reader->field_of(agents.front());
  return world.set(agents, target.name, reader->element_of(agents.front())->element, values);
}

Result<double> AgentSet::aggregate(std::string_view field, Aggregate aggregate) const {
  const FloatEnvGuard float_env;
  const auto reader = FieldReader::find(*world_, field);
  DKS_TRY(reader);
  Aggregation aggregation;
  for (const AgentId agent : ids()) {
    if (const auto own = (*reader)(agent)) {
      aggregation.add(*own);
    }
  }
  return aggregation.result(aggregate);
}

Result<std::vector<AgentSet::Group>> AgentSet::group_by(
    std::string_view by, std::string_view field, Aggregate aggregate
) const {
  const FloatEnvGuard float_env;
  const auto key_reader = FieldReader::find(*world_, by);
  DKS_TRY(key_reader);
  const auto reader = FieldReader::find(*world_, field);
  DKS_TRY(reader);
  std::vector<Group> members;
  for (const AgentId agent : ids()) {
    const auto key = (*key_reader)(agent);
    const auto own = (*reader)(agent);
    if (key && own) {
      members.push_back({*key, *own});
    }
  }
  const auto less = [](const Group& a, const Group& b) {
    return order_of(a.key) < order_of(b.key);
  };
  std::stable_sort(members.begin(), members.end(), less);
  std::vector<Group> groups;
  for (size_t begin = 0; begin < members.size();) {
    Aggregation aggregation;
    size_t end = begin;
    for (; end < members.size() && !less(members[begin], members[end]); ++end) {
      aggregation.add(members[end].value);
    }
    groups.push_back({members[begin].key, aggregation.result(aggregate)});
    begin = end;
  }
  return groups;
}

}  // namespace dks
