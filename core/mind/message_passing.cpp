// SPDX-License-Identifier: MIT
#include "mind/message_passing.h"

#include "math/reduce.h"
#include "mind/kernels.h"
#include "mind/terms_of_states.h"

#include <algorithm>

namespace dks::mind {
namespace {

constexpr double kTiny = 1e-16;  // as in log_probability; keeps columns of B^T above zero

template <class Real>
std::span<const Real> belief_of(const Factor<Real>& factor, std::span<const Real> q) {
  return q.subspan(factor.state_offset, factor.num_states);
}

// One policy's messages: what the functions below share.
template <class Real>
struct Messages {
  const GenerativeModel<Real>& model;
  const Policies& policies;
  const Window<Real>& window;
  MessagePassingWorkspace<Real>& workspace;
  size_t policy;
  std::span<Real> q;  // [moments][states]

  size_t past() const { return window.outcomes.size() / model.num_modalities(); }
  size_t moments() const { return num_moments(policies, past()); }

  std::span<const Real> prior() const {
    const size_t size = model.total_states();
    return window.prior.size() == size ? window.prior : window.prior.subspan(policy * size, size);
  }

  std::span<const Real> beliefs(size_t moment) const {
    return q.subspan(moment * model.total_states(), model.total_states());
  }
  std::span<const Real> belief(size_t moment, size_t f) const {
    return belief_of(model.factors()[f], beliefs(moment));
  }

  // What factor f does between two moments.
  std::span<const Real> transition_after(size_t moment, size_t f) const {
    const Factor<Real>& factor = model.factors()[f];
    const size_t known = past() - 1;
    const int32_t action = moment < known ? window.actions[moment * model.num_factors() + f]
                                          : policies.step(policy, moment - known)[f];
    return factor.transition_slice(factor.slice_of_action[static_cast<size_t>(action)]);
  }

  std::span<Real> scratch(std::vector<Real>& values, size_t f) const {
    return std::span(values).first(model.factors()[f].num_states);
  }
  Real log(Real p) const { return log_probability(p, model.convention().log); }

  // ln of the likelihood of a moment's outcomes for each state of factor f, expected under the
  // beliefs about all other factors: those after f are summed out one by one, those before as one.
  void take_outcomes(size_t moment, size_t f) const {
    const auto out = scratch(workspace.log_likelihood, f);
    if (moment >= past()) {
      std::fill(out.begin(), out.end(), Real(0));
      return;
    }
    std::span<const Real> table = std::span(workspace.likelihood)
                                      .subspan(moment * workspace.joint_size, workspace.joint_size);
    for (size_t other = model.num_factors(); --other > f;) {
      const auto q_other = belief(moment, other);
      const auto smaller = std::span(workspace.contracted).first(table.size() / q_other.size());
      contract_last(table.data(), q_other, smaller);
      table = smaller;
    }
    std::copy_n(table.begin(), f == 0 ? out.size() : 0, out.begin());
    if (f > 0) {
      const auto before = [&](size_t k) { return belief(moment, k); };
      contract(joint_belief<Real>(f, before, workspace.joint), table.data(), out);
    }
    std::transform(out.begin(), out.end(), out.begin(), [&](Real p) { return log(p); });
  }

  void add_past(size_t moment, size_t f) const {
    const auto error = scratch(workspace.gradient, f);
    const auto expected = scratch(workspace.expected, f);
    if (moment == 0) {
      const auto first = belief_of(model.factors()[f], prior());
      std::copy(first.begin(), first.end(), expected.begin());
    } else {
      const auto parents = model.factors()[f].parents;
      const auto parent = [&](size_t k) { return belief(moment - 1, parents[k]); };
      const auto joint = joint_belief<Real>(parents.size(), parent, workspace.inference.joint);
      contract(joint, transition_after(moment - 1, f).data(), expected);
    }
    for (size_t s = 0; s < error.size(); ++s) {
      error[s] += log(expected[s]);
    }
  }

  // From every factor that f drives: ln (B^T q_after), with B^T[s, s'] = (B[s', s] + tiny) / sum_s.
  void add_future(size_t moment, size_t f) const {
    for (size_t child = 0; child < model.num_factors(); ++child) {
      const auto parents = model.factors()[child].parents;
      const auto found = std::find(parents.begin(), parents.end(), f);
      if (found != parents.end()) {
        add_future_of(moment, f, child, static_cast<size_t>(found - parents.begin()));
      }
    }
  }

  void add_future_of(size_t moment, size_t f, size_t child, size_t axis) const {
    const auto error = scratch(workspace.gradient, f);
    const auto expected = scratch(workspace.expected, f);
    const auto weights = scratch(workspace.weights, child);
    const std::span<const Real> table = transition_for(moment, child, axis);
    const auto after = belief(moment + 1, child);
    const auto tiny = static_cast<Real>(kTiny);
    Real total = 0;
    for (size_t next = 0; next < weights.size(); ++next) {
      Real column = 0;
      for (size_t s = 0; s < error.size(); ++s) {
        column += table[s * weights.size() + next] + tiny;
      }
      weights[next] = after[next] / column;
      total += weights[next];
    }
    contract_last<Real>(table.data(), weights, expected);
    for (size_t s = 0; s < error.size(); ++s) {
      error[s] += log(expected[s] + tiny * total);
    }
  }

