// SPDX-License-Identifier: MIT
#include "mind/lanes/program_builder.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <span>
#include <utility>

namespace dks::mind::lanes {
namespace {

using Model = GenerativeModel<float>;
using List = std::vector<uint32_t>;

uint32_t size32(const auto& container) {
  return static_cast<uint32_t>(container.size());
}

// Parents that can be in more than one state; at least one. The others change nothing.
List moving_parents(const Model& model, std::span<const uint32_t> parents) {
  List moving;
  for (const uint32_t parent : parents) {
    if (model.factors()[parent].num_states > 1) {
      moving.push_back(parent);
    }
  }
  if (moving.empty()) {
    moving.push_back(parents[0]);
  }
  return moving;
}

// Reads a tensor's entries with the axes of its parents in another order. The entry of given
// states stands at base + sum of state * stride.
class Axes {
 public:
  // `wanted`: some of the parents, in the new order; the others have one state.
  Axes(const Model& model, std::span<const uint32_t> parents, std::span<const uint32_t> wanted) {
    for (const uint32_t factor : wanted) {
      size_t stride = 1;
      for (size_t k = parents.size(); parents[--k] != factor;) {
        stride *= model.factors()[parents[k]].num_states;
      }
      strides_.push_back(stride);
      sizes_.push_back(model.factors()[factor].num_states);
    }
    states_.resize(sizes_.size());
  }
  // Joint states in the old order, in the sequence of the new one.
  template <class F>
  void for_each(F&& f) {
    std::fill(states_.begin(), states_.end(), 0U);
    bool more = true;
    while (more) {
      size_t joint = 0;
      for (size_t i = 0; i < states_.size(); ++i) {
        joint += states_[i] * strides_[i];
      }
      f(joint);
      more = false;
      for (size_t i = states_.size(); i-- > 0 && !more;) {
        more = ++states_[i] < sizes_[i];
        states_[i] = more ? states_[i] : 0;
      }
    }
  }

 private:
  std::vector<size_t> strides_;
  List sizes_, states_;
};

class Builder {
 public:
  Builder(const Model& model, const PlanningGraph& graph, OwnedProgram& out)
      : model_(model), graph_(graph), out_(out) {}

  Result<> build(const LaneSettings& settings);

 private:
  // A contraction chain to be: where the parents' beliefs stand, in the order of the parents.
  struct Item {
    uint32_t slice = 0;
    List beliefs;
    uint32_t to = 0;
  };
  // What is summed: a shared tensor by slice, or one table of the block's own.
  struct Tensor {
    uint32_t id = 0;  // tells tensors apart
    List parents;
    uint32_t rest = 1;
    uint32_t own_table = kNone;
    // Appends the slice's entries of one joint state to the constants.
    void (*append
    )(const Builder&, uint32_t which, uint32_t slice, size_t joint, std::vector<float>& to
    ) = nullptr;
    uint32_t which = 0;
  };

  uint32_t take(size_t count) {
    const uint32_t place = out_.scratch;
    out_.scratch += static_cast<uint32_t>(count);
    return place;
  }
  Range index(std::span<const uint32_t> list) {
    const uint32_t begin = size32(out_.indices);
    out_.indices.insert(out_.indices.end(), list.begin(), list.end());
    return {begin, size32(out_.indices)};
  }
  uint32_t states(uint32_t factor) const { return model_.factors()[factor].num_states; }
  uint32_t joint(std::span<const uint32_t> factors) const {
    uint32_t size = 1;
    for (const uint32_t factor : factors) {
      size *= states(factor);
    }
    return size;
  }

  void add_factors();
  void add_groups();
  void link_group(uint32_t group, const List& parents);
  void add_modality(uint32_t m);
  void add_predictions();
  void add_evidence();
  void add_plan(
      const PlanningGraph& graph, size_t first_step, OwnedProgram::Plan& lists, LanePlan& plan
  );
  void add_branches(const PlanningGraph& first);
  Result<PlanningGraph> first_steps() const;
  Result<PlanningGraph> continuations() const;

