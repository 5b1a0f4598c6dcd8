// World and species documents that are wrong: refused with document, place and what was expected.
// SPDX-License-Identifier: MIT
#include "dks.h"

#include "support.h"

#include <cjson/cJSON.h>

#include <cmocka.h>

#define LAYERS                                                                                   \
  "\"layers\": {\"place\": {\"categories\": [\"wild\", \"nest\", \"feeder\", \"playground\"]}, " \
  "\"food\": {}}"

// Refused, by the right name, with the parts; and nothing is made.
static void refuse(
    const dks_document* items, uint32_t count, dks_status expected, const char* const* parts
) {
  dks_model* const untouched = (dks_model*)(void*)&items;
  dks_model* model = untouched;
  const dks_status status = dks_model_create_world(NULL, items, count, &model);
  if (status != expected &&
      !(expected == DKS_OK && (status == DKS_E_INVALID || status == DKS_E_NOTFOUND))) {
    fail_msg(
        "%.200s: %s (%s), expected %s",
        items[0].data,
        dks_status_name(status),
        dks_last_error(),
        dks_status_name(expected)
    );
  }
  assert_ptr_equal(model, untouched);
  for (; *parts != NULL; ++parts) {
    if (strstr(dks_last_error(), *parts) == NULL) {
      fail_msg("%.200s: \"%s\" does not contain \"%s\"", items[0].data, dks_last_error(), *parts);
    }
  }
}

static void refuse_world(const char* json, dks_status expected, const char* a, const char* b) {
  const dks_document document = {"bad.json", json, strlen(json)};
  const char* const parts[] = {"bad.json", a, b, NULL};
  refuse(&document, 1, expected, parts);
}

