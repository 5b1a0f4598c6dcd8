// Prints the hash of the scene: hash_scene WORKERS [ftz|upward]. SPDX-License-Identifier: MIT
#include "golden_hashes.h"
#include "hash_scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int count, char** arguments) {
  if (count > 1 && strcmp(arguments[1], "golden") == 0) {
    printf("%016llx\n", (unsigned long long)DKS_GOLDEN_SCENE_HASH);
    return 0;
  }
  uint64_t hash = 0;
  const uint32_t workers = count > 1 ? (uint32_t)strtoul(arguments[1], NULL, 10) : 1;
  const dks_status status = run_hash_scene(workers, count > 2 ? arguments[2] : "", &hash);
  if (status != DKS_OK) {
    fprintf(stderr, "%s: %s\n", dks_status_name(status), dks_last_error());
    return 1;
  }
  printf("%016llx\n", (unsigned long long)hash);
  return 0;
}
