/* dks.h - the public C interface of dks: worlds of digital pets inside your program.
 * SPDX-License-Identifier: MIT
 *
 * Conventions (one rule each, no exceptions):
 *  1. Every fallible call returns dks_status, DKS_OK or a negative DKS_E_* code, and then
 *     dks_last_error() has a sentence for a person. Results go to `out_*` parameters, which come
 *     last. A call that fails has changed nothing. Nothing here throws, aborts, exits or prints.
 *  2. A dks_model belongs to one thread at a time; different models are independent. Calls marked
 *     [any-thread] are the only exceptions. A call during a step is refused with DKS_E_BUSY, and
 *     so is one that is not [const] while an Arrow export without a copy is held, or, but for
 *     dks_model_poll and those that step, while a step of dks_model_step_for is under way.
 *  3. Calls marked [const] change nothing. Pointers that a call hands out (views, borrowed texts)
 *     stay valid until the next call on that model that is not marked [const].
 *  4. Structs that callers fill start with struct_size and are set up with their dks_*_init
 *     macro; a member left 0 means its default. Arrays of such structs step by the first item's
 *     struct_size, which all items have. What a newer header has behind the part that this library
 *     knows must be 0, else the call fails with DKS_E_VERSION. Structs without struct_size never
 *     grow.
 *  5. Strings are UTF-8. Names are NUL-terminated, at most 256 bytes and without control
 *     characters; data is (pointer, size) without a terminator. Texts that are written for the
 *     caller go to (buffer, capacity, out_size): out_size is the whole size without the
 *     terminator, and when capacity is too small the call fails with DKS_E_LIMIT and writes only
 *     out_size. A NULL buffer with capacity 0 asks for the size, which succeeds.
 *  6. Steps are numbered from 0. A model that has done n steps is about to do step n. What the
 *     host writes (spawn, set, drive ...) applies at once, at the boundary before that step; what
 *     it posts applies when the step begins. Same version, seed and inputs give the same bits on
 *     every machine.
 *  7. Parameters mean one thing everywhere: model, agent, desc, items, count, buffer, capacity,
 *     user.
 */
#ifndef DKS_H
#define DKS_H
#include <stddef.h>
#include <stdint.h>

#define DKS_VERSION_MAJOR 0
#define DKS_VERSION_MINOR 1
#define DKS_VERSION_PATCH 0
#define DKS_VERSION_NUMBER \
  ((DKS_VERSION_MAJOR * 1000000) + (DKS_VERSION_MINOR * 1000) + DKS_VERSION_PATCH)

#ifndef DKS_API
#if defined(SWIG) || defined(DKS_STATIC)
#define DKS_API
#elif defined(_WIN32) && defined(DKS_BUILDING)
#define DKS_API __declspec(dllexport)
#elif defined(_WIN32)
#define DKS_API __declspec(dllimport)
#else
#define DKS_API __attribute__((visibility("default")))
#endif
#endif