  // Axes in the order in which they are best summed out: those with the fewest distinct beliefs
  // first, so that most of the work is shared.
  static List best_order(const std::vector<Item>& items, size_t parents);
  Range contract(const Tensor& tensor, std::vector<Item> items, const List& order);
  uint32_t constant_of(const Tensor& tensor, uint32_t slice, const List& order);
  uint32_t level_table(size_t level, uint32_t numbers);
  void place_level_tables();

  Tensor transition_of(uint32_t factor) const;
  Tensor outcomes_of(uint32_t modality) const;

  static constexpr uint32_t kLevel = 1U << 31;  // a table between the levels of a chain

  const Model& model_;
  const PlanningGraph& graph_;
  OwnedProgram& out_;
  std::map<List, uint32_t> constants_;
  List level_sizes_;
};

// ---- contraction chains ----

List Builder::best_order(const std::vector<Item>& items, size_t parents) {
  std::vector<size_t> distinct;
  for (size_t k = 0; k < parents; ++k) {
    List beliefs;
    for (const Item& item : items) {
      beliefs.push_back(item.beliefs[k]);
    }
    std::sort(beliefs.begin(), beliefs.end());
    distinct.push_back(
        static_cast<size_t>(std::unique(beliefs.begin(), beliefs.end()) - beliefs.begin())
    );
  }
  List order(parents);
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    return distinct[a] < distinct[b];
  });
  return order;
}

// Items that begin with the same beliefs share the first contractions: a chain is walked as far
// back as it differs from the one before.
Range Builder::contract(const Tensor& tensor, std::vector<Item> items, const List& order) {
  const auto key = [&](const Item& item) {
    List list{item.slice};
    for (const uint32_t axis : order) {
      list.push_back(item.beliefs[axis]);
    }
    return list;
  };
  std::stable_sort(items.begin(), items.end(), [&](const Item& a, const Item& b) {
    return key(a) < key(b);
  });
  const uint32_t begin = size32(out_.contractions);
  List before;
  for (const Item& item : items) {
    const List now = key(item);
    size_t same = 0;
    while (same < before.size() && before[same] == now[same]) {
      ++same;
    }
    uint32_t rest = joint(tensor.parents) * tensor.rest;
    uint32_t table = tensor.own_table;
    for (size_t level = 0; level < order.size(); ++level) {
      const uint32_t axis = states(tensor.parents[order[level]]);
      rest /= axis;
      const bool is_last = level + 1 == order.size();
      const uint32_t to = is_last ? item.to : level_table(level, rest);
      if (level + 1 >= same || is_last) {
        const bool is_shared = level == 0 && tensor.own_table == kNone;
        const uint32_t shared = is_shared ? constant_of(tensor, item.slice, order) : kNone;
        out_.contractions.push_back(
            {item.beliefs[order[level]], axis, 1, rest, shared, is_shared ? 0 : table, to}
        );
      }
      table = to;
    }
    before = now;
  }
  return {begin, size32(out_.contractions)};
}

uint32_t Builder::constant_of(const Tensor& tensor, uint32_t slice, const List& order) {
  List wanted;
  for (const uint32_t axis : order) {
    wanted.push_back(tensor.parents[axis]);
  }
  List key{tensor.id, tensor.which, slice};
  key.insert(key.end(), wanted.begin(), wanted.end());
  const auto [known, is_new] = constants_.try_emplace(key, size32(out_.constants));
  if (is_new) {
    const bool is_transition = tensor.id == 0;
    const auto parents = is_transition ? model_.factors()[tensor.which].parents
                                       : model_.modalities()[tensor.which].parents;
    Axes(model_, parents, wanted).for_each([&](size_t joint) {
      tensor.append(*this, tensor.which, slice, joint, out_.constants);
    });
  }
  return known->second;
}