  // B of `child` as [state of its parent on `axis`][next state], under the other parents' beliefs.
  std::span<const Real> transition_for(size_t moment, size_t child, size_t axis) const {
    const std::span<const Real> table = transition_after(moment, child);
    const auto parents = model.factors()[child].parents;
    if (parents.size() == 1) {
      return table;
    }
    const size_t next_states = model.factors()[child].num_states;
    const size_t states = model.factors()[parents[axis]].num_states;
    const auto out = std::span(workspace.transition).first(states * next_states);
    std::fill(out.begin(), out.end(), Real(0));
    for (size_t row = 0; row < table.size() / next_states; ++row) {
      size_t rest = row;
      size_t state = 0;
      Real weight = 1;
      for (size_t k = parents.size(); k-- > 0;) {
        const auto q_parent = belief(moment, parents[k]);
        const size_t index = rest % q_parent.size();
        rest /= q_parent.size();
        state = k == axis ? index : state;
        weight *= k == axis ? Real(1) : q_parent[index];
      }
      for (size_t next = 0; next < next_states; ++next) {
        out[state * next_states + next] += weight * table[row * next_states + next];
      }
    }
    return out;
  }

  // One step along the gradient; returns what it adds to the evidence.
  Real update(size_t moment, size_t f, Real step_size) const {
    const Factor<Real>& factor = model.factors()[f];
    const auto error = scratch(workspace.gradient, f);
    const auto evidence = scratch(workspace.log_likelihood, f);
    const auto log_q = scratch(workspace.log_q, f);
    const auto own =
        q.subspan(moment * model.total_states() + factor.state_offset, factor.num_states);
    const bool has_future = moment + 2 < moments();
    const Real count = has_future ? Real(2) : Real(1);
    take_outcomes(moment, f);
    for (size_t s = 0; s < error.size(); ++s) {
      log_q[s] = log(own[s]);
      error[s] = count * evidence[s] - count * log_q[s];
    }
    add_past(moment, f);
    if (has_future) {
      add_future(moment, f);
    }
    // Within the window each factor would count the outcomes anew.
    const bool is_edge = moment == 0 || moment + 1 == moments();
    const auto factors = static_cast<Real>(model.num_factors());
    const Real shared = is_edge ? Real(0) : (factors - 1) / factors;
    Real free_energy = 0;
    for (size_t s = 0; s < error.size(); ++s) {
      free_energy += own[s] * (Real(0.5) * (error[s] - shared * evidence[s]));
    }
    const Real mean = math::sum<Real>(error) / static_cast<Real>(error.size());
    for (size_t s = 0; s < error.size(); ++s) {
      log_q[s] += step_size * (error[s] - mean);
    }
    math::softmax<Real>(log_q, own);
    return free_energy;
  }

  Real sweep(Real step_size) const {
    Real evidence = 0;
    for (size_t moment = 0; moment < moments(); ++moment) {
      for (size_t f = 0; f < model.num_factors(); ++f) {
        evidence += update(moment, f, step_size);
      }
    }
    return evidence;
  }