#if defined(__cplusplus) && !defined(SWIG)
#define DKS_NOEXCEPT noexcept
extern "C" {
#else
#define DKS_NOEXCEPT
#endif

/* ---- status ---------------------------------------------------------------------------------- */

typedef int32_t dks_status;

#define DKS_STATUS_MAP(XX)                                                     \
  XX(OK, 0, "no error")                                                        \
  XX(E_INVALID, -1, "an argument is not valid")                                \
  XX(E_NOMEM, -2, "out of memory")                                             \
  XX(E_STALE, -3, "the id names an agent that is gone")                        \
  XX(E_BUSY, -4, "not allowed while the model is stepping or lent out")        \
  XX(E_LIMIT, -5, "a capacity is used up")                                     \
  XX(E_NOTFOUND, -6, "no such name")                                           \
  XX(E_VERSION, -7, "made for another version")                                \
  XX(E_IO, -8, "input or output failed")                                       \
  XX(E_USER, -9, "a callback asked to stop; dks never makes this code itself") \
  XX(E_INTERNAL, -99, "a bug in dks or in a plugin")

enum {
  DKS_OK = 0,
  DKS_E_INVALID = -1,
  DKS_E_NOMEM = -2,
  DKS_E_STALE = -3,
  DKS_E_BUSY = -4,
  DKS_E_LIMIT = -5,
  DKS_E_NOTFOUND = -6,
  DKS_E_VERSION = -7,
  DKS_E_IO = -8,
  DKS_E_USER = -9,
  DKS_E_INTERNAL = -99
};

/* [any-thread] DKS_VERSION_NUMBER of the library that runs. */
DKS_API uint32_t dks_version(void) DKS_NOEXCEPT;
/* [any-thread] How the library that runs was built, a `key=value` a line: version, compiler,
 * system, build_type, the DKS_* options of CMake, instruction_sets (those compiled in, with a space
 * between) and instruction_set (the one of them that minds use on this machine). Newer versions may
 * have more keys. Never NULL; valid for ever. */
DKS_API const char* dks_build_info(void) DKS_NOEXCEPT;
/* [any-thread] "DKS_E_STALE" for -3; "unknown status" for a code that does not exist. Never NULL.
 */
DKS_API const char* dks_status_name(dks_status status) DKS_NOEXCEPT;
/* [any-thread] The text of this thread's last failed call: the thing, the value, what was expected.
 * Empty when nothing failed yet. Never NULL; valid until this thread's next failing call. */
DKS_API const char* dks_last_error(void) DKS_NOEXCEPT;

/* ---- handles and ids ------------------------------------------------------------------------- */

typedef struct dks_model dks_model; /* long-lived, few: an opaque pointer */
typedef uint64_t
    dks_agent_id; /* many, die often: generation << 32 | index + 1, below 2^53; 0 is none */
#define DKS_AGENT_NONE ((dks_agent_id)0)

/* ---- model: a world ------------------------------------------------------------------------- */

/* Called from any thread that the model works on, that posts to it or that releases what it
 * exported last. It must not call back into dks: within a step such a call gets DKS_E_BUSY, within
 * dks_model_post it never returns. */
typedef struct dks_allocator {
  /* `align` is a power of two. NULL: out of memory. */
  void* (*alloc)(void* user, size_t size, size_t align);
  void (*dealloc)(void* user, void* ptr, size_t size);
  void* user;
} dks_allocator;

/* What the library has to tell that is no result of a call. Never grows. */
enum { DKS_LOG_ERROR = 1, DKS_LOG_WARNING = 2, DKS_LOG_INFO = 3 };
typedef struct dks_log_hook {
  /* [any-thread], also within a step, when it must not call back into dks. `text`: one line. */
  void (*write)(void* user, int32_t level, const char* text);
  void (*destroy)(void* user); /* once, when the model and all it lent are gone; may be NULL */
  void* user;
} dks_log_hook;

/* What is done about plugins: agent types (dks_model_add_type) and links (dks_model_open_link). */
enum {
  /* A callback that fails is counted and logged, and steps go on; so is a message for which a link
   * has no room. Without it the step is finished, and then dks_model_step returns the error; the
   * next call does the next step. That a network is down is no failure of a plugin. */
  DKS_PLUGINS_GO_ON = 1,
  /* Callbacks of agent types work on copies of their rows. A write outside of them, a number beyond
   * its field's range or NaN is an error that names the plugin, and never reaches the world. Costs
   * some 50 ns for each callback of an agent; results are the same. */
  DKS_PLUGINS_CHECKED = 2
};
typedef struct dks_plugin_rules {
  uint32_t struct_size;
  uint32_t flags;   /* DKS_PLUGINS_* */
  uint64_t slow_ns; /* an agent type that takes longer in a step, or a call of a transport that
                       does, is logged; 0: not measured */
} dks_plugin_rules;
#define dks_plugin_rules_init(rules) \
  ((rules)->struct_size = (uint32_t)sizeof(*(rules)), (rules)->flags = 0, (rules)->slow_ns = 0)

typedef struct dks_model_desc {
  uint32_t struct_size;
  uint32_t flags; /* 0 */
  uint64_t seed;  /* 0: the world file's, else 1. Below 2^53 it survives every binding. */
  const dks_allocator*
      allocator;         /* NULL: malloc. Copied; usable until the model and its sets are gone. */
  const char* mind;      /* NULL: the world file's, else "reference"; "random" is the control */
  uint32_t max_agents;   /* 0: the world file's, else 1024 */
  uint32_t worker_count; /* 0: 1, which starts no thread. Results are the same for every value. */
  /* Bytes that may be held by what grows with the world: agents, cells, messages, events, collected
   * rows, names of agents and users; 0: no limit. memory_bytes counts the same. Not in it: what the
   * documents describe, timers and agent sets. What a call has no room for fails it; a message of a
   * user for whose name there is no room is dropped. */
  uint64_t memory_limit;
  const dks_log_hook* log;         /* NULL: nobody is told. Copied once the model is made. */
  const dks_plugin_rules* plugins; /* NULL: all 0. Copied. */
} dks_model_desc;
#define DKS_MODEL_DESC_MIN_SIZE 16u

/* Zeroes the desc and sets struct_size. */
DKS_API void dks_model_desc_init_sized(dks_model_desc* desc, uint32_t struct_size) DKS_NOEXCEPT;
#define dks_model_desc_init(desc) dks_model_desc_init_sized((desc), (uint32_t)sizeof(*(desc)))

/* A world file or a species file, as bytes: dks reads no files itself. */
typedef struct dks_document {
  const char* name; /* what errors call it, e.g. its path */
  const char* data; /* JSON */
  uint64_t size;
} dks_document;

/* Makes an empty 20 x 20 world (torus, Moore neighbourhood, RandomActivation) with the built-in
 * species "pet". desc may be NULL for all defaults. */
DKS_API dks_status dks_model_create(const dks_model_desc* desc, dks_model** out_model) DKS_NOEXCEPT;
/* Makes the world that items[0] describes (examples/worlds/world.schema.json). items[1..] are the
 * documents of species and minds that it names, found by name. An error gives document, JSON
 * pointer, value and what was expected; then there is no model. */
DKS_API dks_status dks_model_create_world(
    const dks_model_desc* desc, const dks_document* items, uint32_t count, dks_model** out_model
) DKS_NOEXCEPT;
/* NULL is fine. */
DKS_API void dks_model_destroy(dks_model* model) DKS_NOEXCEPT;
/* Does `count` steps; 0 does none and only checks the handle. Stops early on an error. Most of its
 * memory, that for messages included, a step takes before anything changes: without it, it fails
 * with DKS_E_NOMEM and can be done later. One that ran out half-way cannot be taken up again: every
 * later one fails with DKS_E_NOMEM, reading and destroying the model still work. */
DKS_API dks_status dks_model_step(dks_model* model, uint32_t count) DKS_NOEXCEPT;
/* Steps for a game loop: as dks_model_step, but pauses when `budget_ns` nanoseconds are over,
 * within a step if need be; the next call goes on there. Results are those of whole steps, wherever
 * they were cut. out_done (may be NULL): how many steps became whole in this call, also when it
 * fails.
 *
 * While a step is under way, [const] calls read the last whole one, from a copy of the world that
 * is made when a step begins and takes as much memory as the world. dks_model_post is for the step
 * after. What would change the model is refused with DKS_E_BUSY, so a host that writes between
 * steps asks for one at a time (count 1) and writes when it is done. dks_model_step finishes the
 * step under way as the first of its count.
 *
 * A call is late by the longest piece of work that is not cut, and does one even with a budget of
 * 0: a copied layer or column, messages and environment together, 32 turns one by one, 16 to 256
 * agents for each worker in a wave, or the end of the step with what is collected there. */
DKS_API dks_status dks_model_step_for(
    dks_model* model, uint32_t count, uint64_t budget_ns, uint32_t* out_done
) DKS_NOEXCEPT;
/* [const] A hash over the whole state that steps depend on, with messages that wait for their step.
 * Not part of it: names of agents and users, texts, and what was posted since the last step began,
 * an input still to come. */
DKS_API dks_status dks_model_hash(const dks_model* model, uint64_t* out_hash) DKS_NOEXCEPT;

typedef struct dks_model_info {
  uint32_t struct_size;
  uint32_t width, height; /* cells */
  uint32_t steps_per_day;
  uint64_t seed;
  uint64_t step; /* steps done */
  uint32_t agent_count;
  uint32_t max_agents;
  uint32_t worker_count;
  uint32_t type_count;      /* agent types; see dks_model_type_name */
  uint64_t inputs_accepted; /* messages applied since creation */
  uint64_t inputs_dropped;  /* messages that named nobody, repeated an id, found a full inbox, or
                               came from a user for whom the world has no room */
  uint64_t memory_bytes;    /* held now by this model */
  uint64_t memory_peak;
} dks_model_info;
/* [const] Fills out_info up to the struct_size that is set in it; what is unknown here becomes 0.
 */
DKS_API dks_status dks_model_get_info(const dks_model* model, dks_model_info* out_info)
    DKS_NOEXCEPT;
#define dks_model_info_init(info) ((info)->struct_size = (uint32_t)sizeof(*(info)))

/* Wall-clock nanoseconds spent in each phase since creation. Never part of the state. */
typedef struct dks_counters {
  uint32_t struct_size;
  uint32_t reserved0;
  uint64_t steps;
  uint64_t activations; /* agents activated */
  uint64_t gather_ns, environment_ns, sense_ns, think_ns, act_ns, commit_ns, collect_ns, publish_ns;
} dks_counters;
DKS_API dks_status dks_model_get_counters(const dks_model* model, dks_counters* out_counters)
    DKS_NOEXCEPT; /* [const] */
#define dks_counters_init(counters) ((counters)->struct_size = (uint32_t)sizeof(*(counters)))

/* One pointer that a binding for another language keeps with a model, by which it finds the object
 * that stands for the model there. It is no part of the world: no hash, state or copy has it, and
 * both calls are [const].
 *
 * Puts `user` in the place of what was there; NULL empties it. `destroy` (may be NULL) is called
 * once with each `user` but NULL: when the next takes its place, be it the same pointer, or as the
 * last thing when the model and all that keeps it alive (agent sets, Arrow exports) are gone, then
 * on the thread that lets go last. No call is inside the model any more, so it may call dks, but
 * not with a model that is gone. */
DKS_API dks_status dks_model_set_binding(dks_model* model, void* user, void (*destroy)(void* user))
    DKS_NOEXCEPT;
/* What dks_model_set_binding has put there; NULL: nothing. */
DKS_API dks_status dks_model_get_binding(const dks_model* model, void** out_user) DKS_NOEXCEPT;

/* [const] The world's plan as JSON: grid, places, objects, layers, types, mind; and in their order
 * what numbers elsewhere stand for: kinds of weather, of objects, types with their fields. */
DKS_API dks_status dks_model_world_json(
    const dks_model* model, char* buffer, uint64_t capacity, uint64_t* out_size
) DKS_NOEXCEPT;

/* ---- agents -----------------------------------------------------------------------------------
 */

typedef struct dks_spawn_desc {
  uint32_t struct_size;
  uint32_t flags;   /* 0 */
  const char* type; /* agent type or species; NULL: the world's first */
  const char* name; /* unique in the world; NULL: none */
  const char* json; /* NULL, or a pet as in a world file: {"personality": {...}, "needs": {...}} */
  uint64_t json_size;
  int32_t x, y; /* cell; -1 (as dks_spawn_desc_init sets them): a random cell with room */
} dks_spawn_desc;
DKS_API void dks_spawn_desc_init_sized(dks_spawn_desc* desc, uint32_t struct_size) DKS_NOEXCEPT;
#define dks_spawn_desc_init(desc) dks_spawn_desc_init_sized((desc), (uint32_t)sizeof(*(desc)))

/* All are born or, on an error, none. out_ids takes `count` ids and may be NULL. */
DKS_API dks_status dks_model_spawn(
    dks_model* model, const dks_spawn_desc* items, uint32_t count, dks_agent_id* out_ids
) DKS_NOEXCEPT;
/* All are removed or, when one id is stale, none. */
DKS_API dks_status dks_model_remove(dks_model* model, const dks_agent_id* items, uint32_t count)
    DKS_NOEXCEPT;
/* Puts agents into cells; x and y take `count` entries each. */
DKS_API dks_status dks_model_move(
    dks_model* model, const dks_agent_id* items, const int32_t* x, const int32_t* y, uint32_t count
) DKS_NOEXCEPT;
/* Sets a numeric field of agents; `element` indexes fields of width > 1. Values outside the field's
 * range are refused, all of them with one. So are fields that the agents compute: the world JSON
 * says of each whether it is "settable". */
DKS_API dks_status dks_model_set(
    dks_model* model,
    const dks_agent_id* items,
    uint32_t count,
    const char* field,
    uint32_t element,
    const double* values
) DKS_NOEXCEPT;
/* What bodies did that the host moves (a species with "body": "host"): for each agent the share of
 * its intent that came true, 1 all, 0 nothing, between them a part. What it does on the spot takes
 * effect in this proportion when the next step begins, in the order of the reports, and the intent
 * is over. Where bodies are is told by dks_model_move, and who is near, if the host knows better
 * than the grid, by the field "neighbours": ids, nobody behind the first 0. All reports are taken
 * or, on an error, none. */
DKS_API dks_status dks_model_report_done(
    dks_model* model, const dks_agent_id* items, const double* shares, uint32_t count
) DKS_NOEXCEPT;
/* [const] The agent of that name; DKS_E_NOTFOUND names the nearest one. */
DKS_API dks_status dks_model_find(const dks_model* model, const char* name, dks_agent_id* out_agent)
    DKS_NOEXCEPT;
/* [const] The name of an agent, borrowed; "" when it has none. */
DKS_API dks_status dks_model_agent_name(
    const dks_model* model, dks_agent_id agent, const char** out_name
) DKS_NOEXCEPT;
/* [const] One agent as JSON: type, name, uid, cell, every field; of a pet also needs, personality,
 * ties. The uid (32 hexadecimal digits) is nobody else's in any world with another name or seed. */
DKS_API dks_status dks_model_agent_json(
    const dks_model* model, dks_agent_id agent, char* buffer, uint64_t capacity, uint64_t* out_size
) DKS_NOEXCEPT;
/* [const] Agent type `index` of info.type_count, borrowed. */
DKS_API dks_status
dks_model_type_name(const dks_model* model, uint32_t index, const char** out_name) DKS_NOEXCEPT;

enum {
  DKS_TYPE_F32 = 1,
  DKS_TYPE_F64 = 2,
  DKS_TYPE_I32 = 3,
  DKS_TYPE_U32 = 4,
  DKS_TYPE_U64 = 5,
  DKS_TYPE_U8 = 6
};
typedef struct dks_column {
  const void* data; /* borrowed, read-only (convention 3) */
  uint64_t count;   /* rows */
  uint64_t epoch;   /* changes whenever `data` may have moved */
  uint32_t type;    /* DKS_TYPE_* */
  uint32_t stride;  /* bytes from one row to the next; a field of width w has w elements a row */
} dks_column;
/* [const] A column of one agent type without a copy, but for "cell", which is made after each call
 * that is not [const]. Every type has "id" (u64) and "cell" (u32, y * width + x), then its fields.
 * Rows are in no promised order; all columns of a type share it.
 */
DKS_API dks_status dks_model_column(
    const dks_model* model, const char* type, const char* field, dks_column* out_column
) DKS_NOEXCEPT;

/* ---- agent sets: select, sort, shuffle, group, aggregate (as Mesa's AgentSet) -----------------
 */

enum { DKS_OP_LT = 1, DKS_OP_LE = 2, DKS_OP_EQ = 3, DKS_OP_NE = 4, DKS_OP_GE = 5, DKS_OP_GT = 6 };
enum { DKS_AGG_COUNT = 1, DKS_AGG_SUM = 2, DKS_AGG_MEAN = 3, DKS_AGG_MIN = 4, DKS_AGG_MAX = 5 };

typedef struct dks_agent_set dks_agent_set;
/* [const] A snapshot of ids: all agents of a type (NULL: of every type), by id. It keeps what it
 * needs of the model alive, so either may be destroyed first. Agents that are gone later drop out
 * of every operation. An agent whose type lacks the field is not selected and not aggregated. A
 * field is one of dks_model_column; of a wide one the first element, or another as in
 * "personality[4]". */
DKS_API dks_status dks_agent_set_create(dks_model* model, const char* type, dks_agent_set** out_set)
    DKS_NOEXCEPT;
DKS_API void dks_agent_set_destroy(dks_agent_set* set) DKS_NOEXCEPT;
/* Keeps the agents for which `field op value` holds. */
DKS_API dks_status
dks_agent_set_select(dks_agent_set* set, const char* field, int32_t op, double value) DKS_NOEXCEPT;
/* Keeps the first `count`. */
DKS_API dks_status dks_agent_set_take(dks_agent_set* set, uint64_t count) DKS_NOEXCEPT;
/* Orders by a field; ties by id. */
DKS_API dks_status dks_agent_set_sort(dks_agent_set* set, const char* field, int32_t descending)
    DKS_NOEXCEPT;
/* Orders at random; the same key and step give the same order. */
DKS_API dks_status dks_agent_set_shuffle(dks_agent_set* set, uint64_t key) DKS_NOEXCEPT;
/* field := field * factor + offset for each, clamped to the field's range; a field that can be set.
 */
DKS_API dks_status
dks_agent_set_do(dks_agent_set* set, const char* field, double factor, double offset) DKS_NOEXCEPT;
/* [const] One number over the set. Mean, min and max of nothing are NaN. DKS_AGG_COUNT needs no
 * field. */
DKS_API dks_status dks_agent_set_aggregate(
    const dks_agent_set* set, const char* field, int32_t aggregate, double* out_value
) DKS_NOEXCEPT;
/* [const] One number for each distinct value of `by`, rising: out_keys and out_values take
 * `capacity` entries; out_count is how many groups there are, and DKS_E_LIMIT says that they did
 * not fit. NULL arrays with capacity 0 ask for out_count. */
DKS_API dks_status dks_agent_set_group(
    const dks_agent_set* set,
    const char* by,
    const char* field,
    int32_t aggregate,
    double* out_keys,
    double* out_values,
    uint64_t capacity,
    uint64_t* out_count
) DKS_NOEXCEPT;
/* [const] The ids, borrowed until the next call on the set or its model that is not [const]. */
DKS_API dks_status dks_agent_set_ids(
    const dks_agent_set* set, const dks_agent_id** out_ids, uint64_t* out_count
) DKS_NOEXCEPT;

/* ---- environment ------------------------------------------------------------------------------
 */

/* [const] A field: "hour", "light", "temperature", "weather", "noise", "danger", or the world's
 * own. */
DKS_API dks_status
dks_model_environment(const dks_model* model, const char* field, double* out_value) DKS_NOEXCEPT;
/* Drives a field from outside: it holds `value` for `steps` steps (0: until released). */
DKS_API dks_status
dks_model_drive(dks_model* model, const char* field, double value, uint32_t steps) DKS_NOEXCEPT;
/* Gives a driven field back to its process. */
DKS_API dks_status dks_model_release(dks_model* model, const char* field) DKS_NOEXCEPT;
/* [const] The whole environment as JSON, in the form that dks_model_set_environment_json takes. */
DKS_API dks_status dks_model_environment_json(
    const dks_model* model, char* buffer, uint64_t capacity, uint64_t* out_size
) DKS_NOEXCEPT;
DKS_API dks_status dks_model_set_environment_json(dks_model* model, const char* json, uint64_t size)
    DKS_NOEXCEPT;
/* [const] A property layer, one f32 a cell, row by row. */
DKS_API dks_status
dks_model_layer(const dks_model* model, const char* layer, dks_column* out_column) DKS_NOEXCEPT;
/* Sets cells of a layer; x, y and values take `count` entries each. */
DKS_API dks_status dks_model_set_layer(
    dks_model* model,
    const char* layer,
    const int32_t* x,
    const int32_t* y,
    const double* values,
    uint32_t count
) DKS_NOEXCEPT;

/* ---- timers: recurring and one-off events of the schedule -------------------------------------
 */

typedef struct dks_timer_desc {
  uint32_t struct_size;
  int32_t priority; /* lower fires first; ties by id */
  const char*
      name; /* what the event is called; a scheduled event of the world file by that name runs */
  uint64_t start;    /* first step; 0: the next one */
  uint32_t interval; /* steps between firings; 0: fires once */
  uint32_t count;    /* firings in all; 0: no end */
} dks_timer_desc;
DKS_API void dks_timer_desc_init_sized(dks_timer_desc* desc, uint32_t struct_size) DKS_NOEXCEPT;
#define dks_timer_desc_init(desc) dks_timer_desc_init_sized((desc), (uint32_t)sizeof(*(desc)))
/* Each firing is an event DKS_EVENT_TIMER with the timer's id in value[0]. */
DKS_API dks_status
dks_model_schedule(dks_model* model, const dks_timer_desc* desc, uint64_t* out_timer) DKS_NOEXCEPT;
/* A paused timer misses its firings; they do not pile up and do not count. One that fires once and
 * was due meanwhile fires when it goes on. */
DKS_API dks_status dks_model_pause_timer(dks_model* model, uint64_t timer, int32_t paused)
    DKS_NOEXCEPT;
DKS_API dks_status dks_model_cancel_timer(dks_model* model, uint64_t timer) DKS_NOEXCEPT;

/* ---- events: what happened in the last step, in the order in which it happened ----------------
 */

/* kind, agent -> other, value[0], value[1] */
enum {
  DKS_EVENT_BORN = 1,    /* agent (other: parent or none) */
  DKS_EVENT_REMOVED = 2, /* agent */
  DKS_EVENT_MESSAGE = 3, /* agent received message number value[0] of this step, sent to it alone;
                            value[1]: its value, other: the agent that sent it, or none */
  DKS_EVENT_UNDELIVERED = 4, /* message number value[0] of this step named nobody here */
  DKS_EVENT_TIMER = 5,       /* timer value[0] fired */
  DKS_EVENT_WEATHER = 6,     /* "weather" of the world JSON: now value[0], was value[1] */
  DKS_EVENT_DAY = 7,         /* day value[0] begins */
  DKS_EVENT_MET = 20,        /* agent met other, whom it did not know (any more) */
  DKS_EVENT_SHARED = 21,     /* agent gave other value[0] of need number value[1] */
  DKS_EVENT_CALLED = 22,     /* agent called out */
  DKS_EVENT_CRITICAL = 23,   /* need number value[0] of agent fell into its lowest level */
  DKS_EVENT_RELIEVED = 24,   /* agent is out of it again */
  DKS_EVENT_WITHDREW = 25,   /* agent withdrew after long neglect */
  DKS_EVENT_RECOVERED = 26,  /* agent is back after care */
  DKS_EVENT_USED = 27,       /* agent used an object: "object_kinds" of the world JSON, value[0] */
  DKS_EVENT_EMOTE = 28,      /* agent begins to feel "emotions" of the world JSON, value[0], with
                                intensity value[1] in [0, 1]; show it for 1 + 4 x intensity steps,
                                or until the next one */
  DKS_EVENT_INTENT = 29      /* agent, whose body the host moves, intends action value[0], in the
                                order of dks_model_explain, or nothing (the number behind the last);
                                for it the body is to go to cell value[1], or to stay; other: with
                                whom. It replaces the intent before it; dks_model_report_done ends
                                it. Fields "intent", "intent_cell" and "intent_partner" have it */
};
typedef struct dks_event {
  uint32_t kind;   /* DKS_EVENT_* */
  uint32_t source; /* index of the agent's type */
  uint64_t step;
  dks_agent_id agent;
  dks_agent_id other;
  double value[2];
} dks_event; /* 48 bytes for ever: new facts get new kinds or new arrays */
typedef struct dks_event_view {
  const dks_event* items;
  uint64_t count;
} dks_event_view;
/* [const] Borrowed. The number of an event is (step, index in this array). */
DKS_API dks_status dks_model_events(const dks_model* model, dks_event_view* out_events)
    DKS_NOEXCEPT;
/* [any-thread] "born" for 1; "unknown event" for a kind that does not exist. Never NULL. */
DKS_API const char* dks_event_name(uint32_t kind) DKS_NOEXCEPT;

/* ---- messages ---------------------------------------------------------------------------------
 */

/* One record everywhere: in C, in a day file and on a transport. Names and text are kept by
 * reference, outside log and hash. id, reply_to and step are at most 2^53. A "sense" is a reading
 * of a sensor: it goes to the world, has a field of the environment and a value within its range;
 * no other kind has a field. */
typedef struct dks_message {
  uint32_t struct_size;
  uint32_t message_class; /* 0: durable, 1: history, 2: state, 3: volatile */
  uint64_t id;            /* 0: dks numbers it. Per source, rising; the host's may repeat
                             and stay 0 */
  uint64_t reply_to;      /* 0: none */
  uint64_t step;          /* the step it applies in; 0 or one that is past: the next one */
  dks_agent_id to_agent;  /* DKS_AGENT_NONE: `to` says who */
  const char* from;       /* a user, host or pet; NULL: the host */
  const char* to;         /* a pet's name, "#channel", "*" for every pet, or "world" */
  const char* kind;       /* "feed", "pet", "play", "scold", "gift", "talk", "sense", or your own;
                             pets send "contact" to whom they touch, and "call" */
  const char* field;      /* of a "sense": the environment field that `value` drives */
  const void* text;       /* any bytes; UTF-8 where a person reads it */
  uint64_t text_size;
  double value; /* what the step may depend on, with `kind`: tone, amount, reading. Finite; what a
                   pet's needs gain is scaled by it within [-1, 1], 0 counts as 1 */
  uint32_t
      ttl_steps; /* of a "sense": steps that `value` holds, 0: until released; else a transport's */
  uint32_t reserved0;
} dks_message;
DKS_API void dks_message_init_sized(dks_message* message, uint32_t struct_size) DKS_NOEXCEPT;
#define dks_message_init(message) dks_message_init_sized((message), (uint32_t)sizeof(*(message)))

/* [any-thread] Copies the messages into the inbox: all or, when it is full (DKS_E_LIMIT), none.
 * They apply when the next step begins, by (source, id). */
DKS_API dks_status dks_model_post(dks_model* model, const dks_message* items, uint32_t count)
    DKS_NOEXCEPT;
/* Posts one message given as JSON, e.g. {"step":12,"from":"u1","to":"Momo","kind":"feed"}. Its keys
 * are the record's: from, to, to_agent, kind, value, text, step, id, reply_to, class ("durable",
 * "history", "state", "volatile"), ttl; of a "sense" field and, instead of ttl, steps. Checked
 * whole before it is taken, as what people write has slips: keys, names of pets, a step that is
 * past, and kinds, which are those of the record and those that some species cares about. `name` is
 * what errors call it. */
DKS_API dks_status dks_model_post_json(
    dks_model* model, const char* name, const char* json, uint64_t size
) DKS_NOEXCEPT;
/* [const] The same checks without posting. */
DKS_API dks_status dks_model_check_json(
    const dks_model* model, const char* name, const char* json, uint64_t size
) DKS_NOEXCEPT;

typedef struct dks_message_view {
  const dks_message* items;
  uint64_t count;
} dks_message_view;
/* [const] Every message that was applied in the last step, in order. Borrowed, texts too. */
DKS_API dks_status dks_model_messages(const dks_model* model, dks_message_view* out_messages)
    DKS_NOEXCEPT;
/* [const] Those of them that reached one agent: its queue in that step. */
DKS_API dks_status dks_model_queue(
    const dks_model* model, dks_agent_id agent, dks_message_view* out_messages
) DKS_NOEXCEPT;
/* [const] Those of them that were sent to a channel, by whomever. */
DKS_API dks_status dks_model_channel(
    const dks_model* model, const char* channel, dks_message_view* out_messages
) DKS_NOEXCEPT;
/* [const] What pets sent to users, channels and the world in the last step. Borrowed. */
DKS_API dks_status dks_model_outbox(const dks_model* model, dks_message_view* out_messages)
    DKS_NOEXCEPT;

/* ---- explain and predict ----------------------------------------------------------------------
 */

/* [const] Why a pet did what it last did, as JSON. "sentence": all of it for a person. "beliefs" by
 * factor. "predicted": what each sense was expected to show before the last step's outcomes came
 * (kept to one part in 32), "perceived": what came, "surprise": -ln of what had been predicted of
 * it, in nats. "free_energy". "actions": each with the terms of its best course, which add up to
 * the score in the order of "terms": a utility for each sense (company and social needs are among
 * them), information gain, habit. "first_look" is the score of the act alone. Those that were best
 * by it, habit left out, were "followed": their "courses" have the scores whose softmax, times
 * "gamma", is the chance of each course, and "probability" is the sum over an action's. One that
 * was dropped has the terms of the act alone, and no chance. "chosen": null of a withdrawn pet. A
 * pet that has not lived a step has a sentence and beliefs only. What a host has changed since the
 * step (a personality) is not told from what was then. */
DKS_API dks_status dks_model_explain(
    const dks_model* model, dks_agent_id agent, char* buffer, uint64_t capacity, uint64_t* out_size
) DKS_NOEXCEPT;

#define DKS_MAX_PREDICTED_STEPS 1024u
/* [const] What a pet expects itself to do: P(action) in the coming step, in the one after it, and
 * so on; out_probabilities is [steps][actions], actions in the order of dks_model_explain. What it
 * will perceive is open, so this is the mean over 64 futures drawn from its own model, the same
 * ones at each call, and one more in which it follows its habits; a step costs as many thoughts. Of
 * a withdrawn pet, what it would do if it were back. At most DKS_MAX_PREDICTED_STEPS. out_count is
 * steps times actions, and DKS_E_LIMIT says that so many do not fit; NULL with capacity 0 asks for
 * it. */
DKS_API dks_status dks_model_predict(
    const dks_model* model,
    dks_agent_id agent,
    uint32_t steps,
    double* out_probabilities,
    uint64_t capacity,
    uint64_t* out_count
) DKS_NOEXCEPT;

/* ---- data collector ---------------------------------------------------------------------------
 */

typedef struct dks_reporter_desc {
  uint32_t struct_size;
  int32_t aggregate; /* DKS_AGG_*: one number a time; 0: one row an agent */
  const char* table; /* reporters with one table name become columns of one table */
  const char* name;  /* column; NULL: the field's name */
  const char* type;  /* agent type; NULL: every type that has the field */
  const char* field; /* agent field, as agent sets take it; or "env:<field>" for a model value (no
                        aggregate needed) */
  uint32_t interval; /* steps; 0: 1 */
  uint32_t window;   /* rows kept for reading, from a table's first reporter; 0: 4096. A table of
                        agents keeps max_agents at least. Older rows go; dks_table_info counts them */
} dks_reporter_desc;
DKS_API void dks_reporter_desc_init_sized(dks_reporter_desc* desc, uint32_t struct_size)
    DKS_NOEXCEPT;
#define dks_reporter_desc_init(desc) dks_reporter_desc_init_sized((desc), (uint32_t)sizeof(*(desc)))
/* Adds a reporter. All reporters of one table must agree on aggregate-or-not, type and interval. */
DKS_API dks_status dks_model_collect(dks_model* model, const dks_reporter_desc* desc) DKS_NOEXCEPT;
/* Adds a row to a table of the host's own; the first call makes the table. `columns` are `count`
 * names. */
DKS_API dks_status dks_model_add_row(
    dks_model* model,
    const char* table,
    const char* const* columns,
    const double* values,
    uint32_t count
) DKS_NOEXCEPT;
/* [const] Table `index` by name, borrowed; DKS_E_NOTFOUND after the last. */
DKS_API dks_status
dks_model_table_name(const dks_model* model, uint32_t index, const char** out_name) DKS_NOEXCEPT;
typedef struct dks_table_info {
  uint32_t struct_size;
  uint32_t column_count;
  uint64_t rows;  /* in the window */
  uint64_t total; /* ever added */
  uint64_t lost;  /* those that left the window before dks_model_read_csv took them */
} dks_table_info;
#define dks_table_info_init(info) ((info)->struct_size = (uint32_t)sizeof(*(info)))
/* [const] The state of a table. */
DKS_API dks_status dks_model_table_info(
    const dks_model* model, const char* table, dks_table_info* out_info
) DKS_NOEXCEPT;
/* [const] Column `index` of a table by name, borrowed; DKS_E_NOTFOUND after the last. */
DKS_API dks_status dks_model_table_column_name(
    const dks_model* model, const char* table, uint32_t index, const char** out_name
) DKS_NOEXCEPT;
/* Takes the unread rows of a table as CSV (RFC 4180), with the header line before the first row
 * ever. Rows that do not fit into `capacity` with a terminator stay for the next call; DKS_E_LIMIT
 * says that not one does, and out_size how large the next line is. A size of 0 says that nothing is
 * left. A NULL buffer with capacity 0 asks for the size of all that is unread and takes nothing. */
DKS_API dks_status dks_model_read_csv(
    dks_model* model, const char* table, char* buffer, uint64_t capacity, uint64_t* out_size
) DKS_NOEXCEPT;
/* [const] A column of the rows in a table's window, oldest first, as f64. "step" is always there.
 */
DKS_API dks_status dks_model_table_column(
    const dks_model* model, const char* table, const char* column, dks_column* out_column
) DKS_NOEXCEPT;

/* ---- state: save and load ---------------------------------------------------------------------
 */

/* [const] A world between two steps, whole, as bytes: the documents it was made from, all that its
 * steps depend on, posts that wait, and what the last step left to read; tables of the collector
 * with what was read of them. Not in it: links, agent sets, the log hook, counters, the number of
 * workers. A NULL buffer with capacity 0 asks for the size; DKS_E_LIMIT: it does not fit.
 * DKS_E_BUSY while a step is under way. The bytes are those of any machine, for a version of dks;
 * each chunk of them has a digest. They hold names, and texts of messages of the last step and of
 * those that wait. DKS_E_INVALID: a type has a mind that dks_model_attach_mind gave it;
 * DKS_E_NOMEM: the last step ran out of memory half-way. */
DKS_API dks_status dks_model_save(
    const dks_model* model, void* buffer, uint64_t capacity, uint64_t* out_size
) DKS_NOEXCEPT;
/* Makes the model that was saved; its steps are those that the other one would have done. desc as
 * for dks_model_create; a seed, max_agents or mind in it must be those that were saved. Plugins
 * whose agent types live in it have to be there, else DKS_E_NOTFOUND. DKS_E_INVALID: damaged, or
 * nothing that was saved; DKS_E_VERSION: of a later format, or of a version of dks or of a plugin's
 * rules by which the world would live on otherwise. Then there is no model. */
DKS_API dks_status dks_model_load(
    const dks_model_desc* desc, const void* data, uint64_t size, dks_model** out_model
) DKS_NOEXCEPT;

/* ---- Arrow: whole tables for data frames and columnar engines ---------------------------------
 */

/* The two structs of the Arrow C Data Interface, word for word as
 * https://arrow.apache.org/docs/format/CDataInterface.html asks for; never changed. */
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
  const char* format;
  const char* name;
  const char* metadata;
  int64_t flags;
  int64_t n_children;
  struct ArrowSchema** children;
  struct ArrowSchema* dictionary;
  void (*release)(struct ArrowSchema*);
  void* private_data;
};

struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void** buffers;
  struct ArrowArray** children;
  struct ArrowArray* dictionary;
  void (*release)(struct ArrowArray*);
  void* private_data;
};

#endif

enum { DKS_EXPORT_COPY = 1 }; /* flags of dks_model_export_agents */

/* Both functions export a struct array ("+s") of columns without nulls. The caller releases what
 * they give, or hands it to a consumer who does: release may run on any thread, and children may be
 * moved out and released on their own. Whatever was in the two structs before is overwritten; when
 * the call fails, their `release` is NULL. Copies are not counted in memory_bytes. */

/* [const] The agents of a type: "id", "cell", then all fields, as dks_model_column has them; a
 * field of width w > 1 is a fixed-size list ("+w:<w>") of "item". Nothing is copied but "cell", so
 * the array lends out the model's own memory: until all of it is released, every call on the model
 * that is not [const] is refused with DKS_E_BUSY (but for dks_model_post, which touches none of
 * it). The model may be destroyed meanwhile; its memory then goes with the release. With
 * DKS_EXPORT_COPY the array is an independent copy instead and refuses nothing. */
DKS_API dks_status dks_model_export_agents(
    const dks_model* model,
    const char* type,
    uint32_t flags,
    struct ArrowSchema* out_schema,
    struct ArrowArray* out_array
) DKS_NOEXCEPT;
/* [const] The rows in the window of a table of the data collector, oldest first: "step", then its
 * columns, all f64. Always an independent copy. */
