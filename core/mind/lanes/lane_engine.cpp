// SPDX-License-Identifier: MIT
#include "mind/lanes/lane_engine.h"

#include "mind/lanes/program_builder.h"

#include <algorithm>

namespace dks::mind {
namespace {

const lanes::LaneKernels* kernels_of(InstructionSet set) {
  switch (set) {
#if defined(__x86_64__)
    case InstructionSet::kAvx2:
      return &lanes::kAvx2Kernels;
    case InstructionSet::kAvx512:
      return &lanes::kAvx512Kernels;
#else
    case InstructionSet::kAvx2:
    case InstructionSet::kAvx512:
#endif
    case InstructionSet::kBaseline:
      break;
  }
  return &lanes::kBaselineKernels;
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

// Everything in one piece of memory, aligned to a register's size.
LaneWorkspace::LaneWorkspace(const LaneEngine& engine) : lanes_(engine.lanes()) {
  const lanes::LaneProgram& program = engine.owned_->program;
  constexpr size_t kAlignment = 64 / sizeof(float);
  const size_t numbers = size_t{program.states} * 3 + program.factors + program.modalities * 2 +
                         size_t{program.actions} * 4 + program.outcomes + 3 +
                         size_t{program.policies} * 2 + engine.owned_->scratch;
  memory_.resize(numbers * lanes_ + kAlignment);
  const auto address = reinterpret_cast<uintptr_t>(memory_.data()) / sizeof(float);
  std::span<float> left =
      std::span(memory_).subspan((kAlignment - address % kAlignment) % kAlignment);
  const auto take = [&](size_t count) {
    const std::span<float> taken = left.first(count * lanes_);
    left = left.subspan(count * lanes_);
    return taken;
  };
  const auto take_integers = [&](size_t count) {
    const std::span<float> taken = take(count);
    return std::span(reinterpret_cast<int32_t*>(taken.data()), taken.size());
  };
  belief = take(program.states);
  action = take_integers(program.factors);
  prior = take(program.states);
  evidence = take(program.actions);
  observation = take_integers(program.modalities);
  precision = take(program.modalities);
  q = take(program.states);
  free_energy = take(1);
  log_preferences = take(program.outcomes);
  log_habit = take(program.actions);
  gamma = take(1);
  info_gain_weight = take(1);
  choice = take(program.actions);
  score = take(program.actions);
  neg_efe = take(program.policies);
  q_pi = take(program.policies);
  scratch_ = take(engine.owned_->scratch);
  std::fill(gamma.begin(), gamma.end(), engine.gamma_);
  std::fill(info_gain_weight.begin(), info_gain_weight.end(), 1.0F);
}

lanes::LaneBlock LaneWorkspace::block() const {
  return {
      belief.data(),
      action.data(),
      observation.data(),
      precision.data(),
      prior.data(),
      q.data(),
      free_energy.data(),
      evidence.data(),
      log_preferences.data(),
      log_habit.data(),
      gamma.data(),
      info_gain_weight.data(),
      choice.data(),
      score.data(),
      neg_efe.data(),
      q_pi.data(),
      scratch_.data()};
}

lanes::LaneOptions LaneWorkspace::options() const {
  return {own_preferences, habits, precisions, wants_evidence, wants_policies};
}

}  // namespace dks::mind
