// SPDX-License-Identifier: MIT
#include "agent/minded_type.h"

#include "agent/streams.h"
#include "mind/policy_posterior.h"
#include "world/world.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace dks::agent {
namespace {

// What thinking needs of memory, one for each worker.
template <class Real>
struct Scratch {
  explicit Scratch(const mind::Mind<Real>& mind)
      : workspace(mind),
        prior(mind.model().total_states()),
        neg_efe(mind.policies().size()),
        q_pi(mind.policies().size()),
        sharpened(mind.policies().num_first_actions()) {
    if (mind.lanes() != nullptr) {
      block.emplace(*mind.lanes());
    }
  }

  std::optional<mind::LaneWorkspace> block;
  mind::MindWorkspace<Real> workspace;
  std::vector<Real> prior, neg_efe, q_pi, sharpened;
};

float uniform(Random& random, float) {
  return random.uniform_float();
}
double uniform(Random& random, double) {
  return random.uniform();
}

// The state of the type; all but its scratch memory never changes.
template <class Real>
class Minded {
 public:
  Minded(std::shared_ptr<const mind::Mind<Real>> mind, std::vector<Field>& fields)
      : mind_(std::move(mind)) {
    add_fields(fields);
  }

  void prepare(const World& world) {
    const auto& stages = world.activation().stages;
    think_stage_ = 0;
    for (const std::string_view name : {"think", "sense"}) {
      if (const auto at = std::ranges::find(stages, name); at != stages.end()) {
        think_stage_ = static_cast<uint32_t>(at - stages.begin());
        break;
      }
    }
    scratch_.clear();
    for (uint32_t worker = 0; worker < world.workers().count(); ++worker) {
      scratch_.emplace_back(*mind_);
    }
  }

  void born(const StepBatch& batch) const {
    const auto initial = model().initial_states();
    for (const uint32_t row : batch.rows) {
      std::ranges::copy(initial, batch.table.at<Real>(belief_, row));
    }
  }

  void think(const StepBatch& batch) {
    if (batch.stage != think_stage_) {
      return;
    }
    Scratch<Real>& scratch = scratch_[batch.worker];
    if constexpr (std::is_same_v<Real, float>) {
      if (scratch.block) {
        const size_t lanes = scratch.block->lanes();
        for (size_t first = 0; first < batch.rows.size(); first += lanes) {
          const size_t count = std::min(lanes, batch.rows.size() - first);
          think_together(batch, batch.rows.subspan(first, count), scratch);
        }
        return;
      }
    }
    for (const uint32_t row : batch.rows) {
      perceive(batch.table, row, scratch);
      choose(batch, row, scratch);
    }
  }

 private:
  const mind::GenerativeModel<Real>& model() const { return mind_->model(); }

  void add_fields(std::vector<Field>& fields) {
    constexpr FieldType kReal = std::is_same_v<Real, double> ? FieldType::kF64 : FieldType::kF32;
    constexpr double kAny = std::numeric_limits<double>::infinity();
    const auto add = [&fields](Field field) {
      fields.push_back(std::move(field));
      return static_cast<uint32_t>(fields.size()) - 1;
    };
    const auto states = static_cast<uint32_t>(model().total_states());
    const auto modalities = static_cast<uint32_t>(model().num_modalities());
    const auto factors = static_cast<uint32_t>(model().num_factors());
    const auto first_actions = static_cast<uint32_t>(mind_->policies().num_first_actions());
    belief_ = add({"belief", kReal, states, 0, 0, 1, false});
    Field observation{"observation", FieldType::kI32, modalities, -1, -1};
    for (const mind::Modality<Real>& modality : model().modalities()) {
      observation.element_max.push_back(modality.num_outcomes - 1.0);
    }
    observation_ = add(std::move(observation));
    Field action{"action", FieldType::kI32, factors, -1, -1, kAny, false};
    for (const uint32_t controls : model().num_controls()) {
      action.element_max.push_back(std::max(controls, 1U) - 1.0);
    }
    action_ = add(std::move(action));
    choice_ = add({"choice", kReal, first_actions, 0, 0, 1, false});
    free_energy_ = add({"free_energy", kReal, 1, 0, -kAny, kAny, false});
  }

