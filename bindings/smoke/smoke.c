/* The life of smoke.py and smoke.js, through C alone. SPDX-License-Identifier: MIT */
#include <dks.h>
#include <inttypes.h>
#include <stdio.h>

static dks_status live(dks_model* model, uint64_t* out_hash, dks_column* out_mood) {
  char name[16];
  dks_spawn_desc pet;
  dks_status status = DKS_OK;
  dks_spawn_desc_init(&pet);
  pet.name = name;
  for (int i = 0; i < 20 && status == DKS_OK; i++) {
    snprintf(name, sizeof(name), "pet %d", i);
    status = dks_model_spawn(model, &pet, 1, NULL);
  }
  if (status || (status = dks_model_step(model, 100)) ||
      (status = dks_model_hash(model, out_hash))) {
    return status;
  }
  return dks_model_column(model, "pet", "mood", out_mood);
}

int main(void) {
  dks_model_desc desc;
  dks_model* model = NULL;
  dks_column mood;
  uint64_t hash;
  double sum = 0;
  dks_model_desc_init(&desc);
  desc.seed = (UINT64_C(1) << 53) + 1;
  if (dks_model_create(&desc, &model) || live(model, &hash, &mood)) {
    fprintf(stderr, "%s\n", dks_last_error());
    return 1;
  }
  for (uint64_t i = 0; i < mood.count; i++) {
    sum += ((const float*)mood.data)[i];
  }
  printf("%016" PRIx64 " %.9f\n", hash, sum / (double)mood.count);
  dks_model_destroy(model);
  return 0;
}
