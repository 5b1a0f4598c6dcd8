// An explanation for a person. SPDX-License-Identifier: MIT
//
// Species are data, so the words come from what a species is made of: how something is sensed gives
// the clause ("it felt ...", "its place was the ..."), names of outcomes and actions fill it.
// Actions are taken for verbs: "it chose to eat".
#include "pet/explain.h"

#include <algorithm>
#include <cmath>

namespace dks::pet {
namespace {

constexpr double kLeastLack = 1.5;    // nats of preference below the best: worth a word
constexpr double kLeastSurprise = 2;  // nats
constexpr double kKnown = 0.95;       // belief that counts as knowledge

size_t likeliest(std::span<const double> p) {
  return static_cast<size_t>(std::max_element(p.begin(), p.end()) - p.begin());
}

std::string in_100(double p) {
  return std::to_string(static_cast<int>(std::floor(100 * p + 0.5)));
}

// "a", "a and b", "a, b and c"
std::string listed(const std::vector<std::string>& parts) {
  std::string text;
  for (size_t i = 0; i < parts.size(); ++i) {
    text += i == 0 ? "" : i + 1 == parts.size() ? " and " : ", ";
    text += parts[i];
  }
  return text;
}

enum class Tense { kPast, kWould };

struct Teller {
  const Species& species;
  const Explanation& why;

  std::string name() const { return why.name.empty() ? "This " + species.name : why.name; }

  std::span<const double> preferences(size_t m) const {
    size_t offset = 0;
    for (size_t before = 0; before < m; ++before) {
      offset += species.modalities[before].outcomes.size();
    }
    return std::span(why.log_preferences).subspan(offset, species.modalities[m].outcomes.size());
  }

  std::span<const double> of_modality(const std::vector<double>& outcomes, size_t m) const {
    const auto all = preferences(m);
    const size_t offset = static_cast<size_t>(all.data() - why.log_preferences.data());
    return std::span(outcomes).subspan(offset, all.size());
  }

  std::optional<size_t> came(size_t m) const {
    const auto& outcomes = species.modalities[m].outcomes;
    const auto found = std::find(outcomes.begin(), outcomes.end(), why.perceived[m].outcome);
    return found == outcomes.end() ? std::nullopt : std::optional<size_t>(found - outcomes.begin());
  }

  // That an outcome came, or would come: "it felt hungry", "danger would strike (alarm)".
  std::string clause(size_t m, size_t outcome, Tense tense) const {
    const Modality& modality = species.modalities[m];
    const std::string& shown = modality.outcomes[outcome];
    const bool past = tense == Tense::kPast;
    const std::string be = past ? " was " : " would be ";
    switch (modality.sense.kind) {
      case SenseKind::kNeed:
        return (past ? "it felt " : "it would feel ") + shown + " (" + modality.name + ")";
      case SenseKind::kLayer:
        return "its " + modality.name + (past ? " looked" : " would look") + " like the " + shown;
      case SenseKind::kField:
        return "the " + modality.name + be + shown;
      case SenseKind::kHazard:
        return (outcome == 0 ? "no danger " : "danger ") +
               std::string(past ? "struck (" : "would strike (") + shown + ")";
      case SenseKind::kObject:
        return std::string(past ? "it could " : "it would ") + (outcome == 0 ? "not " : "") +
               (past ? "" : "be able to ") + modality.sense.affordance + " there";
      case SenseKind::kCompany:
        break;
    }
    if (outcome == modality.sense.alone) {
      return "nobody" + be + "near";
    }
    if (outcome == modality.sense.friendly || outcome == modality.sense.hostile) {
      return (outcome == modality.sense.friendly ? "somebody friendly" : "somebody hostile") + be +
             "near";
    }
    return std::string(past ? "a person came (" : "a person would come (") + shown + ")";
  }

  // Whether it has thought before this thought.
  bool has_a_past() const { return why.lived - why.unthought > 1; }

  // Which level of its first factor the outcome that came speaks for, if that is plain.
  std::optional<size_t> level_shown(size_t m) const {
    const Modality& modality = species.modalities[m];
    const auto& levels = species.factors[modality.of[0]].levels;
    const auto named = std::find(levels.begin(), levels.end(), why.perceived[m].outcome);
    const size_t level = modality.likelihood.empty() ? came(m).value_or(levels.size())
                                                     : static_cast<size_t>(named - levels.begin());
    return level < levels.size() ? std::optional(level) : std::nullopt;
  }

  // The sense that was most surprised, if one was and had expected something else.
  std::optional<size_t> surprised() const {
    std::optional<size_t> most;
    for (size_t m = 0; has_a_past() && m < why.perceived.size(); ++m) {
      const Explanation::Perceived& sense = why.perceived[m];
      if (came(m) && sense.surprise >= kLeastSurprise && likeliest(sense.predicted) != *came(m) &&
          (!most || sense.surprise > why.perceived[*most].surprise)) {
        most = m;
      }
    }
    return most;
  }

