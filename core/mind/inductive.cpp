// SPDX-License-Identifier: MIT
#include "mind/inductive.h"

#include "math/functions.h"
#include "math/reduce.h"

#include <algorithm>

namespace dks::mind {
namespace {

constexpr uint32_t kMaxDepth = 4096;

template <class Real>
Result<> check_goals(const GenerativeModel<Real>& model, const GoalDesc& desc) {
  if (desc.goals.size() != model.total_states()) {
    return invalid(
        "goals have ",
        desc.goals.size(),
        " entries, expected one for each of the ",
        model.total_states(),
        " states"
    );
  }
  for (size_t i = 0; i < desc.goals.size(); ++i) {
    if (desc.goals[i] != 0 && desc.goals[i] != 1) {
      return invalid("goals[", i, "] is ", desc.goals[i], ", expected 0 or 1");
    }
  }
  if (desc.depth == 0 || desc.depth > kMaxDepth) {
    return invalid("goals: depth ", desc.depth, ", expected 1 to ", kMaxDepth);
  }
  if (desc.goals.size() * desc.depth > ModelLimits::kTensorEntries) {
    return error(
        Status::kLimit,
        "goals: depth ",
        desc.depth,
        " over ",
        desc.goals.size(),
        " states would have more than ",
        ModelLimits::kTensorEntries,
        " entries, the limit"
    );
  }
  if (!(desc.threshold >= 0 && desc.threshold < 1)) {
    return invalid("goals: threshold ", desc.threshold, " is not in [0, 1)");
  }
  if (!(desc.epsilon > 0 && desc.epsilon <= 1)) {
    return invalid("goals: epsilon ", desc.epsilon, " is not in (0, 1]");
  }
  return {};
}

// How the index of a factor's own state is found in its parents' joint states.
struct OwnAxis {
  size_t stride = 1;
  size_t size = 1;  // 1 where the factor is no parent of its own: any state leads on alike

  size_t state(size_t joint) const { return joint / stride % size; }
};

template <class Real>
OwnAxis own_axis(const GenerativeModel<Real>& model, size_t f) {
  const Factor<Real>& factor = model.factors()[f];
  OwnAxis axis;
  for (size_t k = factor.parents.size(); k-- > 0;) {
    if (factor.parents[k] == f) {
      axis.size = factor.num_states;
      return axis;
    }
    axis.stride *= model.factors()[factor.parents[k]].num_states;
  }
  return axis;
}

// leads[from * states + to]: whether a transition counts.
template <class Real>
std::vector<uint8_t> transitions(const GenerativeModel<Real>& model, size_t f, Real threshold) {
  const Factor<Real>& factor = model.factors()[f];
  const OwnAxis axis = own_axis(model, f);
  std::vector<uint8_t> leads(size_t{factor.num_states} * factor.num_states);
  const size_t rows = size_t{factor.num_slices} * factor.joint_size;
  for (size_t row = 0; row < rows; ++row) {
    const size_t from = axis.state(row % factor.joint_size);
    for (size_t to = 0; to < factor.num_states; ++to) {
      if (factor.transition[row * factor.num_states + to] > threshold) {
        leads[from * factor.num_states + to] = 1;
      }
    }
  }
  if (axis.size == 1) {
    for (size_t from = 1; from < factor.num_states; ++from) {
      const auto first = leads.begin();
      std::copy_n(first, factor.num_states, &leads[from * factor.num_states]);
    }
  }
  return leads;
}

}  // namespace

template <class Real>
Result<Goals<Real>> Goals<Real>::build(const GenerativeModel<Real>& model, const GoalDesc& desc) {
  DKS_TRY(check_goals(model, desc));
  Goals goals;
  goals.depth_ = desc.depth;
  goals.total_states_ = model.total_states();
  goals.log_epsilon_ = static_cast<Real>(math::log(desc.epsilon));
  goals.rows_.resize(goals.depth_ * goals.total_states_);
  std::transform(desc.goals.begin(), desc.goals.end(), goals.rows_.begin(), [](double goal) {
    return goal == 1 ? uint8_t{1} : uint8_t{0};
  });
  for (size_t f = 0; f < model.num_factors(); ++f) {
    const Factor<Real>& factor = model.factors()[f];
    const size_t states = factor.num_states;
    const std::vector<uint8_t> leads = transitions(model, f, static_cast<Real>(desc.threshold));
    for (size_t step = 1; step < goals.depth_; ++step) {
      const uint8_t* next = &goals.rows_[(step - 1) * goals.total_states_ + factor.state_offset];
      uint8_t* row = &goals.rows_[step * goals.total_states_ + factor.state_offset];
      for (size_t from = 0; from < states; ++from) {
        for (size_t to = 0; to < states; ++to) {
          if (leads[from * states + to] != 0 && next[to] != 0) {
            row[from] = 1;
          }
        }
      }
    }
  }
  return goals;
}

template <class Real>
void Goals<Real>::state_values(const GenerativeModel<Real>& model, Input<Real> q, Output<Real> out)
    const {
  std::fill(out.begin(), out.end(), Real(0));
  for (const Factor<Real>& factor : model.factors()) {
    const auto belief = q.subspan(factor.state_offset, factor.num_states);
    const size_t here = factor.state_offset + math::argmax<Real>(belief);
    size_t steps = 0;
    while (steps < depth_ && row(steps)[here] == 0) {
      ++steps;
    }
    if (steps == depth_) {
      continue;
    }
    const auto wanted = row(steps == 0 ? 0 : steps - 1);
    for (size_t s = factor.state_offset; s < factor.state_offset + factor.num_states; ++s) {
      out[s] = wanted[s] != 0 ? Real(0) : log_epsilon_;
    }
  }
}

template class Goals<double>;
template class Goals<float>;

}  // namespace dks::mind