  void start() const {
    for (size_t moment = 0; moment < moments(); ++moment) {
      for (const Factor<Real>& factor : model.factors()) {
        const auto own =
            q.subspan(moment * model.total_states() + factor.state_offset, factor.num_states);
        std::fill(own.begin(), own.end(), Real(1) / static_cast<Real>(factor.num_states));
      }
    }
  }
};

// The joint likelihood of each moment's outcomes, for all policies alike.
template <class Real>
void take_window(
    const GenerativeModel<Real>& model,
    const Window<Real>& window,
    MessagePassingWorkspace<Real>& workspace
) {
  const size_t joint = workspace.joint_size;
  const size_t past = window.outcomes.size() / model.num_modalities();
  for (size_t moment = 0; moment < past; ++moment) {
    const auto out = std::span(workspace.likelihood).subspan(moment * joint, joint);
    std::fill(out.begin(), out.end(), Real(1));
    for (size_t m = 0; m < model.num_modalities(); ++m) {
      const Modality<Real>& modality = model.modalities()[m];
      const int32_t outcome = window.outcomes[moment * model.num_modalities() + m];
      for (size_t s = 0; s < joint && outcome >= 0; ++s) {
        const size_t parents = workspace.parents[m * joint + s];
        out[s] *=
            modality.likelihood[parents * modality.num_outcomes + static_cast<size_t>(outcome)];
      }
    }
  }
}

template <class Real>
std::vector<uint32_t> parents_of_joint(const GenerativeModel<Real>& model, size_t joint) {
  std::vector<uint32_t> out;
  out.reserve(model.num_modalities() * joint);
  std::vector<size_t> states(model.num_factors());
  for (const Modality<Real>& modality : model.modalities()) {
    for (size_t s = 0; s < joint; ++s) {
      size_t rest = s;
      for (size_t f = model.num_factors(); f-- > 0;) {
        states[f] = rest % model.factors()[f].num_states;
        rest /= model.factors()[f].num_states;
      }
      size_t index = 0;
      for (const uint32_t parent : modality.parents) {
        index = index * model.factors()[parent].num_states + states[parent];
      }
      out.push_back(static_cast<uint32_t>(index));
    }
  }
  return out;
}

}  // namespace

template <class Real>
Result<MessagePassingWorkspace<Real>> MessagePassingWorkspace<Real>::make(
    const GenerativeModel<Real>& model, size_t moments
) {
  if (moments == 0) {
    return invalid("message passing: a window of 0 moments, expected at least 1");
  }
  MessagePassingWorkspace workspace(model);
  for (const Factor<Real>& factor : model.factors()) {
    workspace.joint_size *= factor.num_states;
    if (workspace.joint_size > ModelLimits::kTensorEntries) {
      break;
    }
  }
  const size_t joint = workspace.joint_size;
  const size_t tables = std::max(model.num_modalities(), moments);
  if (joint > ModelLimits::kTensorEntries || tables > ModelLimits::kTotalEntries / joint) {
    return error(
        Status::kLimit,
        "message passing: a window of ",
        moments,
        " moments over the joint states of all factors would hold more than ",
        ModelLimits::kTotalEntries,
        " numbers, the limit"
    );
  }
  workspace.parents = parents_of_joint(model, joint);
  workspace.likelihood.resize(moments * joint);
  workspace.joint.resize(joint);
  workspace.contracted.resize(joint);
  size_t states = 0;
  for (const Factor<Real>& factor : model.factors()) {
    states = std::max<size_t>(states, factor.num_states);
    for (size_t k = 0; k < factor.parents.size() && factor.parents.size() > 1; ++k) {
      const size_t table =
          size_t{model.factors()[factor.parents[k]].num_states} * factor.num_states;
      workspace.transition.resize(std::max(workspace.transition.size(), table));
    }
  }
  for (auto* row :
       {&workspace.expected,
        &workspace.weights,
        &workspace.log_likelihood,
        &workspace.gradient,
        &workspace.log_q}) {
    row->resize(states);
  }
  return workspace;
}

template <class Real>
void pass_messages(
    const GenerativeModel<Real>& model,
    const PlanningGraph& graph,
    const Window<Real>& window,
    const MessagePassingSettings& settings,
    Output<Real> q,
    Output<Real> evidence,
    MessagePassingWorkspace<Real>& workspace
) {
  const Policies& policies = graph.policies();
  take_window(model, window, workspace);
  const size_t size = q.size() / policies.size();
  for (size_t policy = 0; policy < policies.size(); ++policy) {
    const Messages<Real> messages{
        model, policies, window, workspace, policy, q.subspan(policy * size, size)};
    messages.start();
    evidence[policy] = 0;
    for (int32_t i = 0; i < settings.iterations; ++i) {
      evidence[policy] = messages.sweep(static_cast<Real>(settings.step_size));
    }
  }
}

template <class Real>
void expected_free_energy_of_window(
    const GenerativeModel<Real>& model,
    const PlanningGraph& graph,
    const PlanningSettings<Real>& planning,
    Input<Real> q,
    Output<Real> neg_efe,
    MessagePassingWorkspace<Real>& workspace,
    Output<Real> terms
) {
  const Policies& policies = graph.policies();
  const size_t states = model.total_states();
  const size_t count = num_terms(model, planning);
  const size_t moments = policies.depth() + 1;
  const size_t all = q.size() / policies.size();
  std::fill(terms.begin(), terms.end(), Real(0));
  for (size_t policy = 0; policy < policies.size(); ++policy) {
    const auto own = terms.subspan(policy * count, count);
    const auto last = q.subspan((policy + 1) * all - moments * states, moments * states);
    for (size_t step = 0; step < moments; ++step) {
      const auto now = last.subspan(step * states, states);
      add_terms_of_states<Real>(model, planning, step, now, workspace.inference, own);
      if (step > 0) {
        const auto before = last.subspan((step - 1) * states, states);
        const auto action = policies.step(policy, step - 1);
        add_terms_of_transition<Real>(
            model, planning, before, action, now, workspace.inference, own
        );
      }
    }
    neg_efe[policy] = sum_terms<Real>(own);
  }
}

template struct MessagePassingWorkspace<double>;
template decltype(pass_messages<double>) pass_messages<double>;
template decltype(expected_free_energy_of_window<double>) expected_free_energy_of_window<double>;
template struct MessagePassingWorkspace<float>;
template decltype(pass_messages<float>) pass_messages<float>;
template decltype(expected_free_energy_of_window<float>) expected_free_energy_of_window<float>;

}  // namespace dks::mind
