// Models from JSON: what is read, and what is said of one that is wrong.
// SPDX-License-Identifier: MIT
#include "json_support.h"
#include "model_json.h"

#include <string>
#include <vector>

extern "C" {
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
}

namespace {

using dks::capi::load_model;
using dks::capi::merge_patch;
using dks::capi::ModelDocument;
using dks::test::assert_text;
using dks::test::parsed;
using dks::test::Refused;

// Two factors, the second of which nothing moves, and a modality for both and one for the second.
constexpr std::string_view kRooms = R"json({
  "name": "two rooms",
  "model": {
    "factors": ["room", "lamp"],
    "modalities": ["view", "glow"],
    "actions": {"room": ["stay", "go"]},
    "A_factor_list": [[0, 1], [1]],
    "A": [[[[0.9, 0.5], [0.1, 0.5]], [[0.1, 0.5], [0.9, 0.5]]], [[0.8, 0], [0.2, 1]]],
    "B": [[[[1, 0], [0, 1]], [[0, 1], [1, 0]]], [[[0.9], [0.1]], [[0.1], [0.9]]]],
    "C": [[0, 2], null],
    "D": [[1, 0], [0.25, 0.75]]
  },
  "settings": {"policy_len": 2, "gamma": 4}
})json";

ModelDocument loaded(std::string_view changes) {
  auto document = load_model("m.json", merge_patch(parsed(kRooms), parsed(changes)));
  if (!document.ok()) {
    fail_msg("%s: %s", std::string(changes).c_str(), document.error().text.c_str());
  }
  return std::move(*document);
}

void a_model_by_hand_is_read(void**) {
  const ModelDocument document = loaded("{}");
  assert_text(document.name, "two rooms");
  const dks::mind::ModelDesc& model = document.mind.model;
  assert_int_equal(model.factors.size(), 2);
  assert_text(model.factors[0].name, "room");
  assert_int_equal(model.factors[0].num_states, 2);
  assert_int_equal(model.factors[0].num_controls, 2);
  assert_int_equal(model.factors[1].num_controls, 1);
  assert_true(model.factors[1].parents == std::vector<uint32_t>{1});
  const std::vector<double> transition = {1, 0, 0, 1, 0, 1, 1, 0};
  assert_true(model.factors[0].transition == transition);
  assert_true(model.factors[1].initial == (std::vector<double>{0.25, 0.75}));
  assert_int_equal(model.modalities.size(), 2);
  assert_text(model.modalities[1].name, "glow");
  assert_true(model.modalities[0].parents == (std::vector<uint32_t>{0, 1}));
  assert_true(model.modalities[1].likelihood == (std::vector<double>{0.8, 0, 0.2, 1}));
  assert_true(model.modalities[0].preferences == (std::vector<double>{0, 2}));
  assert_true(model.modalities[1].preferences.empty());
  assert_true(model.gamma == 4 && model.alpha == 0);
  assert_int_equal(document.mind.policies.size(), 4);
  assert_int_equal(document.mind.policies.depth(), 2);
  assert_text(document.actions[0][1], "go");
  assert_text(document.actions[1][0], "");
  assert_true(document.mind.use_utility && document.mind.use_states_info_gain);
  assert_false(document.mind.use_parameter_info_gain);
  assert_false(document.mind.goals || document.mind.search || document.message_passing);
}

void what_is_left_out_has_a_default(void**) {
  const ModelDocument document =
      load_model(
          "m.json",
          parsed(R"({"model": {"A": [[[0.9, 0.2], [0.1, 0.8]]], "B": [[[[1], [0]], [[0], [1]]]]}})")
      )
          .value();
  const dks::mind::ModelDesc& model = document.mind.model;
  assert_text(model.factors[0].name, "");
  assert_true(model.modalities[0].parents == std::vector<uint32_t>{0});
  assert_true(model.factors[0].initial.empty() && model.modalities[0].preferences.empty());
  assert_int_equal(document.mind.policies.size(), 1);
  assert_int_equal(document.mind.policies.depth(), 1);
  assert_int_equal(document.actions[0].size(), 1);
}

