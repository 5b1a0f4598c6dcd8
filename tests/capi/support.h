// What the tests of the C interface share: worlds, files, and JSON as a host reads it.
// SPDX-License-Identifier: MIT
#ifndef DKS_TESTS_SUPPORT_H
#define DKS_TESTS_SUPPORT_H

#include "dks.h"

#include <cjson/cJSON.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

// Passes, or fails with the library's own words.
#define assert_ok(call)                                                          \
  do {                                                                           \
    const dks_status status_ = (call);                                           \
    if (status_ != DKS_OK) {                                                     \
      fail_msg("%s: %s: %s", #call, dks_status_name(status_), dks_last_error()); \
    }                                                                            \
  } while (0)

// Fails as expected, and the text names `part`.
#define assert_fails(call, expected, part)                                                         \
  do {                                                                                             \
    const dks_status status_ = (call);                                                             \
    if (status_ != (expected)) {                                                                   \
      fail_msg("%s: %s, expected %s", #call, dks_status_name(status_), dks_status_name(expected)); \
    }                                                                                              \
    assert_in(dks_last_error(), part);                                                             \
  } while (0)

#define assert_in(text, part)                                     \
  do {                                                            \
    if (strstr((text), (part)) == NULL) {                         \
      fail_msg("\"%s\" does not contain \"%s\"", (text), (part)); \
    }                                                             \
  } while (0)

// The bytes of a file, with a NUL behind; free() it.
char* read_file(const char* path, uint64_t* out_size);

// The documents of examples/worlds/meadow.json; free_meadow() them.
void read_meadow(dks_document items[4]);
void free_meadow(const dks_document items[4]);
// examples/worlds/meadow.json. `changes` is a JSON object whose members replace the world's, or
// NULL.
dks_status make_meadow(const dks_model_desc* desc, const char* changes, dks_model** out_model);
// A world from one JSON text, with the built-in species.
dks_status make_world(const dks_model_desc* desc, const char* json, dks_model** out_model);
// The same of a seed; NULL for `mind` is the species' own.
dks_model* meadow_of_seed(uint64_t seed, const char* mind, const char* changes);
dks_model* world_of_seed(uint64_t seed, const char* json);
// An empty default world with this seed.
dks_model* make_default(uint64_t seed);

// One agent of the first type, by name (NULL: none) in a cell (-1: any).
dks_agent_id spawn_at(dks_model* model, const char* name, int32_t x, int32_t y);
uint64_t hash_of(const dks_model* model);
dks_model_info info_of(const dks_model* model);
double environment_of(const dks_model* model, const char* field);

// A function that writes a text, as dks has them; free() the result.
typedef dks_status (*text_of_model)(const dks_model*, char*, uint64_t, uint64_t*);
typedef dks_status (*text_of_agent)(const dks_model*, dks_agent_id, char*, uint64_t, uint64_t*);
char* model_text(text_of_model function, const dks_model* model);
char* agent_text(text_of_agent function, const dks_model* model, dks_agent_id agent);
// The same, read by cJSON; cJSON_Delete() it.
cJSON* model_json(text_of_model function, const dks_model* model);
cJSON* agent_json(text_of_agent function, const dks_model* model, dks_agent_id agent);

dks_message feed(const char* from, const char* to);
dks_status post_json(dks_model* model, const char* json);

// What a row of a column holds, as a number.
double column_number(const dks_column* column, uint64_t row, uint32_t element);
// A column that has to be there.
dks_column column_of(const dks_model* model, const char* type, const char* field);

#endif
