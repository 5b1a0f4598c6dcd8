/* A host of another version: plugins get a table of the size and minor that the headers have with
 * which this is compiled, filled by the host that runs. SPDX-License-Identifier: MIT */
#include "dks_plugin.h"

#include "hosts.h"

#include <string.h>

/* What lies behind the table is no function: a plugin that reads on crashes. */
static union {
  dks_host_api api;
  unsigned char bytes[sizeof(dks_host_api) + 256];
} table;
static const dks_host_api* real;

static dks_status add_agent_type(const dks_host_api* host, const dks_agent_type* desc) {
  return host == &table.api ? real->add_agent_type(real, desc) : DKS_E_INVALID;
}

#ifdef DKS_ABI_LATER
static double later(double x) {
  return 2 * x;
}
#endif

dks_status DKS_ABI_HOST(const dks_host_api* host) {
  real = host;
  memset(table.bytes, 0x5a, sizeof table.bytes);
  memcpy(
      &table.api, host, host->struct_size < sizeof table.api ? host->struct_size : sizeof table.api
  );
  table.api.struct_size = sizeof table.api;
  table.api.abi_minor = DKS_PLUGIN_ABI_MINOR;
  table.api.add_agent_type = add_agent_type;
#ifdef DKS_ABI_LATER
  table.api.later = later;
#endif
  return hosted_init(&table.api);
}
