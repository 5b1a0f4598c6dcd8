// What a run remembers of its pets: one record a pet, one value a day, one curve of a bounded
// length. SPDX-License-Identifier: MIT
#pragma once

#include "host.h"

#include <cstdint>
#include <vector>

namespace petworld {

struct PetRecord {
  dks_agent_id id = DKS_AGENT_NONE;
  uint32_t type = 0;
  uint32_t care = 0;  // kind acts of users so far
  uint64_t steps = 0, critical_steps = 0;
  double mood_sum = 0, valence_sum = 0;
  double mood = 0;  // now
  bool critical = false, withdrawn = false, present = false;

  double critical_share() const { return ratio(static_cast<double>(critical_steps)); }
  double mean_mood() const { return ratio(mood_sum); }
  double mean_valence() const { return ratio(valence_sum); }

 private:
  double ratio(double sum) const { return steps == 0 ? 0 : sum / static_cast<double>(steps); }
};

// Means over pets and steps.
struct Tally {
  uint64_t pets = 0, steps = 0, critical_steps = 0;
  double mood_sum = 0, valence_sum = 0;

  void add(const PetRecord& pet);
  double critical_share() const { return ratio(static_cast<double>(critical_steps)); }
  double mean_mood() const { return ratio(mood_sum); }
  double mean_valence() const { return ratio(valence_sum); }

 private:
  double ratio(double sum) const { return steps == 0 ? 0 : sum / static_cast<double>(steps); }
};

// A series of any length in bounded memory: when it is full, neighbours are merged.
class Curve {
 public:
  void add(double value);
  // The curve as `count` means, oldest first; fewer when there are fewer values.
  std::vector<double> resampled(size_t count) const;
  bool empty() const { return points_.empty() && filled_ == 0; }

 private:
  static constexpr size_t kMost = 4096;
  std::vector<double> points_;
  uint64_t per_point_ = 1, filled_ = 0;
  double sum_ = 0;
};

class Record {
 public:
  explicit Record(const Host& host);
  // Call after every step.
  void observe();

  uint64_t steps() const { return steps_; }
  const std::vector<PetRecord>& pets() const {
    return pets_;
  }  // by index; id 0 where there never was one
  const PetRecord* find(dks_agent_id agent) const;
  const Curve& mood() const { return mood_; }
  const std::vector<Tally>& days() const { return days_; }
  const Tally& last_step() const { return last_step_; }
  Tally whole() const;
  Tally of_type(uint32_t type) const;
  std::string label(dks_agent_id agent) const;  // "Momo (cat)"

 private:
  void observe_type(uint32_t type);

  const Host& host_;
  std::vector<PetRecord> pets_;
  std::vector<Tally> days_;
  Tally last_step_;
  Curve mood_;
  uint64_t steps_ = 0;
};

}  // namespace petworld