// DKS_OK stands for either of the two codes of a wrong value or name.
static void every_wrong_value_is_refused_at_its_place(void** state) {
  (void)state;
  static const struct {
    const char* members;  // of a world that has its layers
    const char* place;
    const char* said;
  } wrong[] = {
      {"\"nmae\": \"x\"", "nmae", "did you mean \"name\""},
      {"\"name\": 5", "/name", "5"},
      {"\"name\": \"\"", "/name", "empty"},
      {"\"name\": null", "/name", "null"},
      {"\"seed\": -1", "/seed", "-1 is not in [0, "},
      {"\"seed\": 1.5", "/seed", "1.5"},
      {"\"seed\": \"1\"", "/seed", "\"1\""},
      {"\"seed\": 1e30", "/seed", "1e"},
      {"\"max_agents\": 0", "/max_agents", "0 is not in [1, "},
      {"\"max_agents\": 4294967296", "/max_agents", "4294967296"},
      {"\"grid\": []", "/grid", "array"},
      {"\"grid\": {\"widht\": 3}", "/grid", "width"},
      {"\"grid\": {\"width\": 0}", "/grid/width", "0 is not in [1, 65535]"},
      {"\"grid\": {\"width\": 65535, \"height\": 65535}", "/grid", "2^26"},
      {"\"grid\": {\"torus\": 1}", "/grid/torus", "1"},
      {"\"grid\": {\"neighbourhood\": \"more\"}", "/grid/neighbourhood", "moore"},
      {"\"grid\": {\"capacity\": -5}", "/grid/capacity", "-5"},
      {"\"activation\": {\"kind\": \"randomactivation\"}", "/activation/kind", "RandomActivation"},
      {"\"activation\": {\"kind\": \"StagedActivation\"}", "/activation", "stages"},
      {"\"activation\": {\"kind\": \"StagedActivation\", \"stages\": []}",
       "/activation/stages",
       "0"},
      {"\"activation\": {\"waves\": -1}", "/activation/waves", "-1"},
      {"\"activation\": {\"kind\": \"SimultaneousActivation\", \"waves\": 4}",
       "/activation",
       "waves"},
      {"\"environment\": {\"steps_per_day\": 0}", "/environment/steps_per_day", "0 is not in"},
      {"\"environment\": {\"start_hour\": 25}", "/environment/start_hour", "25"},
      {"\"environment\": {\"sunset\": 5}", "/environment/sunset", "not after sunrise"},
      {"\"environment\": {\"night\": \"no\"}", "/environment/night", "\"no\""},
      {"\"environment\": {\"weather\": {\"sunny\": 1}}", "/environment/weather", "sunny"},
      {"\"environment\": {\"weather\": {\"rain\": -1}}", "/environment/weather/rain", "-1"},
      {"\"environment\": {\"weather\": {\"clear\": 0, \"cloudy\": 0, \"rain\": 0, \"storm\": 0}}",
       "/environment/weather",
       "all kinds"},
      {"\"environment\": {\"danger\": {\"night\": 2}}",
       "/environment/danger/night",
       "2 is not in [0, 1]"},
      {"\"environment\": {\"fields\": {\"hour\": {}}}", "/environment/fields/hour", "hour"},
      {"\"environment\": {\"fields\": {\"co2\": {\"min\": 5, \"max\": 4}}}",
       "/environment/fields/co2/max",
       "4"},
      {"\"environment\": {\"fields\": {\"co2\": {\"value\": 4}}}",
       "/environment/fields/co2/value",
       "4"},
      {"\"objects\": {\"kinds\": {\"bed\": {\"affords\": {\"sleep\": 0}}}}",
       "/objects/kinds/bed",
       "0"},
      {"\"objects\": {\"placed\": [{\"kind\": \"bed\", \"x\": 1, \"y\": 1}]}",
       "/objects/placed/0/kind",
       "bed"},
      {"\"objects\": {\"kinds\": {\"bed\": {\"affords\": {}}}, \"placed\": [{\"kind\": \"bed\", "
       "\"x\": 20, \"y\": 1}]}",
       "/objects/placed/0/x",
       "20 is not in [0, 19]"},
      {"\"events\": {\"e\": {\"drive\": {\"wether\": 1}}}",
       "/events/e/drive",
       "did you mean \"weather\""},
      {"\"events\": {\"e\": {\"drive\": {\"weather\": \"hail\"}}}",
       "/events/e/drive/weather",
       "hail"},
      {"\"events\": {\"e\": {\"drive\": {\"weather\": 7}}}", "/events/e/drive/weather", "7"},
      {"\"events\": {\"e\": {\"drive\": {\"weather\": 1.5}}}", "/events/e/drive/weather", "1.5"},
      {"\"events\": {\"e\": {\"steps\": 0}}", "/events/e/steps", "0"},
      {"\"events\": {\"e\": {\"fill\": [{\"layer\": \"fod\", \"value\": 1}]}}",
       "/events/e/fill/0/layer",
       "food"},
      {"\"events\": {\"e\": {\"fill\": [{\"layer\": \"food\", \"value\": 3}]}}",
       "/events/e/fill/0/value",
       "3"},
      {"\"events\": {\"e\": {\"fill\": [{\"layer\": \"food\", \"value\": 1, \"where\": {\"place\": "
       "\"den\"}}]}}",
       "/events/e/fill/0/where",
       "den"},
      {"\"schedule\": [{\"event\": \"storm\"}]", "/schedule/0/event", "storm"},
      {"\"schedule\": {}", "/schedule", "object"},
      {"\"personality_prior\": {\"mean\": [1]}", "/personality_prior/mean", "5"},
      {"\"personality_prior\": {\"mean\": [0.5,0.5,0.5,0.5,0.5], \"deviation\": "
       "[0.1,0.1,0.1,0.1,0.1], \"correlation\": "
       "[[1,0.5,0,0,0],[0.4,1,0,0,0],[0,0,1,0,0],[0,0,0,1,0],[0,0,0,0,1]]}",
       "/personality_prior/correlation",
       "not symmetric"},
      {"\"personality_prior\": {\"mean\": [0.5,0.5,0.5,0.5,0.5], \"deviation\": "
       "[0.1,0.1,0.1,0.1,0.1], \"correlation\": "
       "[[1,1,0,0,0],[1,1,0,0,0],[0,0,1,0,0],[0,0,0,1,0],[0,0,0,0,1]]}",
       "/personality_prior/correlation",
       "not positive definite"},
      {"\"mind\": \"clever\"", "/mind", "clever"},
      {"\"species\": []", "/species", "0"},
      {"\"species\": [\"cat.json\"]", "/species/0", "cat.json"},
      {"\"species\": [5]", "/species/0", "5"},
      {"\"species\": [\"pet\", \"pet\"]", "pet", "twice"},
      {"\"pets\": [{\"species\": \"cat\"}]", "/pets/0/species", "cat"},
      {"\"pets\": [{\"name\": \"a\"}, {\"name\": \"a\"}]", "/pets/1", "\"a\" is taken"},
      {"\"pets\": [{\"name\": \"*\"}]", "/pets/0", "\"*\""},
      {"\"pets\": [{\"name\": \"a\\u001b[2J\"}]", "/pets/0/name", "control character"},
      {"\"pets\": [{\"name\": \"a\", \"count\": 2}]", "/pets/0/count", "cannot all be called"},
      {"\"pets\": [{\"count\": 1025}]", "/pets/0/count", "1025"},
      {"\"pets\": [{\"count\": 1000}, {\"count\": 1000}]", "/pets/1", "1000"},
      {"\"pets\": [{\"x\": 20, \"y\": 0}]", "/pets/0/x", "20 is not in [0, 19]"},
      {"\"pets\": [{\"x\": 2}]", "/pets/0/y", "missing"},
      {"\"pets\": [{\"personality\": {\"openness\": 1.4}}]",
       "/pets/0/personality/openness",
       "1.4 is not in [0, 1]"},
      {"\"pets\": [{\"personality\": {\"openess\": 1}}]", "/pets/0/personality", "openness"},
      {"\"pets\": [{\"needs\": {\"energy\": -1}}]", "/pets/0/needs/energy", "-1"},
      {"\"pets\": [5]", "/pets/0", "5"},
      {"\"users\": [\"ana\", \"ana\"]", "/users/1", "twice"},
      {"\"users\": [\"\"]", "/users/0", "empty"},
      {"\"users\": [\"a\\u0000b\"]", "/users/0", ""},
      {"\"users\": [\"a\\nb\"]", "/users/0", "control character"},
      {"\"collect\": [{\"table\": \"t\"}]", "/collect/0", "field"},
      {"\"collect\": [{\"table\": \"t\", \"field\": \"enrgy\"}]",
       "/collect/0/field",
       "did you mean \"energy\""},
      {"\"collect\": [{\"table\": \"t\", \"field\": \"env:hours\"}]",
       "/collect/0/field",
       "did you mean \"hour\""},
      {"\"collect\": [{\"table\": \"t\", \"field\": \"energy\", \"aggregate\": \"median\"}]",
       "/collect/0/aggregate",
       "median"},
      {"\"collect\": [{\"table\": \"t\", \"field\": \"energy\", \"every\": 0}]",
       "/collect/0/every",
       "0"}};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; ++i) {
    char json[2048];
    snprintf(json, sizeof json, "{" LAYERS ", %s}", wrong[i].members);
    refuse_world(json, DKS_OK, wrong[i].place, wrong[i].said);
  }
}