void settings_are_read(void**) {
  ModelDocument document = loaded(R"({"settings": {"use_utility": false, "num_iter": 7,
      "sophisticated": true, "si_horizon": 3, "policy_len": 1, "ii_depth": 5, "alpha": 2},
      "model": {"H": [[0, 1], [0, 0]]}})");
  assert_false(document.mind.use_utility);
  assert_int_equal(document.mind.model.convention.inference.max_iterations, 7);
  assert_int_equal(document.mind.search->depth, 3);
  assert_true(document.mind.search->renormalise);
  assert_int_equal(document.mind.goals->depth, 5);
  assert_true(document.mind.goals->goals == (std::vector<double>{0, 1, 0, 0}));
  assert_true(document.mind.model.alpha == 2);

  document = loaded(R"({"engine": "pymdp-legacy", "settings": {"sophisticated": true,
      "use_inductive": false, "inference_params": {"dF_tol": 0.5, "num_iter": 3}},
      "model": {"H": [[0, 1], [0, 0]]}})");
  assert_true(document.mind.model.convention.softmax_preferences);
  assert_int_equal(document.mind.model.convention.inference.max_iterations, 3);
  assert_true(document.mind.model.convention.inference.tolerance == 0.5);
  assert_false(document.mind.search->renormalise);
  assert_false(document.mind.goals.has_value());

  document = loaded(R"({"settings": {"learn": ["A"], "lr_pA": 0.5, "use_param_info_gain": true},
      "model": {"pA": [null, [[4, 0], [1, 5]]], "pD": [[1, 1], [1, 3]]}})");
  assert_true(document.likelihood.learns && document.likelihood.rate == 0.5);
  assert_false(document.transition.learns || document.initial.learns);
  assert_true(document.mind.use_parameter_info_gain);
  assert_true(document.mind.counts.likelihood[0].empty());
  assert_true(document.mind.counts.likelihood[1] == (std::vector<double>{4, 0, 1, 5}));
  assert_true(document.mind.counts.initial[1] == (std::vector<double>{1, 3}));

  document = loaded(R"({"algorithm": "mmp", "settings": {"inference_horizon": 3,
      "inference_params": {"tau": 0.5, "num_iter": 9}}})");
  assert_int_equal(document.window, 3);
  assert_int_equal(document.message_passing->iterations, 9);
  assert_true(document.message_passing->step_size == 0.5);
}

void listed_policies_are_taken_in_their_order(void**) {
  const ModelDocument document =
      loaded(R"({"policies": [[[1, 0], [0, 0]], [[0, 0], [1, 0]]], "model": {"E": [0.25, 0.75]}})");
  assert_int_equal(document.mind.policies.size(), 2);
  assert_int_equal(document.mind.policies.step(0, 0)[0], 1);
  assert_true(document.mind.model.policy_prior == (std::vector<double>{0.25, 0.75}));
}

