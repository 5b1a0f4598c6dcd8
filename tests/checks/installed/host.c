/* The smallest host: it says which dks it runs with. SPDX-License-Identifier: MIT */
#include <dks.h>
#include <stdio.h>
#include <string.h>

int main(void) {
  const char* name = dks_status_name(DKS_OK);
  printf("dks %d.%d.%d: %s\n", DKS_VERSION_MAJOR, DKS_VERSION_MINOR, DKS_VERSION_PATCH, name);
  return strlen(name) > 0 && strcmp(dks_last_error(), "") == 0 ? 0 : 1;
}