// What explains the rest is said first.
static void an_unknown_key_is_reported_before_what_a_species_misses(void** state) {
  (void)state;
  refuse_world("{\"layrs\": {}}", DKS_E_INVALID, "\"layrs\"", "did you mean \"layers\"");
}

static void every_wrong_layer_is_refused_at_its_place(void** state) {
  (void)state;
  static const struct {
    const char* layers;
    const char* place;
    const char* said;
  } wrong[] = {
      {"{}", "species \"pet\": /modalities/place/sense/layer: \"place\"", "(known: none)"},
      {"{\"place\": {}, \"food\": {}}",
       "species \"pet\": /modalities/place/sense/layer: layer \"place\" has numbers",
       "expected a layer of categories"},
      {"{\"plaice\": {\"categories\": [\"wild\", \"nest\", \"feeder\", \"playground\"]}, \"food\": "
       "{}}",
       "/modalities/place/sense/layer",
       "did you mean \"plaice\""},
      {"{\"place\": {\"categories\": []}}", "/layers/place/categories", "0"},
      {"{\"place\": {\"categories\": [\"a\", \"a\"]}}", "/layers/place", "twice"},
      {"{\"place\": {\"categories\": [\"a\"], \"initial\": \"b\"}}", "/layers/place/initial", "b"},
      {"{\"food\": {\"growth\": -1}}", "/layers/food/growth", "-1"},
      {"{\"food\": {\"min\": 2, \"max\": 1}}", "/layers/food/max", "1"},
      {"{\"food\": {\"initial\": 2}}", "/layers/food/initial", "2"},
      {"{\"food\": {\"diffusion\": 1.5}}", "/layers/food/diffusion", "1.5"},
      {"{\"food\": {\"areas\": [{\"value\": 2}]}}", "/layers/food/areas/0/value", "2"},
      {"{\"food\": {\"areas\": [{\"value\": 1, \"x\": 19, \"y\": 0, \"width\": 2}]}}",
       "/layers/food/areas/0/width",
       "2 is not in [1, 1]"},
      {"{\"food\": {\"areas\": [{\"value\": 1, \"where\": {\"plaice\": \"x\"}}]}}",
       "/layers/food/areas/0/where",
       "plaice"},
      {"{\"food\": {}, \"food\": {}}", "/layers", "stands twice"},
      {"{\"fo\\u0000od\": {}}", "/layers", "no name"},
      {"{\"fo\\nod\": {}}", "/layers", "no name"},
      {"{\"\": {}}", "/layers", "no name"},
      {"{\"place\": {\"categories\": [\"a\\tb\"]}}",
       "/layers/place/categories/0",
       "control character"},
      {"5", "/layers", "5"}};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; ++i) {
    char json[1024];
    snprintf(json, sizeof json, "{\"layers\": %s}", wrong[i].layers);
    refuse_world(json, DKS_OK, wrong[i].place, wrong[i].said);
  }
}