DKS_API dks_status dks_model_export_table(
    const dks_model* model,
    const char* table,
    struct ArrowSchema* out_schema,
    struct ArrowArray* out_array
) DKS_NOEXCEPT;

/* ---- plugins ----------------------------------------------------------------------------------
 */

/* Code that extends dks: dks_plugin.h says how it is written. What is loaded stays for as long as
 * the process lives, for all models; a world has an agent type of a plugin only if its document
 * ("types": {"firefly": {"plugin": "firefly"}}) or dks_model_add_type says so. */
typedef struct dks_host_api dks_host_api;
typedef struct dks_plugin_info dks_plugin_info;

/* [any-thread] Lets plugins be loaded from a folder and what is below it: an absolute path to a
 * folder that not everybody may write to. Until then none can be loaded. */
DKS_API dks_status dks_plugins_allow(const char* folder) DKS_NOEXCEPT;
/* [any-thread] Loads a shared library as a plugin. Before any of its code runs it is checked: an
 * absolute path, inside an allowed folder when links are resolved, a file that, like every folder
 * from the allowed one down, not everybody may write to, and of the SHA-256 that is given (64
 * hexadecimal digits; NULL: not checked). Loading one again gives its number again. out_plugin may
 * be NULL. */
DKS_API dks_status dks_plugins_load(const char* path, const char* sha256, uint32_t* out_plugin)
    DKS_NOEXCEPT;