uint32_t Builder::level_table(size_t level, uint32_t numbers) {
  level_sizes_.resize(std::max(level_sizes_.size(), level + 1));
  level_sizes_[level] = std::max(level_sizes_[level], numbers);
  return kLevel | static_cast<uint32_t>(level);
}

void Builder::place_level_tables() {
  List places;
  for (const uint32_t size : level_sizes_) {
    places.push_back(take(size));
  }
  const auto place = [&](uint32_t& at) {
    at = (at & kLevel) != 0 && at != kNone ? places[at & ~kLevel] : at;
  };
  for (Contraction& contraction : out_.contractions) {
    place(contraction.table);
    place(contraction.to);
  }
  for (LaneMessage& message : out_.messages) {
    place(message.result);
  }
}

Builder::Tensor Builder::transition_of(uint32_t f) const {
  Tensor tensor;
  tensor.parents = moving_parents(model_, model_.factors()[f].parents);
  tensor.rest = states(f);
  tensor.which = f;
  tensor.append =
      [](const Builder& self, uint32_t which, uint32_t slice, size_t joint, std::vector<float>& to
      ) {
        const Factor<float>& factor = self.model_.factors()[which];
        const auto row =
            factor.transition_slice(slice).subspan(joint * factor.num_states, factor.num_states);
        to.insert(to.end(), row.begin(), row.end());
      };
  return tensor;
}

// The outcomes of a joint state, then its ambiguity: q . H[A] comes with qo.
Builder::Tensor Builder::outcomes_of(uint32_t m) const {
  Tensor tensor;
  tensor.id = 1;
  tensor.parents = moving_parents(model_, model_.modalities()[m].parents);
  tensor.rest = model_.modalities()[m].num_outcomes + 1;
  tensor.which = m;
  tensor.append =
      [](const Builder& self, uint32_t which, uint32_t, size_t joint, std::vector<float>& to) {
        const Modality<float>& modality = self.model_.modalities()[which];
        const auto row =
            modality.likelihood.subspan(joint * modality.num_outcomes, modality.num_outcomes);
        to.insert(to.end(), row.begin(), row.end());
        to.push_back(modality.ambiguity[joint]);
      };
  return tensor;
}

// ---- state inference ----

void Builder::add_factors() {
  uint32_t largest = 0;
  for (uint32_t f = 0; f < model_.num_factors(); ++f) {
    const Factor<float>& source = model_.factors()[f];
    LaneFactor factor{};
    factor.states = source.num_states;
    factor.at = static_cast<uint32_t>(source.state_offset);
    factor.controls = source.num_controls;
    factor.slices = source.num_slices;
    factor.slice_of_control = index(source.slice_of_action).begin;
    factor.predictions = take(size_t{factor.slices} * factor.states);
    factor.logits = take(factor.states);
    factor.coupled = source.coupled ? 1 : 0;
    out_.factors.push_back(factor);
    largest = std::max(largest, factor.states);
  }
  out_.program.present = take(model_.total_states());
  out_.program.words = take(largest);
  out_.program.energy = take(model_.num_factors());
}

void Builder::add_modality(uint32_t m) {
  const Modality<float>& source = model_.modalities()[m];
  List rising = moving_parents(model_, source.parents);
  std::sort(rising.begin(), rising.end());
  LaneModality modality{};
  modality.outcomes = source.num_outcomes;
  modality.at = static_cast<uint32_t>(source.outcome_offset);
  modality.joint = joint(rising);
  modality.row = take(modality.joint);
  Axes axes(model_, source.parents, rising);
  modality.log_likelihood = size32(out_.constants);
  for (size_t o = 0; o < source.num_outcomes; ++o) {
    const auto row = source.log_likelihood_of(o);
    axes.for_each([&](size_t joint) { out_.constants.push_back(row[joint]); });
  }
  modality.likelihood = size32(out_.constants);
  for (size_t o = 0; o < source.num_outcomes; ++o) {
    axes.for_each([&](size_t joint) {
      out_.constants.push_back(source.likelihood[joint * source.num_outcomes + o]);
    });
  }
  out_.modalities.push_back(modality);
}

