// Ten explanations of the meadow for a person, which must come out again word for word.
// SPDX-License-Identifier: MIT
#include "dks.h"

#include "support.h"

#include <cjson/cJSON.h>

#include <cmocka.h>

static const char kSentences[] = "tests/capi/sentences.txt";

// Where the sentence of a line "seed step mind pet: sentence" begins.
static const char* expected_of(
    const char* line, unsigned long long* seed, unsigned* step, char mind[32], char pet[64]
) {
  int begin = 0;
  if (sscanf(line, "%llu %u %31s %63[^:]: %n", seed, step, mind, pet, &begin) != 4 || begin == 0) {
    fail_msg("not a line of %s: %s", kSentences, line);
  }
  return line + begin;
}

static void sentences_are_as_they_were_read(void** state) {
  (void)state;
  uint64_t size = 0;
  char* const text = read_file(kSentences, &size);
  int sentences = 0;
  int wrong = 0;
  for (char* line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
    if (line[0] == '#') {
      continue;
    }
    unsigned long long seed = 0;
    unsigned step = 0;
    char mind[32];
    char pet[64];
    const char* const expected = expected_of(line, &seed, &step, mind, pet);
    dks_model* const model = meadow_of_seed(seed, mind, NULL);
    dks_agent_id agent = 0;
    assert_ok(dks_model_step(model, step));
    assert_ok(dks_model_find(model, pet, &agent));
    cJSON* const why = agent_json(dks_model_explain, model, agent);
    const char* const found = cJSON_GetObjectItem(why, "sentence")->valuestring;
    if (strcmp(found, expected) != 0) {
      // Not print_error, which cuts long lines.
      fprintf(
          stderr, "expected: %s\nfound: %llu %u %s %s: %s\n", line, seed, step, mind, pet, found
      );
      ++wrong;
    }
    ++sentences;
    cJSON_Delete(why);
    dks_model_destroy(model);
  }
  free(text);
  assert_int_equal(sentences, 10);
  assert_int_equal(wrong, 0);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(sentences_are_as_they_were_read)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
