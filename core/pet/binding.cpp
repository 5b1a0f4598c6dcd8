// Binding: the names that a species uses become places in one world.
// SPDX-License-Identifier: MIT
#include "pet/pet_type.h"

#include <algorithm>

namespace dks::pet {
namespace {

// Looks names up in a world; what is missing is named together with the species.
class Lookup {
 public:
  Lookup(const Species& species, const World& world) : species_(species), world_(world) {}

  Result<uint32_t> layer(const std::string& name) const {
    const auto layer = world_.find_layer(name);
    return layer ? Result<uint32_t>(*layer) : missing("the world has no layer ", name);
  }
  Result<uint32_t> category(uint32_t layer, const std::string& name) const {
    const LayerDesc& desc = world_.layer(layer).desc();
    const auto at = std::find(desc.categories.begin(), desc.categories.end(), name);
    if (at == desc.categories.end()) {
      return missing(text("layer \"", desc.name, "\" has no category "), name);
    }
    return static_cast<uint32_t>(at - desc.categories.begin());
  }
  Result<uint32_t> field(const std::string& name) const {
    const auto field = world_.environment().find(name);
    return field ? Result<uint32_t>(*field) : missing("the world has no environment field ", name);
  }
  // By object kind; 0 where it does not afford it.
  std::vector<float> strengths(const std::string& affordance) const {
    std::vector<float> strength;
    for (const ObjectKind& kind : world_.object_kinds()) {
      strength.push_back(kind.strength(affordance));
    }
    return strength;
  }
  const World& world() const { return world_; }

 private:
  Error missing(std::string_view what, const std::string& name) const {
    return error(Status::kNotFound, "species \"", species_.name, "\": ", what, "\"", name, "\"");
  }