// Changes of the two rooms, and what is said of them.
const std::vector<Refused> kRefused = {
    // Shapes.
    {R"({"model": {"A": [[[[0.9, 0.5], [0.1]], [[0.1, 0.5], [0.9, 0.5]]], [[0.8, 0], [0.2, 1]]]}})",
     "/model/A/0/0/1: A[0][0][1] has 1 entries, expected 2: states of factor \"lamp\""},
    {R"({"model": {"A": [[[0.9, 0.5], [0.1, 0.5]], [[0.8, 0], [0.2, 1]]]}})",
     "/model/A/0/0/0: A[0][0][0] is 0.9, expected an array with 2 states of factor \"lamp\""},
    {R"({"model": {"A": [[[[0.9, 0.5], [0.1, 0.5]], [[0.1, 0.5], [0.9, 0.5]]], [[0.8, [0]], [0.2, 1]]]}})",
     "/model/A/1/0/1: A[1][0][1] is an array of 1 item, expected a number"},
    {R"({"model": {"A": [[[[0.9, 0.5], [0.1, 0.5]], [[0.1, 0.5], [0.9, 0.5]]]]}})",
     "/model/A_factor_list: A_factor_list has 2 entries, expected 1: modalities"},
    {R"({"model": {"A": []}})", "/model/A: has 0 items, expected at least 1"},
    {R"({"model": {"A": null}})", "/model/A: missing; expected an array"},
    {R"({"model": {"B": [[], []]}})", "/model/B/0: has 0 items, expected at least 1"},
    {R"({"model": {"B": {"room": []}}})", "/model/B: expected an array, found an object"},
    {R"({"model": {"B": [3, 4]}})", "/model/B/0: expected an array, found 3"},
    {R"({"model": {"B": [[[[1, 0], [0, 1]], [[0, 1], [1, 0]]], [[[1], [0]], [[0], [1], [0]]]]}})",
     "/model/B/1/1: B[1][1] has 3 entries, expected 2: states of factor \"lamp\""},
    {R"({"model": {"num_states": [2, 3]}})",
     "/model/B/1: B[1] has 2 entries, expected 3: states of factor \"lamp\""},
    {R"({"model": {"num_states": [2, 0]}})", "/model/num_states/1: 0 is not in [1, 1048576]"},
    {R"({"model": {"num_states": [2]}})",
     "/model/num_states: num_states has 1 entries, expected 2: factors"},
    {R"({"model": {"num_controls": [4, 1], "actions": null}})",
     "/model/B/0/0/0: B[0][0][0] has 2 entries, expected 4: controls of factor \"room\""},
    {R"({"model": {"num_states": [1048576, 1048576]}})",
     "/model/B/0: B[0] has 2 entries, expected 1048576: states of factor \"room\""},
    {R"({"model": {"D": [[1, 0]]}})", "/model/D: D has 1 entries, expected 2: factors"},
    {R"({"model": {"D": [[1], [0, 1]]}})",
     "/model/D/0: D[0] has 1 entries, expected 2: states of factor \"room\""},
    {R"({"model": {"C": [[0, 1, 2], null]}})",
     "/model/C/0: C[0] has 3 entries, expected 2: outcomes of modality \"view\""},
    {R"({"model": {"C": [[[0, 1], [2]], null]}})",
     "/model/C/0/1: C[0][1] has 1 entries, expected 2: planning steps"},
    {R"({"model": {"E": [1]}})", "/model/E: E has 1 entries, expected 4: policies"},
    {R"({"model": {"H": [[0, 1], [0]]}})",
     "/model/H/1: H[1] has 1 entries, expected 2: states of factor \"lamp\""},
    {R"({"model": {"pA": [null, [[1, 2]]]}})",
     "/model/pA/1: pA[1] has 1 entries, expected 2: outcomes of modality \"glow\""},
    // Values.
    {R"({"model": {"D": [[1, 0], [0.25, 0.8]]}})",
     "/model/D/1: D[1][...] (lamp) sums to 1.05, expected 1"},
    {R"({"model": {"D": [[1, 0], [-0.5, 1.5]]}})",
     "/model/D/1/0: D[1][0] is -0.5, expected 0 to 1"},
    {R"({"model": {"D": [[1, 0], ["0.5", 0.5]]}})",
     "/model/D/1/0: D[1][0] is the string \"0.5\", expected a number"},
    {R"({"model": {"A": [[[[0.9, 0.5], [0.1, 0.4]], [[0.1, 0.5], [0.9, 0.5]]], [[0.8, 0], [0.2, 1]]]}})",
     "/model/A/0: A[0][..., 1, 1] (view) sums to 0.9, expected 1"},
    {R"({"model": {"C": [[0, 1e10], null]}})",
     "/model/C/0/1: C[0][1] is 1e+10, expected -1e+09 to 1e+09"},
    {R"({"model": {"E": [0.5, 0.5, 0.5, 0.5]}})", "/model/E: E[...] sums to 2, expected 1"},
    {R"({"model": {"H": [[0, 0.5], [0, 0]]}})", "/model/H/0: H[0] has a 0.5, expected 0 or 1"},
    {R"({"model": {"pD": [[1, 1], [-1, 1]]}})",
     "/model/pD/1/0: pD[1][0] is -1, expected 0 to 1e+12"},
    // Dependencies.
    {R"({"model": {"A_factor_list": [[0, 1], [2]]}})",
     "/model/A_factor_list/1/0: A[1] depends on factor 2, expected 0 to 1"},
    {R"({"model": {"A_factor_list": [[0, 0], [1]]}})",
     "/model/A_factor_list/0/1: A[0] depends on factor 0 twice, expected once"},
    {R"({"model": {"A_factor_list": [[0, 1], []]}})",
     "/model/A_factor_list/1: has 0 items, expected at least 1"},
    {R"({"model": {"B_factor_list": [[0], [4294967295]]}})",
     "/model/B_factor_list/1/0: B[1] depends on factor 4294967295, expected 0 to 1"},
    {R"({"model": {"B_factor_list": [[-1], [1]]}})", "/model/B_factor_list/0/0: -1 is not"},
    // Policies.
    {R"({"settings": {"policy_len": 17}})",
     "/settings/policy_len: policies: 2 actions at depth 17 are more than 65536 policies, the "
     "limit"},
    {R"({"settings": {"policy_len": 0}})", "/settings/policy_len: 0 is not in [1, 256]"},
    {R"({"policies": [[[0, 0]]]})", "/policies/0: a policy has 1 entries, expected 2: steps"},
    {R"({"policies": [[[0, 0], [0]]]})",
     "/policies/0/1: a step has 1 entries, expected 2: factors"},
    {R"({"policies": [[[0, 0], [2, 0]]]})", "/policies/0/1/0: 2 is not in [0, 1]"},
    {R"({"policies": [[[0, 0], [0.5, 0]]]})", "/policies/0/1/0: expected an integer, found 0.5"},
    {R"({"policies": []})", "/policies: has 0 items, expected at least 1"},
    // Names.
    {R"({"model": {"factors": ["room"]}})", "/model/factors: has 1 items, expected 2"},
    {R"({"model": {"factors": ["room", "room"]}})", "/model/factors: \"room\" stands twice"},
    {R"({"model": {"actions": {"rooom": ["stay", "go"]}}})",
     "\"rooom\" is not a known factor; did you mean \"room\"?"},
    {R"({"model": {"actions": {"room": ["stay"]}}})",
     "/model/actions/room: has 1 items, expected 2"},
    {R"({"model": {"modalities": null, "modallities": ["view", "glow"]}})",
     "\"modallities\" is not a known key; did you mean \"modalities\"?"},
    {R"({"setings": {}})", "\"setings\" is not a known key; did you mean \"settings\"?"},
    {R"({"settings": {"gama": 4}})", "\"gama\" is not a known key; did you mean \"gamma\"?"},
    {R"({"settings": {"inference_params": {"num_iters": 4}}})", "did you mean \"num_iter\"?"},
    {R"({"model": null, "modle": {}})", "missing; expected an object; is it \"modle\"?"},
    {R"({"model": null})", "/model: missing; expected an object"},
    {R"({"schema": "dks-aif-golden/2"})", "is not a known schema; did you mean"},
    {R"({"engine": "pymdp"})", "/engine: \"pymdp\" is not a known engine"},
    {R"({"name": "a\nb"})", "/name: \"a\\nb\" has a control character"},
    // Settings.
    {R"({"settings": {"gamma": 0}})", "/settings/gamma: 0 is not in (0, 1e+09]"},
    {R"({"settings": {"gamma": -1}})", "/settings/gamma: -1 is not in (0, 1e+09]"},
    {R"({"settings": {"num_iter": 0}})", "/settings/num_iter: 0 is not in [1, 10000]"},
    {R"({"settings": {"learn": ["A"]}})",
     "/settings/learn/0: A is learned from counts, expected pA in the model"},
    {R"({"settings": {"learn": ["C"]}})", "\"C\" is not a known tensor to learn"},
    {R"({"settings": {"inference_algo": "BP"}})", "\"BP\" is not a known algorithm"},
    {R"({"algorithm": "mmp", "settings": {"sophisticated": true}})",
     "/settings/sophisticated: true: search and message passing do not go together"},
    {R"({"algorithm": "mmp", "model": {"H": [[0, 1], [0, 0]]}})",
     "/model/H: goals and message passing do not go together, expected one of the two"},
    {R"({"algorithm": "mmp", "settings": {"learn": ["D"]}, "model": {"pD": [[1, 1], [1, 1]]}})",
     "/settings/learn/0: learning and message passing do not go together"},
    {R"({"algorithm": "mmp", "settings": {"inference_params": {"grad_descent": false}}})",
     "/settings/inference_params/grad_descent: false: messages are passed by gradients"},
    {R"({"engine": "pymdp-1.x", "settings": {"sophisticated": true}})",
     "/settings/sophisticated: true: nobody searches as pymdp-1.x"},
};