  void perceive(Table& table, uint32_t row, Scratch<Real>& scratch) const {
    const std::span belief(table.at<Real>(belief_, row), model().total_states());
    const std::span<const int32_t> action(table.at<int32_t>(action_, row), model().num_factors());
    const std::span<const int32_t> outcomes(
        table.at<int32_t>(observation_, row), model().num_modalities()
    );
    mind::Workspace<Real>& workspace = scratch.workspace.planning;
    if (action.front() < 0) {
      std::ranges::copy(belief, scratch.prior.begin());
    } else {
      mind::predict_states<Real>(model(), belief, action, scratch.prior, workspace);
    }
    const auto inference =
        mind::infer_states<Real>(model(), scratch.prior, {outcomes}, belief, workspace);
    table.ref<Real>(free_energy_, row) = inference.free_energy.value();
  }

  void choose(const StepBatch& batch, uint32_t row, Scratch<Real>& scratch) const {
    const mind::Policies& policies = mind_->policies();
    const std::span<const Real> belief(batch.table.at<Real>(belief_, row), model().total_states());
    const std::span choice(batch.table.at<Real>(choice_, row), policies.num_first_actions());
    mind_->plan(belief, {}, scratch.neg_efe, scratch.q_pi, scratch.workspace);
    mind::first_action_marginals<Real>(policies, scratch.q_pi, choice);
    draw_action(batch, row, scratch);
  }

  // One agent in each lane; lanes that are left over repeat the last one.
  void think_together(
      const StepBatch& batch, std::span<const uint32_t> rows, Scratch<Real>& scratch
  ) const {
    const mind::LaneEngine& engine = *mind_->lanes();
    mind::LaneWorkspace& block = *scratch.block;
    Table& table = batch.table;
    for (size_t lane = 0; lane < block.lanes(); ++lane) {
      const uint32_t row = rows[std::min(lane, rows.size() - 1)];
      block.put(table.at<Real>(belief_, row), lane, block.belief);
      block.put(table.at<int32_t>(action_, row), lane, block.action);
      block.put(table.at<int32_t>(observation_, row), lane, block.observation);
    }
    engine.predict(block);
    for (size_t lane = 0; lane < rows.size(); ++lane) {
      if (*table.at<int32_t>(action_, rows[lane]) < 0) {
        block.put(table.at<Real>(belief_, rows[lane]), lane, block.prior);
      }
    }
    engine.infer(block);
    engine.plan(block);
    for (size_t lane = 0; lane < rows.size(); ++lane) {
      block.take(block.q, lane, table.at<Real>(belief_, rows[lane]));
      block.take(block.free_energy, lane, table.at<Real>(free_energy_, rows[lane]));
      block.take(block.choice, lane, table.at<Real>(choice_, rows[lane]));
      draw_action(batch, rows[lane], scratch);
    }
  }

  void draw_action(const StepBatch& batch, uint32_t row, Scratch<Real>& scratch) const {
    const mind::Policies& policies = mind_->policies();
    const std::span<const Real> choice(
        batch.table.at<Real>(choice_, row), policies.num_first_actions()
    );
    mind::sharpen<Real>(choice, model().alpha(), model().convention().log, scratch.sharpened);
    Random random = batch.world.random(batch.table.id(row), stream::kChoice);
    const size_t chosen = mind::sample<Real>(scratch.sharpened, uniform(random, Real{}));
    std::ranges::copy(policies.node_actions(chosen), batch.table.at<int32_t>(action_, row));
  }

  std::shared_ptr<const mind::Mind<Real>> mind_;
  uint32_t belief_ = 0, observation_ = 0, action_ = 0, choice_ = 0, free_energy_ = 0;
  uint32_t think_stage_ = 0;
  std::vector<Scratch<Real>> scratch_;  // by worker
};

}  // namespace

template <class Real>
AgentType minded_type(AgentType type, std::shared_ptr<const mind::Mind<Real>> mind) {
  type.state = std::make_shared<Minded<Real>>(std::move(mind), type.fields);
  type.prepare = [](void* state, World& world) {
    static_cast<Minded<Real>*>(state)->prepare(world);
  };
  type.born = [](void* state, const StepBatch& batch) {
    static_cast<Minded<Real>*>(state)->born(batch);
  };
  type.think = [](void* state, const StepBatch& batch) {
    static_cast<Minded<Real>*>(state)->think(batch);
  };
  return type;
}

template AgentType minded_type<double>(
    AgentType type, std::shared_ptr<const mind::Mind<double>> mind
);
template AgentType minded_type<float>(
    AgentType type, std::shared_ptr<const mind::Mind<float>> mind
);

}  // namespace dks::agent