static void what_is_no_json_is_refused_with_its_line(void** state) {
  (void)state;
  refuse_world("", DKS_E_INVALID, "bad.json:1", "");
  refuse_world("[]", DKS_E_INVALID, "array", "object");
  refuse_world("{\n\"name\": \"a\",\n\"seed\" 5}", DKS_E_INVALID, "bad.json:3", "");
  refuse_world("{\"a\": 1} x", DKS_E_INVALID, "bad.json:1:10", "");
  refuse_world("{\"name\": \"\xff\"}", DKS_E_INVALID, "bad.json:1", "");
  refuse_world("{\"name\": \"\\ud800\"}", DKS_E_INVALID, "bad.json:1", "");
  refuse_world("{\"name\": \"a\nb\"}", DKS_E_INVALID, "bad.json:1", "");
  refuse_world("{\"seed\": 01}", DKS_E_INVALID, "bad.json:1", "");
  refuse_world("{\"seed\": 1e999}", DKS_E_INVALID, "bad.json:1", "");
  refuse_world("{\"seed\": NaN}", DKS_E_INVALID, "bad.json:1", "");
  refuse_world("{\"name\": \"a\", \"name\": \"b\"}", DKS_E_INVALID, "\"name\"", "stands twice");
}

static void a_world_cut_anywhere_is_refused(void** state) {
  (void)state;
  uint64_t size = 0;
  char* const world = read_file("examples/worlds/meadow.json", &size);
  while (size > 0 && world[size - 1] != '}') {
    --size;
  }
  for (uint64_t cut = 0; cut < size; cut += cut < 200 ? 1 : 37) {
    const dks_document document = {"cut.json", world, cut};
    const char* const parts[] = {"cut.json:", NULL};
    refuse(&document, 1, DKS_E_INVALID, parts);
  }
  free(world);
}