void Builder::add_groups() {
  std::map<List, List> members;  // by parents, rising
  for (uint32_t m = 0; m < model_.num_modalities(); ++m) {
    add_modality(m);
    List parents = moving_parents(model_, model_.modalities()[m].parents);
    std::sort(parents.begin(), parents.end());
    members[parents].push_back(m);
  }
  for (const auto& [parents, modalities] : members) {
    LaneGroup group{};
    group.joint = joint(parents);
    group.table = take(group.joint);
    group.parents = index(parents);
    group.modalities = index(modalities);
    out_.groups.push_back(group);
    link_group(size32(out_.groups) - 1, parents);
  }
  // Messages stand factor by factor.
  std::stable_sort(
      out_.messages.begin(),
      out_.messages.end(),
      [](const LaneMessage& a, const LaneMessage& b) { return a.factor < b.factor; }
  );
  for (uint32_t i = 0; i < out_.messages.size(); ++i) {
    Range& range = out_.factors[out_.messages[i].factor].messages;
    range.begin = range.begin == range.end ? i : range.begin;
    range.end = i + 1;
  }
}

// The chains that say what a group thinks of each of its parents.
void Builder::link_group(uint32_t g, const List& parents) {
  LaneGroup& group = out_.groups[g];
  const auto belief = [&](size_t k) { return out_.program.present + out_.factors[parents[k]].at; };
  List tables(parents.size(), group.table);  // [k]: with all parents after k summed out
  group.suffixes.begin = size32(out_.contractions);
  uint32_t joint = group.joint;
  for (size_t k = parents.size(); k-- > 1;) {
    joint /= states(parents[k]);
    tables[k - 1] = take(joint);
    out_.contractions.push_back(
        {belief(k), states(parents[k]), joint, 1, kNone, tables[k], tables[k - 1]}
    );
  }
  group.suffixes.end = size32(out_.contractions);
  uint32_t before = 1;  // joint states of the parents up to k
  for (size_t k = 0; k < parents.size() && parents.size() > 1; ++k) {
    before *= states(parents[k]);
    LaneMessage message{};
    message.factor = parents[k];
    message.prefixes.begin = size32(out_.contractions);
    uint32_t table = tables[k];
    uint32_t rest = before;
    for (size_t j = 0; j < k; ++j) {
      rest /= states(parents[j]);
      const uint32_t to = level_table(j, rest);
      out_.contractions.push_back({belief(j), states(parents[j]), 1, rest, kNone, table, to});
      table = to;
    }
    message.prefixes.end = size32(out_.contractions);
    message.result = table;
    out_.messages.push_back(message);
  }
}

void Builder::add_predictions() {
  out_.program.predictions.begin = size32(out_.contractions);
  for (uint32_t f = 0; f < model_.num_factors(); ++f) {
    const LaneFactor& factor = out_.factors[f];
    const Tensor tensor = transition_of(f);
    std::vector<Item> items;
    for (uint32_t slice = 0; slice < factor.slices; ++slice) {
      Item item{slice, {}, factor.predictions + slice * factor.states};
      for (const uint32_t parent : tensor.parents) {
        item.beliefs.push_back(out_.program.present + out_.factors[parent].at);
      }
      items.push_back(std::move(item));
    }
    const List order = best_order(items, tensor.parents.size());
    contract(tensor, std::move(items), order);
  }
  out_.program.predictions.end = size32(out_.contractions);
}

