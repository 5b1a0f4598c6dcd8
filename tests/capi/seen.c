// SPDX-License-Identifier: MIT
#include "seen.h"

#include "support.h"

void note(Seen* seen, const char* what, const void* data, uint64_t size) {
  uint64_t number = 0xcbf29ce484222325u;
  for (uint64_t i = 0; i < size; ++i) {
    number = (number ^ ((const unsigned char*)data)[i]) * 0x100000001b3u;
  }
  assert_true(seen->count < 48);
  seen->what[seen->count] = what;
  seen->number[seen->count++] = number;
}
void note_number(Seen* seen, const char* what, uint64_t number) {
  note(seen, what, &number, sizeof number);
}
static void note_text(Seen* seen, const char* what, char* text) {
  note(seen, what, text, strlen(text));
  free(text);
}
static void note_column(Seen* seen, const char* what, const dks_column* column) {
  note(seen, what, column->data, column->count * column->stride);
}
static void note_messages(Seen* seen, const char* what, dks_message_view view) {
  char all[1 << 16] = "";
  uint64_t size = 0;
  for (uint64_t i = 0; i < view.count; ++i) {
    const dks_message* const m = &view.items[i];
    const int written = snprintf(
        all + size,
        sizeof all - size,
        "%s>%s %s %s %.*s %g %llu %llu\n",
        m->from,
        m->to,
        m->kind,
        m->field,
        (int)m->text_size,
        (const char*)m->text,
        m->value,
        (unsigned long long)m->id,
        (unsigned long long)m->step
    );
    size += (uint64_t)written;
    assert_true(size < sizeof all);
  }
  note(seen, what, all, size);
}

static void look_at_world(const dks_model* model, Seen* seen) {
  const dks_model_info info = info_of(model);
  note_number(seen, "hash", hash_of(model));
  note_number(seen, "step", info.step);
  note_number(seen, "agents", info.agent_count);
  note_number(seen, "inputs", info.inputs_accepted * 1000 + info.inputs_dropped);
  note_text(seen, "world_json", model_text(dks_model_world_json, model));
  note_text(seen, "environment_json", model_text(dks_model_environment_json, model));
  const double light = environment_of(model, "light");
  note(seen, "environment", &light, sizeof light);
  static const char* const layers[] = {"food", "scent"};
  for (int i = 0; i < 2; ++i) {
    dks_column cells;
    assert_ok(dks_model_layer(model, layers[i], &cells));
    note_column(seen, layers[i], &cells);
  }
  dks_event_view events;
  assert_ok(dks_model_events(model, &events));
  note(seen, "events", events.items, events.count * sizeof *events.items);
  dks_message_view messages;
  assert_ok(dks_model_messages(model, &messages));
  note_messages(seen, "messages", messages);
  assert_ok(dks_model_outbox(model, &messages));
  note_messages(seen, "outbox", messages);
  assert_ok(dks_model_channel(model, "#garden", &messages));
  note_messages(seen, "channel", messages);
  static const char* const tables[] = {"pets", "world"};
  for (int i = 0; i < 2; ++i) {
    dks_table_info rows;
    dks_table_info_init(&rows);
    assert_ok(dks_model_table_info(model, tables[i], &rows));
    note(seen, "table_info", &rows, sizeof rows);
    dks_column steps;
    assert_ok(dks_model_table_column(model, tables[i], "step", &steps));
    note_column(seen, "table_column", &steps);
  }
}

static void look_at_agents(const dks_model* model, const dks_agent_set* set, Seen* seen) {
  static const char* const fields[] = {"id", "cell", "energy", "mood", "belief", "personality"};
  for (int i = 0; i < 6; ++i) {
    const dks_column column = column_of(model, "pet", fields[i]);
    note_column(seen, fields[i], &column);
  }
  const dks_column joy = column_of(model, "imp", "joy");
  note_column(seen, "joy", &joy);
  const dks_agent_id* ids = NULL;
  uint64_t count = 0;
  assert_ok(dks_agent_set_ids(set, &ids, &count));
  note(seen, "set", ids, count * sizeof *ids);
  double mean = 0;
  assert_ok(dks_agent_set_aggregate(set, "cell", DKS_AGG_MEAN, &mean));
  note(seen, "aggregate", &mean, sizeof mean);
  struct ArrowSchema schema;
  struct ArrowArray array;
  assert_ok(dks_model_export_agents(model, "imp", 0, &schema, &array));
  note(seen, "export", array.children[2]->buffers[1], (uint64_t)array.length * sizeof(double));
  schema.release(&schema);
  array.release(&array);
}

void look_into_minds(const dks_model* model, Seen* seen) {
  dks_agent_id momo = DKS_AGENT_NONE;
  const char* name = NULL;
  assert_ok(dks_model_find(model, "Momo", &momo));
  assert_ok(dks_model_agent_name(model, momo, &name));
  note(seen, "name", name, strlen(name));
  dks_message_view messages;
  assert_ok(dks_model_queue(model, momo, &messages));
  note_messages(seen, "queue", messages);
  note_text(seen, "agent_json", agent_text(dks_model_agent_json, model, momo));
  note_text(seen, "explain", agent_text(dks_model_explain, model, momo));
  double chances[64];
  uint64_t count = 0;
  assert_ok(dks_model_predict(model, momo, 3, chances, 64, &count));
  note(seen, "predict", chances, count * sizeof *chances);
}

void look_at(const dks_model* model, const dks_agent_set* set, int into_minds, Seen* seen) {
  look_at_world(model, seen);
  look_at_agents(model, set, seen);
  if (into_minds) {
    look_into_minds(model, seen);
  }
}

void expect_seen(const Seen* now, const Seen* before, const char* where) {
  for (int i = 0; i < now->count; ++i) {
    if (now->number[i] != before->number[i]) {
      fail_msg("%s: %s (%d) is another one", where, now->what[i], i);
    }
  }
}