/* [any-thread] The same for a plugin that is linked into the program, by its two functions. */
DKS_API dks_status dks_plugins_add(
    const dks_plugin_info* (*query)(void),
    dks_status (*init)(const dks_host_api*),
    uint32_t* out_plugin
) DKS_NOEXCEPT;
/* Pointers are borrowed for ever. */
typedef struct dks_plugin_entry {
  uint32_t struct_size;
  uint32_t type_count;
  uint32_t abi_major; /* that it was compiled with */
  uint32_t abi_minor;
  const char* name;
  const char* version;
  const char* license;
  const char* summary;
  const char* path;              /* "": linked into the program */
  const char* const* type_names; /* type_count agent types */
  const char* const* schemes;    /* scheme_count transports, by what their addresses begin with */
  uint32_t scheme_count;
  uint32_t reserved0;
} dks_plugin_entry;
#define dks_plugin_entry_init(entry) ((entry)->struct_size = (uint32_t)sizeof(*(entry)))
/* [any-thread] Plugin `plugin`, counted from 0; DKS_E_NOTFOUND after the last. */
DKS_API dks_status dks_plugins_get_entry(uint32_t plugin, dks_plugin_entry* out_entry) DKS_NOEXCEPT;

/* Gives the world an agent type of a plugin. */
DKS_API dks_status dks_model_add_type(dks_model* model, const char* type) DKS_NOEXCEPT;
typedef struct dks_plugin_report {
  uint32_t struct_size;
  uint32_t plugin;
  uint64_t errors;        /* callbacks that failed, wrong calls of the host's functions */
  uint64_t breaches;      /* found by DKS_PLUGINS_CHECKED: rows written that should not be */
  uint64_t slow_steps;    /* beyond slow_ns */
  uint64_t longest_ns;    /* its longest step, where slow_ns is set */
  const char* last_error; /* borrowed; "": none yet */
  const char* version;    /* of the plugin */
} dks_plugin_report;
#define dks_plugin_report_init(report) ((report)->struct_size = (uint32_t)sizeof(*(report)))
/* [const] How a plugin's agent type behaved in this world, the step under way included. */
DKS_API dks_status dks_model_get_plugin_report(
    const dks_model* model, const char* type, dks_plugin_report* out_report
) DKS_NOEXCEPT;

