// SPDX-License-Identifier: MIT
#include "mind/learned_model.h"

#include "mind/check_learning.h"
#include "mind/kernels.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>

namespace dks::mind {
namespace {

std::span<const double> entry(std::span<const std::vector<double>> list, size_t i) {
  return i < list.size() ? std::span<const double>(list[i]) : std::span<const double>{};
}

// A column without any count gets the least one wherever is_allowed(i).
template <class Real, class IsAllowed>
void allow_where_nothing_is_known(std::span<Real> column, IsAllowed is_allowed) {
  if (std::any_of(column.begin(), column.end(), [](Real count) { return count > 0; })) {
    return;
  }
  for (size_t i = 0; i < column.size(); ++i) {
    column[i] = is_allowed(i) ? Real(kLeastCount) : Real(0);
  }
}

}  // namespace

template <class Real>
Result<LearnedModel<Real>> LearnedModel<Real>::build(
    const GenerativeModel<Real>& base, const LearningDesc& desc
) {
  DKS_TRY(check_learning(base, desc));
  LearnedModel learned;
  learned.model_ = base.sharing_tensors();
  learned.joint_.resize(base.largest_joint());
  learned.likelihoods_.resize(base.num_modalities());
  learned.preferences_.resize(base.num_modalities());
  learned.transitions_.resize(base.num_factors());
  learned.initials_.resize(base.num_factors());
  const auto controls = base.num_controls();
  learned.own_slice_.resize(*std::max_element(controls.begin(), controls.end()));
  std::iota(learned.own_slice_.begin(), learned.own_slice_.end(), 0u);
  for (size_t m = 0; m < base.num_modalities(); ++m) {
    learned.add_likelihood(m, entry(desc.likelihood, m), desc.parameter_info_gain);
  }
  for (size_t f = 0; f < base.num_factors(); ++f) {
    learned.add_transition(f, entry(desc.transition, f), desc.parameter_info_gain);
  }
  for (size_t f = 0; f < base.num_factors(); ++f) {
    const std::span<const Real> given =
        base.initial_states().subspan(base.factors()[f].state_offset);
    learned.add_counts(learned.initials_[f], entry(desc.initial, f), [&](size_t s) {
      return given[s] > 0;
    });
  }
  const auto always = [](size_t) { return true; };
  for (size_t m = 0; m < base.num_modalities(); ++m) {
    learned.add_counts(learned.preferences_[m], entry(desc.preferences, m), always);
  }
  learned.add_counts(learned.policy_prior_, desc.policy_prior, always);
  learned.start();
  return learned;
}

template <class Real>
void LearnedModel<Real>::add_likelihood(
    size_t m, std::span<const double> counts, bool wants_novelty
) {
  if (counts.empty()) {
    return;
  }
  Modality<Real>& modality = model_.modalities_[m];
  Likelihood& learned = likelihoods_[m];
  const size_t columns = modality.joint_size;
  learned.block = {first_counts_.size(), columns, modality.num_outcomes};
  first_counts_.resize(first_counts_.size() + counts.size());
  for (size_t c = 0; c < columns; ++c) {
    const auto column = learned.block.column(std::span(first_counts_), c);
    for (size_t o = 0; o < column.size(); ++o) {
      column[o] = static_cast<Real>(counts[o * columns + c]);
    }
    allow_where_nothing_is_known(column, [&](size_t o) {
      return modality.likelihood[c * modality.num_outcomes + o] > 0;
    });
  }
  learned.expected = own_copy(modality.likelihood);
  learned.log_likelihood = own_copy(modality.log_likelihood);
  learned.ambiguity = own_copy(modality.ambiguity);
  modality.likelihood = learned.expected;
  modality.log_likelihood = learned.log_likelihood;
  modality.ambiguity = learned.ambiguity;
  if (wants_novelty) {
    learned.novelty = own_copy(modality.likelihood);
    modality.novelty = learned.novelty;
    model_.has_novelty_ = true;
  }
}

template <class Real>
void LearnedModel<Real>::add_transition(
    size_t f, std::span<const double> counts, bool wants_novelty
) {
  if (counts.empty()) {
    return;
  }
  Factor<Real>& factor = model_.factors_[f];
  Transition& learned = transitions_[f];
  const size_t joint = factor.joint_size;
  const size_t states = factor.num_states;
  const size_t controls = factor.num_controls;
  std::vector<Real> unmerged;
  for (const uint32_t slice : factor.slice_of_action) {
    const auto values = factor.transition_slice(slice);
    unmerged.insert(unmerged.end(), values.begin(), values.end());
  }
  learned.block = {first_counts_.size(), controls * joint, states};
  first_counts_.resize(first_counts_.size() + counts.size());
  for (size_t c = 0; c < controls * joint; ++c) {
    const auto column = learned.block.column(std::span(first_counts_), c);
    const size_t action = c / joint;
    const size_t from = c % joint;
    for (size_t s = 0; s < states; ++s) {
      column[s] = static_cast<Real>(counts[(s * joint + from) * controls + action]);
    }
    allow_where_nothing_is_known(column, [&](size_t s) { return unmerged[c * states + s] > 0; });
  }
  learned.expected = own_copy(unmerged);
  factor.transition = learned.expected;
  factor.slice_of_action = std::span(own_slice_).first(controls);
  factor.num_slices = factor.num_controls;
  if (wants_novelty) {
    learned.novelty = own_copy(unmerged);
    factor.novelty = learned.novelty;
    model_.has_novelty_ = true;
  }
}

// One distribution: D, C or E.
template <class Real>
template <class IsAllowed>
void LearnedModel<Real>::add_counts(
    Block& block, std::span<const double> counts, IsAllowed is_allowed
) {
  if (counts.empty()) {
    return;
  }
  block = {first_counts_.size(), 1, counts.size()};
  std::transform(counts.begin(), counts.end(), std::back_inserter(first_counts_), [](double count) {
    return static_cast<Real>(count);
  });
  allow_where_nothing_is_known(block.column(std::span(first_counts_), 0), is_allowed);
}

// The newborn's model, by the convention. Novelties always are those of the counts.
template <class Real>
void LearnedModel<Real>::start() {
  if (policy_prior_.size() > 0 && model_.log_policy_prior_.empty()) {
    const auto size = static_cast<Real>(policy_prior_.rows);
    model_.log_policy_prior_.assign(
        policy_prior_.rows, log_probability(Real(1) / size, model_.convention().log)
    );
  }
  const CountsAtStart form = model_.convention().counts_at_start;
  const bool tensors_wait = form == CountsAtStart::kWait;
  const bool rest_waits = form != CountsAtStart::kFollow;
  given_ = {tensors_wait, tensors_wait, rest_waits, rest_waits, rest_waits};
  follow_what_is_due(first_counts_);
}

template <class Real>
std::span<Real> LearnedModel<Real>::own_copy(std::span<const Real> values) {
  return tensors_.emplace_back(values.begin(), values.end());  // stays where it is
}

template <class Real>
void LearnedModel<Real>::follow(Input<Real> counts) {
  given_ = {};
  follow_what_is_due(counts);
}

template <class Real>
void LearnedModel<Real>::follow_what_is_due(std::span<const Real> counts) {
  follow_likelihoods(counts);
  follow_transitions(counts);
  if (!given_.initial) {
    follow_initial(counts);
  }
  if (!given_.preferences) {
    follow_preferences(counts);
  }
  if (!given_.policy_prior) {
    follow_policy_prior(counts);
  }
}

template <class Real>
void LearnedModel<Real>::follow_likelihoods(std::span<const Real> counts) {
  for (const Likelihood& learned : likelihoods_) {
    for (size_t c = 0; c < learned.block.columns; ++c) {
      follow_column(learned, counts, c);
    }
  }
}

template <class Real>
void LearnedModel<Real>::follow_transitions(std::span<const Real> counts) {
  for (const Transition& learned : transitions_) {
    for (size_t c = 0; c < learned.block.columns; ++c) {
      follow_column(learned, counts, c);
    }
  }
}

template <class Real>
void LearnedModel<Real>::follow_column(
    const Likelihood& learned, std::span<const Real> counts, size_t c
) {
  const Convention& convention = model_.convention_;
  const auto column = learned.block.column(counts, c);
  if (!learned.novelty.empty()) {
    const auto novelty = learned.novelty.subspan(c * column.size(), column.size());
    counts_novelty<Real>(convention.parameter_gain, column, novelty);
  }
  if (given_.likelihood) {
    return;
  }
  const auto expected = learned.expected.subspan(c * column.size(), column.size());
  expected_distribution<Real>(column, expected);
  const Real added = convention.entropy == EntropyForm::kSpmMdpG ? math::exp(Real(-16)) : Real(0);
  Real entropy = 0;
  for (size_t o = 0; o < column.size(); ++o) {
    const Real p = expected[o];
    learned.log_likelihood[o * learned.block.columns + c] = log_probability(p, convention.log);
    entropy -= p > 0 ? p * math::log(p + added) : Real(0);
  }
  learned.ambiguity[c] = entropy;
}

template <class Real>
void LearnedModel<Real>::follow_column(
    const Transition& learned, std::span<const Real> counts, size_t c
) {
  const auto column = learned.block.column(counts, c);
  if (!learned.novelty.empty()) {
    const auto novelty = learned.novelty.subspan(c * column.size(), column.size());
    counts_novelty<Real>(model_.convention_.parameter_gain, column, novelty);
  }
  if (!given_.transition) {
    const auto expected = learned.expected.subspan(c * column.size(), column.size());
    expected_distribution<Real>(column, expected);
  }
}

template <class Real>
void LearnedModel<Real>::follow_initial(std::span<const Real> counts) {
  for (size_t f = 0; f < initials_.size(); ++f) {
    const Block& block = initials_[f];
    const auto initial = std::span(model_.initial_).subspan(model_.factors_[f].state_offset);
    if (block.size() > 0) {
      expected_distribution<Real>(block.column(counts, 0), initial.first(block.rows));
    }
  }
}

template <class Real>
void LearnedModel<Real>::follow_preferences(std::span<const Real> counts) {
  for (size_t m = 0; m < preferences_.size(); ++m) {
    const Block& block = preferences_[m];
    for (size_t step = 0; step < model_.preference_steps() && block.size() > 0; ++step) {
      const size_t first = step * model_.total_outcomes() + model_.modalities_[m].outcome_offset;
      const auto out = std::span(model_.log_preferences_).subspan(first, block.rows);
      follow_logarithm(block.column(counts, 0), out);
    }
  }
}

template <class Real>
void LearnedModel<Real>::follow_policy_prior(std::span<const Real> counts) {
  if (policy_prior_.size() > 0) {
    follow_logarithm(policy_prior_.column(counts, 0), model_.log_policy_prior_);
  }
}

template <class Real>
void LearnedModel<Real>::follow_logarithm(std::span<const Real> counts, std::span<Real> out) {
  expected_distribution<Real>(counts, out);
  for (Real& value : out) {
    value = log_probability(value, model_.convention_.log);
  }
}

template <class Real>
void LearnedModel<Real>::learn_likelihood(
    Output<Real> counts,
    std::span<const int32_t> outcomes,
    Input<Real> q,
    const LearningSettings<Real>& settings
) {
  if (std::exchange(given_.likelihood, false)) {
    follow_likelihoods(counts);
  }
  for (size_t m = 0; m < likelihoods_.size(); ++m) {
    const Likelihood& learned = likelihoods_[m];
    if (learned.block.size() == 0 || outcomes[m] < 0) {
      continue;
    }
    const auto outcome = static_cast<size_t>(outcomes[m]);
    const auto parents = joint_of(model_.modalities_[m].parents, q);
    for (size_t c = 0; c < parents.size(); ++c) {
      if (parents[c] > 0 || settings.retention < 1) {
        learn_counts(learned.block.column(counts, c), settings, [&](size_t o) {
          return o == outcome ? parents[c] : Real(0);
        });
        follow_column(learned, counts, c);
      }
    }
  }
}

template <class Real>
void LearnedModel<Real>::learn_transition(
    Output<Real> counts,
    std::span<const int32_t> action,
    Input<Real> q_before,
    Input<Real> q_now,
    const LearningSettings<Real>& settings
) {
  if (std::exchange(given_.transition, false)) {
    follow_transitions(counts);
  }
  for (size_t f = 0; f < transitions_.size(); ++f) {
    const Transition& learned = transitions_[f];
    if (learned.block.size() == 0) {
      continue;
    }
    const Factor<Real>& factor = model_.factors_[f];
    const auto now = q_now.subspan(factor.state_offset, factor.num_states);
    const auto parents = joint_of(factor.parents, q_before);
    const size_t first = static_cast<size_t>(action[f]) * parents.size();
    for (size_t c = 0; c < parents.size(); ++c) {
      if (parents[c] > 0 || settings.retention < 1) {
        learn_counts(learned.block.column(counts, first + c), settings, [&](size_t s) {
          return now[s] * parents[c];
        });
        follow_column(learned, counts, first + c);
      }
    }
  }
}

template <class Real>
void LearnedModel<Real>::learn_initial(
    Output<Real> counts, Input<Real> q, const LearningSettings<Real>& settings
) {
  for (size_t f = 0; f < initials_.size(); ++f) {
    const auto belief = q.subspan(model_.factors_[f].state_offset, model_.factors_[f].num_states);
    if (initials_[f].size() > 0) {
      learn_counts(initials_[f].column(counts, 0), settings, [&](size_t s) { return belief[s]; });
    }
  }
  given_.initial = false;
  follow_initial(counts);
}

template <class Real>
void LearnedModel<Real>::learn_preferences(
    Output<Real> counts, std::span<const int32_t> outcomes, const LearningSettings<Real>& settings
) {
  for (size_t m = 0; m < preferences_.size(); ++m) {
    if (preferences_[m].size() > 0 && outcomes[m] >= 0) {
      const auto outcome = static_cast<size_t>(outcomes[m]);
      learn_counts(preferences_[m].column(counts, 0), settings, [&](size_t o) {
        return o == outcome ? Real(1) : Real(0);
      });
    }
  }
  given_.preferences = false;
  follow_preferences(counts);
}

template <class Real>
void LearnedModel<Real>::learn_policy_prior(
    Output<Real> counts, Input<Real> q_pi, const LearningSettings<Real>& settings
) {
  if (policy_prior_.size() > 0) {
    learn_counts(policy_prior_.column(counts, 0), settings, [&](size_t p) { return q_pi[p]; });
  }
  given_.policy_prior = false;
  follow_policy_prior(counts);
}

template <class Real>
std::span<const Real> LearnedModel<Real>::joint_of(
    std::span<const uint32_t> factors, std::span<const Real> q
) {
  const auto belief = [&](size_t k) {
    const Factor<Real>& factor = model_.factors_[factors[k]];
    return q.subspan(factor.state_offset, factor.num_states);
  };
  return joint_belief<Real>(factors.size(), belief, joint_);
}

template class LearnedModel<double>;
template class LearnedModel<float>;

}  // namespace dks::mind