  // "felt hungry (energy)": the two worst needs that are worth a word, or that there is none.
  std::string body() const {
    std::vector<std::pair<double, std::string>> lacks;
    std::vector<std::string> all;
    for (size_t m = 0; m < species.modalities.size(); ++m) {
      const Modality& modality = species.modalities[m];
      if (modality.sense.kind != SenseKind::kNeed || !came(m)) {
        continue;
      }
      const auto preferences = this->preferences(m);
      const double best = *std::max_element(preferences.begin(), preferences.end());
      const std::string& shown = modality.outcomes[*came(m)];
      lacks.emplace_back(best - preferences[*came(m)], shown + " (" + modality.name + ")");
      all.push_back(modality.name + ": " + shown);
    }
    std::stable_sort(lacks.begin(), lacks.end(), [](const auto& a, const auto& b) {
      return a.first > b.first;
    });
    std::vector<std::string> worst;
    for (size_t i = 0; i < lacks.size() && i < 2 && lacks[i].first >= kLeastLack; ++i) {
      worst.push_back(lacks[i].second);
    }
    if (all.empty()) {
      return "felt nothing of its body";
    }
    return worst.empty() ? "lacked nothing (" + listed(all) + ")" : "felt " + listed(worst);
  }

  // Where it believed to be, and what else it believed that it does not take for granted.
  std::string beliefs() const {
    std::vector<std::string> texts;
    std::vector<uint8_t> told(species.factors.size());
    for (size_t m = 0; m < species.modalities.size(); ++m) {
      const Modality& modality = species.modalities[m];
      if (modality.sense.kind != SenseKind::kLayer || modality.of.size() > 1) {
        continue;
      }
      const Factor& factor = species.factors[modality.of[0]];
      const auto& p = why.beliefs[modality.of[0]].probability;
      const size_t level = likeliest(p);
      const bool against_its_eyes = level_shown(m).value_or(level) != level;
      texts.push_back(
          std::string(p[level] >= kKnown ? "was sure" : "believed") +
          (against_its_eyes ? " all the same" : "") + " that its " + factor.name + " was the " +
          factor.levels[level]
      );
      told[modality.of[0]] = 1;
    }
    for (size_t f = 0; f < species.factors.size(); ++f) {
      const Factor& factor = species.factors[f];
      const size_t level = likeliest(why.beliefs[f].probability);
      if (told[f] == 0 && !factor.initial.empty() && level != likeliest(factor.initial)) {
        texts.push_back(
            is_about_danger(f)
                ? "that danger was about (" + factor.levels[level] + ")"
                : "that its " + factor.name + " was what it calls " + factor.levels[level]
        );
        if (texts.size() == 1 || texts[texts.size() - 2].starts_with("was sure")) {
          texts.back() = "believed " + texts.back();
        }
      }
    }
    return texts.empty() ? "" : " It " + listed(texts) + ".";
  }

  // Whether danger depends on a factor that nothing else shows.
  bool is_about_danger(size_t f) const {
    bool is_shown_by_danger = false;
    for (const Modality& modality : species.modalities) {
      if (std::find(modality.of.begin(), modality.of.end(), f) != modality.of.end()) {
        if (modality.sense.kind != SenseKind::kHazard) {
          return false;
        }
        is_shown_by_danger = true;
      }
    }
    return is_shown_by_danger;
  }

  std::string company() const {
    for (size_t m = 0; m < species.modalities.size(); ++m) {
      const Modality& modality = species.modalities[m];
      if (modality.sense.kind == SenseKind::kCompany && came(m) &&
          *came(m) != modality.sense.alone && surprised() != m) {
        return " while " + clause(m, *came(m), Tense::kPast);
      }
    }
    return "";
  }

  std::string state() const {
    return name() + " " + body() + company() + "." + surprise() + beliefs();
  }

  std::string surprise() const {
    const auto m = surprised();
    if (!m) {
      return has_a_past() ? " Nothing surprised it." : " It was its first step.";
    }
    const Explanation::Perceived& sense = why.perceived[*m];
    const double given = sense.predicted[*came(*m)];
    const std::string chances = in_100(given);
    return " To its surprise " + clause(*m, *came(*m), Tense::kPast) + ": it had given that " +
           (chances == "0"   ? "less than one chance"
            : chances == "1" ? "one chance"
                             : chances + " chances") +
           " in 100, and rather expected that " +
           clause(*m, likeliest(sense.predicted), Tense::kWould) + ".";
  }

