// SPDX-License-Identifier: MIT
#include "personality_prior_json.h"

#include <cmath>
#include <vector>

namespace dks::capi {
namespace {

// The lower triangular L with L L' = correlation (Cholesky), by rows.
void factorise(
    const JsonField& field,
    const std::vector<std::vector<double>>& correlation,
    pet::PersonalityPrior& prior
) {
  for (size_t i = 0; i < pet::kTraits; ++i) {
    for (size_t j = 0; j <= i; ++j) {
      double rest = correlation[i][j];
      for (size_t k = 0; k < j; ++k) {
        rest -= prior.cholesky[i][k] * prior.cholesky[j][k];
      }
      if (i != j) {
        prior.cholesky[i][j] = rest / prior.cholesky[j][j];
      } else if (rest > 1e-12) {
        prior.cholesky[i][i] = std::sqrt(rest);
      } else {
        return field.refuse("the matrix is not positive definite");
      }
    }
  }
}

}  // namespace

pet::PersonalityPrior load_personality_prior(const JsonField& field) {
  JsonReader in = field.object();
  pet::PersonalityPrior prior;
  const auto mean = in["mean"].numbers<double>({0, 1}, JsonCount::exactly(pet::kTraits));
  const auto deviation = in["deviation"].numbers<double>({0, 1}, JsonCount::exactly(pet::kTraits));
  std::vector<std::vector<double>> correlation;
  for (const JsonField row : in["correlation"].items(JsonCount::exactly(pet::kTraits))) {
    correlation.push_back(row.numbers<double>({-1, 1}, JsonCount::exactly(pet::kTraits)));
  }
  if (!in.ok()) {
    return prior;
  }
  for (size_t i = 0; i < pet::kTraits; ++i) {
    prior.mean[i] = mean[i];
    prior.deviation[i] = deviation[i];
    for (size_t j = 0; j < pet::kTraits; ++j) {
      if (correlation[i][j] != correlation[j][i] || correlation[i][i] != 1) {
        in["correlation"].refuse("the matrix is not symmetric with a diagonal of 1");
        return prior;
      }
    }
  }
  factorise(in["correlation"], correlation, prior);
  return prior;
}

}  // namespace dks::capi