/* ---- links: what carries messages in and out --------------------------------------------------
 */

/* Opens a transport of a plugin for this world: what agents send to users, channels and the world
 * goes out over it after each step, and what it brings applies as if posted. `address` begins with
 * the transport's scheme: "exchange:meadow". It may have secrets in it, so errors, logs and reports
 * go by `name`, which no two links of a model share. A link is not part of the state: what came
 * over it is. It is closed with the model. */
DKS_API dks_status dks_model_open_link(dks_model* model, const char* name, const char* address)
    DKS_NOEXCEPT;
/* Closes a link; what is still waiting to get out is lost. */
DKS_API dks_status dks_model_close_link(dks_model* model, const char* name) DKS_NOEXCEPT;
/* Asks a transport to bring what is sent to a topic, "#channel" or a name; `on` 0: no longer. */
DKS_API dks_status
dks_model_subscribe(dks_model* model, const char* name, const char* topic, int32_t on) DKS_NOEXCEPT;
/* Lets the links of a model work between steps: takes in what they have done, sends what waits, and
 * lets transports without a thread read their sockets. Never blocks. Without it the same happens
 * after each step. Also while a step is under way. */
DKS_API dks_status dks_model_poll(dks_model* model) DKS_NOEXCEPT;

enum { DKS_LINK_UNKNOWN = 0, DKS_LINK_UP = 1, DKS_LINK_DOWN = 2 };
/* Messages are counted from the opening of the link. Texts are borrowed. */
typedef struct dks_link_report {
  uint32_t struct_size;
  uint32_t plugin;
  uint32_t health;     /* DKS_LINK_*, as the transport says */
  uint32_t flags;      /* 0 */
  uint64_t waiting;    /* to get out: not sent yet, or not done */
  uint64_t sent;       /* done */
  uint64_t lost;       /* refused for good by the transport, or more than fit into what waits: 65536
                          messages and 16 MiB of texts */
  uint64_t received;   /* brought in */
  uint64_t refused;    /* that it tried to bring in: not valid, or the inbox was full */
  uint64_t errors;     /* of its callbacks, and of wrong calls of the host's functions */
  uint64_t retries;    /* batches that did not get out and were sent again, or will be */
  uint64_t slow_calls; /* beyond the slow_ns of dks_plugin_rules */
  uint64_t longest_ns; /* its longest call, where slow_ns is set */
  const char* last_error;  /* "": none yet */
  const char* health_text; /* "": none */
  const char* scheme;
  const char* version; /* of the plugin */
} dks_link_report;
#define dks_link_report_init(report) ((report)->struct_size = (uint32_t)sizeof(*(report)))
/* [const] How a link does. */
DKS_API dks_status dks_model_get_link_report(
    const dks_model* model, const char* name, dks_link_report* out_report
) DKS_NOEXCEPT;
/* [const] Link `index` by name, borrowed; DKS_E_NOTFOUND after the last. */
DKS_API dks_status
dks_model_link_name(const dks_model* model, uint32_t index, const char** out_name) DKS_NOEXCEPT;

