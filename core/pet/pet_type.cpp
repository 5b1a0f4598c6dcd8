// SPDX-License-Identifier: MIT
#include "pet/pet_type.h"

#include "base/random.h"
#include "math/functions.h"
#include "math/normal.h"
#include "pet/species_model.h"
#include "pet/streams.h"

#include <algorithm>

namespace dks::pet {

Scratch::Scratch(
    const mind::GenerativeModel<double>& model,
    const mind::PlanningGraph& graph,
    const mind::PlanningGraph& next_graph,
    size_t actions
)
    : plan(model, graph),
      next(model, next_graph),
      prior(model.total_states()),
      log_preferences(model.total_outcomes()),
      neg_efe(graph.policies().size()),
      q_pi(graph.policies().size()),
      log_policy_prior(graph.policies().size()),
      next_efe(actions),
      log_habit(actions),
      evidence(actions),
      posterior(actions),
      outcomes(model.total_outcomes()),
      factor_actions(model.num_factors()) {}

// ---- making one

Result<std::shared_ptr<PetType>> PetType::make(Species species) {
  auto desc = model_of(species);
  if (!desc) {
    return desc.error();
  }
  std::shared_ptr<PetType> type(new PetType(std::move(species)));
  auto model = mind::GenerativeModel<double>::build(*desc);
  if (!model) {
    return error(model.status(), "species \"", type->species_.name, "\": ", model.error().text);
  }
  type->model_ = std::make_unique<mind::GenerativeModel<double>>(std::move(*model));
  const auto controls = type->model_->num_controls();
  for (const uint32_t depth : {type->species_.mind.depth, 1U}) {
    const auto actions = static_cast<uint32_t>(type->species_.actions.size());
    auto policies = mind::Policies::enumerate_shared(controls, actions, depth);
    if (!policies) {
      return error(
          policies.status(), "species \"", type->species_.name, "\": ", policies.error().text
      );
    }
    auto graph = mind::PlanningGraph::build(*type->model_, std::move(*policies));
    if (!graph) {
      return error(graph.status(), "species \"", type->species_.name, "\": ", graph.error().text);
    }
    (type->graph_ ? type->next_graph_ : type->graph_) =
        std::make_unique<mind::PlanningGraph>(std::move(*graph));
  }
  return type;
}

AgentType PetType::agent_type(std::shared_ptr<PetType> self) const {
  AgentType type;
  type.name = species_.name;
  type.fields = self->fields();
  type.prepare = [](void* state, World& world) {
    auto& pet = *static_cast<PetType*>(state);
    pet.scratch_.clear();
    for (uint32_t worker = 0; worker < world.workers().count(); ++worker) {
      pet.scratch_.emplace_back(
          *pet.model_, *pet.graph_, *pet.next_graph_, pet.species_.actions.size()
      );
    }
  };
  type.born = [](void* state, const StepBatch& batch) {
    static_cast<PetType*>(state)->born(batch);
  };
  type.sense = [](void* state, const StepBatch& batch) {
    static_cast<PetType*>(state)->sense(batch);
  };
  type.think = [](void* state, const StepBatch& batch) {
    static_cast<PetType*>(state)->think(batch);
  };
  type.act = [](void* state, const StepBatch& batch) { static_cast<PetType*>(state)->act(batch); };
  type.state = std::move(self);
  return type;
}

// What the mind and the body compute is theirs alone: a host that set an observation or a tie would
// pull the ground from under those who read it.
std::vector<Field> PetType::fields() {
  std::vector<Field> fields;
  const auto add = [&fields](Field field) {
    fields.push_back(std::move(field));
    return static_cast<uint32_t>(fields.size()) - 1;
  };
  const auto compute = [&add](Field field) {
    field.settable = false;
    return add(std::move(field));
  };
  const auto actions = static_cast<uint32_t>(species_.actions.size());
  const auto states = static_cast<uint32_t>(model_->total_states());
  const auto modalities = static_cast<uint32_t>(model_->num_modalities());
  constexpr double kMaxU32 = 4294967295.0;
  constexpr double kMaxId = 9007199254740991.0;
  for (const Need& need : species_.needs) {
    add({need.name, FieldType::kF32, 1, need.initial, 0, 1});
  }
  Columns& c = columns_;
  c.belief = compute({"belief", FieldType::kF64, states, 0, 0, 1});
  c.observation = compute({"observation", FieldType::kI32, modalities, -1, -1, 1e6});
  c.score = compute({"score", FieldType::kF32, actions, 0, -1e30, 1e30});
  c.choice = compute({"choice", FieldType::kF32, actions, 0, 0, 1});
  const double none = no_action();
  c.action = compute({"action", FieldType::kU32, 1, none, 0, none});
  c.personality = add({"personality", FieldType::kF32, kTraits, 0.5, 0, 1});
  c.valence = compute({"valence", FieldType::kF32, 1, 0, -1, 1});
  c.arousal = compute({"arousal", FieldType::kF32, 1, 0, 0, 1});
  c.mood = add({"mood", FieldType::kF32, 1, 0, -1, 1});
  c.free_energy = compute({"free_energy", FieldType::kF32, 1, 0, -1e6, 1e6});
  c.surprise = compute({"surprise", FieldType::kF32, 1, 0, -1e6, 1e6});
  c.hostile = compute({"hostile", FieldType::kU8, 1, 0, 0, 1});
  c.partner = compute({"partner", FieldType::kU64, 1, 0, 0, kMaxId});
  c.tie_other = compute({"tie_other", FieldType::kU64, social::kMaxTies, 0, 0, kMaxId});
  c.tie_familiarity = compute({"tie_familiarity", FieldType::kF32, social::kMaxTies, 0, 0, 1});
  c.tie_met = compute({"tie_met", FieldType::kU32, social::kMaxTies, 0, 0, kMaxU32});
  c.lived = compute({"lived", FieldType::kU32, 1, 0, 0, kMaxU32});
  c.critical = compute({"critical", FieldType::kU8, 1, 0, 0, 1});
  c.critical_steps = compute({"critical_steps", FieldType::kU32, 1, 0, 0, kMaxU32});
  c.in_a_row = compute({"in_a_row", FieldType::kU32, 1, 0, 0, kMaxU32});
  c.withdrawn = add({"withdrawn", FieldType::kU8, 1, 0, 0, 1});
  c.care = add({"care", FieldType::kU32, 1, 0, 0, kMaxU32});
  c.last_care = compute({"last_care", FieldType::kU32, 1, 0, 0, kMaxU32});
  return fields;
}

// ---- personality

namespace {

double deviation(std::span<const float> personality, const Modulation& modulation) {
  return 2.0 * static_cast<double>(personality[modulation.trait]) - 1.0;
}

// Modulations may pile up, but e^8 times more or less is as good as any more.
constexpr double kLargestExponent = 8;

double factor_of(const Species& species, std::span<const float> personality, Target target) {
  double exponent = 0;
  for (const Modulation& modulation : species.personality) {
    if (modulation.target == target) {
      exponent += modulation.weight * deviation(personality, modulation);
    }
  }
  return exponent == 0 ? 1 : math::exp(std::clamp(exponent, -kLargestExponent, kLargestExponent));
}

}  // namespace

void PetType::log_preferences(std::span<const float> personality, std::span<double> out) const {
  const auto species = model_->log_preferences(0);
  std::copy(species.begin(), species.end(), out.begin());
  for (const Modulation& modulation : species_.personality) {
    if (modulation.target == Target::kPreference) {
      const size_t at =
          model_->modalities()[modulation.modality].outcome_offset + modulation.outcome;
      out[at] += modulation.weight * deviation(personality, modulation);
    }
  }
}

void PetType::log_habits(std::span<const float> personality, std::span<double> out) const {
  for (size_t action = 0; action < species_.actions.size(); ++action) {
    out[action] = math::log(species_.actions[action].habit);
  }
  for (const Modulation& modulation : species_.personality) {
    if (modulation.target == Target::kHabit) {
      out[modulation.action] += modulation.weight * deviation(personality, modulation);
    }
  }
}

double PetType::gamma(std::span<const float> personality) const {
  return species_.mind.gamma * factor_of(species_, personality, Target::kGamma);
}

double PetType::information_gain(std::span<const float> personality) const {
  return species_.mind.information_gain *
         factor_of(species_, personality, Target::kInformationGain);
}

social::Ties PetType::ties(Table& table, uint32_t row) const {
  return {
      {table.at<uint64_t>(columns_.tie_other, row), social::kMaxTies},
      {table.at<float>(columns_.tie_familiarity, row), social::kMaxTies},
      {table.at<uint32_t>(columns_.tie_met, row), social::kMaxTies}};
}

// Draws who it is; what it believes at first is the species' D.
void PetType::born(const StepBatch& batch) const {
  for (const uint32_t row : batch.rows) {
    Random random(batch.world.seed(), batch.table.uid(row).lo, 0, stream::kPersonality);
    const PersonalityPrior& prior = species_.personality_prior;
    double z[kTraits];
    for (double& draw : z) {
      draw = math::normal(random);
    }
    float* personality = batch.table.at<float>(columns_.personality, row);
    for (uint32_t i = 0; i < kTraits; ++i) {
      double correlated = 0;
      for (uint32_t j = 0; j <= i; ++j) {
        correlated += prior.cholesky[i][j] * z[j];
      }
      personality[i] =
          static_cast<float>(std::clamp(prior.mean[i] + prior.deviation[i] * correlated, 0.0, 1.0));
    }
    const auto initial = model_->initial_states();
    std::copy(initial.begin(), initial.end(), batch.table.at<double>(columns_.belief, row));
  }
}

}  // namespace dks::pet