  const Species& species_;
  const World& world_;
};

// Of a layer's categories: which outcome each shows as, and how exposed it is.
Result<> bind_categories(const Lookup& lookup, const Modality& modality, BoundSense& bound) {
  const LayerDesc& layer = lookup.world().layer(bound.layer).desc();
  if (layer.categories.empty()) {
    return invalid(
        "modality \"",
        modality.name,
        "\" senses layer \"",
        layer.name,
        "\", which has no categories"
    );
  }
  for (const std::string& category : layer.categories) {
    const auto at = std::find(modality.outcomes.begin(), modality.outcomes.end(), category);
    const bool shows = at != modality.outcomes.end();
    bound.outcome_of_category.push_back(
        shows ? static_cast<int32_t>(at - modality.outcomes.begin()) : -1
    );
  }
  bound.exposure.assign(layer.categories.size(), 1);
  for (const Sense::Exposure& exposure : modality.sense.exposure) {
    const auto category = lookup.category(bound.layer, exposure.category);
    DKS_TRY(category);
    bound.exposure[*category] = exposure.share;
  }
  return {};
}

Result<BoundSense> bind_sense(const Lookup& lookup, const Modality& modality) {
  BoundSense bound;
  const Sense& sense = modality.sense;
  if (sense.kind == SenseKind::kLayer || sense.kind == SenseKind::kHazard) {
    const auto layer = lookup.layer(sense.layer);
    DKS_TRY(layer);
    bound.layer = *layer;
    DKS_TRY(bind_categories(lookup, modality, bound));
  } else if (sense.kind == SenseKind::kField) {
    const auto field = lookup.field(sense.field);
    DKS_TRY(field);
    bound.field = *field;
  } else if (sense.kind == SenseKind::kObject) {
    bound.strength = lookup.strengths(sense.affordance);
  }
  return bound;
}

Result<BoundDeed> bind_deed(const Lookup& lookup, const Deed& deed) {
  BoundDeed bound{deed.verb, deed.need, deed.amount, 0, {}, 0, {}, 0, {}, {}};
  if (!deed.layer.empty()) {
    const auto layer = lookup.layer(deed.layer);
    DKS_TRY(layer);
    bound.layer = *layer;
  }
  if (!deed.spot.layer.empty()) {
    const auto layer = lookup.layer(deed.spot.layer);
    DKS_TRY(layer);
    const auto category = lookup.category(*layer, deed.spot.category);
    DKS_TRY(category);
    bound.spot_layer = *layer;
    bound.spot_category = *category;
  } else if (!deed.spot.affordance.empty()) {
    bound.strength = lookup.strengths(deed.spot.affordance);
  }
  return bound;
}

// The way on which one of these deeds goes to the spot of another, if one does.
std::optional<uint32_t> way_to_spot(std::span<const BoundDeed> deeds, const BoundDeed& at_spot) {
  for (const BoundDeed& deed : deeds) {
    if (deed.verb == Verb::kGo && !deed.sought && deed.spot_layer == at_spot.spot_layer &&
        deed.spot_category == at_spot.spot_category) {
      return deed.way;
    }
  }
  return {};
}

}  // namespace

Result<> PetType::bind(World& world) {
  const Lookup lookup(species_, world);
  for (const Modality& modality : species_.modalities) {
    auto bound = bind_sense(lookup, modality);
    DKS_TRY(bound);
    const SenseKind kind = modality.sense.kind;
    if ((kind == SenseKind::kLayer || kind == SenseKind::kHazard) &&
        std::find(sensed_layers_.begin(), sensed_layers_.end(), bound->layer) ==
            sensed_layers_.end()) {
      sensed_layers_.push_back(bound->layer);
    }
    senses_.push_back(std::move(*bound));
  }
  DKS_TRY(bind_deeds(world));
  for (const Care& care : species_.care) {
    care_kinds_.push_back(world.intern(care.kind));
  }
  call_kind_ = world.intern("call");
  contact_kind_ = world.intern("contact");
  to_world_ = world.intern("world");
  DKS_TRY(share_fields(world));
  return bind_stages(world);
}

// What pets of any species, and other types that have such fields, can read of each other.
Result<> PetType::share_fields(World& world) {
  for (const Need& need : species_.needs) {
    const auto shared = world.share_field(need.name, FieldType::kF32);
    DKS_TRY(shared);
    shared_needs_.push_back(*shared);
  }
  const auto mood = world.share_field("mood", FieldType::kF32);
  DKS_TRY(mood);
  const auto hostile = world.share_field("hostile", FieldType::kU8);
  DKS_TRY(hostile);
  shared_mood_ = *mood;
  shared_hostile_ = *hostile;
  size_t shared = 0;
  for (const Factor& factor : species_.factors) {
    if (factor.shared && !shared_factors_.empty()) {
      SharedFactor& told = shared_factors_[shared++];
      const auto handle =
          world.share_field("told_" + factor.name, FieldType::kF32, 1 + told.levels);
      DKS_TRY(handle);
      told.handle = *handle;
    }
  }
  return {};
}

// What actions do, and what they seek.
Result<> PetType::bind_deeds(World& world) {
  const Lookup lookup(species_, world);
  for (const Action& action : species_.actions) {
    std::vector<BoundDeed>& deeds = deeds_.emplace_back();
    for (size_t i = 0; i < action.does.size(); ++i) {
      auto bound = bind_deed(lookup, action.does[i]);
      DKS_TRY(bound);
      if (action.does[i].verb == Verb::kGo) {
        bound->sought = sought_by(action, i);
        bound->way = static_cast<uint32_t>(ways_.size());
        ways_.push_back({Way(&world.memory()), 0});
        way_queue_.emplace(&world.memory());
      } else if (bound->spot_layer) {
        bound->spot_way = way_to_spot(deeds, *bound);
      }
      deeds.push_back(std::move(*bound));
    }
  }
  for (Sought& sought : sought_) {
    const auto layer = lookup.layer(sought.name);
    DKS_TRY(layer);
    sought.layer = *layer;
  }
  return {};
}

// "sense", "think" and "act" as names of stages say when each call has its turn; without its own
// stage a call follows the one before it, sense in the first.
Result<> PetType::bind_stages(const World& world) {
  const auto& stages = world.activation().stages;
  const auto stage_of = [&](std::string_view name, uint32_t otherwise) {
    const auto at = std::find(stages.begin(), stages.end(), name);
    return at == stages.end() ? otherwise : static_cast<uint32_t>(at - stages.begin());
  };
  sense_stage_ = stage_of("sense", 0);
  think_stage_ = stage_of("think", sense_stage_);
  act_stage_ = stage_of("act", think_stage_);
  if (think_stage_ < sense_stage_ || act_stage_ < think_stage_) {
    return invalid("stages: pets sense, then think, then act, not the other way round");
  }
  return {};
}

}  // namespace dks::pet