static void monsters_are_refused_quickly(void** state) {
  (void)state;
  enum { kMany = 1000000 };
  char* const monster = malloc(kMany + 64);
  memset(monster, '[', 100000);
  monster[100000] = '\0';
  refuse_world(monster, DKS_E_LIMIT, "bad.json:1", "deep");
  memset(monster, '{', 1);
  for (size_t i = 0; i < 100000; ++i) {
    memcpy(monster + 5 * i, "{\"a\":", 5);
  }
  monster[500000] = '\0';
  refuse_world(monster, DKS_E_LIMIT, "bad.json:1", "deep");
  const char head[] = "{\"seed\": ";
  memcpy(monster, head, sizeof head - 1);
  memset(monster + sizeof head - 1, '7', kMany);
  strcpy(monster + sizeof head - 1 + kMany, "}");
  dks_model* model = NULL;
  const dks_status status = make_world(NULL, monster, &model);
  assert_true(status == DKS_E_LIMIT || status == DKS_E_INVALID);
  assert_in(dks_last_error(), "world.json:1");
  assert_null(model);
  const char name[] = "{\"name\": \"";
  memcpy(monster, name, sizeof name - 1);
  memset(monster + sizeof name - 1, 'n', kMany);
  strcpy(monster + sizeof name - 1 + kMany, "\"}");
  refuse_world(monster, DKS_OK, "/name", "");
  assert_true(strlen(dks_last_error()) < 300);
  free(monster);
}

// ---- species

static void refuse_species(const char* species, const char* a, const char* b) {
  static const char world[] = "{" LAYERS ", \"species\": [\"odd.json\"]}";
  const dks_document items[] = {
      {"world.json", world, sizeof world - 1}, {"species/odd.json", species, strlen(species)}};
  const char* const parts[] = {"odd", a, b, NULL};
  refuse(items, 2, DKS_OK, parts);
}

