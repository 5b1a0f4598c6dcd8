/* The smallest host: it says which dks it runs with, and takes plugins. SPDX-License-Identifier:
 * MIT host [FOLDER FILE]      loads the plugin in that folder */
#include <dks.h>
#include <stdio.h>
#include <string.h>

#ifdef HAS_GLOWWORM /* firefly.c under another name, linked in */
const dks_plugin_info* glowworm_plugin_query(void);
dks_status glowworm_plugin_init(const dks_host_api* host);
#endif

static int say(dks_status status) {
  printf("%s %s\n", dks_status_name(status), status == DKS_OK ? "" : dks_last_error());
  return status == DKS_OK ? 0 : 1;
}

int main(int argc, char** argv) {
  const char* name = dks_status_name(DKS_OK);
  printf("dks %d.%d.%d: %s\n", DKS_VERSION_MAJOR, DKS_VERSION_MINOR, DKS_VERSION_PATCH, name);
  if (strlen(name) == 0 || strcmp(dks_last_error(), "") != 0) {
    return 1;
  }
  if (argc == 3 &&
      (say(dks_plugins_allow(argv[1])) || say(dks_plugins_load(argv[2], NULL, NULL)))) {
    return 1;
  }
#ifdef HAS_GLOWWORM
  if (argc != 3) {
    return say(dks_plugins_add(glowworm_plugin_query, glowworm_plugin_init, NULL));
  }
#endif
  return 0;
}
