// The lane engine beside the reference engine, on one core: agents a second, their ratio, and what
// share of the core's float operations that takes (roofline.h).
// SPDX-License-Identifier: MIT
#include "base/platform/float_env.h"
#include "mind/expected_free_energy.h"
#include "mind/infer_states.h"
#include "mind/lanes/lane_engine.h"
#include "mind/lanes/program_builder.h"
#include "mind/policy_posterior.h"
#include "roofline.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace {

using namespace dks;
using namespace dks::mind;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

// Distributions in columns, [rows][columns], different from each other.
std::vector<double> columns(size_t rows, size_t count) {
  std::vector<double> out(rows * count);
  for (size_t c = 0; c < count; ++c) {
    double sum = 0;
    for (size_t r = 0; r < rows; ++r) {
      out[r * count + c] = 1 + static_cast<double>((7 * r + 3 * c + r * c) % 11);
      sum += out[r * count + c];
    }
    for (size_t r = 0; r < rows; ++r) {
      out[r * count + c] /= sum;
    }
  }
  return out;
}

// Factors of 5, 4 and 3 states, modalities of 5, 4, 3 and 3 outcomes that depend on all factors;
// six actions, three for the first factor times two for the second; 8 rounds of the fixed point.
ModelDesc generic_model() {
  ModelDesc desc;
  const uint32_t controls[] = {3, 2, 1};
  const uint32_t states[] = {5, 4, 3};
  for (uint32_t f = 0; f < 3; ++f) {
    FactorDesc factor;
    factor.num_states = states[f];
    factor.num_controls = controls[f];
    factor.parents = {f};
    factor.transition = columns(states[f], size_t{states[f]} * controls[f]);
    desc.factors.push_back(factor);
  }
  for (const uint32_t outcomes : {5U, 4U, 3U, 3U}) {
    ModalityDesc modality;
    modality.num_outcomes = outcomes;
    modality.parents = {0, 1, 2};
    modality.likelihood = columns(outcomes, 60);
    for (uint32_t o = 0; o < outcomes; ++o) {
      modality.preferences.push_back(static_cast<double>(o) - 1.5);
    }
    desc.modalities.push_back(modality);
  }
  desc.convention.inference = {UpdateOrder::kSequential, 8, 0};
  desc.gamma = 4;
  return desc;
}

template <class Real>
struct Bench {
  explicit Bench(const ModelDesc& desc, size_t depth)
      : model(std::move(*GenerativeModel<Real>::build(desc))),
        graph(std::move(
            *PlanningGraph::build(model, *Policies::enumerate(model.num_controls(), depth))
        )) {}
  GenerativeModel<Real> model;
  PlanningGraph graph;
};

// Seconds of the reference for one agent: prediction, inference, planning, posterior.
double reference_seconds(const Bench<double>& bench) {
  const auto& model = bench.model;
  Workspace<double> workspace(model, bench.graph);
  std::vector<double> prior(model.total_states());
  std::vector<double> q(model.initial_states().begin(), model.initial_states().end());
  std::vector<double> neg_efe(bench.graph.policies().size());
  std::vector<double> q_pi(neg_efe.size());
  std::vector<int32_t> observation(model.num_modalities());
  const std::vector<int32_t> action(model.num_factors(), 0);
  constexpr int kAgents = 2000;
  double best = 1e9;
  for (int round = 0; round < 3; ++round) {
    const auto begin = Clock::now();
    for (int agent = 0; agent < kAgents; ++agent) {
      for (size_t m = 0; m < observation.size(); ++m) {
        observation[m] = (agent + static_cast<int>(m)) % 3;
      }
      predict_states<double>(model, q, action, prior, workspace);
      infer_states<double>(model, prior, {observation}, q, workspace);
      expected_free_energy<double>(model, bench.graph, {}, q, neg_efe, workspace);
      policy_posterior<double>(neg_efe, model.gamma(), {}, q_pi);
      benchmark::DoNotOptimize(q_pi.data());
    }
    best = std::min(best, seconds_since(begin) / kAgents);
  }
  return best;
}

void generic(benchmark::State& state) {
  const auto depth = static_cast<size_t>(state.range(0));
  const auto set = static_cast<InstructionSet>(state.range(1));
  if (!has_instruction_set(set)) {
    state.SkipWithError("this processor does not have it");
    return;
  }
  const FloatEnvGuard float_env;
  const ModelDesc desc = generic_model();
  const Bench<double> reference(desc, depth);
  const Bench<float> floats(desc, depth);
  const auto engine = std::move(*LaneEngine::build(floats.model, floats.graph, {}, set));
  LaneWorkspace workspace(engine);
  const size_t width = engine.lanes();
  const auto initial = floats.model.initial_states();
  for (size_t i = 0; i < initial.size() * width; ++i) {
    workspace.q[i] = initial[i / width];
  }
  int32_t agent = 0;
  double best = 1e9;
  for (auto _ : state) {
    constexpr int kBlocks = 256;
    const auto begin = Clock::now();
    for (int block = 0; block < kBlocks; ++block) {
      for (size_t i = 0; i < workspace.observation.size(); ++i) {
        workspace.observation[i] = (agent++) % 3;
      }
      std::copy(workspace.q.begin(), workspace.q.end(), workspace.belief.begin());
      engine.predict(workspace);
      engine.infer(workspace);
      engine.plan(workspace);
      benchmark::DoNotOptimize(workspace.choice.data());
    }
    const double seconds = seconds_since(begin);
    state.SetIterationTime(seconds);
    best = std::min(best, seconds / (kBlocks * static_cast<double>(width)));
  }
  state.SetLabel(instruction_set_name(set));
  state.counters["pets/s"] = 1 / best;
  state.counters["ns"] = best * 1e9;
  state.counters["to_reference"] = reference_seconds(reference) / best;
  lanes::OwnedProgram owned;
  if (!lanes::build_program(floats.model, floats.graph, {}, owned)) {
    state.SkipWithError("no program");
    return;
  }
  const double operations = bench::operations_of(owned.program);
  state.counters["operations"] = operations;
  state.counters["of_peak"] = operations / best / bench::most_operations(set);
}
BENCHMARK(generic)
    ->ArgNames({"depth", "set"})
    ->ArgsProduct({{1, 2}, {0, 1, 2}})
    ->UseManualTime()
    ->Unit(benchmark::kMicrosecond)
    ->MinTime(0.2);

}  // namespace

BENCHMARK_MAIN();
