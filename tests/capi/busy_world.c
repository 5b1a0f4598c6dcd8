// SPDX-License-Identifier: MIT
#include "busy_world.h"

#include "support.h"

const char* const busy_schedules[] = {
    "{\"kind\": \"RandomActivation\"}",
    "{\"waves\": 5}",
    "{\"kind\": \"SimultaneousActivation\"}",
    "{\"kind\": \"StagedActivation\", \"stages\": [\"sense\", \"think\", \"act\"]}",
    "{\"kind\": \"StagedActivation\", \"stages\": [\"a\", \"b\"], \"waves\": 3}",
    "{\"kind\": \"RandomActivationByType\", \"waves\": 2}",
};

static void report(dks_model* model, const char* table, const char* field, int32_t aggregate) {
  dks_reporter_desc desc;
  dks_reporter_desc_init(&desc);
  desc.table = table;
  desc.field = field;
  desc.aggregate = aggregate;
  assert_ok(dks_model_collect(model, &desc));
}

// Pets, some with names, and a plugin's imps, who have children.
dks_model* make_busy_within(uint64_t memory_limit, const char* schedule, uint32_t workers) {
  char json[2048];
  snprintf(
      json,
      sizeof json,
      "{\"name\": \"budget\", \"grid\": {\"width\": 14, \"height\": 14}, \"max_agents\": 120,"
      " \"activation\": %s, \"layers\": {\"place\": {\"categories\": [\"wild\", \"nest\", "
      "\"feeder\", \"playground\"], \"areas\": [{\"value\": \"nest\", \"x\": 2, \"y\": 2, "
      "\"width\": 5, \"height\": 5}, {\"value\": \"feeder\", \"x\": 8, \"y\": 3, \"width\": 5, "
      "\"height\": 5}]}, \"food\": {\"initial\": 0.5, \"growth\": 0.05}, \"scent\": {\"initial\": "
      "0.5, \"diffusion\": 0.2}}, \"types\": {\"imp\": {\"plugin\": \"imps\"}}, \"species\": "
      "[\"pet\"], \"pets\": [{\"name\": \"Momo\"}, {\"name\": \"Suki\"}, {\"count\": 38}], "
      "\"agents\": [{\"type\": \"imp\", \"count\": 30}]}",
      schedule
  );
  dks_model_desc desc;
  dks_model_desc_init(&desc);
  desc.seed = 11;
  desc.worker_count = workers;
  desc.memory_limit = memory_limit;
  dks_model* model = NULL;
  assert_ok(make_world(&desc, json, &model));
  report(model, "pets", "energy", 0);
  report(model, "world", "mood", DKS_AGG_MEAN);
  dks_timer_desc timer;
  dks_timer_desc_init(&timer);
  timer.interval = 2;
  timer.name = "a timer with a name that is too long for the string itself";
  assert_ok(dks_model_schedule(model, &timer, NULL));
  return model;
}

dks_model* make_busy(const char* schedule, uint32_t workers) {
  return make_busy_within(0, schedule, workers);
}

// What a host does before step `step`, posts apart.
void interfere(dks_model* model, uint64_t step) {
  if (step == 2) {
    const dks_agent_id born = spawn_at(model, "Nora", 3, 3);
    const double energy = 0.1;
    assert_ok(dks_model_set(model, &born, 1, "energy", 0, &energy));
  }
  if (step == 4) {
    dks_agent_id suki = DKS_AGENT_NONE;
    assert_ok(dks_model_find(model, "Suki", &suki));
    assert_ok(dks_model_remove(model, &suki, 1));
    assert_ok(dks_model_drive(model, "weather", 3, 2));
  }
}
void post(dks_model* model, uint64_t step) {
  dks_message messages[] = {feed("ana", "Momo"), feed("ben", "*"), feed("ana", "nobody at all")};
  messages[0].text = "words, words, words";
  messages[0].text_size = 19;
  messages[1].step = step + 3;  // waits
  messages[2].to = "#garden";
  assert_ok(dks_model_post(model, messages, 3));
}
