// A scene whose hash is compared between workers, compilers and machines. SPDX-License-Identifier:
// MIT
#ifndef DKS_TESTS_HASH_SCENE_H
#define DKS_TESTS_HASH_SCENE_H

#include "dks.h"

// The meadow for two days in 8 waves, with births, removals, care, a storm and a host's writes; in
// the root of the project. mode: "", "ftz" (denormals flushed) or "upward" (rounding), which is the
// host's from before the creation to the end. Folds the hash of every 16th step into one.
dks_status run_hash_scene(uint32_t workers, const char* mode, uint64_t* out_hash);

#endif
