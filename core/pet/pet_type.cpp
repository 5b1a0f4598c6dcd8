// SPDX-License-Identifier: MIT
#include "pet/pet_type.h"

#include "base/random.h"
#include "math/functions.h"
#include "math/normal.h"
#include "pet/emotion.h"
#include "pet/species_model.h"
#include "pet/streams.h"

#include <algorithm>

namespace dks::pet {

// ---- making one

Result<std::shared_ptr<PetType>> PetType::make(Species species) {
  auto desc = model_of(species);
  if (!desc) {
    return desc.error();
  }
  std::shared_ptr<PetType> type(new PetType(std::move(species)));
  DKS_TRY(type->build_mind(*desc));
  return type;
}

Result<> PetType::build_mind(const mind::ModelDesc& desc) {
  const auto blame = [this](const Error& cause) {
    return error(cause.status, "species \"", species_.name, "\": ", cause.text);
  };
  auto model = mind::GenerativeModel<double>::build(desc);
  if (!model) {
    return blame(model.error());
  }
  model_ = std::make_unique<mind::GenerativeModel<double>>(std::move(*model));
  auto policies = mind::Policies::enumerate_shared(
      model_->num_controls(), static_cast<uint32_t>(species_.actions.size()), species_.mind.depth
  );
  if (!policies) {
    return blame(policies.error());
  }
  auto graph = mind::PlanningGraph::build(*model_, std::move(*policies));
  if (!graph) {
    return blame(graph.error());
  }
  graph_ = std::make_unique<mind::PlanningGraph>(std::move(*graph));
  const auto in_lanes = mind::GenerativeModel<float>::build(desc);
  if (!in_lanes) {
    return blame(in_lanes.error());
  }
  mind::LaneSettings settings;
  settings.keep_first_actions = species_.mind.keep_actions;
  for (auto* engine : {&engine_, &single_engine_}) {
    const auto set = engine == &engine_ ? best_instruction_set() : InstructionSet::kBaseline;
    auto built = mind::LaneEngine::build(*in_lanes, *graph_, settings, set);
    if (!built) {
      return blame(built.error());
    }
    *engine = std::move(*built);
  }
  tune();
  share_beliefs();
  prepare_learning();
  return {};
}

AgentType PetType::agent_type(std::shared_ptr<PetType> self) const {
  AgentType type;
  type.name = species_.name;
  type.fields = self->fields();
  type.prepare = [](void* state, World& world) { static_cast<PetType*>(state)->prepare(world); };
  type.born = [](void* state, const StepBatch& batch) {
    static_cast<PetType*>(state)->born(batch);
  };
  type.foresee = [](void* state, const StepBatch& batch) {
    static_cast<PetType*>(state)->foresee(batch);
  };
  type.sense = [](void* state, const StepBatch& batch) {
    static_cast<PetType*>(state)->sense(batch);
  };
  type.think = [](void* state, const StepBatch& batch) {
    static_cast<PetType*>(state)->think(batch);
  };
  type.act = [](void* state, const StepBatch& batch) { static_cast<PetType*>(state)->act(batch); };
  if (is_hosted()) {
    type.done = [](void* state, const StepBatch& batch, double share) {
      static_cast<PetType*>(state)->done(batch, share);
    };
  }
  type.fetch = [](void* state, const Table& table, const World& world, uint32_t row, bool own) {
    static_cast<const PetType*>(state)->fetch(table, world, row, own);
  };
  type.state = std::move(self);
  return type;
}

// Scratch memory: a block for each worker, for those whose turns come next, and for one pet.
void PetType::prepare(const World& world) {
  const size_t lanes = engine_->lanes();
  thinking_.clear();
  for (uint32_t worker = 0; worker < world.workers().count(); ++worker) {
    thinking_.push_back(new_block(*engine_));
  }
  alone_.clear();
  alone_.push_back(new_block(*single_engine_));
  foresight_ = {};
  for (size_t pets = 0; pets < kForeseen; pets += lanes) {
    foresight_.blocks.push_back(new_block(*engine_));
  }
  foresight_.pets.reserve(kForeseen);
}

// A block whose lanes all hold a pet without traits, at birth.
Thinking PetType::new_block(const mind::LaneEngine& engine) const {
  Thinking block(engine);
  mind::LaneWorkspace& to = block.lanes;
  block.learned_habit.resize(to.log_habit.size());
  block.told.resize(shared_factors_.size() * to.lanes());
  block.needs.resize(species_.needs.size());
  const auto fill = [&](std::span<float> array, size_t at, double value) {
    std::fill_n(&array[at * to.lanes()], to.lanes(), static_cast<float>(value));
  };
  for (size_t s = 0; s < model_->total_states(); ++s) {
    fill(to.belief, s, model_->initial_states()[s]);
  }
  for (size_t o = 0; o < model_->total_outcomes(); ++o) {
    fill(to.log_preferences, o, model_->log_preferences(0)[o]);
  }
  for (size_t a = 0; a < species_.actions.size(); ++a) {
    fill(to.log_habit, a, math::log(species_.actions[a].habit));
  }
  block.habits.reserve(species_.actions.size());
  return block;
}

social::Ties PetType::ties(Table& table, uint32_t row) const {
  social::Ties ties{
      {table.at<uint64_t>(columns_.tie_other, row), social::kMaxTies},
      {table.at<float>(columns_.tie_familiarity, row), social::kMaxTies},
      {table.at<uint32_t>(columns_.tie_met, row), social::kMaxTies}};
  if (learns_company()) {
    ties.friendly = {table.at<float>(columns_.tie_friendly, row), social::kMaxTies};
    ties.hostile = {table.at<float>(columns_.tie_hostile, row), social::kMaxTies};
  }
  return ties;
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
    std::transform(
        initial.begin(),
        initial.end(),
        batch.table.at<float>(columns_.belief, row),
        [](double p) { return static_cast<float>(p); }
    );
  }
}

}  // namespace dks::pet