// The planning graph knows which first actions lead to the same outcomes of a modality.
void Builder::add_evidence() {
  LaneProgram& program = out_.program;
  program.evidence.begin = size32(out_.contractions);
  const uint32_t actions = static_cast<uint32_t>(graph_.policies().num_first_actions());
  uint32_t count = 0;
  for (uint32_t m = 0; m < model_.num_modalities(); ++m) {
    const PredictionRange range = graph_.outcomes_of(0, m);
    count += range.end - range.begin;
  }
  program.evidence_values = take(count);
  List modality_of;
  List value_of(size_t{actions} * model_.num_modalities());
  for (uint32_t m = 0; m < model_.num_modalities(); ++m) {
    const auto parents = model_.modalities()[m].parents;
    List rising = moving_parents(model_, parents);
    std::sort(rising.begin(), rising.end());
    const PredictionRange range = graph_.outcomes_of(0, m);
    const uint32_t first = size32(modality_of);
    std::vector<Item> items;
    for (uint32_t id = range.begin; id < range.end; ++id) {
      Item item{0, {}, program.evidence_values + size32(modality_of)};
      for (const uint32_t factor : rising) {
        const auto k = std::find(parents.begin(), parents.end(), factor) - parents.begin();
        const uint32_t belief =
            graph_.parent_ids()[graph_.outcomes()[id].parents + static_cast<uint32_t>(k)];
        const LaneFactor& from = out_.factors[factor];
        item.beliefs.push_back(from.predictions + graph_.beliefs()[belief].slice * from.states);
      }
      items.push_back(std::move(item));
      modality_of.push_back(m);
    }
    Tensor tensor;
    tensor.parents = rising;
    tensor.own_table = out_.modalities[m].row;
    List order(rising.size());
    std::iota(order.begin(), order.end(), 0U);  // the row's own
    contract(tensor, std::move(items), order);
    for (uint32_t a = 0; a < actions; ++a) {
      value_of[a * model_.num_modalities() + m] = first + graph_.node_outcomes(a)[m] - range.begin;
    }
  }
  program.evidence.end = size32(out_.contractions);
  program.evidence_modalities = index(modality_of);
  program.evidence_of = index(value_of).begin;
}

// ---- planning ----

void Builder::add_plan(
    const PlanningGraph& graph, size_t first_step, OwnedProgram::Plan& lists, LanePlan& plan
) {
  const Policies& policies = graph.policies();
  const auto modalities = static_cast<uint32_t>(model_.num_modalities());
  plan.depth = static_cast<uint32_t>(policies.depth());
  plan.policies = static_cast<uint32_t>(policies.size());
  plan.beliefs = take(graph.belief_values());
  plan.scores = take(policies.nodes().size());
  List values(graph.outcomes().size());
  for (size_t t = 0; t < policies.depth(); ++t) {
    LaneStep step;
    step.contractions.begin = size32(out_.contractions);
    step.outcomes.begin = size32(out_.outcomes);
    const auto add = [&](const Tensor& tensor,
                         std::span<const uint32_t> parents,
                         const PredictionRange& range,
                         std::span<const Prediction> predictions,
                         auto place_of) {
      std::vector<Item> items;
      for (uint32_t id = range.begin; id < range.end; ++id) {
        Item item{predictions[id].slice, {}, place_of(id)};
        for (const uint32_t factor : tensor.parents) {
          const auto k = std::find(parents.begin(), parents.end(), factor) - parents.begin();
          const uint32_t belief =
              graph.parent_ids()[predictions[id].parents + static_cast<uint32_t>(k)];
          item.beliefs.push_back(plan.beliefs + graph.beliefs()[belief].offset);
        }
        items.push_back(std::move(item));
      }
      const List order = best_order(items, tensor.parents.size());
      contract(tensor, std::move(items), order);
    };
    for (uint32_t f = 0; f < model_.num_factors(); ++f) {
      add(transition_of(f),
          model_.factors()[f].parents,
          graph.beliefs_of(t, f),
          graph.beliefs(),
          [&](uint32_t id) { return plan.beliefs + graph.beliefs()[id].offset; });
    }
    const uint32_t preferences = size32(out_.constants);
    const auto log_preferences = model_.log_preferences(first_step + t);
    out_.constants.insert(out_.constants.end(), log_preferences.begin(), log_preferences.end());
    for (uint32_t m = 0; m < modalities; ++m) {
      const LaneModality& modality = out_.modalities[m];
      const PredictionRange range = graph.outcomes_of(t, m);
      for (uint32_t id = range.begin; id < range.end; ++id) {
        values[id] = take(modality.outcomes + 1);
        out_.outcomes.push_back(
            {modality.outcomes, modality.at, values[id], preferences + modality.at}
        );
      }
      add(outcomes_of(m),
          model_.modalities()[m].parents,
          range,
          graph.outcomes(),
          [&](uint32_t id) { return values[id]; });
    }
    step.contractions.end = size32(out_.contractions);
    step.outcomes.end = size32(out_.outcomes);
    step.nodes = {
        static_cast<uint32_t>(policies.step_begin(t)),
        static_cast<uint32_t>(policies.step_begin(t + 1))};
    lists.steps.push_back(step);
  }
  for (size_t node = 0; node < policies.nodes().size(); ++node) {
    lists.parents.push_back(policies.nodes()[node].parent);
    for (const uint32_t id : graph.node_outcomes(node)) {
      lists.node_outcomes.push_back(values[id]);
    }
  }
  for (size_t p = 0; p < policies.size(); ++p) {
    lists.leaves.push_back(policies.leaf(p));
    lists.first_actions.push_back(policies.first_action(p));
  }
}