  // "eat (going to the feeder)"
  std::string action(uint32_t a) const {
    const Action& act = species.actions[a];
    const auto go = std::find_if(act.does.begin(), act.does.end(), [](const Deed& deed) {
      return deed.verb == Verb::kGo && !deed.spot.anywhere();
    });
    if (go == act.does.end()) {
      return act.name;
    }
    if (go->spot.layer.empty()) {
      return act.name + " (going to where it can " + go->spot.affordance + ")";
    }
    for (size_t m = 0; m < species.modalities.size(); ++m) {
      if (species.modalities[m].sense.kind == SenseKind::kLayer &&
          species.modalities[m].sense.layer == go->spot.layer &&
          why.perceived[m].outcome == go->spot.category) {
        return act.name + " (right where it was)";
      }
    }
    return act.name + " (going to the " + go->spot.category + ")";
  }

  // The likeliest other action; of those without a chance, the best at first sight.
  std::optional<uint32_t> rival(uint32_t chosen) const {
    std::optional<uint32_t> best;
    const auto is_better = [&](const Explanation::Option& a, const Explanation::Option& b) {
      return a.probability != b.probability ? a.probability > b.probability
                                            : a.first.score > b.first.score;
    };
    for (uint32_t a = 0; a < why.options.size(); ++a) {
      if (a != chosen && (!best || is_better(why.options[a], why.options[*best]))) {
        best = a;
      }
    }
    return best;
  }

  // What speaks most for one action against another: "this made it less likely that it would feel
  // hungry (energy)". Empty: nothing does.
  std::string reason(uint32_t chosen, uint32_t other) const {
    const Explanation::Option& a = why.options[chosen];
    const Explanation::Option& b = why.options[other];
    const bool far = a.followed && b.followed;
    const Explanation::Outlook& pro = far ? a.best : a.first;
    const Explanation::Outlook& contra = far ? b.best : b.first;
    size_t term = 0;
    for (size_t i = 1; i < pro.terms.size(); ++i) {
      term = pro.terms[i] - contra.terms[i] > pro.terms[term] - contra.terms[term] ? i : term;
    }
    if (!(pro.terms[term] - contra.terms[term] > 0)) {
      return "";
    }
    if (term >= species.modalities.size()) {
      return why.terms[term] == "habit" ? "this was more its habit"
                                        : "this promised to tell it more about how things stood";
    }
    const auto with = of_modality(pro.outcomes, term);
    const auto without = of_modality(contra.outcomes, term);
    const auto worth = preferences(term);
    const auto gain = [&](size_t o) { return (with[o] - without[o]) * worth[o]; };
    size_t most = 0;
    for (size_t o = 1; o < worth.size(); ++o) {
      most = gain(o) > gain(most) ? o : most;
    }
    return std::string("this made it ") +
           (with[most] > without[most] ? "likelier" : "less likely") + " that " +
           clause(term, most, Tense::kWould);
  }

  std::string odds(uint32_t chosen, uint32_t other) const {
    const double own = why.options[chosen].probability;
    const double others = why.options[other].probability;
    const std::string& name = why.options[chosen].action;
    if (own >= 0.995) {
      return " In such a moment it would nearly always " + name + ".";
    }
    return " In 100 such moments it would " + name +
           (own < 0.005 ? " hardly ever" : " about " + in_100(own) + " times") +
           (others >= 0.005 ? " and " + why.options[other].action + " about " + in_100(others) : ""
           ) +
           ".";
  }

  std::string choice(uint32_t chosen) const {
    const Explanation::Option& option = why.options[chosen];
    std::string text = " It chose to " + action(chosen);
    const auto other = rival(chosen);
    if (!other) {
      return text + ", the only thing that it can do.";
    }
    if (option.plan.size() > 1 && option.plan[1] != chosen) {
      text += ", with a mind to " + species.actions[option.plan[1]].name + " next,";
    }
    const std::string why_this = reason(chosen, *other);
    const std::string& instead = why.options[*other].action;
    if (why.options[*other].probability > option.probability) {
      text += " although it was more inclined to " + instead;
      text += why_this.empty() ? ", which seemed better in every way."
                               : "; what spoke for its choice was that " + why_this + ".";
    } else {
      text += " rather than to " + instead;
      text += why_this.empty() ? ", though nothing spoke for it." : ", because " + why_this + ".";
    }
    return text + odds(chosen, *other);
  }

  std::string best() const {
    const Explanation::Option* best = nullptr;
    for (const Explanation::Option& option : why.options) {
      if (option.followed && (best == nullptr || option.best.score > best->best.score)) {
        best = &option;
      }
    }
    return best->action;
  }

  std::string tell() const {
    if (why.lived == 0) {
      return name() + " has not lived a step yet: it chose nothing so far.";
    }
    if (!why.chosen) {
      return name() + " has withdrawn: it does nothing until somebody has cared for it. " +
             state() + " If it could, it would " + best() + ".";
    }
    if (species.mind.kind == MindKind::kRandom) {
      return state() + " It acts at random, and the lot fell on " +
             why.options[*why.chosen].action + "; by its own judgement it would " + best() + ".";
    }
    return state() + choice(*why.chosen);
  }
};

}  // namespace

std::string sentence(const Species& species, const Explanation& why) {
  return Teller{species, why}.tell();
}

}  // namespace dks::pet
