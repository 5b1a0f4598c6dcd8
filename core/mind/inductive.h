// Inductive inference: which states lie on a way to a goal, found backwards from it.
// SPDX-License-Identifier: MIT
#pragma once

#include "base/status.h"
#include "mind/generative_model.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace dks::mind {

struct GoalDesc {
  std::vector<double> goals;  // [states], 1 where wanted, else 0; a factor of zeros has no goal
  uint32_t depth = 10;        // rows of the induction, the goal itself is the first
  // A transition counts where some action, and some states of a factor's other parents, make it
  // likelier than this.
  double threshold = 1.0 / 16;
  double epsilon = 1e-3;  // a state off the way costs -ln(epsilon) nats; 0 < epsilon <= 1
};

// Idea: row 0 of a factor holds the wanted states; row i those states from which one transition
// leads into row i - 1, so that the goal is i steps away. An agent that is i steps away should be
// in row i - 1 next: every other state loses -ln(epsilon), which outweighs what a short look ahead
// finds. Each factor has its own way; the current state is taken to be the likeliest one.
// Source: Friston et al. 2023, "Active inference and intentional behaviour", on inductive planning;
// pymdp 1.x generate_I_matrix and calc_inductive_value_t. (pymdp legacy multiplies with the
// transposed matrix: it finds what can be reached from the goal. Where every way has a way back the
// two are the same.)
// Cost: build() reads every transition once; state_values() one pass over the states.
template <class Real>
class Goals {
 public:
  // Refuses goals of another size or other than 0 and 1, depth 0, and numbers out of range.
  static Result<Goals> build(const GenerativeModel<Real>& model, const GoalDesc& desc);

  size_t depth() const { return depth_; }
  // 1 where a goal is `steps` transitions away, [states of all factors].
  std::span<const uint8_t> row(size_t steps) const {
    return std::span(rows_).subspan(steps * total_states_, total_states_);
  }

  // What each state is worth to an agent with beliefs q, for PlanningSettings::state_values: 0 on
  // the way, ln(epsilon) off it; all 0 for a factor without a goal in reach. Both are [states].
  void state_values(const GenerativeModel<Real>& model, Input<Real> q, Output<Real> out) const;

 private:
  size_t depth_ = 0;
  size_t total_states_ = 0;
  Real log_epsilon_ = 0;
  std::vector<uint8_t> rows_;
};

extern template class Goals<double>;
extern template class Goals<float>;

}  // namespace dks::mind
