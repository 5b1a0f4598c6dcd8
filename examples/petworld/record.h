// What a run remembers of its pets: one record a pet, one value a day, one curve of a bounded
// length. SPDX-License-Identifier: MIT
#pragma once

#include "host.h"

#include <cstdint>
#include <string>
#include <vector>

namespace petworld {

struct PetRecord {
  dks_agent_id id = DKS_AGENT_NONE;
  uint32_t type = 0;
  std::string name;   // "" when it has none; kept when the pet is gone
  uint32_t care = 0;  // kind acts of users so far
  uint64_t steps = 0, critical_steps = 0;
  uint64_t days = 0, days_cared = 0;  // in which it lived, and in which somebody was kind to it
  double mood_sum = 0, valence_sum = 0;
  double mood = 0, valence = 0;  // now
  bool critical = false, withdrawn = false, present = false, cared = false;

  bool died() const { return !present; }
  double critical_share() const { return ratio(static_cast<double>(critical_steps)); }
  double mean_mood() const { return ratio(mood_sum); }
  double mean_valence() const { return ratio(valence_sum); }
  std::string shown() const;  // "Momo", or "#12" for a pet without a name; safe to print
  void live_a_step(uint64_t day);

 private:
  double ratio(double sum) const { return steps == 0 ? 0 : sum / static_cast<double>(steps); }
  uint64_t last_day_ = 0, last_day_cared_ = 0;
};

// Means over pets and steps.
struct Tally {
  uint64_t pets = 0, steps = 0, critical_steps = 0;
  double mood_sum = 0, valence_sum = 0;

  void add(const PetRecord& pet);            // with all that it has lived
  void add_now(const PetRecord& pet);        // as it is in this step
  void add_later(const Tally& later);        // another step: its pets are those that there are now
  bool empty() const { return steps == 0; }  // nobody lived: there are no means
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
  // The day of the last step, from 1. A day is steps_per_day steps and begins at the hour at which
  // the world did, so the night after a day belongs to it.
  uint64_t day() const { return days_.empty() ? 1 : days_.size(); }
  // All that ever lived here, those that are gone too, in the order in which they came.
  const std::vector<PetRecord>& pets() const { return pets_; }
  const PetRecord* find(dks_agent_id agent) const;
  const Curve& mood() const { return mood_; }  // of the steps in which there were pets
  const std::vector<Tally>& days() const { return days_; }
  const Tally& last_step() const { return last_step_; }
  Tally whole() const;
  Tally of_type(uint32_t type) const;
  std::string name(dks_agent_id agent) const;   // "Momo" or "#12"
  std::string label(dks_agent_id agent) const;  // "Momo (cat)"

 private:
  void look();
  void meet_newcomers();
  void look_at_type(uint32_t type);
  bool is_latest_of_slot(dks_agent_id agent) const;

  const Host& host_;
  std::vector<PetRecord> pets_;
  std::vector<size_t> by_slot_;  // the latest pet of each slot of the world
  std::vector<Tally> days_;
  Tally last_step_;
  Curve mood_;
  uint64_t steps_ = 0;
};

}  // namespace petworld