void Builder::add_branches(const PlanningGraph& first) {
  const auto actions = static_cast<uint32_t>(first.policies().size());
  for (uint32_t f = 0; f < model_.num_factors(); ++f) {
    std::map<uint32_t, List> actions_of;
    for (uint32_t a = 0; a < actions; ++a) {
      actions_of[first.node_beliefs(a)[f]].push_back(a);
    }
    for (const auto& [belief, list] : actions_of) {
      const uint32_t place = out_.program.first.beliefs + first.beliefs()[belief].offset;
      out_.branches.push_back({f, place, index(list)});
    }
  }
}

Result<PlanningGraph> Builder::first_steps() const {
  const Policies& policies = graph_.policies();
  std::vector<int32_t> actions;
  for (size_t a = 0; a < policies.num_first_actions(); ++a) {
    const auto step = policies.node_actions(a);
    actions.insert(actions.end(), step.begin(), step.end());
  }
  auto list = Policies::from_list(model_.num_controls(), 1, actions);
  return list ? PlanningGraph::build(model_, std::move(*list)) : list.error();
}

// What follows the first action, if it is the same for each.
Result<PlanningGraph> Builder::continuations() const {
  const Policies& policies = graph_.policies();
  const size_t actions = policies.num_first_actions();
  std::vector<int32_t> first;
  for (size_t p = 0; p < policies.size(); ++p) {
    const size_t action = policies.first_action(p);
    const size_t each = policies.size() / actions;
    const bool in_order = policies.size() % actions == 0 && action == p / each;
    for (size_t t = 1; t < policies.depth(); ++t) {
      const auto step = policies.step(p, t);
      const size_t at = ((p % each) * (policies.depth() - 1) + t - 1) * step.size();
      if (in_order && action == 0) {
        first.insert(first.end(), step.begin(), step.end());
      } else if (!in_order || !std::equal(step.begin(), step.end(), first.begin() + static_cast<ptrdiff_t>(at))) {
        return invalid(
            "policies[",
            p,
            "] does not continue as those of the first action do, which pruning "
            "needs"
        );
      }
    }
  }
  auto list = Policies::from_list(model_.num_controls(), policies.depth() - 1, first);
  return list ? PlanningGraph::build(model_, std::move(*list)) : list.error();
}

// ---- all of it ----

