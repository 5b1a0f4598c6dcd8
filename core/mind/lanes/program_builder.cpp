// SPDX-License-Identifier: MIT
#include "mind/lanes/program_builder.h"

#include "mind/lanes/builder.h"

#include <algorithm>

namespace dks::mind::lanes {

Result<> Builder::build(const LaneSettings& settings) {
  const Policies& policies = graph_.policies();
  const auto actions = static_cast<uint32_t>(policies.num_first_actions());
  const bool prunes = settings.keep_first_actions != 0 && settings.keep_first_actions < actions &&
                      policies.depth() > 1;
  const auto log_prior = model_.log_policy_prior();
  if (model_.convention().entropy != EntropyForm::kTextbook) {
    return invalid("lanes take the textbook entropy, not that of spm_MDP_G");
  }
  const bool coupled = std::any_of(
      model_.factors().begin(), model_.factors().end(), [](const auto& f) { return f.coupled; }
  );
  if (coupled && model_.convention().inference.method == InferenceMethod::kExact) {
    return invalid("lanes iterate to a fixed point, exact inference is the reference's");
  }
  if (prunes && !log_prior.empty()) {
    return invalid("policies with a prior of their own cannot be pruned in lanes");
  }
  LaneProgram& program = out_.program;
  program.factors = static_cast<uint32_t>(model_.num_factors());
  program.modalities = static_cast<uint32_t>(model_.num_modalities());
  program.states = static_cast<uint32_t>(model_.total_states());
  program.outcomes = static_cast<uint32_t>(model_.total_outcomes());
  program.actions = actions;
  program.policies = static_cast<uint32_t>(policies.size());
  program.kept = prunes ? settings.keep_first_actions : actions;
  program.use_utility = settings.use_utility ? 1 : 0;
  program.use_info_gain = settings.use_states_info_gain ? 1 : 0;
  const bool adds = model_.convention().log == LogForm::kAddTiny;
  program.added = adds ? 1e-16F : 0.0F;
  program.least = adds ? 1e-16F : 2.220446e-16F;
  program.sequential = model_.convention().inference.order == UpdateOrder::kSequential ? 1 : 0;
  add_factors();
  add_groups();
  program.groups = size32(out_.groups);
  program.iterations =
      coupled ? static_cast<uint32_t>(model_.convention().inference.max_iterations) : 0;
  add_predictions();
  add_evidence();
  out_.log_policy_prior.assign(log_prior.begin(), log_prior.end());
  size_t looked_at = policies.size();
  if (prunes) {
    const auto first = first_steps();
    const auto rest = continuations();
    if (!first || !rest) {
      return first ? rest.error() : first.error();
    }
    add_plan(*first, 0, out_.first, program.first);
    add_branches(*first);
    add_plan(*rest, 1, out_.rest, program.rest);
    looked_at = program.kept * rest->policies().size();
  } else {
    add_plan(graph_, 0, out_.first, program.first);
  }
  program.best_actions = take(program.kept);
  program.weights = take(looked_at);
  program.totals = take(size_t{3} * actions);
  place_level_tables();
  return {};
}

void OwnedProgram::link() {
  program.factor = factors.data();
  program.modality = modalities.data();
  program.group = groups.data();
  program.message = messages.data();
  program.contraction = contractions.data();
  program.outcome = outcomes.data();
  program.indices = indices.data();
  program.constants = constants.data();
  program.branches = branches.data();
  program.branch_count = size32(branches);
  program.log_policy_prior = log_policy_prior.empty() ? nullptr : log_policy_prior.data();
  for (const auto& [plan, lists] :
       {std::pair(&program.first, &first), std::pair(&program.rest, &rest)}) {
    plan->steps = lists->steps.data();
    plan->parents = lists->parents.data();
    plan->node_outcomes = lists->node_outcomes.data();
    plan->leaves = lists->leaves.data();
    plan->first_actions = lists->first_actions.data();
  }
}

Result<> build_program(
    const GenerativeModel<float>& model,
    const PlanningGraph& graph,
    const LaneSettings& settings,
    OwnedProgram& out
) {
  DKS_TRY(Builder(model, graph, out).build(settings));
  out.link();
  return {};
}

}  // namespace dks::mind::lanes
