// SPDX-License-Identifier: MIT
#include "mind/check_model.h"

#include <cmath>
#include <numeric>
#include <span>
#include <string>
#include <vector>

namespace dks::mind {
namespace {

constexpr double kSumTolerance = 1e-6;
constexpr double kDefaultPrecision = 16;
constexpr double kLargest = 1e9;  // of preferences and precisions: their products stay finite

// A tensor under check: label such as "A[1]", axes from slowest to fastest.
struct Tensor {
  std::string label;
  std::string name;
  std::vector<size_t> axes;
  std::span<const double> values;
};

std::string join(std::span<const size_t> numbers, std::string_view separator) {
  std::string out;
  for (size_t i = 0; i < numbers.size(); ++i) {
    out += text(i == 0 ? std::string_view{} : separator, numbers[i]);
  }
  return out;
}

// "A[1][..., 2, 0]" for a column, "A[1][3, 2, 0]" for an entry. `rest` counts over all axes but the
// first.
std::string element(const Tensor& tensor, std::string_view first, size_t rest) {
  std::vector<size_t> index(tensor.axes.size() - 1);
  for (size_t axis = index.size(); axis-- > 0;) {
    index[axis] = rest % tensor.axes[axis + 1];
    rest /= tensor.axes[axis + 1];
  }
  const std::string_view comma = index.empty() ? "" : ", ";
  const std::string name = tensor.name.empty() ? "" : text(" (", tensor.name, ")");
  return text(tensor.label, "[", first, comma, join(index, ", "), "]", name);
}

Result<> check_axis(std::string_view label, std::string_view what, size_t size) {
  if (size == 0) {
    return invalid(label, " has 0 ", what, ", expected at least 1");
  }
  if (size > ModelLimits::kStates) {
    return error(
        Status::kLimit, label, " has ", size, " ", what, ", the limit is ", ModelLimits::kStates
    );
  }
  return {};
}

Result<> check_parents(
    std::string_view label, std::span<const uint32_t> parents, size_t num_factors
) {
  for (size_t i = 0; i < parents.size(); ++i) {
    if (parents[i] >= num_factors) {
      return invalid(
          label, " depends on factor ", parents[i], ", but there are ", num_factors, " factors"
      );
    }
    for (size_t j = 0; j < i; ++j) {
      if (parents[i] == parents[j]) {
        return invalid(label, " depends on factor ", parents[i], " twice, expected once");
      }
    }
  }
  return {};
}

// Multiplies axes without overflow.
Result<> check_entries(const Tensor& tensor) {
  uint64_t entries = 1;
  for (const size_t axis : tensor.axes) {
    entries *= axis;  // at most 2^24 so far, an axis is at most 2^24: no overflow
    if (entries > ModelLimits::kTensorEntries) {
      return error(
          Status::kLimit,
          tensor.label,
          " of ",
          join(tensor.axes, " x "),
          " would have more than ",
          ModelLimits::kTensorEntries,
          " entries, the limit"
      );
    }
  }
  if (tensor.values.size() != entries) {
    return invalid(
        tensor.label,
        " has ",
        tensor.values.size(),
        " entries, expected ",
        entries,
        " (",
        join(tensor.axes, " x "),
        ")"
    );
  }
  return {};
}

// Probabilities over axis 0, for every index of the other axes.
Result<> check_distributions(const Tensor& tensor) {
  const size_t rows = tensor.axes.front();
  const size_t columns = tensor.values.size() / rows;
  for (size_t column = 0; column < columns; ++column) {
    double sum = 0;
    for (size_t row = 0; row < rows; ++row) {
      const double value = tensor.values[row * columns + column];
      if (!(value >= 0 && value <= 1 + kSumTolerance)) {
        return invalid(element(tensor, text(row), column), " is ", value, ", expected 0 to 1");
      }
      sum += value;
    }
    if (!(std::abs(sum - 1) <= kSumTolerance)) {
      return invalid(element(tensor, "...", column), " sums to ", sum, ", expected 1");
    }
  }
  return {};
}

Result<> check_precision(std::string_view label, double value) {
  if (!(value >= 0 && value <= kLargest)) {
    return invalid(label, " is ", value, ", expected 0 (the default) to ", kLargest);
  }
  return {};
}

std::vector<uint32_t> default_parents(size_t num_factors) {
  std::vector<uint32_t> all(num_factors);
  std::iota(all.begin(), all.end(), 0u);
  return all;
}

void add_axes(const ModelDesc& desc, std::span<const uint32_t> parents, std::vector<size_t>& axes) {
  for (const uint32_t parent : parents) {
    axes.push_back(desc.factors[parent].num_states);
  }
}

Result<> check_tensor(const Tensor& tensor) {
  DKS_TRY(check_entries(tensor));
  return check_distributions(tensor);
}

Result<> check_total(const ModelDesc& desc) {
  size_t total = desc.policy_prior.size();
  for (const FactorDesc& factor : desc.factors) {
    total += factor.transition.size() + factor.initial.size();
  }
  for (const ModalityDesc& modality : desc.modalities) {
    total += modality.likelihood.size();
  }
  if (total > ModelLimits::kTotalEntries) {
    return error(
        Status::kLimit,
        "all tensors have ",
        total,
        " entries, the limit is ",
        ModelLimits::kTotalEntries
    );
  }
  return {};
}

}  // namespace

Result<> check_sizes(const ModelDesc& desc) {
  if (desc.factors.empty()) {
    return invalid("the model has 0 factors, expected at least 1");
  }
  if (desc.modalities.empty()) {
    return invalid("the model has 0 modalities, expected at least 1");
  }
  if (desc.factors.size() > ModelLimits::kFactors) {
    return error(
        Status::kLimit,
        "the model has ",
        desc.factors.size(),
        " factors, the limit is ",
        ModelLimits::kFactors
    );
  }
  if (desc.modalities.size() > ModelLimits::kModalities) {
    return error(
        Status::kLimit,
        "the model has ",
        desc.modalities.size(),
        " modalities, the limit is ",
        ModelLimits::kModalities
    );
  }
  for (size_t f = 0; f < desc.factors.size(); ++f) {
    const std::string label = text("factor ", f);
    DKS_TRY(check_axis(label, "states", desc.factors[f].num_states));
    DKS_TRY(check_axis(label, "controls", std::max(1u, desc.factors[f].num_controls)));
    DKS_TRY(check_parents(text("B[", f, "]"), desc.factors[f].parents, desc.factors.size()));
  }
  for (size_t m = 0; m < desc.modalities.size(); ++m) {
    DKS_TRY(check_axis(text("modality ", m), "outcomes", desc.modalities[m].num_outcomes));
    DKS_TRY(check_parents(text("A[", m, "]"), desc.modalities[m].parents, desc.factors.size()));
  }
  return {};
}

Result<> check_transition(const ModelDesc& desc, size_t f) {
  const FactorDesc& factor = desc.factors[f];
  const uint32_t self = static_cast<uint32_t>(f);
  Tensor transition{text("B[", f, "]"), factor.name, {factor.num_states}, factor.transition};
  if (factor.parents.empty()) {
    add_axes(desc, std::span(&self, 1), transition.axes);
  } else {
    add_axes(desc, factor.parents, transition.axes);
  }
  transition.axes.push_back(std::max(1u, factor.num_controls));
  return check_tensor(transition);
}

Result<> check_initial(const ModelDesc& desc, size_t f) {
  const FactorDesc& factor = desc.factors[f];
  if (factor.initial.empty()) {
    return {};
  }
  return check_tensor({text("D[", f, "]"), factor.name, {factor.num_states}, factor.initial});
}

Result<> check_likelihood(const ModelDesc& desc, size_t m) {
  const ModalityDesc& modality = desc.modalities[m];
  Tensor likelihood{
      text("A[", m, "]"), modality.name, {modality.num_outcomes}, modality.likelihood};
  if (modality.parents.empty()) {
    add_axes(desc, default_parents(desc.factors.size()), likelihood.axes);
  } else {
    add_axes(desc, modality.parents, likelihood.axes);
  }
  return check_tensor(likelihood);
}

namespace {

// SPM's information gain takes all states together and all outcomes together.
Result<> check_joint_entries(const ModelDesc& desc) {
  double entries = 1;
  for (const FactorDesc& factor : desc.factors) {
    entries *= factor.num_states;
  }
  for (const ModalityDesc& modality : desc.modalities) {
    entries *= modality.num_outcomes;
  }
  if (entries > ModelLimits::kJointEntries) {
    return error(
        Status::kLimit,
        "convention: SPM's information gain over all states and all outcomes together would have ",
        entries,
        " entries, the limit is ",
        ModelLimits::kJointEntries
    );
  }
  return {};
}

}  // namespace

Result<> check_preferences(const ModelDesc& desc, size_t m) {
  const ModalityDesc& modality = desc.modalities[m];
  const std::string label = text("C[", m, "]");
  const size_t size = modality.preferences.size();
  if (size % modality.num_outcomes != 0) {
    return invalid(
        label, " has ", size, " entries, expected ", modality.num_outcomes, " or a multiple of it"
    );
  }
  const size_t steps = size / modality.num_outcomes;
  if (steps > ModelLimits::kPreferenceSteps) {
    return error(
        Status::kLimit,
        label,
        " has ",
        steps,
        " steps, the limit is ",
        ModelLimits::kPreferenceSteps
    );
  }
  for (size_t i = 0; i < size; ++i) {
    const double value = modality.preferences[i];
    if (!(std::abs(value) <= kLargest)) {
      return invalid(label, "[", i, "] is ", value, ", expected -", kLargest, " to ", kLargest);
    }
  }
  return {};
}

Result<> check_policy_prior(const ModelDesc& desc) {
  if (desc.policy_prior.empty()) {
    return {};
  }
  return check_tensor({"E", "", {desc.policy_prior.size()}, desc.policy_prior});
}

Result<> check_model(const ModelDesc& desc) {
  DKS_TRY(check_sizes(desc));
  for (size_t f = 0; f < desc.factors.size(); ++f) {
    DKS_TRY(check_transition(desc, f));
    DKS_TRY(check_initial(desc, f));
  }
  for (size_t m = 0; m < desc.modalities.size(); ++m) {
    DKS_TRY(check_likelihood(desc, m));
    DKS_TRY(check_preferences(desc, m));
  }
  DKS_TRY(check_policy_prior(desc));
  DKS_TRY(check_total(desc));
  if (desc.convention.entropy == EntropyForm::kSpmJoint) {
    DKS_TRY(check_joint_entries(desc));
  }
  DKS_TRY(check_precision("gamma", desc.gamma));
  return check_precision("alpha", desc.alpha);
}

Result<> check_exact_inference(std::span<const CoupledGroup> groups) {
  for (const CoupledGroup& group : groups) {
    if (group.joint_size > ModelLimits::kJointStates) {
      const std::vector<size_t> factors(group.factors.begin(), group.factors.end());
      return error(
          Status::kLimit,
          "exact inference: factors ",
          join(factors, ", "),
          " share modalities and together have more than ",
          ModelLimits::kJointStates,
          " states, the limit"
      );
    }
  }
  return {};
}

ModelDesc with_defaults(ModelDesc desc) {
  for (size_t f = 0; f < desc.factors.size(); ++f) {
    FactorDesc& factor = desc.factors[f];
    factor.num_controls = std::max(1u, factor.num_controls);
    if (factor.parents.empty()) {
      factor.parents.push_back(static_cast<uint32_t>(f));
    }
    if (factor.initial.empty()) {
      factor.initial.assign(factor.num_states, 1.0 / factor.num_states);
    }
  }
  for (ModalityDesc& modality : desc.modalities) {
    if (modality.parents.empty()) {
      modality.parents = default_parents(desc.factors.size());
    }
    if (modality.preferences.empty()) {
      modality.preferences.assign(modality.num_outcomes, 0.0);
    }
  }
  desc.gamma = desc.gamma > 0 ? desc.gamma : kDefaultPrecision;
  desc.alpha = desc.alpha > 0 ? desc.alpha : kDefaultPrecision;
  return desc;
}

}  // namespace dks::mind