/* ---- minds: active inference without pets -----------------------------------------------------
 */

/* A generative model of discrete active inference and the policies it chooses between: what an
 * agent believes about how its world moves and shows itself, what it likes, what it can do. It
 * never changes after it was made, so threads and models may use one mind at the same time. What
 * belongs to an agent (beliefs, observations, actions) is in arrays of the caller's, one row for
 * each agent: a thousand agents are one call. */
typedef struct dks_mind dks_mind;

typedef struct dks_mind_desc {
  uint32_t struct_size;
  uint32_t type; /* of all numbers in its arrays: DKS_TYPE_F32 or DKS_TYPE_F64; 0: DKS_TYPE_F32 */
} dks_mind_desc;
DKS_API void dks_mind_desc_init_sized(dks_mind_desc* desc, uint32_t struct_size) DKS_NOEXCEPT;
#define dks_mind_desc_init(desc) dks_mind_desc_init_sized((desc), (uint32_t)sizeof(*(desc)))

/* [any-thread] Makes the mind that a document describes:
 *   {"model": {"A": [...], "B": [...], "C": [...], "D": [...], "E": [...],
 *              "A_factor_list": [...], "B_factor_list": [...], "factors": ["room"],
 *              "modalities": ["thermometer"], "actions": {"room": ["off", "on"]}},
 *    "settings": {"policy_len": 2, "gamma": 4}, "policies": [...]}
 * A[modality][outcome][states of its factors...] and B[factor][next state][states of its
 * factors...][action] are probabilities and have to be there. C[modality][outcome] are log
 * preferences, D[factor][state] and E[policy] probabilities; left out, all is alike. The lists say
 * which factors each tensor depends on (A on all and B on its own, if left out). Without
 * "policies", [policy][step][factor], all combinations of actions over policy_len steps (1) are
 * weighed. gamma and alpha (16) are the precisions of policies and actions. "engine" says whose
 * logarithms and iterations are used: "dks", "pymdp-1.x" or "pymdp-legacy". The schema is that of
 * tests/golden/mind/README.md, whose cases are taken as they are: what they expect is ignored. A
 * mind does not learn, and it refuses message passing. desc may be NULL. */
