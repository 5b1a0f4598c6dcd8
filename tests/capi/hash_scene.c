// SPDX-License-Identifier: MIT
#include "hash_scene.h"

#include <fenv.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

// Of this thread, where the processor can.
static void flush_denormals(int on) {
#if defined(__x86_64__)
  const uint32_t bits = 0x8040U;
  const uint32_t now = _mm_getcsr();
  _mm_setcsr(on ? now | bits : now & ~bits);
#elif defined(__aarch64__)
  const uint64_t bits = 1U << 24;
  uint64_t now = 0;
  __asm__ __volatile__("mrs %0, fpcr" : "=r"(now));
  now = on ? now | bits : now & ~bits;
  __asm__ __volatile__("msr fpcr, %0" : : "r"(now));
#elif defined(__arm__)
  const uint32_t bits = 1U << 24;
  uint32_t now = 0;
  __asm__ __volatile__("vmrs %0, fpscr" : "=r"(now));
  now = on ? now | bits : now & ~bits;
  __asm__ __volatile__("vmsr fpscr, %0" : : "r"(now));
#else
  (void)on;
#endif
}

// 0 where this processor has no such mode.
static int set_mode(const char* mode) {
  flush_denormals(strcmp(mode, "ftz") == 0);
  return strcmp(mode, "upward") != 0 || fesetround(FE_UPWARD) == 0;
}

static void reset_mode(void) {
  fesetround(FE_TONEAREST);
  flush_denormals(0);
}

static char* read_document(const char* path, uint64_t* out_size) {
  FILE* const file = fopen(path, "rb");
  if (file == NULL) {
    return NULL;
  }
  fseek(file, 0, SEEK_END);
  const long size = ftell(file);
  rewind(file);
  char* const bytes = malloc((size_t)size + 1);
  *out_size = bytes == NULL ? 0 : fread(bytes, 1, (size_t)size, file);
  fclose(file);
  return bytes;
}

static dks_status make_scene(uint32_t workers, dks_model** out_model) {
  static const char* const names[] = {
      "tests/capi/hash_scene.json",
      "examples/worlds/species/cat.json",
      "examples/worlds/species/dog.json",
      "examples/worlds/species/finch.json"};
  dks_document items[4];
  char* texts[4] = {NULL, NULL, NULL, NULL};
  int missing = 0;
  for (int i = 0; i < 4; ++i) {
    texts[i] = read_document(names[i], &items[i].size);
    items[i].name = names[i];
    items[i].data = texts[i];
    if (texts[i] == NULL) {
      fprintf(stderr, "%s cannot be read: run this in the root of the project\n", names[i]);
      missing = 1;
    }
  }
  dks_model_desc desc;
  dks_model_desc_init(&desc);
  desc.worker_count = workers;
  const dks_status status = missing ? DKS_E_IO : dks_model_create_world(&desc, items, 4, out_model);
  for (int i = 0; i < 4; ++i) {
    free(texts[i]);
  }
  return status;
}

// What the host does before step `step`.
static dks_status interfere(dks_model* model, uint32_t step) {
  dks_status status = DKS_OK;
  if (step % 7 == 3) {
    dks_message message;
    dks_message_init(&message);
    message.from = step % 2 == 0 ? "ana" : "ben";
    message.to = step % 3 == 0 ? "*" : "Momo";
    message.kind = step % 5 == 0 ? "scold" : "feed";
    message.value = 0.1 * (double)(step % 10);
    status = dks_model_post(model, &message, 1);
  }
  if (status == DKS_OK && step == 20) {
    dks_spawn_desc items[10];
    for (int i = 0; i < 10; ++i) {
      dks_spawn_desc_init(&items[i]);
      items[i].type = i % 2 == 0 ? "dog" : "finch";
    }
    dks_agent_id born[10];
    status = dks_model_spawn(model, items, 10, born);
    status = status == DKS_OK ? dks_model_remove(model, born + 3, 4) : status;
  }
  if (status == DKS_OK && step == 30) {
    status = dks_model_drive(model, "weather", 3, 8);
  }
  if (status == DKS_OK && step == 40) {
    dks_agent_set* set = NULL;
    status = dks_agent_set_create(model, NULL, &set);
    status = status == DKS_OK ? dks_agent_set_shuffle(set, 9) : status;
    status = status == DKS_OK ? dks_agent_set_take(set, 20) : status;
    status = status == DKS_OK ? dks_agent_set_do(set, "energy", 0.3, 1e-42) : status;
    dks_agent_set_destroy(set);
  }
  if (status == DKS_OK && step == 42) {
    // Denormal from the first step on: what flushes them makes it 0.
    const int32_t cell = 5;
    const double little = 1e-38;
    status = dks_model_set_layer(model, "scent", &cell, &cell, &little, 1);
  }
  return status;
}

dks_status run_hash_scene(uint32_t workers, const char* mode, uint64_t* out_hash) {
  if (!set_mode(mode)) {
    return DKS_E_INVALID;
  }
  dks_model* model = NULL;
  uint64_t hash = 0;
  dks_status status = make_scene(workers, &model);
  for (uint32_t step = 0; step < 96 && status == DKS_OK; ++step) {
    status = interfere(model, step);
    status = status == DKS_OK ? dks_model_step(model, 1) : status;
    if (status == DKS_OK && step % 16 == 15) {
      uint64_t now = 0;
      status = dks_model_hash(model, &now);
      hash = (hash ^ now) * 0x9E3779B97F4A7C15u;
    }
  }
  dks_model_destroy(model);
  reset_mode();
  *out_hash = hash;
  return status;
}
