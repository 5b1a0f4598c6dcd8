// A world of 100 pets that lives for a day, and the most memory that its process ever had.
// SPDX-License-Identifier: MIT
#include "dks.h"

#include <stdio.h>
#include <string.h>

static int failed(const char* what) {
  fprintf(stderr, "%s: %s\n", what, dks_last_error());
  return 1;
}

int main(void) {
  enum { kPets = 100 };
  dks_model_desc desc;
  dks_model_desc_init(&desc);
  desc.max_agents = kPets;
  dks_model* model = NULL;
  if (dks_model_create(&desc, &model) != DKS_OK) {
    return failed("dks_model_create");
  }
  dks_spawn_desc items[kPets];
  for (int i = 0; i < kPets; ++i) {
    dks_spawn_desc_init(&items[i]);
  }
  if (dks_model_spawn(model, items, kPets, NULL) != DKS_OK) {
    return failed("dks_model_spawn");
  }
  dks_model_info info;
  dks_model_info_init(&info);
  if (dks_model_get_info(model, &info) != DKS_OK ||
      dks_model_step(model, info.steps_per_day) != DKS_OK ||
      dks_model_get_info(model, &info) != DKS_OK) {
    return failed("dks_model_step");
  }
  FILE* const status = fopen("/proc/self/status", "r");
  char line[256];
  while (status != NULL && fgets(line, sizeof line, status) != NULL) {
    if (strncmp(line, "VmHWM:", 6) == 0) {
      printf("%s", line + 6);
    }
  }
  if (status != NULL) {
    fclose(status);
  }
  fprintf(
      stderr,
      "%u pets after %llu steps; the model itself holds %llu bytes, at most %llu\n",
      (unsigned)info.agent_count,
      (unsigned long long)info.step,
      (unsigned long long)info.memory_bytes,
      (unsigned long long)info.memory_peak
  );
  dks_model_destroy(model);
  return 0;
}