void mistakes_are_named_with_their_place(void**) {
  for (const Refused& refused : kRefused) {
    const auto document = load_model("m.json", merge_patch(parsed(kRooms), parsed(refused.text)));
    if (document.ok()) {
      fail_msg("%s is not refused", refused.text.c_str());
    }
    const std::string& text = document.error().text;
    if (!text.starts_with("m.json") || text.find(refused.error) == std::string::npos) {
      fail_msg(
          "%s: \"%s\" is not in \"%s\"", refused.text.c_str(), refused.error.c_str(), text.c_str()
      );
    }
    assert_int_equal(document.status(), dks::Status::kInvalid);
  }
}

void an_error_names_the_line(void**) {
  std::string text(kRooms);
  text.replace(text.find("0.25, 0.75"), 10, "0.25, 2.75");
  const auto document = load_model("m.json", parsed(text));
  assert_text(document.error().text, "m.json:11: /model/D/1/1: D[1][1] is 2.75, expected 0 to 1");
}

// A factor of many states whose tensor is not there takes the memory of what is.
void sizes_that_nothing_fills_take_no_memory(void**) {
  const auto document = load_model("m.json", parsed(R"({"model": {
      "num_states": [1048576, 1048576, 1048576], "num_controls": [1048576, 1, 1],
      "A": [[[[[1]]]]], "B": [[[[1]]], [[[1]]], [[[1]]]]}, "settings": {"policy_len": 256}})"));
  assert_text(
      document.error().text,
      "m.json:3: /model/B/0: B[0] has 1 entries, expected 1048576: states of factor 0"
  );
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(a_model_by_hand_is_read),
      cmocka_unit_test(what_is_left_out_has_a_default),
      cmocka_unit_test(settings_are_read),
      cmocka_unit_test(listed_policies_are_taken_in_their_order),
      cmocka_unit_test(mistakes_are_named_with_their_place),
      cmocka_unit_test(an_error_names_the_line),
      cmocka_unit_test(sizes_that_nothing_fills_take_no_memory),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
