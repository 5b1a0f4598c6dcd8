// SPDX-License-Identifier: MIT
#include "mind/lanes/lane_engine.h"

#include "mind/lanes/program_builder.h"

#include <algorithm>
#include <utility>

namespace dks::mind {
namespace {

const lanes::LaneKernels* kernels_of(InstructionSet set) {
  switch (set) {
#if defined(__x86_64__) && !defined(DKS_WITHOUT_AVX)
    case InstructionSet::kAvx2:
      return &lanes::avx2_kernels();
    case InstructionSet::kAvx512:
      return &lanes::avx512_kernels();
#else
    case InstructionSet::kAvx2:
    case InstructionSet::kAvx512:
#endif
    case InstructionSet::kBaseline:
      break;
  }
  return &lanes::baseline_kernels();
}

}  // namespace

Result<LaneEngine> LaneEngine::build(
    const GenerativeModel<float>& model,
    const PlanningGraph& graph,
    const LaneSettings& settings,
    InstructionSet set
) {
  if (!has_instruction_set(set)) {
    return invalid("this processor does not have ", instruction_set_name(set));
  }
  const auto owned = std::make_shared<lanes::OwnedProgram>();
  DKS_TRY(lanes::build_program(model, graph, settings, *owned));
  LaneEngine engine;
  engine.owned_ = owned;
  engine.kernels_ = kernels_of(set);
  engine.set_ = set;
  engine.gamma_ = model.gamma();
  return engine;
}

void LaneEngine::predict(LaneWorkspace& workspace) const {
  kernels_->predict(owned_->program, workspace.options(), workspace.block());
}

void LaneEngine::infer(LaneWorkspace& workspace) const {
  kernels_->infer(owned_->program, workspace.options(), workspace.block());
}

void LaneEngine::plan(LaneWorkspace& workspace) const {
  kernels_->plan(owned_->program, workspace.options(), workspace.block());
}

// Everything in one piece of memory, aligned to the largest register.
LaneWorkspace::LaneWorkspace(const LaneEngine& engine) : lanes_(engine.lanes()) {
  const lanes::LaneProgram& program = engine.owned_->program;
  std::span<float> actions;
  std::span<float> observations;
  const std::pair<std::span<float>*, size_t> arrays[] = {
      {&belief, program.states},
      {&actions, program.factors},
      {&last_choice, program.actions},
      {&last_score, program.actions},
      {&prior, program.states},
      {&evidence, program.actions},
      {&charge, 1},
      {&observations, program.modalities},
      {&precision, program.modalities},
      {&q, program.states},
      {&free_energy, 1},
      {&log_preferences, program.outcomes},
      {&log_habit, program.actions},
      {&gamma, 1},
      {&info_gain_weight, 1},
      {&choice, program.actions},
      {&score, program.actions},
      {&indecision, 1},
      {&neg_efe, program.policies},
      {&q_pi, program.policies},
      {&scratch_, engine.owned_->scratch},
  };
  size_t numbers = 0;
  for (const auto& [array, count] : arrays) {
    numbers += count * lanes_;
  }
  constexpr size_t kAlignment = 64 / sizeof(float);
  memory_.resize(numbers + kAlignment);
  const size_t misplaced = reinterpret_cast<uintptr_t>(memory_.data()) / sizeof(float) % kAlignment;
  std::span<float> left = std::span(memory_).subspan((kAlignment - misplaced) % kAlignment);
  for (const auto& [array, count] : arrays) {
    *array = left.first(count * lanes_);
    left = left.subspan(count * lanes_);
  }
  action = {reinterpret_cast<int32_t*>(actions.data()), actions.size()};
  observation = {reinterpret_cast<int32_t*>(observations.data()), observations.size()};
  std::fill(gamma.begin(), gamma.end(), engine.gamma_);
  std::fill(info_gain_weight.begin(), info_gain_weight.end(), 1.0F);
}

lanes::LaneBlock LaneWorkspace::block() const {
  lanes::LaneBlock block;
  block.belief = belief.data();
  block.action = action.data();
  block.observation = observation.data();
  block.precision = precision.data();
  block.prior = prior.data();
  block.q = q.data();
  block.free_energy = free_energy.data();
  block.evidence = evidence.data();
  block.last_choice = last_choice.data();
  block.last_score = last_score.data();
  block.charge = charge.data();
  block.log_preferences = log_preferences.data();
  block.log_habit = log_habit.data();
  block.gamma = gamma.data();
  block.info_gain_weight = info_gain_weight.data();
  block.choice = choice.data();
  block.score = score.data();
  block.indecision = indecision.data();
  block.neg_efe = neg_efe.data();
  block.q_pi = q_pi.data();
  block.scratch = scratch_.data();
  return block;
}

lanes::LaneOptions LaneWorkspace::options() const {
  return {own_preferences, habits, precisions, wants_evidence, wants_policies};
}

}  // namespace dks::mind
