// SPDX-License-Identifier: MIT
#include "mind/generative_model.h"

#include "math/reduce.h"
#include "mind/check_model.h"

#include <algorithm>
#include <map>
#include <utility>

namespace dks::mind {
namespace {

size_t joint_size(const ModelDesc& desc, std::span<const uint32_t> parents) {
  size_t size = 1;
  for (const uint32_t parent : parents) {
    size *= desc.factors[parent].num_states;
  }
  return size;
}

template <class Real>
std::vector<Real> converted(std::span<const double> values) {
  std::vector<Real> out(values.size());
  std::transform(values.begin(), values.end(), out.begin(), [](double value) {
    return static_cast<Real>(value);
  });
  return out;
}

// rows x columns to columns x rows.
template <class Real>
std::vector<Real> transposed(std::span<const Real> values, size_t columns) {
  const size_t rows = values.size() / columns;
  std::vector<Real> out(values.size());
  for (size_t r = 0; r < rows; ++r) {
    for (size_t c = 0; c < columns; ++c) {
      out[c * rows + r] = values[r * columns + c];
    }
  }
  return out;
}

// Entropy of each column of A[o][parents...]. In spm_MDP_G the logarithm takes p + exp(-16).
template <class Real>
std::vector<Real> ambiguity(std::span<const double> likelihood, size_t joint, EntropyForm form) {
  const double added = form == EntropyForm::kSpmMdpG ? math::exp(-16.0) : 0.0;
  std::vector<double> entropy(joint);
  for (size_t i = 0; i < likelihood.size(); ++i) {
    if (likelihood[i] > 0) {
      entropy[i % joint] -= likelihood[i] * math::log(likelihood[i] + added);
    }
  }
  return converted<Real>(entropy);
}

// The transition tensor of one factor, [slice][parents...][s'], with equal actions as one slice.
template <class Real>
struct Slices {
  std::vector<Real> values;
  std::vector<uint32_t> of_action;
  uint32_t count = 0;
};

template <class Real>
Slices<Real> slice_by_action(const FactorDesc& factor, size_t joint) {
  Slices<Real> slices;
  std::map<std::vector<Real>, uint32_t> known;
  for (size_t action = 0; action < factor.num_controls; ++action) {
    std::vector<Real> slice(joint * factor.num_states);
    for (size_t next = 0; next < factor.num_states; ++next) {
      for (size_t from = 0; from < joint; ++from) {
        slice[from * factor.num_states + next] = static_cast<Real>(
            factor.transition[(next * joint + from) * factor.num_controls + action]
        );
      }
    }
    const auto [entry, is_new] = known.try_emplace(slice, slices.count);
    if (is_new) {
      slices.values.insert(slices.values.end(), slice.begin(), slice.end());
      ++slices.count;
    }
    slices.of_action.push_back(entry->second);
  }
  return slices;
}

template <class T>
std::span<const T> keep(std::vector<std::vector<T>>& store, std::vector<T> values) {
  return store.emplace_back(std::move(values));  // the values stay where they are when store grows
}

}  // namespace

template <class Real>
Result<GenerativeModel<Real>> GenerativeModel<Real>::build(const ModelDesc& given) {
  DKS_TRY(check_model(given));
  const ModelDesc desc = with_defaults(given);
  GenerativeModel model;
  model.convention_ = desc.convention;
  model.gamma_ = static_cast<Real>(desc.gamma);
  model.alpha_ = static_cast<Real>(desc.alpha);
  for (const double probability : desc.policy_prior) {
    model.log_policy_prior_.push_back(
        static_cast<Real>(log_probability(probability, desc.convention.log))
    );
  }
  model.add_factors(desc);
  model.add_modalities(desc);
  model.add_preferences(desc);
  model.link_factors_to_modalities();
  return model;
}

template <class Real>
GenerativeModel<Real> GenerativeModel<Real>::sharing_tensors() const {
  GenerativeModel model;
  model.factors_ = factors_;
  model.modalities_ = modalities_;
  model.num_controls_ = num_controls_;
  model.factor_names_ = factor_names_;
  model.modality_names_ = modality_names_;
  model.initial_ = initial_;
  model.log_preferences_ = log_preferences_;
  model.log_policy_prior_ = log_policy_prior_;
  model.total_states_ = total_states_;
  model.total_outcomes_ = total_outcomes_;
  model.total_controls_ = total_controls_;
  model.largest_joint_ = largest_joint_;
  model.largest_axis_ = largest_axis_;
  model.gamma_ = gamma_;
  model.alpha_ = alpha_;
  model.convention_ = convention_;
  return model;
}

template <class Real>
void GenerativeModel<Real>::add_factors(const ModelDesc& desc) {
  for (const FactorDesc& given : desc.factors) {
    const size_t joint = joint_size(desc, given.parents);
    Slices<Real> slices = slice_by_action<Real>(given, joint);
    Factor<Real> factor;
    factor.num_states = given.num_states;
    factor.num_controls = given.num_controls;
    factor.num_slices = slices.count;
    factor.joint_size = static_cast<uint32_t>(joint);
    factor.state_offset = total_states_;
    factor.control_offset = total_controls_;
    factor.parents = keep(indices_, given.parents);
    factor.slice_of_action = keep(indices_, std::move(slices.of_action));
    factor.transition = keep(tensors_, std::move(slices.values));
    factors_.push_back(factor);
    num_controls_.push_back(given.num_controls);
    factor_names_.push_back(given.name);
    const std::vector<Real> initial = converted<Real>(given.initial);
    initial_.insert(initial_.end(), initial.begin(), initial.end());
    largest_axis_ = std::max<size_t>(largest_axis_, given.num_states);
    total_states_ += given.num_states;
    total_controls_ += given.num_controls;
    largest_joint_ = std::max(largest_joint_, joint);
  }
}

template <class Real>
void GenerativeModel<Real>::add_modalities(const ModelDesc& desc) {
  for (const ModalityDesc& given : desc.modalities) {
    const size_t joint = joint_size(desc, given.parents);
    std::vector<Real> likelihood = converted<Real>(given.likelihood);
    std::vector<Real> log_likelihood(likelihood.size());
    std::transform(
        given.likelihood.begin(),
        given.likelihood.end(),
        log_likelihood.begin(),
        [&](double p) { return static_cast<Real>(log_probability(p, desc.convention.log)); }
    );
    Modality<Real> modality;
    modality.num_outcomes = given.num_outcomes;
    modality.joint_size = static_cast<uint32_t>(joint);
    modality.outcome_offset = total_outcomes_;
    modality.parents = keep(indices_, given.parents);
    modality.likelihood = keep(tensors_, transposed<Real>(likelihood, joint));
    modality.log_likelihood = keep(tensors_, std::move(log_likelihood));
    modality.ambiguity =
        keep(tensors_, ambiguity<Real>(given.likelihood, joint, desc.convention.entropy));
    modalities_.push_back(modality);
    modality_names_.push_back(given.name);
    largest_axis_ = std::max<size_t>(largest_axis_, given.num_outcomes);
    total_outcomes_ += given.num_outcomes;
    largest_joint_ = std::max(largest_joint_, joint);
  }
}

template <class Real>
void GenerativeModel<Real>::add_preferences(const ModelDesc& desc) {
  size_t steps = 1;
  for (const ModalityDesc& modality : desc.modalities) {
    steps = std::max(steps, modality.preferences.size() / modality.num_outcomes);
  }
  log_preferences_.resize(steps * total_outcomes_);
  for (size_t step = 0; step < steps; ++step) {
    std::span<Real> out = std::span(log_preferences_).subspan(step * total_outcomes_);
    for (const ModalityDesc& modality : desc.modalities) {
      const size_t columns = modality.preferences.size() / modality.num_outcomes;
      const size_t column = std::min(step, columns - 1);
      std::vector<Real> preferences(modality.num_outcomes);
      for (size_t o = 0; o < preferences.size(); ++o) {
        preferences[o] = static_cast<Real>(modality.preferences[o * columns + column]);
      }
      to_log_preferences<Real>(convention_, preferences, out.first(preferences.size()));
      out = out.subspan(preferences.size());
    }
  }
}

template <class Real>
void GenerativeModel<Real>::link_factors_to_modalities() {
  std::vector<std::vector<uint32_t>> links(factors_.size());
  for (size_t m = 0; m < modalities_.size(); ++m) {
    const auto moves = [&](uint32_t parent) { return factors_[parent].num_states > 1; };
    const auto parents = modalities_[m].parents;
    const bool couples = std::count_if(parents.begin(), parents.end(), moves) > 1;
    for (const uint32_t parent : parents) {
      links[parent].push_back(static_cast<uint32_t>(m));
      factors_[parent].coupled |= couples && moves(parent);
    }
  }
  for (size_t f = 0; f < factors_.size(); ++f) {
    factors_[f].modalities = keep(indices_, std::move(links[f]));
  }
  for (Modality<Real>& modality : modalities_) {
    for (const uint32_t parent : modality.parents) {
      modality.coupled |= factors_[parent].coupled;
    }
  }
}

template <class Real>
std::span<const Real> GenerativeModel<Real>::log_preferences(size_t step) const {
  const size_t last = preference_steps() - 1;
  return std::span(log_preferences_)
      .subspan(std::min(step, last) * total_outcomes_, total_outcomes_);
}

template <class Real>
void to_log_preferences(const Convention& convention, Input<Real> preferences, Output<Real> out) {
  std::copy(preferences.begin(), preferences.end(), out.begin());
  if (!convention.softmax_preferences) {
    return;
  }
  math::softmax<Real>(out, out);
  for (Real& value : out) {
    value = log_probability(value, convention.log);
  }
}

template class GenerativeModel<double>;
template decltype(to_log_preferences<double>) to_log_preferences<double>;
template class GenerativeModel<float>;
template decltype(to_log_preferences<float>) to_log_preferences<float>;

}  // namespace dks::mind