DKS_API dks_status dks_mind_create(
    const dks_document* document, const dks_mind_desc* desc, dks_mind** out_mind
) DKS_NOEXCEPT;
/* NULL is fine. Models that use the mind keep what they need of it. */
DKS_API void dks_mind_destroy(dks_mind* mind) DKS_NOEXCEPT;

/* These two never grow. */
typedef struct dks_mind_factor {
  const char* name;                 /* "": the document gives none */
  const char* const* control_names; /* control_count of them; "" where the document gives none */
  uint32_t state_count;
  uint32_t state_offset;   /* of its states in beliefs */
  uint32_t control_count;  /* actions to choose from; 1: there is nothing to choose */
  uint32_t control_offset; /* of its controls in action marginals */
} dks_mind_factor;
typedef struct dks_mind_modality {
  const char* name;
  uint32_t outcome_count;
  uint32_t outcome_offset; /* of its outcomes in preferences */
} dks_mind_modality;
/* Widths of the arrays below, and what stands in them. Pointers are borrowed: as long as the mind.
 */
typedef struct dks_mind_info {
  uint32_t struct_size;
  uint32_t type; /* DKS_TYPE_F32 or DKS_TYPE_F64 */
  uint32_t factor_count;
  uint32_t modality_count;
  uint32_t state_count;   /* of all factors together */
  uint32_t outcome_count; /* of all modalities together */
  uint32_t control_count; /* of all factors together */
  uint32_t policy_count;
  uint32_t depth;                      /* steps of a policy */
  uint32_t first_action_count;         /* distinct first steps of policies */
  const char* name;                    /* the document's "name" */
  const dks_mind_factor* factors;      /* factor_count */
  const dks_mind_modality* modalities; /* modality_count */
  const int32_t* policies;             /* [policy][step][factor] actions */
  const int32_t* first_actions;        /* [first action][factor] actions */
} dks_mind_info;
#define dks_mind_info_init(info) ((info)->struct_size = (uint32_t)sizeof(*(info)))
/* [any-thread] */
DKS_API dks_status dks_mind_get_info(const dks_mind* mind, dks_mind_info* out_info) DKS_NOEXCEPT;

/* The three batch calls: arrays have `count` rows one after the other, their widths are those of
 * dks_mind_info, and void pointers are to numbers of the mind's type. What comes in is checked
 * first: on an error no output was written.
 *
 * What an agent gets depends on its own row alone, to the bit: not on count, on its place, nor on
 * the processor. Minds of f64 take one agent at a time. Those of f32 take up to 16 side by side, in
 * the lanes of vector registers, and are many times faster for it, unless the document
 *   has the engine "pymdp-legacy", goals (H), or "sophisticated" search;
 *   has counts and "use_param_info_gain";
 *   lets inference stop early where factors share modalities: a "dF_tol" above 1e-6, or any above 0
 *   with a "num_iter" above 16;
 *   has tensors and predictions along its policies of more than 262144 numbers in all.
 * Lanes always do all num_iter rounds. But for that, both ways and both types agree within what
 * float can tell: beliefs and priors to about 2e-6, free energy and neg_efe to 2e-5 of their size,
 * the probabilities of policies and actions to 1e-5 times gamma. Where factors share modalities and
 * beliefs stand between two explanations, rounding decides for one, in each way for itself. */

/* [any-thread] Perception: beliefs about states [count][state_count] and free energy [count], in
 * nats, from what was believed before and observations [count][modality_count], outcomes counted
 * from 0 or -1 where there is none. prior is NULL for agents that begin (the model's D), else what
 * dks_mind_predict gave; it may be the same array as out_beliefs. Outputs may be NULL. */
DKS_API dks_status dks_mind_infer(
    const dks_mind* mind,
    const void* prior,
    const int32_t* observations,
    uint32_t count,
    void* out_beliefs,
    void* out_free_energy
) DKS_NOEXCEPT;
/* [any-thread] Planning: the negative expected free energy of each policy (nats, more is better)
 * and the probability of choosing it, both [count][policy_count], and that of each action of each
 * factor in the first step, [count][control_count]. preferences [count][outcome_count] are agents'
 * own C, for every step alike; NULL: the model's. Outputs may be NULL. */
DKS_API dks_status dks_mind_plan(
    const dks_mind* mind,
    const void* beliefs,
    const void* preferences,
    uint32_t count,
    void* out_neg_efe,
    void* out_q_pi,
    void* out_action_marginals
) DKS_NOEXCEPT;
/* [any-thread] What is believed of the next step before anything is seen of it, after actions
 * [count][factor_count]. out_prior may be the same array as beliefs. */
DKS_API dks_status dks_mind_predict(
    const dks_mind* mind,
    const void* beliefs,
    const int32_t* actions,
    uint32_t count,
    void* out_prior
) DKS_NOEXCEPT;

/* Gives the agents of a type a mind, as "types" of a world file do. The type must have none yet (as
 * species have) and no agents. It gets the fields "belief" (state_count), "choice" (how likely each
 * first action was, first_action_count) and "free_energy", numbers of the mind's type;
 * "observation" (i32, modality_count), which the host sets, -1 where nothing is seen, and which
 * stays until it is set again; and "action" (i32, factor_count), chosen last, at first -1. In each
 * step such an agent predicts through its last action, infers, plans, and draws a first action from
 * "choice", sharpened by the model's alpha. What comes of it in the world is the host's to do.
 * Minds that run in lanes do so for all agents of a wave together, so a world with few waves
 * ("SimultaneousActivation", "waves") thinks fastest. */
DKS_API dks_status dks_model_attach_mind(dks_model* model, const char* type, const dks_mind* mind)
    DKS_NOEXCEPT;

#if defined(__cplusplus) && !defined(SWIG)
}
#endif
#endif
