// SPDX-License-Identifier: MIT
#include "support.h"

char* read_file(const char* path, uint64_t* out_size) {
  FILE* const file = fopen(path, "rb");
  if (file == NULL) {
    fail_msg("%s cannot be opened: tests run in the project's root", path);
  }
  assert_int_equal(fseek(file, 0, SEEK_END), 0);
  const long size = ftell(file);
  rewind(file);
  char* const bytes = malloc((size_t)size + 1);
  assert_non_null(bytes);
  assert_int_equal(fread(bytes, 1, (size_t)size, file), size);
  bytes[size] = '\0';
  fclose(file);
  *out_size = (uint64_t)size;
  return bytes;
}

// RFC 7396 on what lies below, too.
static void merge(cJSON* into, const cJSON* changes) {
  const cJSON* change = NULL;
  cJSON_ArrayForEach(change, changes) {
    cJSON* const own = cJSON_GetObjectItemCaseSensitive(into, change->string);
    if (own != NULL && cJSON_IsObject(own) && cJSON_IsObject(change)) {
      merge(own, change);
    } else {
      cJSON_DeleteItemFromObjectCaseSensitive(into, change->string);
      cJSON_AddItemToObject(into, change->string, cJSON_Duplicate(change, 1));
    }
  }
}

void read_meadow(dks_document items[4]) {
  static const char* const names[] = {
      "meadow.json", "species/cat.json", "species/dog.json", "species/finch.json"};
  for (int i = 0; i < 4; ++i) {
    char path[128];
    snprintf(path, sizeof path, "examples/worlds/%s", names[i]);
    items[i].data = read_file(path, &items[i].size);
    items[i].name = names[i];
  }
}

void free_meadow(const dks_document items[4]) {
  for (int i = 0; i < 4; ++i) {
    free((void*)(uintptr_t)items[i].data);
  }
}

dks_status make_meadow(const dks_model_desc* desc, const char* changes, dks_model** out_model) {
  dks_document items[4];
  read_meadow(items);
  if (changes != NULL) {
    cJSON* const world = cJSON_Parse(items[0].data);
    cJSON* const change = cJSON_Parse(changes);
    assert_non_null(world);
    assert_non_null(change);
    merge(world, change);
    free((void*)(uintptr_t)items[0].data);
    items[0].data = cJSON_PrintUnformatted(world);
    items[0].size = strlen(items[0].data);
    cJSON_Delete(world);
    cJSON_Delete(change);
  }
  const dks_status status = dks_model_create_world(desc, items, 4, out_model);
  free_meadow(items);
  return status;
}

dks_status make_world(const dks_model_desc* desc, const char* json, dks_model** out_model) {
  const dks_document document = {"world.json", json, strlen(json)};
  return dks_model_create_world(desc, &document, 1, out_model);
}

dks_model* meadow_of_seed(uint64_t seed, const char* mind, const char* changes) {
  dks_model_desc desc;
  dks_model_desc_init(&desc);
  desc.seed = seed;
  desc.mind = mind;
  dks_model* model = NULL;
  assert_ok(make_meadow(&desc, changes, &model));
  return model;
}

dks_model* world_of_seed(uint64_t seed, const char* json) {
  dks_model_desc desc;
  dks_model_desc_init(&desc);
  desc.seed = seed;
  dks_model* model = NULL;
  assert_ok(make_world(&desc, json, &model));
  return model;
}

dks_model* make_default(uint64_t seed) {
  dks_model_desc desc;
  dks_model_desc_init(&desc);
  desc.seed = seed;
  dks_model* model = NULL;
  assert_ok(dks_model_create(&desc, &model));
  return model;
}

dks_agent_id spawn_at(dks_model* model, const char* name, int32_t x, int32_t y) {
  dks_spawn_desc desc;
  dks_spawn_desc_init(&desc);
  desc.name = name;
  desc.x = x;
  desc.y = y;
  dks_agent_id agent = DKS_AGENT_NONE;
  assert_ok(dks_model_spawn(model, &desc, 1, &agent));
  return agent;
}

uint64_t hash_of(const dks_model* model) {
  uint64_t hash = 0;
  assert_ok(dks_model_hash(model, &hash));
  return hash;
}

dks_model_info info_of(const dks_model* model) {
  dks_model_info info;
  dks_model_info_init(&info);
  assert_ok(dks_model_get_info(model, &info));
  return info;
}

double environment_of(const dks_model* model, const char* field) {
  double value = -1e9;
  assert_ok(dks_model_environment(model, field, &value));
  return value;
}

char* model_text(text_of_model function, const dks_model* model) {
  uint64_t size = 0;
  assert_ok(function(model, NULL, 0, &size));
  char* const text = malloc(size + 1);
  assert_non_null(text);
  assert_ok(function(model, text, size + 1, &size));
  assert_int_equal(strlen(text), size);
  return text;
}

char* agent_text(text_of_agent function, const dks_model* model, dks_agent_id agent) {
  uint64_t size = 0;
  assert_ok(function(model, agent, NULL, 0, &size));
  char* const text = malloc(size + 1);
  assert_non_null(text);
  assert_ok(function(model, agent, text, size + 1, &size));
  assert_int_equal(strlen(text), size);
  return text;
}

static cJSON* parse(char* text) {
  cJSON* const json = cJSON_ParseWithOpts(text, NULL, 1);
  if (json == NULL) {
    fail_msg("cJSON does not take %.300s", text);
  }
  free(text);
  return json;
}

cJSON* model_json(text_of_model function, const dks_model* model) {
  return parse(model_text(function, model));
}

cJSON* agent_json(text_of_agent function, const dks_model* model, dks_agent_id agent) {
  return parse(agent_text(function, model, agent));
}

dks_message feed(const char* from, const char* to) {
  dks_message message;
  dks_message_init(&message);
  message.from = from;
  message.to = to;
  message.kind = "feed";
  return message;
}

dks_status post_json(dks_model* model, const char* json) {
  return dks_model_post_json(model, "message", json, strlen(json));
}

double column_number(const dks_column* column, uint64_t row, uint32_t element) {
  const char* const at = (const char*)column->data + row * column->stride;
  switch (column->type) {
    case DKS_TYPE_F32:
      return ((const float*)(const void*)at)[element];
    case DKS_TYPE_F64:
      return ((const double*)(const void*)at)[element];
    case DKS_TYPE_I32:
      return ((const int32_t*)(const void*)at)[element];
    case DKS_TYPE_U32:
      return ((const uint32_t*)(const void*)at)[element];
    case DKS_TYPE_U64:
      return (double)((const uint64_t*)(const void*)at)[element];
    default:
      return ((const uint8_t*)at)[element];
  }
}

dks_column column_of(const dks_model* model, const char* type, const char* field) {
  dks_column column = {0};
  assert_ok(dks_model_column(model, type, field, &column));
  return column;
}
