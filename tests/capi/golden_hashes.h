// The state hashes that every build and machine must come to. SPDX-License-Identifier: MIT
#ifndef DKS_TESTS_GOLDEN_HASHES_H
#define DKS_TESTS_GOLDEN_HASHES_H

// Of the scene in hash_scene.c, from creation through its last step, spawns and inputs on the way.
#define DKS_GOLDEN_SCENE_HASH 0x36640d5b34cc2395u

#endif