Result<> Builder::build(const LaneSettings& settings) {
  const Policies& policies = graph_.policies();
  const auto actions = static_cast<uint32_t>(policies.num_first_actions());
  const bool prunes = settings.keep_first_actions != 0 && settings.keep_first_actions < actions &&
                      policies.depth() > 1;
  const auto log_prior = model_.log_policy_prior();
  if (model_.convention().entropy != EntropyForm::kTextbook) {
    return invalid("lanes take the textbook entropy, not that of spm_MDP_G");
  }
  const bool coupled = std::any_of(
      model_.factors().begin(), model_.factors().end(), [](const auto& f) { return f.coupled; }
  );
  if (coupled && model_.convention().inference.method == InferenceMethod::kExact) {
    return invalid("lanes iterate to a fixed point, exact inference is the reference's");
  }
  if (prunes && !log_prior.empty()) {
    return invalid("policies with a prior of their own cannot be pruned in lanes");
  }
  LaneProgram& program = out_.program;
  program.factors = static_cast<uint32_t>(model_.num_factors());
  program.modalities = static_cast<uint32_t>(model_.num_modalities());
  program.states = static_cast<uint32_t>(model_.total_states());
  program.outcomes = static_cast<uint32_t>(model_.total_outcomes());
  program.actions = actions;
  program.policies = static_cast<uint32_t>(policies.size());
  program.kept = prunes ? settings.keep_first_actions : actions;
  program.use_utility = settings.use_utility ? 1 : 0;
  program.use_info_gain = settings.use_states_info_gain ? 1 : 0;
  const bool adds = model_.convention().log == LogForm::kAddTiny;
  program.added = adds ? 1e-16F : 0.0F;
  program.least = adds ? 1e-16F : 2.220446e-16F;
  program.sequential = model_.convention().inference.order == UpdateOrder::kSequential ? 1 : 0;
  add_factors();
  add_groups();
  program.groups = size32(out_.groups);
  program.iterations =
      coupled ? static_cast<uint32_t>(model_.convention().inference.max_iterations) : 0;
  add_predictions();
  add_evidence();
  out_.log_policy_prior.assign(log_prior.begin(), log_prior.end());
  size_t looked_at = policies.size();
  if (prunes) {
    const auto first = first_steps();
    const auto rest = continuations();
    if (!first || !rest) {
      return first ? rest.error() : first.error();
    }
    add_plan(*first, 0, out_.first, program.first);
    add_branches(*first);
    add_plan(*rest, 1, out_.rest, program.rest);
    looked_at = program.kept * rest->policies().size();
  } else {
    add_plan(graph_, 0, out_.first, program.first);
  }
  program.best_actions = take(program.kept);
  program.weights = take(looked_at);
  program.totals = take(size_t{3} * actions);
  place_level_tables();
  return {};
}

}  // namespace

void OwnedProgram::link() {
  program.factor = factors.data();
  program.modality = modalities.data();
  program.group = groups.data();
  program.message = messages.data();
  program.contraction = contractions.data();
  program.outcome = outcomes.data();
  program.indices = indices.data();
  program.constants = constants.data();
  program.branches = branches.data();
  program.branch_count = size32(branches);
  program.log_policy_prior = log_policy_prior.empty() ? nullptr : log_policy_prior.data();
  for (const auto& [plan, lists] :
       {std::pair(&program.first, &first), std::pair(&program.rest, &rest)}) {
    plan->steps = lists->steps.data();
    plan->parents = lists->parents.data();
    plan->node_outcomes = lists->node_outcomes.data();
    plan->leaves = lists->leaves.data();
    plan->first_actions = lists->first_actions.data();
  }
}

Result<> build_program(
    const GenerativeModel<float>& model,
    const PlanningGraph& graph,
    const LaneSettings& settings,
    OwnedProgram& out
) {
  DKS_TRY(Builder(model, graph, out).build(settings));
  out.link();
  return {};
}

}  // namespace dks::mind::lanes
