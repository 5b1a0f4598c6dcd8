// SPDX-License-Identifier: MIT
#include "species_json.h"

#include "environment_json.h"
#include "personality_prior_json.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <utility>

namespace dks::capi {
namespace {

using pet::Species;

constexpr double kMost = 1e6;

// The names of the things that rules refer to, as the reader's lists of known names: the species'
// own and those of the world that it is to live in.
struct Names {
  std::vector<std::string_view> needs, factors, modalities, actions;
  std::vector<std::vector<std::string_view>> levels, outcomes;  // by factor, by modality
  std::vector<std::string_view> layers, fields;
  std::vector<std::vector<std::string_view>> categories;  // by layer; none: it has numbers

  JsonNames need() const { return {"need", needs}; }
  JsonNames factor() const { return {"factor", factors}; }
  JsonNames modality() const { return {"modality", modalities}; }
  JsonNames action() const { return {"action", actions}; }
  JsonNames level(uint32_t of) const { return {"level", levels[of]}; }
  JsonNames outcome(uint32_t of) const { return {"outcome", outcomes[of]}; }
  JsonNames layer() const { return {"layer", layers}; }
  JsonNames field() const { return {"environment field", fields}; }
  JsonNames category(uint32_t of) const { return {"category of this layer", categories[of]}; }
};

// A key of an object as one of some names.
uint32_t key_in(const JsonNamedField& member, const JsonNames& names) {
  const Json key{member.key};
  for (uint32_t i = 0; i < names.names.size(); ++i) {
    if (names.names[i] == member.key) {
      return i;
    }
  }
  member.field.refuse_name(member.key, names);
  return 0;
}

// The index of a layer of categories, or of one of numbers; none: it is not, and refused.
enum class LayerOf : uint8_t { kCategories, kNumbers };
std::optional<uint32_t> layer_in(const JsonField& field, const Names& names, LayerOf expected) {
  const auto layer = static_cast<uint32_t>(field.index_in(names.layer()));
  if (field.ok() && names.categories[layer].empty() != (expected == LayerOf::kNumbers)) {
    field.refuse(
        "layer \"",
        names.layers[layer],
        expected == LayerOf::kNumbers ? "\" has categories, expected a layer of numbers"
                                      : "\" has numbers, expected a layer of categories"
    );
  }
  return field.ok() ? std::optional(layer) : std::nullopt;
}

// The borders between levels.
template <class Number>
void check_rising(const JsonField& field, const std::vector<Number>& borders) {
  for (size_t i = 1; i < borders.size(); ++i) {
    if (borders[i] <= borders[i - 1]) {
      field.refuse(
          "the borders of levels have to rise, but ", borders[i], " follows ", borders[i - 1]
      );
    }
  }
}

void check_distinct(const JsonField& field, const std::vector<std::string>& names) {
  for (size_t i = 1; i < names.size(); ++i) {
    const auto end = names.begin() + static_cast<ptrdiff_t>(i);
    if (std::find(names.begin(), end, names[i]) != end) {
      field.refuse("\"", names[i], "\" stands twice");
    }
  }
}

// ---- needs, factors, outcomes

void load_needs(const JsonField& field, Species& species) {
  for (const auto& [name, value] : field.members({1, 64})) {
    JsonReader in = value.object();
    pet::Need need;
    need.name = name;
    need.initial = in["initial"].number<float>({0, 1}, need.initial);
    need.loss = in["loss"].number<float>({0, 1}, need.loss);
    need.withdrawn_loss = in["withdrawn_loss"].number<float>({-1, 1}, need.loss / 4);
    need.thresholds = in["levels"].numbers<float>({0, 1}, {1, 63});
    check_rising(in["levels"], need.thresholds);
    need.vital = in["vital"].boolean(false);
    species.needs.push_back(std::move(need));
  }
}

void load_factors(const JsonField& field, Species& species) {
  for (const auto& [name, value] : field.members({1, 64})) {
    JsonReader in = value.object();
    pet::Factor factor;
    factor.name = name;
    factor.levels = in["levels"].names({64}, {1, 64});
    check_distinct(in["levels"], factor.levels);
    if (in.has("initial")) {
      factor.initial =
          in["initial"].numbers<double>({0, 1}, JsonCount::exactly(factor.levels.size()));
    }
    factor.shared = in["shared"].boolean(false);
    species.factors.push_back(std::move(factor));
  }
}

void load_outcomes(const JsonField& field, Species& species) {
  for (const auto& [name, value] : field.members({1, 64})) {
    pet::Modality modality;
    modality.name = name;
    if (name == "information gain" || name == "habit") {
      value.refuse("a modality cannot be called that: it is another term of a score");
    }
    JsonReader in = value.object();
    for (const auto& [outcome, preference] : in["outcomes"].members({1, 64})) {
      modality.outcomes.emplace_back(outcome);
      modality.preferences.push_back(preference.number<double>({-kMost, kMost}));
    }
    in.ignore_rest();
    species.modalities.push_back(std::move(modality));
  }
}

Names names_of(const Species& species, const JsonField& actions, const World& world) {
  Names names;
  names.fields = field_names(world.environment());
  for (uint32_t i = 0; i < world.layer_count(); ++i) {
    const LayerDesc& layer = world.layer(i).desc();
    names.layers.push_back(layer.name);
    names.categories.emplace_back(layer.categories.begin(), layer.categories.end());
  }
  for (const pet::Need& need : species.needs) {
    names.needs.push_back(need.name);
  }
  for (const pet::Factor& factor : species.factors) {
    names.factors.push_back(factor.name);
    names.levels.emplace_back(factor.levels.begin(), factor.levels.end());
  }
  for (const pet::Modality& modality : species.modalities) {
    names.modalities.push_back(modality.name);
    names.outcomes.emplace_back(modality.outcomes.begin(), modality.outcomes.end());
  }
  for (const auto& [name, value] : actions.members({1, 256})) {
    names.actions.push_back(name);
  }
  return names;
}

// ---- rules

std::vector<pet::Condition> load_when(const JsonField& field, const Names& names) {
  std::vector<pet::Condition> when;
  for (const auto& member : field.members_or_empty()) {
    const uint32_t factor = key_in(member, names.factor());
    if (!member.field.ok()) {
      break;
    }
    when.push_back({factor, static_cast<uint32_t>(member.field.index_in(names.level(factor)))});
  }
  return when;
}

pet::Transition load_transition(const JsonField& field, const Names& names) {
  JsonReader in = field.object();
  pet::Transition rule;
  rule.factor = static_cast<uint32_t>(in["factor"].index_in(names.factor()));
  rule.when = load_when(in["when"], names);
  rule.relative = in.has("shift");
  if (in.has("shift") == in.has("to")) {
    in.refuse("expected either \"shift\" or \"to\"");
    return rule;
  }
  double total = 0;
  for (const auto& member : in[rule.relative ? "shift" : "to"].members({1, 64})) {
    pet::Transition::Move move{};
    if (rule.relative) {
      const char* end = member.key.data() + member.key.size();
      const char* begin = member.key.data() + (member.key.starts_with('+') ? 1 : 0);
      const auto [stop, failure] = std::from_chars(begin, end, move.by);
      if (failure != std::errc{} || stop != end || move.by < -64 || move.by > 64) {
        member.field.refuse(
            "the key is not a shift: expected a whole number in [-64, 64], such as \"-1\""
        );
      }
    } else {
      move.by = static_cast<int32_t>(key_in(member, names.level(rule.factor)));
    }
    move.p = member.field.number<double>({0, 1});
    total += move.p;
    rule.moves.push_back(move);
  }
  if (total > 1 + 1e-9) {
    in.refuse("the probabilities add up to ", total, ", expected at most 1");
  }
  return rule;
}

std::vector<pet::Transition> load_transitions(const JsonField& field, const Names& names) {
  std::vector<pet::Transition> rules;
  for (const JsonField item : field.items_or_empty({0, 1024})) {
    rules.push_back(load_transition(item, names));
  }
  return rules;
}

pet::Likelihood load_likelihood(
    const JsonField& field, const Names& names, uint32_t modality, const std::vector<uint32_t>& of
) {
  JsonReader in = field.object();
  pet::Likelihood rule;
  rule.when = load_when(in["when"], names);
  for (const pet::Condition& condition : rule.when) {
    if (std::find(of.begin(), of.end(), condition.factor) == of.end()) {
      in["when"].refuse(
          "factor \"", names.factors[condition.factor], "\" is not among those that \"of\" lists"
      );
    }
  }
  rule.p.assign(names.outcomes[modality].size(), 0.0);
  double total = 0;
  for (const auto& member : in["p"].members({1, 64})) {
    const double p = member.field.number<double>({0, 1});
    rule.p[key_in(member, names.outcome(modality))] = p;
    total += p;
  }
  if (std::abs(total - 1) > 1e-9) {
    in["p"].refuse("the probabilities add up to ", total, ", expected 1");
  }
  return rule;
}

// ---- senses

pet::Sense load_sense(const JsonField& field, const Names& names, uint32_t modality) {
  constexpr std::string_view kKinds[] = {"need", "layer", "field", "hazard", "object", "company"};
  JsonReader in = field.object();
  pet::Sense sense;
  uint32_t found = 0;
  for (uint32_t kind = 0; kind < std::size(kKinds); ++kind) {
    if (in.has(kKinds[kind])) {
      sense.kind = static_cast<pet::SenseKind>(kind);
      ++found;
    }
  }
  if (found != 1) {
    in.refuse("expected one of \"need\", \"layer\", \"field\", \"hazard\", \"object\", \"company\""
    );
    return sense;
  }
  switch (sense.kind) {
    case pet::SenseKind::kNeed:
      sense.need = static_cast<uint32_t>(in["need"].index_in(names.need()));
      break;
    case pet::SenseKind::kLayer:
      if (const auto layer = layer_in(in["layer"], names, LayerOf::kCategories)) {
        sense.layer = names.layers[*layer];
        const auto& categories = names.categories[*layer];
        const auto& outcomes = names.outcomes[modality];
        if (std::ranges::find_first_of(outcomes, categories) == outcomes.end()) {
          in["layer"].refuse("no outcome is called as a category of layer \"", sense.layer, "\"");
        }
      }
      break;
    case pet::SenseKind::kField:
      if (const size_t index = in["field"].index_in(names.field()); in.ok()) {
        sense.field = names.fields[index];
      }
      sense.thresholds = in["thresholds"].numbers<double>(
          {-kMost, kMost}, JsonCount::exactly(names.outcomes[modality].size() - 1)
      );
      check_rising(in["thresholds"], sense.thresholds);
      break;
    case pet::SenseKind::kHazard: {
      JsonReader hazard = in["hazard"].object();
      if (const auto layer = layer_in(hazard["layer"], names, LayerOf::kCategories)) {
        sense.layer = names.layers[*layer];
        for (const auto& member : hazard["exposure"].members_or_empty()) {
          key_in(member, names.category(*layer));
          sense.exposure.push_back({std::string(member.key), member.field.number<double>({0, 1})});
        }
      }
      if (names.outcomes[modality].size() != 2) {
        in.refuse(
            "a hazard has two outcomes, calm and alarm; this modality has ",
            names.outcomes[modality].size()
        );
      }
      break;
    }
    case pet::SenseKind::kObject:
      sense.affordance = in["object"].name();
      if (names.outcomes[modality].size() != 2) {
        in.refuse(
            "an object has two outcomes, away and here; this modality has ",
            names.outcomes[modality].size()
        );
      }
      break;
    case pet::SenseKind::kCompany: {
      JsonReader company = in["company"].object();
      sense.alone = static_cast<uint32_t>(company["alone"].index_in(names.outcome(modality)));
      sense.friendly = static_cast<uint32_t>(company["friendly"].index_in(names.outcome(modality)));
      sense.hostile = static_cast<uint32_t>(company["hostile"].index_in(names.outcome(modality)));
      break;
    }
  }
  return sense;
}

// A need's sense gives one outcome a level.
void check_need_sense(
    const JsonField& field, const Species& species, const pet::Modality& modality
) {
  if (modality.sense.kind == pet::SenseKind::kNeed && field.ok()) {
    const pet::Need& need = species.needs[modality.sense.need];
    if (modality.outcomes.size() != need.thresholds.size() + 1) {
      field.refuse(
          "need \"",
          need.name,
          "\" has ",
          need.thresholds.size() + 1,
          " levels, but there are ",
          modality.outcomes.size(),
          " outcomes"
      );
    }
  }
}

void load_modalities(const JsonField& field, const Names& names, Species& species) {
  uint32_t index = 0;
  bool has_company = false;
  for (const auto& [name, value] : field.members()) {
    pet::Modality& modality = species.modalities[index];
    JsonReader in = value.object();
    in["outcomes"];
    for (const JsonField of : in["of"].items({1, 8})) {
      modality.of.push_back(static_cast<uint32_t>(of.index_in(names.factor())));
    }
    if (!value.ok()) {
      return;
    }
    modality.accuracy = in["accuracy"].number<double>({0, 1}, modality.accuracy);
    for (const JsonField rule : in["likelihood"].items_or_empty({0, 1024})) {
      modality.likelihood.push_back(load_likelihood(rule, names, index, modality.of));
    }
    modality.sense = load_sense(in["sense"], names, index);
    check_need_sense(in["sense"], species, modality);
    if (modality.sense.kind == pet::SenseKind::kCompany && std::exchange(has_company, true)) {
      in["sense"].refuse("another modality senses company already, expected one that does");
    }
    if (modality.likelihood.empty() && value.ok() &&
        names.levels[modality.of[0]].size() != modality.outcomes.size()) {
      value.refuse(
          "without \"likelihood\" each level of \"",
          names.factors[modality.of[0]],
          "\" shows as one outcome, but there are ",
          names.levels[modality.of[0]].size(),
          " levels and ",
          modality.outcomes.size(),
          " outcomes"
      );
    }
    ++index;
  }
}

// ---- actions

// {"place": "feeder"}: a category of a layer; {"affords": "sleep"}: an object.
pet::Spot load_spot(const JsonField& field, const Names& names) {
  pet::Spot spot;
  for (const auto& member : field.members({1, 1})) {
    if (member.key == "affords") {
      spot.affordance = member.field.name();
      continue;
    }
    const uint32_t layer = key_in(member, names.layer());
    if (field.ok()) {
      spot.layer = member.key;
      spot.category = member.field.string();
      member.field.index_in(names.category(layer));
    }
  }
  return spot;
}

pet::Deed load_deed(const JsonField& field, const Names& names) {
  JsonReader in = field.object();
  pet::Deed deed;
  deed.verb = in["verb"].choice<pet::Verb>({"verb", pet::kVerbNames});
  const auto load_layer = [&] {
    if (const auto layer = layer_in(in["layer"], names, LayerOf::kNumbers)) {
      deed.layer = names.layers[*layer];
    }
  };
  const auto load_amount = [&](double least) {
    deed.need = static_cast<uint32_t>(in["need"].index_in(names.need()));
    deed.amount = in["amount"].number<float>({least, 1});
  };
  switch (deed.verb) {
    case pet::Verb::kGo:
      deed.spot = load_spot(in["to"], names);
      break;
    case pet::Verb::kClimb:
      load_layer();
      break;
    case pet::Verb::kConsume:
      load_layer();
      load_amount(0);
      break;
    case pet::Verb::kRestore:
    case pet::Verb::kContact:
    case pet::Verb::kGive:
      load_amount(-1);
      break;
    case pet::Verb::kCall:
      deed.amount = in["amount"].number<float>({0, 1}, 0.05F);
      break;
    case pet::Verb::kApproach:
    case pet::Verb::kWander:
      break;
  }
  const bool has_place = deed.verb == pet::Verb::kRestore || deed.verb == pet::Verb::kConsume;
  if (has_place && in.has("at")) {
    deed.spot = load_spot(in["at"], names);
  }
  return deed;
}

void load_actions(const JsonField& field, const Names& names, Species& species) {
  for (const auto& [name, value] : field.members()) {
    JsonReader in = value.object();
    pet::Action action;
    action.name = name;
    action.habit = in["habit"].number<double>(NumberRange::above(0, kMost), 1);
    action.expects = load_transitions(in["expects"], names);
    for (const JsonField deed : in["does"].items_or_empty({0, 64})) {
      action.does.push_back(load_deed(deed, names));
    }
    species.actions.push_back(std::move(action));
  }
}

void load_care(const JsonField& field, const Names& names, Species& species) {
  std::optional<uint32_t> company;
  for (uint32_t i = 0; i < species.modalities.size(); ++i) {
    if (species.modalities[i].sense.kind == pet::SenseKind::kCompany) {
      company = i;
    }
  }
  for (const auto& [kind, value] : field.members_or_empty({0, 256})) {
    JsonReader in = value.object();
    pet::Care care;
    care.kind = kind;
    care.kind_act = in["kind"].boolean(true);
    if (in.has("outcome")) {
      if (!company) {
        in["outcome"].refuse(
            "no modality has the sense \"company\", which users' outcomes belong to"
        );
        return;
      }
      care.outcome = static_cast<uint32_t>(in["outcome"].index_in(names.outcome(*company)));
    }
    for (const auto& member : in["needs"].members_or_empty()) {
      care.gains.push_back({key_in(member, names.need()), member.field.number<float>({-1, 1})});
    }
    species.care.push_back(std::move(care));
  }
}

void load_personality(const JsonField& field, const Names& names, Species& species) {
  constexpr std::string_view kTargets[] = {
      "preference", "habit", "gamma", "information_gain", "trust"};
  for (const JsonField item : field.items_or_empty({0, 256})) {
    JsonReader in = item.object();
    pet::Modulation modulation;
    modulation.trait = static_cast<uint32_t>(in["trait"].index_in({"trait", pet::kTraitNames}));
    modulation.target = in["of"].choice<pet::Target>({"parameter of the mind", kTargets});
    modulation.weight = in["weight"].number<double>({-100, 100});
    if (modulation.target == pet::Target::kPreference) {
      modulation.modality = static_cast<uint32_t>(in["modality"].index_in(names.modality()));
      modulation.outcome =
          static_cast<uint32_t>(in["outcome"].index_in(names.outcome(modulation.modality)));
    } else if (modulation.target == pet::Target::kHabit) {
      modulation.action = static_cast<uint32_t>(in["action"].index_in(names.action()));
    }
    species.personality.push_back(modulation);
  }
}

}  // namespace

Result<Species> load_species(std::string_view document_name, const Json& json, const World& world) {
  JsonSource source(document_name, json);
  Species species;
  {
    JsonReader in = source.root().object();
    in["$schema"];
    in["extends"];
    in["description"];
    species.name = in["name"].name({64});
    species.glyph = in["glyph"].name({16, true}, "");
    species.body = in["body"].choice<pet::Body>({"body", pet::kBodyNames}, species.body);
    species.speed = in["speed"].integer<uint32_t>({0, 64}, species.speed);
    species.sight = in["sight"].integer<uint32_t>({0, 64}, species.sight);
    species.reach = in["reach"].integer<uint32_t>({0, 16}, species.reach);
    species.withdraw_after =
        in["withdraw_after"].integer<uint32_t>({0, 1'000'000'000}, species.withdraw_after);
    species.dies_after = in["dies_after"].integer<uint32_t>({0, 1'000'000'000}, species.dies_after);
    species.recovers_at = in["recovers_at"].number<double>({0, 1}, species.recovers_at);
    JsonReader ties = in["ties"].object_or_empty();
    species.familiarity_gain = ties["gain"].number<double>({0, 1}, species.familiarity_gain);
    species.familiarity_half_life =
        ties["half_life"].number<double>(NumberRange::above(0, 1e9), species.familiarity_half_life);
    load_needs(in["needs"], species);
    load_factors(in["factors"], species);
    load_outcomes(in["modalities"], species);
    const Names names = names_of(species, in["actions"], world);
    if (source.ok()) {
      species.drift = load_transitions(in["drift"], names);
      load_modalities(in["modalities"], names, species);
    }
    if (source.ok()) {
      load_actions(in["actions"], names, species);
      load_care(in["care"], names, species);
      load_personality(in["personality"], names, species);
    }
    if (in.has("personality_prior")) {
      species.personality_prior = load_personality_prior(in["personality_prior"]);
    }
    JsonReader mind = in["mind"].object_or_empty();
    species.mind.depth = mind["depth"].integer<uint32_t>({1, 8}, species.mind.depth);
    species.mind.keep_actions =
        mind["keep_actions"].integer<uint32_t>({0, 256}, species.mind.keep_actions);
    species.mind.think_every =
        mind["think_every"].integer<uint32_t>({1, 64}, species.mind.think_every);
    species.mind.gamma = mind["gamma"].number<double>({1e-6, 1000}, species.mind.gamma);
    species.mind.information_gain =
        mind["information_gain"].number<double>({0, 1000}, species.mind.information_gain);
    species.mind.trust = mind["trust"].number<double>({0, 1}, species.mind.trust);
    JsonReader learning = in["learning"].object_or_empty();
    pet::Learning& learns = species.learning;
    learns.habits = learning["habits"].number<double>({0, 100}, learns.habits);
    learns.company = learning["company"].number<double>({0, 100}, learns.company);
    learns.food = learning["food"].number<double>({0, 100}, learns.food);
    learns.retention = learning["retention"].number<double>({0, 1}, learns.retention);
    JsonReader affect = in["affect"].object_or_empty();
    pet::Affect& feeling = species.affect;
    feeling.charge_gain = affect["charge_gain"].number<double>({0, 100}, feeling.charge_gain);
    feeling.preference_gain =
        affect["preference_gain"].number<double>({0, 100}, feeling.preference_gain);
    feeling.baseline = affect["baseline"].number<double>({-kMost, kMost}, feeling.baseline);
    feeling.mood_rate = affect["mood_rate"].number<double>({0, 1}, feeling.mood_rate);
    feeling.hostile_above = affect["hostile_above"].number<double>({0, 2}, feeling.hostile_above);
  }
  DKS_TRY(source.finish());
  return species;
}

}  // namespace dks::capi