static void every_wrong_species_is_refused_at_its_place(void** state) {
  (void)state;
  static const struct {
    const char* members;  // of an extension of the built-in pet
    const char* place;
    const char* said;
  } wrong[] = {
      {"\"nme\": 5", "nme", "name"},
      {"\"name\": \"\"", "/name", ""},
      {"\"speed\": -1", "/speed", "-1"},
      {"\"extends\": \"pat\"", "/extends", "pet"},
      {"\"needs\": {\"energy\": {\"loss\": 2}}", "/needs/energy/loss", "2"},
      {"\"needs\": {\"energy\": {\"levels\": [0.5, 0.2]}}", "/needs/energy/levels", "rise"},
      {"\"needs\": []", "/needs", "array"},
      {"\"factors\": {\"energy\": {\"levels\": 5}}", "/factors/energy/levels", "5"},
      {"\"modalities\": {\"habit\": {}}", "/modalities/habit", "habit"},
      {"\"modalities\": {\"energy\": {\"of\": [\"enrgy\"]}}", "/modalities/energy/of/0", "enrgy"},
      {"\"modalities\": {\"energy\": {\"accuracy\": 2}}", "/modalities/energy/accuracy", "2"},
      {"\"actions\": {}, \"mind\": {\"depth\": 0}", "/mind/depth", "0"},
      {"\"mind\": {\"depth\": 99}", "/mind/depth", "99"},
      {"\"mind\": {\"gamma\": 0}", "/mind/gamma", "0"},
      {"\"mind\": {\"gamma\": 1e-300}", "/mind/gamma", "1e-06"},
      {"\"actions\": {\"fast\": {\"does\": [{\"verb\": \"consume\", \"layer\": \"food\", "
       "\"need\": \"energy\", \"amount\": -0.3}]}}",
       "/actions/fast/does/0/amount",
       "-0.3"},
      {"\"actions\": {\"rest\": {\"habit\": 0}}", "/actions/rest/habit", "0"},
      {"\"actions\": {\"fly\": {\"does\": [{\"verb\": \"fly\"}]}}",
       "/actions/fly/does/0/verb",
       "fly"},
      {"\"actions\": {\"fly\": {\"expects\": [{\"factor\": \"height\"}]}}",
       "/actions/fly/expects/0/factor",
       "height"},
      {"\"actions\": {\"fly\": {\"does\": [{\"verb\": \"go\", \"to\": {\"place\": \"moon\"}}]}}",
       "/actions/fly/does/0/to/place",
       "\"moon\" is not a known category of this layer"},
      {"\"actions\": {\"fly\": {\"does\": [{\"verb\": \"go\", \"to\": {\"plce\": \"nest\"}}]}}",
       "/actions/fly/does/0/to/plce",
       "did you mean \"place\""},
      {"\"actions\": {\"fly\": {\"does\": [{\"verb\": \"climb\", \"layer\": \"fod\"}]}}",
       "odd.json:1: /actions/fly/does/0/layer",
       "did you mean \"food\""},
      {"\"actions\": {\"fly\": {\"does\": [{\"verb\": \"climb\", \"layer\": \"place\"}]}}",
       "/actions/fly/does/0/layer",
       "layer \"place\" has categories"},
      {"\"actions\": {\"fly\": {\"does\": [{\"verb\": \"climb\", \"layer\": \"food\", \"at\": "
       "{\"place\": "
       "\"nest\"}}]}}",
       "/actions/fly/does/0",
       "\"at\" is not a known key"},
      {"\"actions\": {\"fly\": {\"does\": [{\"verb\": \"consume\", \"layer\": \"place\", \"need\": "
       "\"energy\", "
       "\"amount\": 1}]}}",
       "/actions/fly/does/0/layer",
       "layer \"place\" has categories"},
      {"\"factors\": {\"energy\": {\"levels\": [\"low\", \"low\", \"high\"]}}",
       "/factors/energy/levels",
       "\"low\" stands twice"},
      {"\"modalities\": {\"place\": {\"outcomes\": {\"wild\": null, \"nest\": null, \"feeder\": "
       "null, "
       "\"playground\": null, \"a\": 0, \"b\": 0, \"c\": 0, \"d\": 0}}}",
       "/modalities/place/sense/layer",
       "no outcome is called as a category of layer \"place\""},
      {"\"modalities\": {\"sun\": {\"of\": [\"energy\"], \"outcomes\": {\"a\": 0, \"b\": 0, \"c\": "
       "0}, \"sense\": "
       "{\"field\": \"ligth\", \"thresholds\": [0.2, 0.5]}}}",
       "/modalities/sun/sense/field",
       "did you mean \"light\""},
      {"\"modalities\": {\"sun\": {\"of\": [\"energy\"], \"outcomes\": {\"a\": 0, \"b\": 0, \"c\": "
       "0}, \"sense\": "
       "{\"field\": \"light\", \"thresholds\": [0.5, 0.2]}}}",
       "/modalities/sun/sense/thresholds",
       "have to rise"},
      {"\"modalities\": {\"risk\": {\"of\": [\"energy\"], \"outcomes\": {\"a\": 0, \"b\": 0}, "
       "\"sense\": "
       "{\"hazard\": {\"layer\": \"place\", \"exposure\": {\"nst\": 0}}}}}",
       "/modalities/risk/sense/hazard/exposure/nst",
       "did you mean \"nest\""},
      {"\"drift\": [{\"factor\": \"energy\", \"shift\": {\"up\": 0.1}}]",
       "/drift/0/shift/up",
       "not a shift"},
      {"\"drift\": [{\"factor\": \"energy\", \"shift\": {\"65\": 0.1}}]",
       "/drift/0/shift/65",
       "not a shift"},
      {"\"drift\": [{\"factor\": \"energy\", \"shift\": {\"1\": 0.6, \"-1\": 0.6}}]",
       "/drift/0",
       "add up to 1.2"},
      {"\"drift\": [{\"factor\": \"energy\"}]", "/drift/0", "either"},
      {"\"modalities\": {\"rest\": {\"likelihood\": [{\"when\": {\"energy\": \"fed\"}, \"p\": "
       "{\"fresh\": 1}}]}}",
       "/modalities/rest/likelihood/0/when",
       "not among those"},
      {"\"modalities\": {\"rest\": {\"likelihood\": [{\"when\": {\"rest\": \"fresh\"}, \"p\": "
       "{\"fresh\": 0.9}}]}}",
       "/modalities/rest/likelihood/0/p",
       "add up to 0.9"},
      {"\"modalities\": {\"rest\": {\"sense\": {\"object\": \"sleep\", \"need\": null}}}",
       "/modalities/rest/sense",
       "two outcomes, away and here"},
      {"\"modalities\": {\"rest\": {\"sense\": {\"hazard\": {\"layer\": \"place\"}, \"need\": "
       "null}}}",
       "/modalities/rest/sense",
       "two outcomes, calm and alarm"},
      {"\"modalities\": {\"social\": {\"sense\": {\"need\": \"energy\"}}}",
       "/modalities/social/sense",
       "has 5 levels, but there are 4 outcomes"},
      {"\"modalities\": {\"rest\": {\"of\": [\"energy\"]}}",
       "/modalities/rest",
       "5 levels and 4 outcomes"},
      {"\"modalities\": {\"rest\": {\"sense\": {\"company\": {\"alone\": \"tired\", \"friendly\": "
       "\"fresh\", \"hostile\": \"rested\"}, \"need\": null}}}",
       "/sense",
       "senses company already"},
      {"\"care\": {\"feed\": {\"needs\": {\"enrgy\": 1}}}", "/care/feed/needs", "energy"},
      {"\"care\": {\"feed\": {\"outcome\": \"joy\"}}", "/care/feed/outcome", "joy"},
      {"\"personality\": [{\"trait\": \"opennes\", \"of\": \"gamma\", \"weight\": 1}]",
       "/personality/0/trait",
       "openness"},
      {"\"affect\": {\"mood_rate\": 2}", "/affect/mood_rate", "2"},
      {"\"dies_after\": \"never\"", "/dies_after", "never"}};
  for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; ++i) {
    char json[1024];
    snprintf(
        json,
        sizeof json,
        "{%s%s%s}",
        strstr(wrong[i].members, "extends") ? "" : "\"extends\": \"pet\", ",
        strncmp(wrong[i].members, "\"name\"", 6) == 0 ? "" : "\"name\": \"odd\", ",
        wrong[i].members
    );
    refuse_species(json, wrong[i].place, wrong[i].said);
  }
  refuse_species("{\"name\": \"odd\"", ":1", "");
  refuse_species("5", "5", "object");
  refuse_species("{\"name\": \"odd\"}", "", "needs");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_wrong_value_is_refused_at_its_place),
      cmocka_unit_test(an_unknown_key_is_reported_before_what_a_species_misses),
      cmocka_unit_test(every_wrong_layer_is_refused_at_its_place),
      cmocka_unit_test(what_is_no_json_is_refused_with_its_line),
      cmocka_unit_test(a_world_cut_anywhere_is_refused),
      cmocka_unit_test(monsters_are_refused_quickly),
      cmocka_unit_test(every_wrong_species_is_refused_at_its_place),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
