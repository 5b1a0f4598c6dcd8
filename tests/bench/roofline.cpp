// SPDX-License-Identifier: MIT
#include "roofline.h"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>

namespace dks::bench {
namespace {

using namespace dks::mind::lanes;

// As the kernels' functions are written.
constexpr double kExp = 22;
constexpr double kLog = 30;

double of_contractions(const LaneProgram& program, Range range) {
  double sum = 0;
  for (uint32_t i = range.begin; i < range.end; ++i) {
    const Contraction& what = program.contraction[i];
    sum += double{1} * what.outer * what.rest * (2 * what.states - 1);
  }
  return sum;
}

double of_softmax(uint32_t count) {
  return count * (1 + kExp + 1 + 1) + 1;
}

double of_suffixes(const LaneProgram& program) {
  double sum = 0;
  for (uint32_t g = 0; g < program.groups; ++g) {
    sum += of_contractions(program, program.group[g].suffixes);
  }
  return sum;
}

double of_sweep(const LaneProgram& program) {
  double sum = of_suffixes(program);
  for (uint32_t f = 0; f < program.factors; ++f) {
    const LaneFactor& factor = program.factor[f];
    for (uint32_t i = factor.messages.begin; i < factor.messages.end; ++i) {
      sum += of_contractions(program, program.message[i].prefixes) + factor.states;
    }
    sum += factor.coupled != 0 ? factor.states + of_softmax(factor.states) : 0;
  }
  return sum;
}

double of_inference(const LaneProgram& program) {
  double sum = program.states * (1 + kLog);
  for (uint32_t g = 0; g < program.groups; ++g) {
    const LaneGroup& group = program.group[g];
    sum += 2.0 * group.joint * (group.modalities.end - group.modalities.begin - 1);
  }
  return sum + program.iterations * of_sweep(program) + of_suffixes(program);
}

double of_planning(const LaneProgram& program) {
  const LanePlan& plan = program.first;
  double sum = 0;
  uint32_t nodes = 0;
  for (uint32_t t = 0; t < plan.depth; ++t) {
    const LaneStep& step = plan.steps[t];
    sum += of_contractions(program, step.contractions);
    for (uint32_t i = step.outcomes.begin; i < step.outcomes.end; ++i) {
      sum += program.outcome[i].outcomes * (2 + kLog + 2) + 3;
    }
    nodes += step.nodes.end - step.nodes.begin;
  }
  sum += double{1} * nodes * program.modalities;
  return sum + plan.policies * (2 + 1 + kExp + 3) + program.actions * (1 + kExp + 4 + kLog + 2);
}

// Chains enough to hide what an operation takes. `kBytes` of a register.
template <int kBytes>
struct Registers {
  typedef float Lanes __attribute__((vector_size(kBytes)));
  static constexpr int kChains = 12;
  static constexpr double kOperations = 2.0 * kChains * kBytes / sizeof(float);
};

#define DKS_ROOF(NAME, BYTES, TARGET)              \
  TARGET double NAME(int rounds) {                 \
    using R = Registers<BYTES>;                    \
    R::Lanes x[R::kChains];                        \
    const R::Lanes factor = R::Lanes{} + 0.999F;   \
    const R::Lanes term = R::Lanes{} + 0.001F;     \
    for (int i = 0; i < R::kChains; ++i) {         \
      x[i] = R::Lanes{} + static_cast<float>(i);   \
    }                                              \
    for (int round = 0; round < rounds; ++round) { \
      for (int i = 0; i < R::kChains; ++i) {       \
        x[i] = x[i] * factor + term;               \
      }                                            \
    }                                              \
    for (int i = 0; i < R::kChains; ++i) {         \
      float result = x[i][0];                      \
      benchmark::DoNotOptimize(result);            \
    }                                              \
    return R::kOperations * rounds;                \
  }
DKS_ROOF(run_baseline, 16, )
#if defined(__x86_64__)
DKS_ROOF(run_avx2, 32, __attribute__((target("avx2"))))
DKS_ROOF(run_avx512, 64, __attribute__((target("avx512f"))))
#endif
#undef DKS_ROOF

}  // namespace

double operations_of(const LaneProgram& program) {
  return of_contractions(program, program.predictions) + of_inference(program) +
         of_planning(program);
}

double most_operations(InstructionSet set) {
  double (*run)(int) = run_baseline;
#if defined(__x86_64__)
  run = set == InstructionSet::kAvx512 ? run_avx512 : set == InstructionSet::kAvx2 ? run_avx2 : run;
#else
  (void)set;
#endif
  double best = 0;
  for (int round = 0; round < 5; ++round) {
    const auto begin = std::chrono::steady_clock::now();
    const double operations = run(1'000'000);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    best = std::max(best, operations / seconds.count());
  }
  return best;
}

}  // namespace dks::bench
